import { Hono } from 'hono';
import type { Env } from '../http/env.ts';
import { authorizeRoutes } from './authorize.ts';
import { redirectSessionRoutes } from './redirect-session.ts';
import { tokenInfoRoutes } from './token-info.ts';
import { tokenRoutes } from './token.ts';

/** They take their proof in the body, so they are open to whoever has none in the header. */
export const TOKEN_ENDPOINTS: ReadonlySet<string> = new Set(['/oauth2/token', '/oauth2/token-info']);

export const oauthRoutes = new Hono<Env>();

for (const routes of [tokenRoutes, tokenInfoRoutes, authorizeRoutes, redirectSessionRoutes]) {
  oauthRoutes.route('/', routes);
}
