import Database from 'better-sqlite3';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { rowsOf, type CrowdMember } from '../tests/crowd.ts';
import { openOfflineWix } from '../server/offline.ts';
import { peopleOf, ROWS_EACH, seedOf } from './people.ts';

/** The token by which the route written by hand knows a member. */
export function tokenByHand({ canary }: CrowdMember): string {
  return `token-${canary}`;
}

/** Puts rows into the embedded Wix of a data folder, and signs nobody in. */
async function fillWix(folder: string, rows: number): Promise<void> {
  const variables = { DATA_DIR: folder };
  const { emulator } = await openOfflineWix(variables, 'http://127.0.0.1:1', { seed: seedOf(rows) });
  emulator.close();
}

/** The same rows for the route written by hand. */
function fillByHand(folder: string, rows: number): void {
  const database = new Database(join(folder, 'by-hand.sqlite'));
  database.exec(`
    PRAGMA journal_mode = WAL;
    CREATE TABLE members (member TEXT PRIMARY KEY, email TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE sessions (
      token_hash TEXT PRIMARY KEY, member TEXT NOT NULL, expires_at INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE rows (
      id TEXT PRIMARY KEY, email TEXT NOT NULL, created TEXT NOT NULL, data TEXT NOT NULL
    );
    CREATE INDEX rows_of ON rows (email, created DESC, id);
  `);
  const addMember = database.prepare('INSERT INTO members VALUES (?, ?)');
  const addSession = database.prepare('INSERT INTO sessions VALUES (?, ?, ?)');
  const addRow = database.prepare('INSERT INTO rows VALUES (?, ?, ?, ?)');
  const { all, asking } = peopleOf(rows);
  database.transaction(() => {
    for (const member of asking) {
      addMember.run(member.id, member.email);
      const hash = createHash('sha256').update(tokenByHand(member)).digest('hex');
      addSession.run(hash, member.id, Date.now() + 3_600_000);
    }
    for (const member of all) {
      for (const { _id, _createdDate, ...data } of rowsOf(member, ROWS_EACH)) {
        addRow.run(_id, member.email, _createdDate.$date, JSON.stringify(data));
      }
    }
  })();
  database.close();
}

/** Run by itself it fills one folder, so that what that takes is not the memory of who asks afterwards. */
if (import.meta.main) {
  const { DATA_DIR = '', ROWS, FOR } = process.env;
  if (FOR === 'by-hand') fillByHand(DATA_DIR, Number(ROWS));
  else await fillWix(DATA_DIR, Number(ROWS));
}
