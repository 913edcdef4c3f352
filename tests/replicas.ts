import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createWixEmulator, type WixEmulator } from '../packages/wix-emulator/src/index.ts';
import { serve } from '../packages/wix-emulator/src/server.ts';
import { demoSeed } from '../server/offline.ts';

/** One process of the built site in live mode. */
export type Replica = Readonly<{
  address: string;
  dataFolder: string;
  /** What it has written to its log until here. */
  log: () => string;
}>;

export type Replicas = Readonly<{
  /** As many as were asked for; each of them is the same site. */
  replicas: readonly Replica[];
  /** Wix, which all of them speak to. */
  emulator: WixEmulator;
  /** Where browsers believe to be: what the Origin header says. */
  origin: string;
  /** What all of them seal with. */
  secretsKey: string;
  stop: () => Promise<void>;
}>;

const ORIGIN = 'https://members.example.com';

/**
 * Starts several processes of the site at the same moment, over one PostgreSQL and one Wix. They share nothing else,
 * as on several machines: each has a data folder of its own.
 * @param options.databaseUrl none for the embedded database, which one process can use alone.
 */
export async function startReplicas(options: {
  count: number;
  databaseUrl: string | undefined;
  variables?: Readonly<Record<string, string>>;
}): Promise<Replicas> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-replicas-'));
  const app = {
    clientId: randomUUID(),
    clientSecret: randomBytes(32).toString('base64url'),
    instanceId: randomUUID(),
  };
  const emulator = await createWixEmulator({
    data: join(folder, 'wix-emulator.sqlite'),
    app: { ...app, redirectUris: [`${ORIGIN}/api/auth/callback`] },
    seed: demoSeed,
  });
  const wix = await serve(emulator, { host: '127.0.0.1', port: 0, allowRemote: false });
  // The site trusts addresses of Wix alone; that they lead here is replica-process.ts's doing.
  emulator.serveAt('https://www.wixapis.com');
  const secretsKey = randomBytes(32).toString('base64');
  const variables = {
    WIX_CLIENT_ID: app.clientId,
    WIX_CLIENT_SECRET: app.clientSecret,
    WIX_CLIENT_INSTANCE_ID: app.instanceId,
    SITE_ORIGIN: ORIGIN,
    SECRETS_KEY: secretsKey,
    ...(options.databaseUrl !== undefined && { DATABASE_URL: options.databaseUrl }),
    HOST: '127.0.0.1',
    PORT: '0',
    RATE_LIMITS: 'off',
    WIX_EMULATOR: wix.address,
    ...options.variables,
  };
  const started = await Promise.allSettled(
    Array.from({ length: options.count }, (_, index) => start(join(folder, `replica-${index}`), variables)),
  );
  const running = started.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));

  async function stop(): Promise<void> {
    await Promise.all(running.map((each) => each.end()));
    await wix.close();
    emulator.close();
    await rm(folder, { recursive: true });
  }

  const failed = started.find((outcome) => outcome.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  return { replicas: running.map(({ replica }) => replica), emulator, origin: ORIGIN, secretsKey, stop };
}

type Running = Readonly<{ replica: Replica; end: () => Promise<void> }>;

async function start(dataFolder: string, variables: Readonly<Record<string, string>>): Promise<Running> {
  const child = fork(fileURLToPath(new URL('./replica-process.ts', import.meta.url)), {
    env: { ...process.env, ...variables, DATA_DIR: dataFolder },
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (bytes: Buffer) => (log += String(bytes)));
  const ended = once(child, 'exit');
  const address = await Promise.race([
    once(child, 'message').then(([message]) => String(message)),
    ended.then(() => Promise.reject(new Error(`a replica has ended:\n${log}`))),
  ]);
  return { replica: { address, dataFolder, log: () => log }, end: () => end(child, ended) };
}

async function end(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  child.kill('SIGTERM');
  await ended;
}
