import { expect } from 'vitest';
import type { Seed, WixEmulatorOptions } from '../../packages/wix-emulator/src/index.ts';
import { BASE, FakeAdapter } from '../../packages/wix-emulator/test/fake-adapter/adapter.ts';
import type { FakeAdapterOptions } from '../../packages/wix-emulator/test/fake-adapter/adapter.ts';
import { ada, app, asApiKey, asApp, asMember, asVisitor, demoSeed, owner, startWix } from './support.ts';

export const secretKey = 'open sesame';

type Connection = NonNullable<Seed['connections']>[number];
type SiteCollection = NonNullable<Connection['collections']>[number];

const everyone = { read: 'ANYONE', insert: 'ANYONE', update: 'ANYONE', remove: 'ANYONE' } as const;

/** A site connected to an adapter as `depot`, whose table `trips` is the site's `Trips` as well. */
export async function connected(
  generation: 'legacy' | 'v3',
  {
    adapter: adapterOptions = {},
    collection = {},
    ...options
  }: Partial<WixEmulatorOptions> & {
    adapter?: FakeAdapterOptions;
    collection?: Partial<SiteCollection>;
  } = {},
) {
  const key: { publicKey?: string } = {};
  const adapter = new FakeAdapter({
    secretKey,
    appId: app.clientId,
    publicKey: () => key.publicKey ?? '',
    ...adapterOptions,
  });
  const connection: Connection = {
    name: 'depot',
    generation,
    endpoint: BASE,
    configuration: { secretKey },
    collections: [{ id: 'trips', alias: 'Trips', permissions: everyone, ...collection }],
  };
  const wix = await startWix({
    seed: { ...demoSeed, connections: [connection] },
    fetchAdapter: adapter.fetch,
    ...options,
  });
  key.publicKey = wix.publicKey;
  return { wix, adapter };
}

/** What the adapter was asked about data, without what Wix asked to learn what there is. */
export const dataRequests = (adapter: FakeAdapter) =>
  adapter.requests.filter(({ path }) => path.startsWith('v3/items/') || path.startsWith('data/'));

type Claims = Readonly<{
  iss: string;
  aud: string;
  iat: number;
  exp: number;
  data: { request: Record<string, unknown>; metadata: Record<string, unknown> };
}>;

/** The claims of a request of the present generation, and the header of its signature. */
export function signedOf({ text = '' }: { text?: string } = {}) {
  const [header, claims] = text
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as unknown);
  return { header, claims: claims as Claims, ...(claims as Claims).data };
}

/** Everyone who may ask, and how the two generations call them. */
export const callers = [
  {
    who: 'a visitor',
    client: async () => asVisitor(),
    identity: { identityType: 'ANONYMOUS_VISITOR', anonymousVisitorId: expect.any(String) as string },
    context: { memberId: expect.any(String) as string, role: 'VISITOR' },
  },
  {
    who: 'a member',
    client: () => asMember(ada),
    identity: { identityType: 'MEMBER', memberId: ada.id },
    context: { memberId: ada.id, role: 'MEMBER' },
  },
  {
    who: 'the owner',
    client: () => asMember(owner),
    identity: { identityType: 'WIX_USER', wixUserId: owner.id },
    context: { memberId: owner.id, role: 'OWNER' },
  },
  {
    who: 'an app',
    client: async () => asApp(),
    identity: { identityType: 'APP', appId: app.clientId },
    context: { memberId: null, role: 'BACKEND_CODE' },
  },
  {
    who: 'an API key',
    client: async () => asApiKey(),
    identity: { identityType: 'WIX_USER', wixUserId: expect.any(String) as string },
    context: { memberId: expect.any(String) as string, role: 'OWNER' },
  },
] as const;

export type Client = Awaited<ReturnType<(typeof callers)[number]['client']>>;
