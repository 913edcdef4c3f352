import { Kysely, type Dialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { migrations } from './migrations/index.ts';
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

/**
 * Opens our own database and brings its schema up to date, all or nothing. Of several processes that start together
 * one migrates and the others wait for it.
 * @throws {Error} when the file is damaged, the server cannot be reached, or the schema is a newer Gatehouse's.
 */
export async function openDatabase({ url, poolSize, dataFolder }: DatabaseAddress): Promise<OpenedDatabase> {
  if (url === undefined) {
    await mkdir(dataFolder, { recursive: true, mode: 0o700 });
    return { database: await migrated(openSqlite(join(dataFolder, 'gatehouse.sqlite'))), pool: null };
  }
  const { dialect, pool } = openPostgres(url, poolSize);
  return { database: await migrated(dialect), pool };
}

async function migrated(dialect: Dialect): Promise<Database> {
  const database = new Kysely<Schema>({ dialect });
  try {
    await migrate(database);
    return database;
  } catch (error) {
    await database.destroy();
    throw error;
  }
}

async function migrate(database: Database): Promise<void> {
  const migrator = new Migrator({
    db: database,
    provider: { getMigrations: () => Promise.resolve(migrations) },
  });
  const { error } = await migrator.migrateToLatest();
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
