import { readFileSync } from 'node:fs';
import { siteProperties } from '@wix/business-tools';
import { collections, externalDatabaseConnections, indexes, items, permissions } from '@wix/data';
import { authentication, oauth, recovery, verification } from '@wix/identity';
import { authorization, memberRoleDefinition, members } from '@wix/members';
import { redirects } from '@wix/redirects';
import { ApiKeyStrategy, AppStrategy, createClient, OAuthStrategy } from '@wix/sdk';
import { onTestFinished, vi } from 'vitest';
import { createWixEmulator } from '../../packages/wix-emulator/src/index.ts';
import type {
  RegisteredApp,
  Seed,
  WixEmulator,
  WixEmulatorOptions,
} from '../../packages/wix-emulator/src/index.ts';
import { recorded } from './recorder.ts';

export const app: RegisteredApp = {
  clientId: '11111111-1111-4111-8111-111111111111',
  clientSecret: 'app-secret',
  instanceId: '55555555-5555-4555-8555-555555555555',
  redirectUris: ['http://localhost:4321/callback', 'https://app.example.test/callback?from=wix'],
  apiKey: 'IST.the-key-of-the-account',
};

export const callback = 'http://localhost:4321/callback';

export const demoSeed = JSON.parse(
  readFileSync(new URL('../../packages/wix-emulator/seeds/demo.json', import.meta.url), 'utf8'),
) as Seed;

export const ada = {
  id: '1815ada0-1210-4000-8000-000000000001',
  email: 'ada@example.com',
  password: 'lovelace-1815',
};
export const grace = {
  id: '1906face-1209-4000-8000-000000000002',
  email: 'grace@example.com',
  password: 'hopper-1906',
};
export const alan = {
  id: '1936a1a0-0623-4000-8000-000000000003',
  email: 'alan@example.com',
  password: 'turing-1936',
};
export const owner = {
  id: '2024cafe-0101-4000-8000-000000000004',
  email: 'owner@example.com',
  password: 'keeper-2024',
};

export type Person = { email: string; password: string };

/** A Wix of the test's own: the SDK's `fetch` leads to it, and to nothing else, until the test ends. */
export async function startWix(options: Partial<WixEmulatorOptions> = {}): Promise<WixEmulator> {
  const wix = await createWixEmulator({ data: ':memory:', app, seed: demoSeed, ...options });
  sendFetchTo(wix);
  onTestFinished(() => wix.close());
  return wix;
}

/** Catches every call of the SDK, tokens and login included, whichever way it passes the address. */
export function sendFetchTo(wix: WixEmulator): void {
  vi.stubGlobal('fetch', (input: string | URL | Request, init?: RequestInit) =>
    wix.fetch(new Request(input, init)),
  );
  onTestFinished(() => void vi.unstubAllGlobals());
}

/** Everything the emulator is held to, under the names the packages export. */
const modules = {
  items,
  collections,
  indexes,
  permissions,
  externalDatabaseConnections,
  members,
  authorization,
  memberRoleDefinition,
  siteProperties,
  authentication,
  oauth,
  recovery,
  verification,
  redirects,
};

const areas = [...Object.keys(modules), 'auth'];

/** A client without tokens: the SDK makes it a visitor at the first call. */
export const asVisitor = () =>
  recorded(createClient({ auth: OAuthStrategy({ clientId: app.clientId }), modules }), areas);

/** A client with the app's own rights. */
export const asApp = () =>
  recorded(
    createClient({
      auth: AppStrategy({ appId: app.clientId, appSecret: app.clientSecret, instanceId: app.instanceId }),
      modules,
    }),
    areas,
  );

/** A client with an API key of the site's account. */
export const asApiKey = (apiKey = app.apiKey) =>
  recorded(createClient({ auth: ApiKeyStrategy({ siteId: app.instanceId, apiKey }), modules }), areas);

/** A client signed in the way a server does it: no browser, six requests. */
export async function asMember(person: Person) {
  const client = asVisitor();
  client.auth.setTokens(await memberTokens(client, await sessionTokenOf(client, person)));
  return client;
}

type Visitor = ReturnType<typeof asVisitor>;

export async function sessionTokenOf(client: Visitor, { email, password }: Person): Promise<string> {
  const state = await client.auth.login({ email, password });
  if (state.loginState !== 'SUCCESS') throw new Error(`${email} could not sign in: ${JSON.stringify(state)}`);
  return state.data.sessionToken;
}

/** The rest of the chain: authorize without a browser, then the exchange. */
export async function memberTokens(client: Visitor, sessionToken: string) {
  const oauthData = client.auth.generateOAuthData(callback);
  const answer = await fetch(await authorizeUrl(client, oauthData, sessionToken), { redirect: 'manual' });
  const { code, state } = client.auth.parseFromUrl(answer.headers.get('location') ?? '', 'query');
  return client.auth.getMemberTokens(code, state, oauthData);
}

export async function authorizeUrl(
  client: Visitor,
  oauthData: ReturnType<Visitor['auth']['generateOAuthData']>,
  sessionToken: string | undefined,
): Promise<string> {
  // The SDK passes `sessionToken` on, though its type does not know it.
  const options = { prompt: 'none', responseMode: 'query', sessionToken } as {
    prompt: 'none';
    responseMode: 'query';
  };
  const { authUrl } = await client.auth.getAuthUrl(oauthData, options);
  return authUrl;
}

/** Sends a request the SDK would not, or not so. */
export async function send(
  wix: WixEmulator,
  method: string,
  path: string,
  options: { body?: unknown; token?: string; host?: string; headers?: Record<string, string> } = {},
): Promise<Response> {
  const { body, token, host = 'www.wixapis.com', headers = {} } = options;
  return wix.fetch(
    new Request(`https://${host}${path}`, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: token }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      redirect: 'manual',
    }),
  );
}

/** An access token of the app, for requests made with `send`. */
export async function appToken(wix: WixEmulator): Promise<string> {
  const answer = await send(wix, 'POST', '/oauth2/token', {
    body: {
      grant_type: 'client_credentials',
      client_id: app.clientId,
      client_secret: app.clientSecret,
      instance_id: app.instanceId,
    },
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}

/** What a call of the SDK threw, as much of it as Wix decided. */
export async function failureOf(call: () => Promise<unknown>): Promise<WixFailure> {
  try {
    await call();
  } catch (error) {
    return error as WixFailure;
  }
  throw new Error('expected the call to fail');
}

export type WixFailure = Error & {
  status?: number;
  requestId?: string;
  code?: string;
  details?: {
    applicationError?: { code?: string | number; description?: string; data?: Record<string, unknown> };
  };
};

/** A collection anyone may read and write, for tests about something else than permissions. */
export const openCollection = (
  id: string,
  holding: Record<string, unknown>[] = [],
): NonNullable<Seed['collections']>[number] => ({
  id,
  permissions: { read: 'ANYONE', insert: 'ANYONE', update: 'ANYONE', remove: 'ANYONE' },
  items: holding,
});

/** Moves a clock the emulator reads; the SDK keeps to the real one. */
export function movableClock(start = Date.now()) {
  let now = start;
  return { now: () => now, forward: (seconds: number) => void (now += seconds * 1000) };
}
