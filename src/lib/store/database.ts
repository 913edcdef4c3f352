import { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { migrations } from './migrations/index.ts';
import type { Schema } from './schema.ts';
import { openSqlite } from './sqlite.ts';

export type Database = Kysely<Schema>;

/**
 * Opens our own database under the data folder and brings its schema up to date, all or nothing.
 * @throws {Error} when the file is damaged, or was written by a newer Gatehouse.
 */
export async function openDatabase(dataFolder: string): Promise<Database> {
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  const database = new Kysely<Schema>({ dialect: openSqlite(join(dataFolder, 'gatehouse.sqlite')) });
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
