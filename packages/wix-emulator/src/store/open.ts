import { closeSync, existsSync, openSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { APPLICATION_ID, BUSY_TIMEOUT_MS } from './constants.ts';
import { inspect, READ_AT_ONCE_BYTES } from './inspect.ts';
import { migrations } from './schema.ts';
import { addTextFunctions } from './text-functions.ts';

/** Rows are read where the file lies in memory already, instead of being copied out of it call by call. */
const MAPPED_BYTES = 1 << 30;

export type OpenStore = Readonly<{
  db: Database.Database;
  /** False for a large file, of which only the small tables were looked at. */
  isReadThrough: boolean;
}>;

/** Opens the data file, moving it forward when it is of an earlier version. Never changes a file it cannot use. */
export function openStore(path: string, readAtOnceBytes = READ_AT_ONCE_BYTES): OpenStore {
  const isNew = path === ':memory:' || !existsSync(path) || statSync(path).size === 0;
  const isReadThrough = isNew || inspect(path, readAtOnceBytes) === 'whole';
  // Secrets are inside: made for its owner's eyes only, and the log beside it gets the same permissions.
  if (isNew && path !== ':memory:') closeSync(openSync(path, 'a', 0o600));
  const db = new Database(path, { timeout: BUSY_TIMEOUT_MS });
  db.pragma('journal_mode = WAL');
  // FULL: an answered write survives a power cut, not only a crash of the process.
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
  db.pragma(`mmap_size = ${MAPPED_BYTES}`);
  addTextFunctions(db);
  migrate(db);
  return { db, isReadThrough };
}

function migrate(db: Database.Database): void {
  db.transaction(() => {
    const version = db.pragma('user_version', { simple: true }) as number;
    for (const step of migrations.slice(version)) db.exec(step);
    db.pragma(`application_id = ${APPLICATION_ID}`);
    db.pragma(`user_version = ${migrations.length}`);
  }).immediate();
}
