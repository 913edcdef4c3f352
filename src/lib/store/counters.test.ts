import SQLite from 'better-sqlite3';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { useDatabases } from '../../../tests/databases.ts';
import { countersContract } from './counters.contract.ts';
import { openCounters } from './counters.ts';
import { openDatabase } from './database.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'counters-'));
});

afterEach(() => rm(folder, { recursive: true }));

describe('the embedded store of counters', () => {
  countersContract(async () => {
    const counters = await openCounters(null, folder);
    return {
      counters,
      another: () => openCounters(null, folder),
      size: () => {
        const connection = new SQLite(join(folder, 'limits.sqlite'), { readonly: true });
        const count = connection.prepare('SELECT count(*) FROM rate_limit').pluck().get() as number;
        connection.close();
        return Promise.resolve(count);
      },
      close: () => Promise.resolve(counters.close()),
    };
  });
});

describe('the counters of PostgreSQL', () => {
  const databases = useDatabases();

  countersContract(async () => {
    const { address, remove } = await databases.place('PostgreSQL');
    const opened = [await openDatabase(address), await openDatabase(address)] as const;
    const [{ pool }, { pool: other }] = opened;
    return {
      counters: await openCounters(pool, ''),
      another: () => openCounters(other, ''),
      size: async () => {
        const counted = await pool?.query<{ rows: string }>('SELECT count(*) AS rows FROM rate_limit');
        return Number(counted?.rows[0]?.rows);
      },
      async close() {
        await Promise.all(opened.map(({ database }) => database.destroy()));
        await remove();
      },
    };
  });
});

describe('the file of the counters', () => {
  test.each([
    ['no database at all', Buffer.from('these are no pages of a database, and far too few '.repeat(200))],
    ['cut to nothing', Buffer.alloc(0)],
  ])('a file that is %s is begun anew: counts are not worth a start that fails', async (_, content) => {
    await writeFile(join(folder, 'limits.sqlite'), content);
    const counters = await openCounters(null, folder);
    const counter = counters.counter({ name: 'tea', quota: 2, windowSeconds: 60 });
    expect((await counter.consume('ada')).remainingPoints).toBe(1);
    counters.close();
  });

  test('a folder that cannot be written to refuses the start', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(openCounters(null, join(folder, 'file'))).rejects.toThrow(/EEXIST|ENOTDIR/);
  });

  test('the log is copied back as it grows', { timeout: 60_000 }, async () => {
    const counters = await openCounters(null, folder);
    const counter = counters.counter({ name: 'tea', quota: 1_000_000, windowSeconds: 60 });
    for (let count = 0; count < 10_000; count += 1) await counter.consume('ada');
    expect((await stat(join(folder, 'limits.sqlite-wal'))).size).toBeLessThan(8 * 1024 * 1024);
    counters.close();
  });

  /** The real number takes half a minute. */
  const keys = process.env['LONG'] ? 1_000_000 : 20_000;

  test(`DS-14: ${keys} different keys take less than 64 MB of memory`, { timeout: 300_000 }, async () => {
    const counters = await openCounters(null, folder);
    const counter = counters.counter({ name: 'visitor', quota: 10_000, windowSeconds: 60 });
    // In crowds with a pause in between, as requests come.
    const count = async (times: number, keyOf: (index: number) => string) => {
      for (let from = 0; from < times; from += 50) {
        await Promise.all(Array.from({ length: 50 }, (_, index) => counter.consume(keyOf(from + index))));
        await nextTurn();
      }
    };
    // What the statements and the machinery take once, whoever is counted.
    await count(10_000, () => '192.0.2.1');
    const before = process.memoryUsage.rss();
    await count(keys, (index) => `2001:db8:${(index >> 16).toString(16)}:${index.toString(16)}::/64`);
    expect((process.memoryUsage.rss() - before) / 1024 / 1024).toBeLessThan(64);
    counters.close();
  });
});
