import { OAuthStrategy } from '@wix/sdk';
import { environment } from '../../env.ts';
import { Problem } from '../http/problem.ts';
import { callWix } from './call.ts';
import { callbackAddress } from './callback.ts';
import { toMemberTokens, type MemberTokens } from './member-tokens.ts';

/** What proves, when Wix sends a browser back, that it is the one that was sent there. */
export type LoginAttempt = Readonly<{
  state: string;
  /** RFC 7636 §4.1; sent to Wix with the code, and never through the browser in the clear. */
  codeVerifier: string;
}>;

/**
 * Begins a sign-in on Wix's own page, with PKCE (S256). The answer comes in the query: a fragment would never reach the
 * server.
 * dev.wix.com/docs/go-headless/coding/java-script-sdk/visitors-and-members/handle-members-with-wix-managed-login
 * @throws {Problem} `wix-refused`, `wix-unavailable`, `wix-timeout`.
 */
export async function beginRedirectLogin(): Promise<Readonly<{ authUrl: string; attempt: LoginAttempt }>> {
  const strategy = OAuthStrategy({ clientId: environment().WIX_CLIENT_ID });
  const oauthData = strategy.generateOAuthData(callbackAddress());
  return callWix(async () => {
    const options = { prompt: 'login', responseMode: 'query' } as const;
    const { authUrl } = await strategy.getAuthUrl(oauthData, options);
    if (!/^https?:$/.test(new URL(authUrl).protocol)) throw new Error('Wix named no page to sign in on');
    const { state, codeVerifier } = oauthData;
    return { authUrl, attempt: { state, codeVerifier } };
  });
}

/** RFC 6749 §5.2: a token endpoint refuses a code with 400. */
const CODE_REFUSED = 400;

/**
 * Exchanges the code that Wix sent along with the browser.
 * @throws {Problem} `invalid-request` when the code is wrong, too old or used; `wix-unavailable`, `wix-timeout`.
 */
export function finishRedirectLogin(code: string, attempt: LoginAttempt): Promise<MemberTokens> {
  const strategy = OAuthStrategy({ clientId: environment().WIX_CLIENT_ID });
  // The challenge has done its work at Wix.
  const oauthData = { ...attempt, redirectUri: callbackAddress(), originalUri: '', codeChallenge: '' };
  return callWix(async (observation) => {
    try {
      const tokens = await strategy.getMemberTokens(code, attempt.state, oauthData);
      return toMemberTokens(tokens.accessToken, tokens.refreshToken.value);
    } catch (cause) {
      if (observation.outage || observation.lastStatus !== CODE_REFUSED) throw cause;
      throw new Problem('invalid-request', { reason: 'Wix refused the code of a sign-in', cause });
    }
  });
}
