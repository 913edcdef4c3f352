import { sameSecret } from '../secrets.ts';
import type { Site } from '../site.ts';
import type { Subject } from '../oauth/access-tokens.ts';
import { permissionDenied, unauthenticated } from './errors.ts';

/** What an `Authorization` header shows: an access token, an API key, or both [recorded]. */
type Credentials = Readonly<{ token?: string; apiKey?: string }>;

export const isApiKey = (text: string): boolean => text.startsWith('IST.');

/**
 * Whom the raw header speaks for: no `Bearer` [recorded]. A header with the scheme in front is therefore just an
 * unknown token, as it is for Wix.
 */
export async function authenticate(site: Site, headers: Headers): Promise<Subject | undefined> {
  const header = headers.get('authorization');
  if (header === null) return undefined;
  const { token, apiKey } = split(header);
  const holder = apiKey === undefined ? undefined : holderOf(site, apiKey);
  if (token !== undefined) {
    const found = await site.accessTokens.verify(token);
    if ('refused' in found) throw unauthenticated(found.refused);
    // External login shows whom it acts beside; what may be done is the key's affair.
    return holder ?? found.subject;
  }
  // With a token beside it the key needs no site: the token is of one.
  if (header === apiKey) requireSite(site, headers);
  return holder;
}

/** Whoever holds the site's API key acts for the account it belongs to. */
export function holderOf(site: Site, apiKey: string): Subject {
  if (!sameSecret(apiKey, site.app.apiKey)) throw unauthenticated('the API key is unknown');
  return { type: 'USER', id: site.userId() };
}

/** Neither a token nor a key holds a comma. External login of a client without tokens leaves its part empty [source]. */
function split(header: string): Credentials {
  if (isApiKey(header)) return { apiKey: header };
  const comma = header.indexOf(',');
  const apiKey = header.slice(comma + 1);
  if (comma === -1 || !isApiKey(apiKey)) return { token: header };
  return { apiKey, ...(comma > 0 && { token: header.slice(0, comma) }) };
}

/**
 * An API key is one of an account, so each call about a site names it.
 * https://dev.wix.com/docs/go-headless/develop-your-project/admin-operations/make-rest-api-calls-with-an-api-key
 */
function requireSite(site: Site, headers: Headers): void {
  const named = headers.get('wix-site-id');
  if (named === null) {
    throw permissionDenied('An API key needs the header wix-site-id; wix-account-id reaches no site');
  }
  if (named !== site.siteId() && named !== site.app.instanceId) {
    throw permissionDenied(`The API key has no site ${named}`);
  }
}
