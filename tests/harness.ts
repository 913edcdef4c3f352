import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Seed, WixEmulator } from '../packages/wix-emulator/src/index.ts';
import type { JournalEntry } from '../src/lib/policy/journal.ts';
import { serve, type ServeOptions } from '../server/gatehouse.ts';
import { demoSeed } from '../server/offline.ts';

/** Taken before the site replaces it: tests are strangers on the network, not part of the site. */
export const network = globalThis.fetch;

/** Does as it likes with a request of the site to Wix: answer, delay, fail, or forward it. */
export type WixTrouble = (
  request: Request,
  forward: (request: Request) => Promise<Response>,
) => Promise<Response>;

/** One request of the site to Wix, and with whose rights it went out. */
export type WixCall = Readonly<{ method: string; path: string; rights: 'app' | 'other'; status: number }>;

export type Site = Readonly<{
  address: string;
  dataFolder: string;
  emulator: WixEmulator;
  /** Everything that went to Wix since `forget()`. */
  wixCalls: WixCall[];
  forget: () => void;
  /** Replaces what stands between the site and Wix; `null` is plain sailing. */
  trouble: (trouble: WixTrouble | null) => void;
  /** The journal of elevated calls since the start, oldest first. */
  journal: () => Promise<JournalEntry[]>;
  stop: () => Promise<void>;
}>;

type SeedMember = NonNullable<Seed['members']>[number];
type SeedCollection = NonNullable<Seed['collections']>[number];
type SeedItem = NonNullable<SeedCollection['items']>[number];

export type SiteOptions = Readonly<{
  /** More people than the demo's. */
  members?: SeedMember[];
  /** More rows for collections of the demo, by collection id. */
  items?: Record<string, SeedItem[]>;
  /** More collections. */
  collections?: SeedCollection[];
  variables?: Record<string, string>;
  /** Between two rounds of asking Wix about members; none happens within a test unless given. */
  memberRoundMs?: number;
  /**
   * How Wix is spared calls; `as-usual` is what a site does. Unless asked for nothing is kept, and Wix is asked however
   * often it fails: tests about something else give it more trouble in a row than it ever has.
   */
  sparing?: ServeOptions['sparing'] | 'as-usual';
  /** One of an earlier site, to go on with its data. It is kept when the site stops. */
  dataFolder?: string;
}>;

const UNSPARING = { outagesToOpen: Infinity, longestPauseMs: 0, keptBytes: 0 };

/** The built site on a free loopback port, with a data folder of its own and, when asked, more people and rows. */
export async function openSite(options: SiteOptions = {}): Promise<Site> {
  const dataFolder = options.dataFolder ?? (await mkdtemp(join(tmpdir(), 'gatehouse-')));
  const wixCalls: WixCall[] = [];
  const appTokens = new Set<string>();
  let trouble: WixTrouble | null = null;

  const gatehouse = await serve({
    seed: withMore(options),
    memberRoundMs: options.memberRoundMs ?? 60 * 60 * 1000,
    ...(options.sparing !== 'as-usual' && { sparing: { ...UNSPARING, ...options.sparing } }),
    variables: {
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: 'error',
      // Tests ask more of one address than people do; those about the limits switch them on.
      RATE_LIMITS: 'off',
      DATA_DIR: dataFolder,
      ...options.variables,
    },
    interceptWix: async (request, forward) => {
      const authorization = request.headers.get('authorization') ?? '';
      const { pathname } = new URL(request.url);
      const copy = pathname === '/oauth2/token' ? await request.clone().text() : '';
      const response = await (trouble ? trouble(request, forward) : forward(request));
      if (copy.includes('client_credentials') && response.status === 200) {
        // Read loosely: a test may have put nonsense in place of the answer.
        const token = await response
          .clone()
          .text()
          .then(accessTokenIn, () => undefined);
        if (token !== undefined) appTokens.add(token);
      }
      const rights = appTokens.has(authorization) ? 'app' : 'other';
      wixCalls.push({ method: request.method, path: pathname, rights, status: response.status });
      return response;
    },
  });
  const { emulator } = gatehouse;
  if (!emulator) throw new Error('the tests run in offline mode');

  return {
    address: gatehouse.address,
    dataFolder,
    emulator,
    wixCalls,
    forget: () => {
      wixCalls.length = 0;
    },
    trouble: (replacement) => {
      trouble = replacement;
    },
    journal: () => readJournal(dataFolder),
    async stop() {
      await gatehouse.stop();
      if (options.dataFolder === undefined) await rm(dataFolder, { recursive: true });
    },
  };
}

function accessTokenIn(text: string): string | undefined {
  return /"access_token":"([^"]+)"/.exec(text)?.[1];
}

function withMore({ members = [], items = {}, collections = [] }: SiteOptions): Seed {
  return {
    ...demoSeed,
    members: [...(demoSeed.members ?? []), ...members],
    collections: [
      ...(demoSeed.collections ?? []).map((collection) => ({
        ...collection,
        items: [...(collection.items ?? []), ...(items[collection.id] ?? [])],
      })),
      ...collections,
    ],
  };
}

async function readJournal(dataFolder: string): Promise<JournalEntry[]> {
  const folder = join(dataFolder, 'journal');
  const texts = await Promise.all(
    (await readdir(folder)).toSorted().map((name) => readFile(join(folder, name), 'utf8')),
  );
  const lines = texts.flatMap((text) => text.split('\n')).filter((line) => line !== '');
  const entries = lines.map((line) => JSON.parse(line) as JournalEntry);
  // How each call ended; that it began was written down before it left.
  return entries.filter(({ outcome }) => outcome !== 'begun');
}
