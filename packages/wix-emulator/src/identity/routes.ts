import { Hono } from 'hono';
import { hasAppRights, requireToken } from '../http/caller.ts';
import { permissionDenied } from '../http/errors.ts';
import { operation } from '../http/env.ts';
import type { Env, WixContext } from '../http/env.ts';
import { readBody } from '../http/request.ts';
import { login, register, sendRecoveryMail, verify } from './login.ts';
import { LoginRequest, RecoveryRequest, RegisterRequest, VerifyRequest } from './schema.ts';

/** What `auth.login`, `register`, `processVerification` and `sendPasswordResetEmail` call [recorded]. */
export const identityRoutes = new Hono<Env>();

identityRoutes.post('/_api/iam/authentication/v2/login', async (context) => {
  operation(context, 'identity.login');
  requireBrowserToken(context);
  const { loginId, password } = await readBody(context, LoginRequest);
  return context.json(await login(context.var.site, loginId.email, password));
});

identityRoutes.post('/_api/iam/authentication/v2/register', async (context) => {
  operation(context, 'identity.register');
  requireBrowserToken(context);
  const { loginId, password, profile } = await readBody(context, RegisterRequest);
  return context.json(await register(context.var.site, loginId.email, password, profile));
});

identityRoutes.post('/_api/iam/verification/v1/auth/verify', async (context) => {
  operation(context, 'identity.verify');
  requireBrowserToken(context);
  const { code, stateToken } = await readBody(context, VerifyRequest);
  return context.json(verify(context.var.site, code, stateToken));
});

identityRoutes.post('/_api/iam/recovery/v1/send-email', async (context) => {
  operation(context, 'identity.send-recovery-email');
  requireBrowserToken(context);
  const { email, redirect } = await readBody(context, RecoveryRequest);
  sendRecoveryMail(context.var.site, email, redirect?.url);
  return context.json({});
});

/** A visitor signs in, or a member signs in again; an app has nobody's password to give. */
function requireBrowserToken(context: WixContext): void {
  if (hasAppRights(requireToken(context.var.caller))) throw permissionDenied('A visitor token is required');
}
