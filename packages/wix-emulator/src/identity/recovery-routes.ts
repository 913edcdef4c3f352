import { Hono } from 'hono';
import { requireAppRights } from '../http/caller.ts';
import { operation } from '../http/env.ts';
import type { Env } from '../http/env.ts';
import { readBody } from '../http/request.ts';
import { requireBrowserToken } from './callers.ts';
import { recover, sendActivationMail, sendRecoveryMail } from './recovery.ts';
import { ActivationRequest, RecoverRequest, RecoveryRequest } from './schema.ts';

/** https://dev.wix.com/docs/sdk/backend-modules/identity/recovery/introduction */
export const recoveryRoutes = new Hono<Env>();

const RECOVERY = '/_api/iam/recovery/v1';

recoveryRoutes.post(`${RECOVERY}/send-email`, async (context) => {
  operation(context, 'identity.send-recovery-email');
  requireBrowserToken(context);
  const { email, redirect } = await readBody(context, RecoveryRequest);
  sendRecoveryMail(context.var.site, email, redirect);
  return context.json({});
});

recoveryRoutes.post(`${RECOVERY}/activation-email`, async (context) => {
  operation(context, 'identity.sendActivationEmail');
  requireAppRights(context.var.caller);
  const { identityId, emailOptions } = await readBody(context, ActivationRequest);
  sendActivationMail(context.var.site, identityId, emailOptions?.redirect);
  return context.json({});
});

recoveryRoutes.post(`${RECOVERY}/recover`, async (context) => {
  operation(context, 'identity.recover');
  requireBrowserToken(context);
  const { recoveryToken, password } = await readBody(context, RecoverRequest);
  return context.json(await recover(context.var.site, recoveryToken, password));
});
