import type { z } from 'zod';
import type { Caller } from '../http/caller.ts';
import { validationError } from '../http/errors.ts';
import { FORGET_BROWSER } from '../oauth/browser-session.ts';
import { leadsToApp } from '../oauth/return-address.ts';
import type { Site } from '../site.ts';
import type { LogoutRequest } from './schema.ts';

type RawAnswer = { statusCode: number; headers: { key: string; value: string }[]; body: string };

/**
 * Ends the sessions of the member who asks: session tokens, and those of browsers. What comes back is an HTTP answer
 * for a browser, written down as JSON.
 * https://dev.wix.com/docs/sdk/backend-modules/identity/authentication/logout
 */
export function logout(
  site: Site,
  caller: Caller,
  { clientId, postLogoutRedirectUri }: z.output<typeof LogoutRequest>,
): RawAnswer {
  if (clientId !== undefined && clientId !== site.app.clientId) throw refused('clientId', 'is unknown');
  if (postLogoutRedirectUri !== undefined && !leadsToApp(site.app, postLogoutRedirectUri)) {
    throw refused('postLogoutRedirectUri', 'is not on a site of this app');
  }
  if (caller.type === 'MEMBER') {
    site.tickets.endAll('session', caller.id);
    site.tickets.endAll('browser', caller.id);
  }
  const cookie = { key: 'Set-Cookie', value: FORGET_BROWSER };
  if (postLogoutRedirectUri === undefined) return { statusCode: 200, headers: [cookie], body: '' };
  const location = { key: 'Location', value: postLogoutRedirectUri };
  return { statusCode: 302, headers: [cookie, location], body: '' };
}

const refused = (field: string, description: string) =>
  validationError([{ field, description, violatedRule: 'OTHER' }]);
