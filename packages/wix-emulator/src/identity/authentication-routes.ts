import { Hono } from 'hono';
import { requireAppRights, requireToken } from '../http/caller.ts';
import { notImplemented, unauthenticated } from '../http/errors.ts';
import { operation } from '../http/env.ts';
import type { Env } from '../http/env.ts';
import { readBody, readQuery } from '../http/request.ts';
import { requireBrowserToken, requireMember } from './callers.ts';
import { resetRequired } from './errors.ts';
import { login, register, requireNewPassword } from './login.ts';
import { logout } from './logout.ts';
import { hashPassword } from './passwords.ts';
import * as schema from './schema.ts';
import { signOn } from './sign-on.ts';

/** https://dev.wix.com/docs/sdk/backend-modules/identity/authentication/introduction */
export const authenticationRoutes = new Hono<Env>();

const AUTHENTICATION = '/_api/iam/authentication';

authenticationRoutes.post(`${AUTHENTICATION}/v2/login`, async (context) => {
  operation(context, 'identity.login');
  requireBrowserToken(context);
  const request = await readBody(context, schema.LoginRequest);
  if (request.stateToken !== undefined) throw notImplemented('going on with a login by its stateToken');
  const { loginId, password = '', captchaTokens } = request;
  return context.json(await login(context.var.site, { email: loginId.email, password, captchaTokens }));
});

authenticationRoutes.post(`${AUTHENTICATION}/v2/register`, async (context) => {
  operation(context, 'identity.register');
  requireBrowserToken(context);
  const { loginId, profile, ...rest } = await readBody(context, schema.RegisterRequest);
  return context.json(await register(context.var.site, { email: loginId.email, ...rest }, profile));
});

authenticationRoutes.post(`${AUTHENTICATION}/v2/sign-on`, async (context) => {
  operation(context, 'identity.signOn');
  requireAppRights(context.var.caller);
  return context.json(signOn(context.var.site, await readBody(context, schema.SignOnRequest)));
});

/** The token shows who asks, so the old password is not asked for. The session stays, as documented. */
authenticationRoutes.post(`${AUTHENTICATION}/v2/change-password`, async (context) => {
  operation(context, 'identity.changePassword');
  const memberId = requireMember(context);
  const { members } = context.var.site;
  const { newPassword } = await readBody(context, schema.ChangePasswordRequest);
  requireNewPassword(newPassword, 'newPassword');
  // An access token outlives the right to sign in, and shows not that its holder reads the member's mail.
  if (members.account(memberId)?.resetRequired) throw resetRequired();
  if (!members.maySignIn(memberId)) throw unauthenticated('the member may not sign in');
  members.setPassword(memberId, await hashPassword(newPassword));
  return context.json({});
});

authenticationRoutes.post(`${AUTHENTICATION}/v2/validate-email`, async (context) => {
  operation(context, 'identity.validateEmail');
  requireToken(context.var.caller);
  const { email } = await readBody(context, schema.ValidateEmailRequest);
  const valid = schema.EmailAddress.safeParse(email).success;
  return context.json({ valid, formatInvalid: !valid });
});

authenticationRoutes.get(`${AUTHENTICATION}/v1/logout`, (context) => {
  operation(context, 'identity.logout');
  requireBrowserToken(context);
  const request = readQuery(context, schema.LogoutRequest);
  return context.json(logout(context.var.site, context.var.caller, request));
});
