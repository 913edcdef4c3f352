import { AppStrategy, createClient, OAuthStrategy } from '@wix/sdk';
import { AsyncLocalStorage } from 'node:async_hooks';
import { environment } from '../../env.ts';
import { singleFlight } from './single-flight.ts';

/** On whose behalf plain (not elevated) calls go out. */
export type WixIdentity = Readonly<{
  /** `null` for a visitor. */
  memberId: string | null;
  /** A valid access token of that member; asked for only when a call really goes out as them. */
  accessToken: () => Promise<string>;
}>;

type AuthHeaders = { headers: { Authorization: string } };

const identities = new AsyncLocalStorage<WixIdentity>();

/** Everything inside `work`, however it interleaves with other requests, speaks to Wix as `identity`. */
export function runAs<Value>(identity: WixIdentity, work: () => Promise<Value>): Promise<Value> {
  return identities.run(identity, work);
}

/** @throws {Error} outside `runAs`: a call without an owner must not go out as whoever came before. */
export function currentIdentity(): WixIdentity {
  const identity = identities.getStore();
  if (!identity) throw new Error('a Wix call was made outside any request');
  return identity;
}

/**
 * Sets up the two clients of this process: one speaks as whoever `runAs` names at the moment of sending, the other as
 * the app. Clients made per request would share one module-wide slot and speak for each other's members.
 */
export function connectClients(): void {
  const member = {
    getAuthHeaders: async (): Promise<AuthHeaders> => authorization(await currentIdentity().accessToken()),
    // Members' module calls go to Wix's edge host, as with the SDK's own OAuthStrategy.
    shouldUseCDN: true,
  };
  createClient({ auth: member }).enableContext('module');
  createClient({ auth: appStrategy() }).enableContext('module', { elevated: true });
}

/** One app strategy for the process: its token is fetched once and shared, also by calls that start together. */
function appStrategy() {
  const { WIX_CLIENT_ID, WIX_CLIENT_SECRET, WIX_CLIENT_INSTANCE_ID } = environment();
  const app = AppStrategy({
    appId: WIX_CLIENT_ID,
    appSecret: WIX_CLIENT_SECRET,
    instanceId: WIX_CLIENT_INSTANCE_ID,
  });
  const once = singleFlight<AuthHeaders>();
  return {
    getAuthHeaders: () =>
      once('app', async () => authorization(readAuthorization(await app.getAuthHeaders(undefined)))),
  };
}

/** A strategy for somebody who has not signed in: its visitor token is fetched once and shared by all of them. */
export function visitorIdentity(): WixIdentity {
  const strategy = OAuthStrategy({ clientId: environment().WIX_CLIENT_ID });
  const once = singleFlight<string>();
  const accessToken = () =>
    once('visitor', async () => readAuthorization(await strategy.getAuthHeaders(undefined)));
  return Object.freeze({ memberId: null, accessToken });
}

function authorization(token: string): AuthHeaders {
  return { headers: { Authorization: token } };
}

function readAuthorization({ headers }: { headers: Record<string, unknown> }): string {
  const token = headers['Authorization'];
  if (typeof token !== 'string' || token === '') throw new Error('Wix gave no access token');
  return token;
}
