import type { IOAuthStrategy } from '@wix/sdk';
import { Problem } from '../http/problem.ts';
import { callbackAddress } from './callback.ts';
import { toMemberTokens, type MemberTokens } from './member-tokens.ts';
import { isWixHost } from './transport.ts';

/** Wix answers with one redirect; a few more are followed on its own hosts, in case a site's domain stands between. */
const HOPS = 4;

/** `sessionToken` is read by getAuthUrl at run time; its declared options lack it. */
type SilentAuthOptions = Parameters<IOAuthStrategy['getAuthUrl']>[1] & { sessionToken: string };

/**
 * Turns the session token of a login into the member's tokens without a browser: redirect session, then the authorize
 * step read from its redirect instead of followed, then the code exchange with PKCE (RFC 7636).
 * @throws {Problem} `wix-refused` when Wix gives no code, for example since the redirect URI is not on the app's list.
 */
export async function exchangeSession(strategy: IOAuthStrategy, sessionToken: string): Promise<MemberTokens> {
  // Never visited here.
  const redirectUri = callbackAddress();
  const oauthData = strategy.generateOAuthData(redirectUri);
  const options: SilentAuthOptions = { prompt: 'none', responseMode: 'query', sessionToken };
  const { authUrl } = await strategy.getAuthUrl(oauthData, options);
  const location = await authorizeWithoutFollowing(authUrl, redirectUri);
  const { code, state, error, errorDescription } = strategy.parseFromUrl(location, 'query');
  if (error || !code) {
    throw new Problem('wix-refused', {
      reason: `authorize answered ${error ?? 'no code'}: ${errorDescription ?? ''}`,
    });
  }
  const { accessToken, refreshToken } = await strategy.getMemberTokens(code, state, oauthData);
  return toMemberTokens(accessToken, refreshToken.value);
}

/** Wix's own hosts, and the one Wix named for this step: a redirect leads the server nowhere else. */
function isTrusted({ protocol, host, hostname }: URL, named: URL): boolean {
  return protocol === 'https:' && (host === named.host || isWixHost(hostname));
}

async function authorizeWithoutFollowing(authUrl: string, redirectUri: string): Promise<string> {
  const { location } = await wayBack(authUrl, redirectUri);
  if (location !== null) return location;
  throw new Problem('wix-refused', {
    reason: `the authorize step did not lead back to ${redirectUri}; is it on the app's list of allowed redirect URIs?`,
  });
}

/**
 * Asks the authorize endpoint and reads its redirects instead of following them to the site.
 * @returns where it leads back to; without that, the status at which the way ended, `null` when Wix led elsewhere.
 */
export async function wayBack(
  authUrl: string,
  redirectUri: string,
): Promise<Readonly<{ location: string | null; status: number | null }>> {
  let address = authUrl;
  for (let hop = 0; hop < HOPS; hop += 1) {
    if (!isTrusted(new URL(address), new URL(authUrl))) break;
    const response = await fetch(address, { redirect: 'manual' });
    const location = response.headers.get('location');
    if (!location) return { location: null, status: response.status };
    const next = new URL(location, address).href;
    if (next === redirectUri || next.startsWith(`${redirectUri}?`))
      return { location: next, status: response.status };
    address = next;
  }
  return { location: null, status: null };
}
