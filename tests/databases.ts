import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { openDatabase, type Database, type DatabaseAddress } from '../src/lib/store/database.ts';
import { POSTGRES_START_MS, startPostgres, type Postgres } from './postgres.ts';

/** Our own database can be either of these, and everything must hold on both. */
export const DATABASES = ['SQLite', 'PostgreSQL'] as const;

export type DatabaseKind = (typeof DATABASES)[number];

/** A place for a database of a test's own; nothing is there yet. */
export type Place = Readonly<{ address: DatabaseAddress; remove: () => Promise<void> }>;

export type TestDatabase = Readonly<{
  database: Database;
  /** Every value of every row of every table, as text. */
  dump: () => Promise<string>;
  /** Takes every row out: much quicker than a new database. */
  empty: () => Promise<void>;
  close: () => Promise<void>;
}>;

export type Databases = Readonly<{
  postgres: () => Postgres;
  place: (kind: DatabaseKind) => Promise<Place>;
  open: (kind: DatabaseKind) => Promise<TestDatabase>;
}>;

/** Databases of both kinds for the tests of one file; starts a PostgreSQL server before them and stops it after them. */
export function useDatabases(): Databases {
  let running: Postgres | undefined;

  beforeAll(async () => {
    running = await startPostgres();
  }, POSTGRES_START_MS);

  afterAll(() => running?.stop());

  const postgres = () => {
    if (!running) throw new Error('PostgreSQL runs only while there are tests');
    return running;
  };

  async function place(kind: DatabaseKind): Promise<Place> {
    const dataFolder = await mkdtemp(join(tmpdir(), 'database-'));
    const url = kind === 'PostgreSQL' ? await postgres().createDatabase() : undefined;
    return {
      address: { url, poolSize: 5, dataFolder },
      remove: () => rm(dataFolder, { recursive: true }),
    };
  }

  async function open(kind: DatabaseKind): Promise<TestDatabase> {
    const { address, remove } = await place(kind);
    const { database } = await openDatabase(address);
    return {
      database,
      dump: () => dump(database),
      async empty() {
        // Everything else is somebody's, and goes with them.
        await database.deleteFrom('member').execute();
        await database.deleteFrom('password_reset').execute();
        await database.deleteFrom('sign_in_floor').execute();
      },
      async close() {
        await database.destroy();
        await remove();
      },
    };
  }

  return { postgres, place, open };
}

/** What somebody gets who makes off with the database: every table there is, not only those we know. */
export async function dump(database: Database): Promise<string> {
  const tables = await database.introspection.getTables({ withInternalKyselyTables: true });
  const rows = tables.map(async ({ name }) => [
    name,
    await database
      .selectFrom(name as 'member')
      .selectAll()
      .execute(),
  ]);
  return JSON.stringify(await Promise.all(rows));
}
