import { Kysely, sql, type RawBuilder } from 'kysely';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openPostgres } from '../store/postgres.ts';
import { openSqlite } from '../store/sqlite.ts';
import { discoverPostgres } from './catalogue/postgres.ts';
import { discoverSqlite } from './catalogue/sqlite.ts';
import type { Table } from './catalogue/table.ts';
import type { Dialect } from './sql/dialect.ts';
import { postgres } from './sql/postgres.ts';
import { sqlite } from './sql/sqlite.ts';
import { asFault } from './trouble.ts';

/** A statement's rows; values of columns are named by their place. */
export type Rows = readonly Readonly<Record<string, unknown>>[];

/** Something that runs statements: the database, or one transaction of it. */
export type Connection = Readonly<{
  dialect: Dialect;
  database: Kysely<unknown>;
  /** @throws {Fault} for everything that can go wrong. */
  run: (statement: RawBuilder<unknown>) => Promise<Rows>;
}>;

/** What writes several items: it may be in a transaction already, and then goes on in it. */
export type Writer = Connection &
  Readonly<{
    /** All or nothing. */
    transaction: <Value>(work: (connection: Writer) => Promise<Value>) => Promise<Value>;
    /** One statement that may fail without undoing what was done before it. */
    alone: <Value>(statement: () => Promise<Value>) => Promise<Value>;
  }>;

export type ExternalDatabase = Writer &
  Readonly<{
    discover: () => Promise<Table[]>;
    close: () => Promise<void>;
  }>;

export type ExternalDatabaseAddress = Readonly<{
  url?: string | undefined;
  poolSize: number;
  dataFolder: string;
  /** How long a statement may take, and a connection may be waited for, in milliseconds. */
  patienceMs?: number;
}>;

const PATIENCE_MS = 5_000;

/** SQLite is waited for in this process, where others wait as well; in milliseconds. */
const SQLITE_PATIENCE_MS = 2_000;

/**
 * Opens the owner's database: PostgreSQL by its address, else an SQLite file of its own under the data folder.
 * PostgreSQL is not asked yet: it may come later.
 * @throws {Error} when the SQLite file is damaged.
 */
export async function openExternalDatabase(address: ExternalDatabaseAddress): Promise<ExternalDatabase> {
  const { url, poolSize, dataFolder, patienceMs } = address;
  if (url !== undefined) {
    const { dialect } = openPostgres(url, poolSize, patienceMs ?? PATIENCE_MS);
    return over(new Kysely<unknown>({ dialect }), postgres, discoverPostgres);
  }
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  const dialect = openSqlite(join(dataFolder, 'external-database.sqlite'), {
    patienceMs: patienceMs ?? SQLITE_PATIENCE_MS,
    isChecked: false,
    isMigrating: false,
  });
  return over(new Kysely<unknown>({ dialect }), sqlite, discoverSqlite);
}

function over(
  database: Kysely<unknown>,
  dialect: Dialect,
  discover: (database: Kysely<unknown>) => Promise<Table[]>,
): ExternalDatabase {
  const guarded = async <Value>(work: () => Promise<Value>): Promise<Value> => {
    try {
      return await work();
    } catch (error) {
      throw asFault(error);
    }
  };
  const connection = (on: Kysely<unknown>): Connection => ({
    dialect,
    database: on,
    run: (statement) =>
      guarded(async () => {
        const { rows } = await statement.execute(on);
        return rows as Rows;
      }),
  });
  const inside = (on: Kysely<unknown>): Writer => ({
    ...connection(on),
    transaction: (work) => inSavepoint(connection(on), () => work(inside(on))),
    alone: (statement) => inSavepoint(connection(on), statement),
  });
  return {
    ...connection(database),
    transaction: (work) =>
      guarded(() => database.transaction().execute((transaction) => work(inside(transaction)))),
    alone: (statement) => statement(),
    discover: () => guarded(() => discover(database)),
    close: () => database.destroy(),
  };
}

/** Undoes what comes after it and fails, and nothing else. */
export async function inSavepoint<Value>({ run }: Connection, work: () => Promise<Value>): Promise<Value> {
  await run(sql`SAVEPOINT item`);
  try {
    const value = await work();
    await run(sql`RELEASE SAVEPOINT item`);
    return value;
  } catch (error) {
    await run(sql`ROLLBACK TO SAVEPOINT item`);
    throw error;
  }
}
