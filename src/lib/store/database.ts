import { Kysely, sql, type Dialect } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { migrations as ours } from './migrations/index.ts';
import { openPostgres } from './postgres.ts';
import type { Schema } from './schema.ts';
import { openSqlite } from './sqlite.ts';

export type Database = Kysely<Schema>;

/** Our own database, opened. */
export type OpenedDatabase = Readonly<{
  database: Database;
  /** The connections behind it, for what shares them; `null` for the embedded database. */
  pool: Pool | null;
}>;

/** Where our own database is: a PostgreSQL server, or a file under the data folder. */
export type DatabaseAddress = Readonly<{ url?: string | undefined; poolSize: number; dataFolder: string }>;

/** How long a request waits for one statement, in milliseconds: PostgreSQL may have work, SQLite another process. */
const PATIENCE_MS = { postgres: 5_000, sqlite: 2_000 };

/** A migration may have a large table to go through, or wait for another process that has; in milliseconds. */
const MIGRATION_PATIENCE_MS = 10 * 60_000;

/**
 * Opens our own database and brings its schema up to date, all or nothing. Of several processes that start together
 * one migrates and the others wait for it.
 * @param migrations other ones than ours, for tests.
 * @throws {Error} when the file is damaged, the server cannot be reached, or the schema is a newer Gatehouse's.
 */
export async function openDatabase(
  { url, poolSize, dataFolder }: DatabaseAddress,
  migrations: Readonly<Record<string, Migration>> = ours,
): Promise<OpenedDatabase> {
  if (url === undefined) {
    await mkdir(dataFolder, { recursive: true, mode: 0o700 });
    const file = join(dataFolder, 'gatehouse.sqlite');
    const [migrating, serving] = [MIGRATION_PATIENCE_MS, PATIENCE_MS.sqlite];
    await migrate(
      openSqlite(file, { patienceMs: migrating, isChecked: false, isMigrating: true }),
      migrations,
    );
    const dialect = openSqlite(file, { patienceMs: serving, isChecked: true, isMigrating: false });
    return { database: await connected(dialect), pool: null };
  }
  await migrate(openPostgres(url, 2, MIGRATION_PATIENCE_MS).dialect, migrations);
  const { dialect, pool } = openPostgres(url, poolSize, PATIENCE_MS.postgres);
  return { database: await connected(dialect), pool };
}

/** With a connection that is there before the first request is. */
async function connected(dialect: Dialect): Promise<Database> {
  const database = new Kysely<Schema>({ dialect });
  await sql`SELECT 1`.execute(database);
  return database;
}

async function migrate(dialect: Dialect, migrations: Readonly<Record<string, Migration>>): Promise<void> {
  const database = new Kysely<Schema>({ dialect });
  const migrator = new Migrator({
    db: database,
    provider: { getMigrations: () => Promise.resolve(migrations) },
  });
  const { error } = await migrator.migrateToLatest();
  await database.destroy();
  if (error === undefined) return;
  const text = error instanceof Error ? error.message : JSON.stringify(error);
  const newer = /corrupted migrations/.test(text);
  throw new Error(
    newer
      ? `The database was written by a newer Gatehouse (${text}); use that one, or restore a backup.`
      : text,
    { cause: error },
  );
}
