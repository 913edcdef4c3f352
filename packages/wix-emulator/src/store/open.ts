import { existsSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { migrations } from './schema.ts';
import { textFunctions } from './text-functions.ts';

/** Written into the file's header, so that another program's SQLite file is recognised and left alone. */
const APPLICATION_ID = 0x57_69_78_45;

/** Waiting for another process blocks this thread, so the wait is short. */
const BUSY_TIMEOUT_MS = 2_000;

/** Opens the data file, moving it forward when it is of an earlier version. Never changes a file it cannot use. */
export function openStore(path: string): Database.Database {
  const isNew = path === ':memory:' || !existsSync(path) || statSync(path).size === 0;
  if (!isNew) inspect(path);
  const db = new Database(path, { timeout: BUSY_TIMEOUT_MS });
  db.pragma('journal_mode = WAL');
  // FULL: an answered write survives a power cut, not only a crash of the process.
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
  for (const [name, text] of Object.entries(textFunctions)) db.function(name, { deterministic: true }, text);
  migrate(db);
  return db;
}

/** Reads, and only reads, whether the file is ours, whole, and not newer than this code. */
function inspect(path: string): void {
  let db: Database.Database | undefined;
  try {
    db = new Database(path, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
    const applicationId = db.pragma('application_id', { simple: true });
    const version = db.pragma('user_version', { simple: true }) as number;
    if (applicationId !== APPLICATION_ID) throw refusal(path, 'it is not a data file of the Wix emulator');
    if (version > migrations.length) {
      throw refusal(
        path,
        `it has version ${version}, this emulator knows versions up to ${migrations.length}`,
      );
    }
    const check = db.pragma('quick_check(1)', { simple: true });
    if (check !== 'ok') throw refusal(path, `it is damaged (${String(check)})`);
  } catch (error) {
    if (error instanceof DataFileError) throw error;
    throw refusal(path, `it is damaged or not a SQLite file (${(error as Error).message})`, error);
  } finally {
    db?.close();
  }
}

function migrate(db: Database.Database): void {
  db.transaction(() => {
    const version = db.pragma('user_version', { simple: true }) as number;
    for (const step of migrations.slice(version)) db.exec(step);
    db.pragma(`application_id = ${APPLICATION_ID}`);
    db.pragma(`user_version = ${migrations.length}`);
  }).immediate();
}

export class DataFileError extends Error {
  override readonly name = 'DataFileError';
}

function refusal(path: string, reason: string, cause?: unknown): DataFileError {
  return new DataFileError(
    `Cannot use the data file ${path}: ${reason}. It was not changed; move it away to start afresh.`,
    {
      cause,
    },
  );
}
