import { SignJWT, type JWTHeaderParameters } from 'jose';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { network } from './harness.ts';

/** Wix as the caller of the adapter, with keys of the tests' own. */

const SECRET_KEY = 'a-secret-key-of-these-tests';
export const APP_ID = '7a1e0000-0000-4000-8000-00000000a991';
const INSTANCE_ID = '7a1e0000-0000-4000-8000-00000000517e';

const wixKeys = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const otherKeys = generateKeyPairSync('rsa', { modulusLength: 2048 });

export const publicPem = wixKeys.publicKey.export({ type: 'spki', format: 'pem' }).toString();

/** What a site needs to be called by this Wix. */
export const adapterVariables = {
  EXTERNAL_DATABASE_SECRET_KEY: SECRET_KEY,
  EXTERNAL_DATABASE_APP_ID: APP_ID,
  EXTERNAL_DATABASE_PUBLIC_KEY: publicPem,
};

export type AdapterAnswer = Readonly<{
  status: number;
  headers: Headers;
  text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests reach into bodies and assert what they find
  body: any;
}>;

/** Sends a body to the adapter as it is. */
export async function send(
  address: string,
  path: string,
  body: string,
  headers: Readonly<Record<string, string>> = { 'content-type': 'text/plain' },
): Promise<AdapterAnswer> {
  const response = await network(`${address}/api/external-database/${path}`, {
    method: 'POST',
    body,
    headers,
  });
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').includes('json');
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson ? JSON.parse(text) : undefined,
  };
}

export type Context = Readonly<Record<string, unknown>>;

/** A legacy context; whatever is named replaces what is usual. */
export function contextOf(changes: Context = {}): Context {
  return {
    settings: { secretKey: SECRET_KEY },
    instanceId: INSTANCE_ID,
    installationId: 'main',
    memberId: null,
    role: 'BACKEND_CODE',
    ...changes,
  };
}

/** A call of the legacy generation. */
export function legacy(
  address: string,
  path: string,
  parameters: Readonly<Record<string, unknown>> = {},
  context: unknown = contextOf(),
): Promise<AdapterAnswer> {
  return send(address, path, JSON.stringify({ requestContext: context, ...parameters }), {
    'content-type': 'application/json',
  });
}

export const identities = {
  app: { identityType: 'APP', appId: APP_ID },
  owner: { identityType: 'WIX_USER', wixUserId: 'wix-user-1' },
  ada: { identityType: 'MEMBER', memberId: '1815ada0-1210-4000-8000-000000000001' },
  grace: { identityType: 'MEMBER', memberId: '1906face-1209-4000-8000-000000000002' },
  visitor: { identityType: 'ANONYMOUS_VISITOR', anonymousVisitorId: 'browser-1' },
} as const;

export type Signing = Readonly<{
  key?: KeyObject;
  header?: Partial<JWTHeaderParameters>;
  /** A claim that is `undefined` is left out. */
  claims?: Readonly<Record<string, unknown>>;
  metadata?: Readonly<Record<string, unknown>>;
  data?: unknown;
}>;

/** The body of a call of the current generation, or of one that is odd in the way that is said. */
export function signed(
  request: unknown,
  identity: unknown = identities.app,
  odd: Signing = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const metadata = {
    requestId: 'r',
    instanceId: INSTANCE_ID,
    identity,
    appExtensionType: 'EXTERNAL_DATABASE_PROVIDER',
    ...odd.metadata,
  };
  const claims = {
    iss: 'wix.com',
    aud: APP_ID,
    iat: now,
    exp: now + 60,
    data: odd.data ?? { request, metadata },
  };
  return new SignJWT({ ...claims, ...odd.claims })
    .setProtectedHeader({ alg: 'RS256', ...odd.header })
    .sign(odd.key ?? wixKeys.privateKey);
}

/** A call of the current generation. */
export async function v3(
  address: string,
  path: string,
  request: unknown,
  identity: unknown = identities.app,
  odd: Signing = {},
): Promise<AdapterAnswer> {
  return send(address, `v3/${path}`, await signed(request, identity, odd));
}
