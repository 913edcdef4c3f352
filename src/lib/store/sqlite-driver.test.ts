import SQLite from 'better-sqlite3';
import { sql } from 'kysely';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase, type Database } from './database.ts';

let folder: string;
let database: Database;
let other: SQLite.Database;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sqlite-driver-'));
  database = (await openDatabase({ dataFolder: folder, poolSize: 1 })).database;
  // As good as another process: SQLite's locks are between connections.
  other = new SQLite(join(folder, 'gatehouse.sqlite'));
});

afterEach(async () => {
  other.close();
  await database.destroy();
  await rm(folder, { recursive: true });
});

const write = (email: string) =>
  database.insertInto('password_reset').values({ email, asked_at: 1 }).execute();
const emails = async () =>
  (await database.selectFrom('password_reset').select('email').orderBy('email').execute()).map(
    ({ email }) => email,
  );
const transaction = (...all: string[]) =>
  database.transaction().execute(async (inside) => {
    for (const email of all) {
      await inside.insertInto('password_reset').values({ email, asked_at: 1 }).execute();
      await wait(5);
    }
  });

/** How often the event loop came round while `work` was under way. */
async function roundsDuring(work: Promise<unknown>): Promise<number> {
  let rounds = 0;
  const timer = setInterval(() => (rounds += 1), 1);
  await work.catch(() => undefined);
  clearInterval(timer);
  return rounds;
}

describe('while another process holds the file', () => {
  test('a write waits for it, reads go on, and the process does not stand still', async () => {
    await write('before');
    other.exec('BEGIN IMMEDIATE');
    const waiting = Promise.all([write('one'), transaction('two', 'three')]);
    const rounds = roundsDuring(waiting);
    await wait(400);
    expect(await emails()).toEqual(['before']);
    other.exec('COMMIT');
    await waiting;
    expect(await emails()).toEqual(['before', 'one', 'three', 'two']);
    expect(await rounds, 'waiting inside SQLite, it would be two or three').toBeGreaterThan(10);
  });

  test(
    'FA-04 however many wait, each of them waits a bounded time, and nothing is written by half',
    { timeout: 20_000 },
    async () => {
      other.exec('BEGIN IMMEDIATE');
      const begin = performance.now();
      const attempts = Array.from({ length: 40 }, (_, index) =>
        index % 2 === 0 ? write(`single ${index}`) : transaction(`first ${index}`, `second ${index}`),
      );
      const outcomes = await Promise.allSettled(attempts);
      const seconds = (performance.now() - begin) / 1000;
      expect(seconds).toBeGreaterThan(1.5);
      expect(seconds, 'one after the other it would be eighty').toBeLessThan(10);
      for (const outcome of outcomes)
        expect(outcome).toMatchObject({
          status: 'rejected',
          reason: { code: 'database-unavailable', headers: { 'retry-after': '2' } },
        });
      other.exec('COMMIT');
      expect(await emails()).toEqual([]);
      await transaction('after', 'wards');
      expect(await emails()).toEqual(['after', 'wards']);
    },
  );
});

test('reads see what was committed, and nothing that may yet be taken back', async () => {
  const failing = database.transaction().execute(async (inside) => {
    await inside.insertInto('password_reset').values({ email: 'unsure', asked_at: 1 }).execute();
    expect(await inside.selectFrom('password_reset').select('email').execute()).toHaveLength(1);
    expect(await emails()).toEqual([]);
    throw new Error('changed my mind');
  });
  await expect(failing).rejects.toThrow('changed my mind');
  expect(await emails()).toEqual([]);
  await transaction('sure');
  expect(await emails()).toEqual(['sure']);
});

test('transactions and writes that come at once take turns and all arrive', async () => {
  const all = Array.from({ length: 50 }, (_, index) => `${index}`.padStart(2, '0'));
  await Promise.all(all.map((email, index) => (index % 3 === 0 ? transaction(email) : write(email))));
  expect(await emails()).toEqual(all);
});

test('FA-03 on a full disk a write is refused as a whole, reads go on, and it recovers by itself', async () => {
  await write('before');
  const { rows } = await sql<{ page_count: number }>`PRAGMA page_count`.execute(database);
  await sql`PRAGMA max_page_count = ${sql.lit(rows[0]?.page_count ?? 0)}`.execute(database);
  const large = Array.from({ length: 40 }, (_, index) => `${index} ${'x'.repeat(3_000)}`);
  await expect(transaction('small', ...large)).rejects.toMatchObject({ code: 'database-unavailable' });
  expect(await emails()).toEqual(['before']);
  await sql`PRAGMA max_page_count = 1000000`.execute(database);
  await transaction('small', ...large);
  expect(await emails()).toHaveLength(42);
});

test('a statement that is wrong is our own fault, not the database’s', async () => {
  await expect(write('twice').then(() => write('twice'))).rejects.toMatchObject({
    code: 'SQLITE_CONSTRAINT_PRIMARYKEY',
  });
});
