import { statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { APPLICATION_ID, BUSY_TIMEOUT_MS } from './constants.ts';
import { DataFileError, refusal } from './data-file-error.ts';
import { migrations } from './schema.ts';
import { addTextFunctions } from './text-functions.ts';

/** Files up to this size are read through before they are used; that takes a fraction of a second. */
export const READ_AT_ONCE_BYTES = 32 << 20;

/**
 * Reads, and only reads, whether a file is ours, not newer than this code, and whole. Of a large file the items are
 * left to `ReadThrough`: a million of them would take seconds that everybody would wait for at every start.
 */
export function inspect(path: string, readAtOnceBytes: number): 'whole' | 'items left to read' {
  let db: Database.Database | undefined;
  try {
    db = new Database(path, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
    addTextFunctions(db);
    const applicationId = db.pragma('application_id', { simple: true });
    const version = db.pragma('user_version', { simple: true }) as number;
    if (applicationId !== APPLICATION_ID) throw refusal(path, 'it is not a data file of the Wix emulator');
    if (version > migrations.length) {
      throw refusal(
        path,
        `it has version ${version}, this emulator knows versions up to ${migrations.length}`,
      );
    }
    const file = db;
    const isSmall = statSync(path).size <= readAtOnceBytes;
    const damage = isSmall
      ? damageOf(file)
      : tablesBesideItems(file)
          .map((table) => damageOf(file, table))
          .find((found) => found !== undefined);
    if (damage !== undefined) throw refusal(path, `it is damaged (${damage})`);
    return isSmall ? 'whole' : 'items left to read';
  } catch (error) {
    if (error instanceof DataFileError) throw error;
    throw refusal(path, `it is damaged or not a SQLite file (${(error as Error).message})`, error);
  } finally {
    db?.close();
  }
}

/** The first fault SQLite finds in the file, or in one table and its indexes. */
export function damageOf(db: Database.Database, table?: string): string | undefined {
  const check = String(db.pragma(`quick_check(${table ?? '1'})`, { simple: true }));
  return check === 'ok' ? undefined : check;
}

const tablesBesideItems = (db: Database.Database): string[] =>
  db
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'items'")
    .pluck()
    .all();
