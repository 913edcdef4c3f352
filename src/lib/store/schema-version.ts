import SQLite from 'better-sqlite3';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseAddress } from './database.ts';
import { migrations } from './migrations/index.ts';
import { openPostgres } from './postgres.ts';

/** How far the schema has come; the names are those of the migrations, in their order. */
export type SchemaVersion = Readonly<{
  /** `null` when no Gatehouse has used this database yet. */
  last: string | null;
  missing: readonly string[];
  /** Those that only a newer Gatehouse knows. */
  unknown: readonly string[];
}>;

/** How long is waited for the database, in milliseconds. */
const PATIENCE_MS = 5_000;

/** Kysely's own table. */
const MIGRATIONS = 'kysely_migration';

/**
 * Reads the version of the schema, and changes nothing: whoever looks must not migrate.
 * @throws {Error} when the file is damaged or the server cannot be reached.
 */
export async function readSchemaVersion(address: Omit<DatabaseAddress, 'poolSize'>): Promise<SchemaVersion> {
  const { url, dataFolder } = address;
  const applied = url === undefined ? inFile(join(dataFolder, 'gatehouse.sqlite')) : await onServer(url);
  const known = Object.keys(migrations);
  return {
    last: applied.toSorted().at(-1) ?? null,
    missing: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
  };
}

function inFile(path: string): string[] {
  if (!existsSync(path)) return [];
  const file = new SQLite(path, { readonly: true, fileMustExist: true, timeout: PATIENCE_MS });
  try {
    const table = file.prepare(`SELECT 1 FROM sqlite_master WHERE name = '${MIGRATIONS}'`).get();
    if (table === undefined) return [];
    return file.prepare<[], { name: string }>(`SELECT name FROM ${MIGRATIONS}`).all().map(nameOf);
  } finally {
    file.close();
  }
}

async function onServer(url: string): Promise<string[]> {
  const { pool } = openPostgres(url, 1, PATIENCE_MS);
  try {
    const table = await pool.query<{ found: string | null }>(`SELECT to_regclass('${MIGRATIONS}') AS found`);
    if ((table.rows[0]?.found ?? null) === null) return [];
    return (await pool.query<{ name: string }>(`SELECT name FROM ${MIGRATIONS}`)).rows.map(nameOf);
  } finally {
    await pool.end();
  }
}

const nameOf = ({ name }: { name: string }): string => name;
