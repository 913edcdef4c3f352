import { Hono } from 'hono';
import type { Env } from '../http/env.ts';
import { authenticationRoutes } from './authentication-routes.ts';
import { recoveryRoutes } from './recovery-routes.ts';
import { verificationRoutes } from './verification-routes.ts';

/** What `auth.login` and its neighbours call [recorded], and the same services by their own names in `@wix/identity`. */
export const identityRoutes = new Hono<Env>();

for (const routes of [authenticationRoutes, recoveryRoutes, verificationRoutes]) {
  identityRoutes.route('/', routes);
}
