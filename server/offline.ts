import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createWixEmulator,
  type Mail,
  type Seed,
  type WixEmulator,
} from '../packages/wix-emulator/src/index.ts';
import demo from '../packages/wix-emulator/seeds/demo.json' with { type: 'json' };
import type { Variables } from './mode.ts';

/** The demo people and their rows; its shape is checked when it is planted. */
export const demoSeed = demo as Seed;

/** A program on this machine, at any port, may try the sign-in of native apps: RFC 8252 §7.3. */
const TRIAL_REDIRECT_URI = 'http://127.0.0.1/signed-in';

export type OfflineOptions = Readonly<{
  /** What the embedded Wix holds at first; the demo people unless given. */
  seed?: Seed | undefined;
  /** Told of every mail that Wix would have sent. */
  onMail?: ((mail: Mail) => void) | undefined;
}>;

export type OfflineWix = Readonly<{ emulator: WixEmulator; variables: Variables }>;

/**
 * The embedded Wix of offline mode, and the environment of a site connected to it. Its keys are made on first use and
 * kept in the data folder, so no default key exists that somebody could try elsewhere.
 */
export async function openOfflineWix(
  variables: Variables,
  siteOrigin: string,
  { seed = demoSeed, onMail }: OfflineOptions = {},
): Promise<OfflineWix> {
  const dataFolder = variables['DATA_DIR'] || '.data';
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  const keys = await readOrMakeKeys(join(dataFolder, KEYS_FILE));
  const emulator = await createWixEmulator({
    data: join(dataFolder, 'wix-emulator.sqlite'),
    app: { ...keys.app, redirectUris: [`${siteOrigin}/api/auth/callback`] },
    seed,
    ...(onMail && { onMail }),
  });
  emulator.servePagesAt(siteOrigin);
  return { emulator, variables: connectedTo(keys, variables, siteOrigin) };
}

/**
 * The same for whoever only looks, while a site may be running on the data folder: what the folder holds stays, and
 * nothing is sent or worked off. Where it holds no Wix yet, one in memory stands in, as the first start would make it.
 * @throws {Error} when the folder cannot be read.
 */
export async function visitOfflineWix(
  variables: Variables,
  siteOrigin: string,
): Promise<OfflineWix & Readonly<{ isKept: boolean }>> {
  const dataFolder = variables['DATA_DIR'] || '.data';
  const data = join(dataFolder, 'wix-emulator.sqlite');
  const isKept = existsSync(data);
  const kept = await readKeys(join(dataFolder, KEYS_FILE));
  if (isKept && !kept)
    throw new Error(`${dataFolder} holds a Wix and no keys to it: ${KEYS_FILE} is missing`);
  const keys = kept ?? makeKeys();
  const emulator = isKept
    ? await createWixEmulator({ data, background: false })
    : await createWixEmulator({
        data: ':memory:',
        app: { ...keys.app, redirectUris: [`${siteOrigin}/api/auth/callback`] },
        seed: demoSeed,
      });
  return { emulator, variables: connectedTo(keys, variables, siteOrigin), isKept };
}

function connectedTo(keys: Keys, variables: Variables, siteOrigin: string): Variables {
  return {
    ...variables,
    APP_REDIRECT_URIS: variables['APP_REDIRECT_URIS'] || TRIAL_REDIRECT_URI,
    WIX_CLIENT_ID: keys.app.clientId,
    WIX_CLIENT_SECRET: keys.app.clientSecret,
    WIX_CLIENT_INSTANCE_ID: keys.app.instanceId,
    SECRETS_KEY: variables['SECRETS_KEY'] || keys.secretsKey,
    SITE_ORIGIN: siteOrigin,
  };
}

const KEYS_FILE = 'offline-keys.json';

type Keys = Readonly<{
  app: Readonly<{ clientId: string; clientSecret: string; instanceId: string }>;
  secretsKey: string;
}>;

async function readOrMakeKeys(path: string): Promise<Keys> {
  const kept = await readKeys(path);
  if (kept) return kept;
  const keys = makeKeys();
  // `wx`: of two that start together one makes the keys, and the other fails clearly instead of having its own.
  await writeFile(path, JSON.stringify(keys, null, 2), { mode: 0o600, flag: 'wx' });
  return keys;
}

async function readKeys(path: string): Promise<Keys | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Keys;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Error(`${path} cannot be read; remove the data folder to start afresh`, { cause: error });
  }
}

function makeKeys(): Keys {
  return {
    app: {
      clientId: randomUUID(),
      clientSecret: randomBytes(32).toString('base64url'),
      instanceId: randomUUID(),
    },
    secretsKey: randomBytes(32).toString('base64'),
  };
}
