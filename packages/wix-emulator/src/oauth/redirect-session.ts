import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import type { z } from 'zod';
import { requireToken } from '../http/caller.ts';
import { validationError } from '../http/errors.ts';
import { operation } from '../http/env.ts';
import type { Env } from '../http/env.ts';
import { readBody } from '../http/request.ts';
import type { Site } from '../site.ts';
import { AUTHORIZE, LOGOUT } from './authorize.ts';
import { RedirectSessionRequest } from './schema.ts';

export const redirectSessionRoutes = new Hono<Env>();

/** Gives the address a browser, or a server with `redirect: 'manual'`, visits to finish a login or logout [recorded]. */
redirectSessionRoutes.post('/_api/redirects-api/v1/redirect-session', async (context) => {
  operation(context, 'redirects.create-session');
  requireToken(context.var.caller);
  const request = await readBody(context, RedirectSessionRequest);
  operation(context, `redirects.create-session:${'auth' in request ? 'auth' : 'logout'}`);
  const endpoint = originFor(context.var.site, request) + ('auth' in request ? AUTHORIZE : LOGOUT);
  const searchParams: Record<string, string> =
    'auth' in request
      ? { ...definedOnly(request.auth.authRequest), prompt: request.auth.prompt }
      : { clientId: request.logout.clientId, postFlowUrl: request.callbacks.postFlowUrl };
  if (searchParams['clientId'] !== context.var.site.app.clientId) {
    throw validationError([{ field: 'clientId', description: 'is unknown', violatedRule: 'OTHER' }]);
  }
  const fullUrl = `${endpoint}?${new URLSearchParams(searchParams)}`;
  const id = randomUUID();
  return context.json({ redirectSession: { id, fullUrl, urlDetails: { endpoint, searchParams } } });
});

/** Whoever brings a session token may be a server and goes on where the API is; everybody else is a browser. */
function originFor(site: Site, request: z.output<typeof RedirectSessionRequest>): string {
  const hasSession = 'auth' in request && request.auth.authRequest.sessionToken !== undefined;
  return hasSession ? site.origin : (site.pagesOrigin ?? site.origin);
}

const definedOnly = (fields: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined),
  );
