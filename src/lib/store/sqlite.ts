import SQLite from 'better-sqlite3';
import { statSync } from 'node:fs';
import { SqliteAdapter, SqliteDialect, type SqliteDatabase } from 'kysely';

/**
 * Opens the embedded database.
 * An acknowledged write is on disk: WAL with synchronous=FULL (sqlite.org/pragma.html#pragma_synchronous).
 * @throws {Error} when the file is damaged or is not a database; it is left as it is.
 */
export function openSqlite(path: string): SqliteDialect {
  // SQLite takes a file cut to nothing for a new database, and every session would be gone without a word.
  if (statSync(path, { throwIfNoEntry: false })?.size === 0) {
    throw new Error(
      `The database ${path} is empty and was not opened: restore a backup, or remove the file.`,
    );
  }
  const connection = new SQLite(path);
  try {
    connection.pragma('journal_mode = WAL');
    connection.pragma('synchronous = FULL');
    connection.pragma('foreign_keys = ON');
    // Short, since waiting here holds the event loop still for everybody.
    connection.pragma('busy_timeout = 250');
    if (connection.pragma('quick_check', { simple: true }) !== 'ok')
      throw new Error('its pages are inconsistent');
  } catch (error) {
    connection.close();
    throw new Error(`The database ${path} is damaged and was not opened: ${(error as Error).message}`, {
      cause: error,
    });
  }
  return new TransactionalSqliteDialect({ database: preparedOnce(connection) });
}

/** Kysely asks for a statement per call; the same text gives the same prepared one. The texts are all our own, so few. */
function preparedOnce(connection: SQLite.Database): SqliteDatabase {
  const statements = new Map<string, ReturnType<SqliteDatabase['prepare']>>();
  return {
    prepare(text) {
      const known = statements.get(text);
      if (known) return known;
      const statement = connection.prepare(text) as ReturnType<SqliteDatabase['prepare']>;
      statements.set(text, statement);
      return statement;
    },
    close: () => connection.close(),
  };
}

/** SQLite rolls schema changes back like any other; Kysely's adapter does not claim it, so half a migration could stay. */
class TransactionalSqliteDialect extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new (class extends SqliteAdapter {
      override get supportsTransactionalDdl(): boolean {
        return true;
      }
    })();
  }
}
