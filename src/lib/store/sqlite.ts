import SQLite from 'better-sqlite3';
import { SqliteAdapter, SqliteDialect, type Dialect } from 'kysely';
import { randomUUID } from 'node:crypto';
import { existsSync, linkSync, statSync, unlinkSync } from 'node:fs';
import { SqliteServerDriver } from './sqlite-driver.ts';

/** While opening, waiting holds up nobody but those who open; in milliseconds. */
const OPENING_PATIENCE_MS = 10_000;

/**
 * Opens the embedded database.
 * An acknowledged write is on disk: WAL with synchronous=FULL (sqlite.org/pragma.html#pragma_synchronous).
 * @param patienceMs how long a statement waits for other processes, in milliseconds.
 * @param isMigrating leaves foreign keys aside, without which no table can be made anew.
 * @param isChecked whether somebody has read the whole file through already.
 * @throws {Error} when the file is damaged or is not a database; it is left as it is.
 */
export function openSqlite(
  path: string,
  { patienceMs, isChecked, isMigrating }: { patienceMs: number; isChecked: boolean; isMigrating: boolean },
): Dialect {
  makeWhereMissing(path);
  // SQLite takes a file cut to nothing for a new database, and every session would be gone without a word.
  if (statSync(path).size === 0) {
    throw new Error(
      `The database ${path} is empty and was not opened: restore a backup, or remove the file.`,
    );
  }
  const writer = new SQLite(path, { timeout: OPENING_PATIENCE_MS });
  const dialect = new SqliteDialect({ database: writer });
  try {
    writer.pragma('journal_mode = WAL');
    writer.pragma('synchronous = FULL');
    writer.pragma(`foreign_keys = ${isMigrating ? 'OFF' : 'ON'}`);
    if (!isChecked && writer.pragma('quick_check', { simple: true }) !== 'ok')
      throw new Error('its pages are inconsistent');
    const reader = new SQLite(path, { timeout: OPENING_PATIENCE_MS });
    reader.pragma('query_only = ON');
    // From here on the driver waits, since SQLite's own waiting would hold the event loop still for everybody.
    for (const connection of [writer, reader]) connection.pragma('busy_timeout = 0');
    return {
      createDriver: () => new SqliteServerDriver(writer, reader, patienceMs),
      createAdapter: () => new ServerAdapter(),
      createQueryCompiler: () => dialect.createQueryCompiler(),
      createIntrospector: (database) => dialect.createIntrospector(database),
    };
  } catch (error) {
    writer.close();
    throw new Error(`The database ${path} is damaged and was not opened: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** SQLite begins with an empty file, which others who open it at that moment would take for a damaged one. */
function makeWhereMissing(path: string): void {
  if (existsSync(path)) return;
  const draft = `${path}.${randomUUID()}`;
  const connection = new SQLite(draft);
  connection.pragma('journal_mode = WAL');
  connection.close();
  try {
    linkSync(draft, path);
  } catch (error) {
    // Somebody else was first.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
}

class ServerAdapter extends SqliteAdapter {
  /** SQLite rolls schema changes back like any other; Kysely does not claim it, so half a migration could stay. */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }

  /** The driver itself lets writes take turns. */
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}
