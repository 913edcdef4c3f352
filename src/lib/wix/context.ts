import { AppStrategy, createClient, OAuthStrategy } from '@wix/sdk';
import { AsyncLocalStorage } from 'node:async_hooks';
import { environment } from '../../env.ts';
import { provided } from '../../provided.ts';
import { callWix, wixErrorCode } from './call.ts';
import { singleFlight } from './single-flight.ts';

/**
 * A source of access tokens. What it throws is a Problem: `unauthenticated` when Wix no longer accepts the member, or
 * an outage.
 */
export type TokenSource = Readonly<{
  /** A token that should be valid; asked for only when a call really goes out. */
  accessToken: () => Promise<string>;
  /** Fetches another one, since Wix refused the last before its time. */
  renew: () => Promise<unknown>;
}>;

/** On whose behalf plain (not elevated) calls go out; `memberId` is `null` for a visitor. */
export type WixIdentity = TokenSource &
  Readonly<{
    memberId: string | null;
    /** Whose token it is: what one holder reads at the same time is the same. `null` for one that is used once. */
    holder: string | null;
    /** `null` for those of whose writes nothing is known. */
    writes: OwnWrites | null;
  }>;

/** What somebody wrote, for their next reads to show it. */
export type OwnWrites = Readonly<{
  /** Whether it is so recent that Wix's replicas may lag behind it. */
  areRecent: () => boolean;
  /** They have just written; it is known everywhere once this is done. */
  note: () => Promise<void>;
}>;

const identities = new AsyncLocalStorage<WixIdentity>();
const [provideApp, app] = provided<TokenSource>('app token');
/** Everybody who has not signed in: one visitor token is fetched and shared by all of them. */
const [provideVisitor, visitorIdentity] = provided<WixIdentity>('visitor token');
export { visitorIdentity };

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

/** Whether a request is under way: what belongs to the site itself must not happen inside one. */
export function isInsideRequest(): boolean {
  return identities.getStore() !== undefined;
}

/** Whoever this token belongs to, for the moment between a sign-in and its session. */
export function bearerOf(token: string): WixIdentity {
  const accessToken = () => Promise.resolve(token);
  return { memberId: null, holder: null, writes: null, accessToken, renew: accessToken };
}

/** Runs a call with the caller's own rights. */
export function asCaller<Value>(work: () => Promise<Value>): Promise<Value> {
  return withToken(currentIdentity(), work);
}

/** Runs a call with the app's rights. */
export function asApp<Value>(work: () => Promise<Value>): Promise<Value> {
  return withToken(app(), work);
}

/**
 * Makes sure of the token before the SDK is entered, which would wrap what goes wrong on the way. A token that Wix
 * refuses before its time is renewed once; a refused call had no effect, so writes may be sent again too.
 */
async function withToken<Value>(source: TokenSource, work: () => Promise<Value>): Promise<Value> {
  await source.accessToken();
  try {
    return await work();
  } catch (error) {
    if (wixErrorCode(error) !== '401') throw error;
    await source.renew();
    return work();
  }
}

/**
 * Sets up the two clients of this process: one speaks as whoever `runAs` names at the moment of sending, the other as
 * the app. Clients made per request would share one module-wide slot and speak for each other's members.
 */
export function connectClients(): void {
  const { WIX_CLIENT_ID, WIX_CLIENT_SECRET, WIX_CLIENT_INSTANCE_ID } = environment();
  const credentials = {
    appId: WIX_CLIENT_ID,
    appSecret: WIX_CLIENT_SECRET,
    instanceId: WIX_CLIENT_INSTANCE_ID,
  };
  provideApp(shared(() => AppStrategy(credentials)));
  provideVisitor({
    memberId: null,
    holder: 'visitors',
    writes: null,
    ...shared(() => OAuthStrategy({ clientId: WIX_CLIENT_ID })),
  });

  // Module calls of members and visitors go to Wix's edge host, as with the SDK's own OAuthStrategy.
  const caller = { getAuthHeaders: () => authorization(currentIdentity()), shouldUseCDN: true };
  createClient({ auth: caller }).enableContext('module');
  createClient({ auth: { getAuthHeaders: () => authorization(app()) } }).enableContext('module', {
    elevated: true,
  });
}

async function authorization(source: TokenSource) {
  return { headers: { Authorization: await source.accessToken() } };
}

type Strategy = { getAuthHeaders: (host: undefined) => AuthHeaders | Promise<AuthHeaders> };
type AuthHeaders = { headers: Record<string, unknown> };

/**
 * One strategy for the whole process: its token is fetched once, also for calls that start together. An outage is told
 * apart inside the flight, so that everybody who waits for it hears the truth.
 */
function shared(make: () => Strategy): TokenSource {
  const once = singleFlight<string>();
  let strategy = make();
  const accessToken = () =>
    once('token', () =>
      callWix(async () => {
        const { headers } = await strategy.getAuthHeaders(undefined);
        const token = headers['Authorization'];
        if (typeof token !== 'string' || token === '') throw new Error('Wix gave no access token');
        return token;
      }),
    );
  const renew = () => {
    strategy = make();
    return accessToken();
  };
  return { accessToken, renew };
}
