import { Hono } from 'hono';
import { requireToken } from '../http/caller.ts';
import { operation } from '../http/env.ts';
import type { Env } from '../http/env.ts';
import { readBody } from '../http/request.ts';
import { requireBrowserToken } from './callers.ts';
import { StartVerificationRequest, VerifyRequest } from './schema.ts';
import { startVerification, verify } from './verification.ts';

/** https://dev.wix.com/docs/sdk/backend-modules/identity/verification/introduction */
export const verificationRoutes = new Hono<Env>();

const VERIFICATION = '/_api/iam/verification/v1';

verificationRoutes.post(`${VERIFICATION}/auth/verify`, async (context) => {
  operation(context, 'identity.verify');
  requireBrowserToken(context);
  const { code, stateToken } = await readBody(context, VerifyRequest);
  return context.json(verify(context.var.site, code, stateToken));
});

verificationRoutes.post(`${VERIFICATION}/start`, async (context) => {
  operation(context, 'identity.startVerification');
  requireToken(context.var.caller);
  const { identityId } = await readBody(context, StartVerificationRequest);
  return context.json(startVerification(context.var.site, identityId));
});
