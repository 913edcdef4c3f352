import SQLite from 'better-sqlite3';
import { rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Pool } from 'pg';
import { RateLimiterPostgres, RateLimiterSQLite, type RateLimiterStoreAbstract } from 'rate-limiter-flexible';

/** So many in a window, which begins with the first one of its key. */
export type Allowance = Readonly<{ name: string; quota: number; windowSeconds: number }>;

/** Where is counted: in a store and never in this process's memory, so that replicas and restarts change nothing. */
export type Counters = Readonly<{
  /** A counter per key; each change of one is a single atomic statement. */
  counter: (allowance: Allowance) => RateLimiterStoreAbstract;
  /** Removes what is over. */
  sweep: () => Promise<void>;
  close: () => void;
}>;

/** Made by migration 003 in PostgreSQL, and here in the embedded file. */
const TABLE = 'rate_limit';

/** Rows that one step of a sweep looks at: about a millisecond. */
const STEP = 2_000;

/** @param pool our own database on PostgreSQL; `null` for the embedded one. */
export async function openCounters(pool: Pool | null, dataFolder: string): Promise<Counters> {
  if (pool) return postgresCounters(pool);
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  return sqliteCounters(join(dataFolder, 'limits.sqlite'));
}

function options({ name, quota, windowSeconds }: Allowance) {
  const table = { tableName: TABLE, tableCreated: true, clearExpiredByTimeout: false };
  return { ...table, keyPrefix: name, points: quota, duration: windowSeconds };
}

function postgresCounters(pool: Pool): Counters {
  return {
    counter: (allowance) =>
      new RateLimiterPostgres({ ...options(allowance), storeClient: pool, storeType: 'pool' }),
    async sweep() {
      // A row that somebody is counting in is left alone; so is one that began anew while this waited.
      const text = `
        DELETE FROM ${TABLE} WHERE expire <= $1 AND key IN
          (SELECT key FROM ${TABLE} WHERE expire <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED)`;
      let removed = STEP;
      while (removed === STEP) removed = (await pool.query(text, [Date.now(), STEP])).rowCount ?? 0;
    },
    close: () => undefined,
  };
}

function sqliteCounters(path: string): Counters {
  const connection = openOrBeginAnew(path);
  const statements = new Map<string, SQLite.Statement>();
  const prepare = (text: string) => {
    const statement = statements.get(text) ?? connection.prepare(text);
    statements.set(text, statement);
    return statement;
  };
  const storeClient = {
    // The library prepares every statement anew, and opens a transaction for each single one.
    prepare: (text: string) => stepped(prepare(text)),
    transaction: (work: () => unknown) => work,
  };
  return {
    counter: (allowance) =>
      new RateLimiterSQLite({ ...options(allowance), storeClient, storeType: 'better-sqlite3' }),
    async sweep() {
      // Along the keys in steps, and without an index on the time, which every count would have to keep.
      const next = prepare(`SELECT max(key) AS last FROM
        (SELECT key FROM ${TABLE} WHERE key > ? ORDER BY key LIMIT ${STEP})`);
      const remove = prepare(`DELETE FROM ${TABLE} WHERE key > ? AND key <= ? AND expire <= ?`);
      let after = '';
      while (connection.open) {
        const { last } = next.get(after) as { last: string | null };
        if (last === null) return;
        remove.run(after, last, Date.now());
        after = last;
        await nextTurn();
      }
    },
    close: () => connection.close(),
  };
}

/**
 * `get` leaves a statement that returns rows before its end, where SQLite would have looked whether the log is due to be
 * copied back: it would grow for ever.
 */
function stepped(statement: SQLite.Statement) {
  return {
    get: (...values: unknown[]) => statement.all(...values)[0],
    run: (...values: unknown[]) => statement.run(...values),
  };
}

/**
 * A file of their own, so that counting never waits for the main database's disk. It is not forced to disk at all: what
 * was counted survives the end of the process, and a power cut may cost the file, which is then begun anew.
 */
function openOrBeginAnew(path: string): SQLite.Database {
  try {
    return openFile(path);
  } catch (error) {
    if (!DAMAGED.has(String((error as { code?: unknown }).code))) throw error;
    for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
    return openFile(path);
  }
}

const DAMAGED = new Set(['SQLITE_CORRUPT', 'SQLITE_NOTADB']);

function openFile(path: string): SQLite.Database {
  const connection = new SQLite(path);
  try {
    connection.pragma('journal_mode = WAL');
    connection.pragma('synchronous = OFF');
    connection.pragma('busy_timeout = 250');
    // In kilobytes: what a million keys may take of this process's memory.
    connection.pragma('cache_size = -4000');
    connection.pragma('journal_size_limit = 16777216');
    connection.exec(
      `CREATE TABLE IF NOT EXISTS ${TABLE} (key TEXT PRIMARY KEY, points INTEGER NOT NULL, expire INTEGER) WITHOUT ROWID`,
    );
    if (connection.pragma('quick_check', { simple: true }) !== 'ok')
      throw Object.assign(new Error(`${path} is damaged`), { code: 'SQLITE_CORRUPT' });
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}
