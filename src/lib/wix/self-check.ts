import { AppStrategy, OAuthStrategy } from '@wix/sdk';
import { items } from '@wix/data';
import { bearerOf, runAs } from './context.ts';
import { probed } from './transport.ts';

/**
 * Proves that the transport sees every kind of call the SDK makes, with the real SDK and without anything leaving:
 * a release that reached the network another way would go unseen otherwise.
 * @throws {Error} naming the call that slipped by.
 */
export async function assertTransportSeesEverything(): Promise<void> {
  const id = '00000000-0000-4000-8000-000000000000';
  const probes: Record<string, () => Promise<unknown>> = {
    'visitor token': () => OAuthStrategy({ clientId: id }).generateVisitorTokens(),
    'app token': async () =>
      AppStrategy({ appId: id, appSecret: 'probe', instanceId: id }).getAuthHeaders(undefined),
    'login call': () =>
      OAuthStrategy({ clientId: id }).login({ email: 'probe@example.com', password: 'probe' }),
    'data call': () => runAs(bearerOf('probe'), () => items.query('probe').find()),
  };
  for (const [name, call] of Object.entries(probes)) {
    let seen = 0;
    await probed(() => {
      seen += 1;
      return Response.json(STAND_IN);
    }, call);
    if (seen === 0)
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
