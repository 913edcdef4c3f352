import { AppStrategy, OAuthStrategy } from '@wix/sdk';
import { z } from 'zod';
import { environment } from '../../env.ts';
import { callWix } from './call.ts';
import { callbackAddress } from './callback.ts';
import { asApp } from './context.ts';
import { wayBack } from './session-exchange.ts';

/** What Wix says of the client that a visitor's token was made for. */
export type Connection = Readonly<{
  /** `null` where Wix does not name it. */
  instanceId: string | null;
  /** How far our clock is ahead of Wix's, in milliseconds, at least; `null` where Wix does not say what time it is. */
  aheadMs: number | null;
}>;

const TokenInfo = z.object({ instanceId: z.string().min(1).nullish() });

/** A Date header leaves out what is less than a second. RFC 9110 §5.6.7. */
const SECOND_MS = 1_000;

/**
 * Asks Wix about a new visitor's token, which takes no secret.
 * @throws {Problem} `wix-refused` when the client is unknown, `wix-unavailable`, `wix-timeout`.
 */
export function examineConnection(): Promise<Connection> {
  const { WIX_CLIENT_ID } = environment();
  return callWix(async (observation) => {
    const { accessToken } = await OAuthStrategy({ clientId: WIX_CLIENT_ID }).generateVisitorTokens();
    const strategy = AppStrategy({ appId: WIX_CLIENT_ID, accessToken: accessToken.value });
    const asked = Date.now();
    const { instanceId } = TokenInfo.parse(await strategy.getTokenInfo());
    const answered = Date.now();
    const time = observation.lastTime;
    const aheadMs = time === null ? null : beyond(time, asked - SECOND_MS, answered);
    return { instanceId: instanceId ?? null, aheadMs };
  });
}

/** How far our time between the question and the answer is from Wix's; 0 when they may be the same. */
function beyond(time: number, earliest: number, latest: number): number {
  if (time < earliest) return earliest - time;
  return time > latest ? latest - time : 0;
}

/**
 * Gets the app's token, and makes no call with it.
 * @throws {Problem} `wix-refused` when the secret is wrong, `wix-unavailable`, `wix-timeout`.
 */
export function examineAppToken(): Promise<void> {
  return asApp(() => Promise.resolve());
}

/** Whether Wix sends browsers back to our callback; `unclear` when it neither does nor refuses. */
export type ReturnAddress = 'allowed' | 'refused' | 'unclear';

/**
 * Wix shows nobody the list of allowed redirect URIs. So the authorize endpoint is asked, without a session and without
 * a page: it sends "nobody is signed in" to an address that is allowed, and refuses any other. RFC 6749 §4.1.2.1.
 * @throws {Problem} `wix-refused`, `wix-unavailable`, `wix-timeout`.
 */
export function examineReturnAddress(): Promise<ReturnAddress> {
  const strategy = OAuthStrategy({ clientId: environment().WIX_CLIENT_ID });
  return callWix(async () => {
    const address = callbackAddress();
    const options = { prompt: 'none', responseMode: 'query' } as const;
    const { authUrl } = await strategy.getAuthUrl(strategy.generateOAuthData(address), options);
    const { location, status } = await wayBack(authUrl, address);
    if (location !== null) return 'allowed';
    return status !== null && status >= 400 && status < 500 ? 'refused' : 'unclear';
  });
}
