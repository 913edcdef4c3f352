import { AppStrategy, OAuthStrategy } from '@wix/sdk';
import { items } from '@wix/data';
import { bearerOf, runAs } from './context.ts';
import { isWixHost, probed } from './transport.ts';

/**
 * Proves that the transport sees every kind of call the SDK makes, with the real SDK and without anything leaving:
 * a release that reached the network another way would go unseen otherwise.
 * @throws {Error} naming the call that slipped by.
 */
export async function assertTransportSeesEverything(): Promise<void> {
  const id = '00000000-0000-4000-8000-000000000000';
  const calls: Record<string, () => Promise<unknown>> = {
    'visitor token': () => OAuthStrategy({ clientId: id }).generateVisitorTokens(),
    'app token': async () =>
      AppStrategy({ appId: id, appSecret: 'probe', instanceId: id }).getAuthHeaders(undefined),
    'login call': () =>
      OAuthStrategy({ clientId: id }).login({ email: 'probe@example.com', password: 'probe' }),
    'data call': () => runAs(bearerOf('probe'), () => items.query('probe').find()),
  };
  for (const [name, call] of Object.entries(calls)) {
    let seen = 0;
    let plain = 0;
    await probed((_request, asPlain) => {
      seen += 1;
      if (asPlain && isWixHost(new URL(asPlain.url).hostname)) plain += 1;
      return Response.json(STAND_IN);
    }, call);
    // Data calls take a road of their own when the emulator is in the process; it must be the only one.
    if (seen === 0 || (name === 'data call' && plain !== seen))
      throw new Error(`the transport does not see the SDK's ${name}; is the SDK version known to work?`);
  }
}

/** Enough for each probe's caller to be content. */
const STAND_IN = {
  access_token: 'probe',
  refresh_token: 'probe',
  expires_in: 60,
  state: 'SUCCESS',
  sessionToken: 'probe',
  dataItems: [],
  pagingMetadata: { count: 0, offset: 0, hasNext: false },
};
