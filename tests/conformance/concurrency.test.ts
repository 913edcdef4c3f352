import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createWixEmulator } from '../../packages/wix-emulator/src/index.ts';
import {
  app,
  appToken,
  asApp,
  asVisitor,
  failureOf,
  openCollection,
  send,
  sendFetchTo,
  startWix,
} from './support.ts';

const MANY = 100;
const many = <Value>(make: (n: number) => Promise<Value>) =>
  Promise.allSettled(Array.from({ length: MANY }, (_, n) => make(n)));

const fulfilled = (results: PromiseSettledResult<unknown>[]) =>
  results.filter(({ status }) => status === 'fulfilled').length;

const codesOf = (results: PromiseSettledResult<unknown>[]) =>
  new Set(
    results.flatMap((result) =>
      result.status === 'rejected'
        ? [
            (result.reason as { details?: { applicationError?: { code?: string } } }).details
              ?.applicationError?.code,
          ]
        : [],
    ),
  );

const withNote = (note: Record<string, unknown>) =>
  startWix({ seed: { collections: [openCollection('Notes', [{ _id: 'x', ...note }])] } });

describe('a hundred at once', () => {
  test('increments add up', async () => {
    await withNote({ n: 0 });
    const { items } = asVisitor();
    await many(() => items.patch('Notes', 'x').incrementField('n', 1).run());
    expect(await items.get('Notes', 'x')).toMatchObject({ n: MANY });
  });

  test('of a hundred updates on the same condition one passes', async () => {
    await withNote({ taken: false });
    const { items } = asVisitor();
    const condition = items.filter().eq('taken', false);
    const results = await many((n) => items.update('Notes', { _id: 'x', taken: true, by: n }, { condition }));
    expect(fulfilled(results)).toBe(1);
    expect(codesOf(results)).toEqual(new Set(['WDE0173']));
    const winner = results.findIndex(({ status }) => status === 'fulfilled');
    expect(await items.get('Notes', 'x')).toMatchObject({ by: winner });
  });

  test('of a hundred inserts of one id one passes', async () => {
    await withNote({});
    const { items } = asVisitor();
    const results = await many((n) => items.insert('Notes', { _id: 'new', by: n }));
    expect(fulfilled(results)).toBe(1);
    expect(codesOf(results)).toEqual(new Set(['WDE0074']));
  });

  test('of a hundred removals of one item one gives it back', async () => {
    await withNote({});
    const { items } = asVisitor();
    const results = await many(() => items.remove('Notes', 'x'));
    const given = results.filter((result) => result.status === 'fulfilled' && result.value !== null);
    expect(given).toHaveLength(1);
  });

  test('bulk calls over the same items leave each as one of them wrote it', async () => {
    await withNote({});
    const { items } = asVisitor();
    const ids = Array.from({ length: 10 }, (_, n) => `i${n}`);
    await many((n) =>
      items.bulkSave(
        'Notes',
        ids.map((_id) => ({ _id, by: n })),
      ),
    );
    const { items: found } = await items.query('Notes').hasSome('_id', ids).find();
    expect(found).toHaveLength(ids.length);
    expect(new Set(found.map(({ by }) => by as number)).size).toBe(1);
  });
});

describe('two processes on one data file', () => {
  async function fileWith(note: Record<string, unknown>, count = 0) {
    const folder = mkdtempSync(join(tmpdir(), 'wix-emulator-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const data = join(folder, 'site.sqlite');
    const others = Array.from({ length: count }, (_, n) => ({ _id: `i${n}` }));
    const seed = { collections: [openCollection('Notes', [{ _id: 'x', ...note }, ...others])] };
    const wix = await createWixEmulator({ data, app, seed });
    onTestFinished(() => wix.close());
    sendFetchTo(wix);
    return { wix, data };
  }

  /** Holds the data file's write lock, as a process in the middle of a long write does. */
  function locked(data: string) {
    const other = new Database(data);
    onTestFinished(() => void other.close());
    other.exec('BEGIN IMMEDIATE');
    return { release: () => void other.exec('COMMIT') };
  }

  test('lose none of each other’s writes', async () => {
    const { data } = await fileWith({ n: 0 });
    const task = JSON.stringify({ data, app, does: 'increment', times: MANY });
    const script = fileURLToPath(new URL('other-process.ts', import.meta.url));
    const other = spawn(process.execPath, [script, task], { stdio: 'inherit' });
    onTestFinished(() => void other.kill('SIGKILL'));
    const ended = once(other, 'close');
    const { items } = asApp();
    let own = 0;
    while (other.exitCode === null && other.signalCode === null) {
      await items.patch('Notes', 'x').incrementField('n', 1).run();
      own += 1;
      // The other one has the lock's turn, and this one hears of its end.
      await sleep(1);
    }
    expect(await ended).toEqual([0, null]);
    expect(await items.get('Notes', 'x')).toMatchObject({ n: MANY + own });
    expect(own).toBeGreaterThan(0);
  });

  test('a write that waits too long is a 503, is not written, and may be repeated', async () => {
    const { wix, data } = await fileWith({ n: 0 });
    const { items } = asApp();
    await items.get('Notes', 'x');
    const lock = locked(data);
    const failure = await failureOf(() => items.insert('Notes', { _id: 'late' }));
    expect(failure.details?.applicationError?.code).toBe('UNAVAILABLE');
    expect(wix.calls.at(-1)).toMatchObject({ operation: 'items.insert', status: 503 });
    // Reads do not wait for writers.
    expect(await items.get('Notes', 'late')).toBeNull();
    lock.release();
    expect(await items.get('Notes', 'late')).toBeNull();
    expect(await items.insert('Notes', { _id: 'late' })).toMatchObject({ _id: 'late' });
  });

  test('a reset of one ends the tokens of both, and each takes those the other gives', async () => {
    const { wix, data } = await fileWith({});
    const other = await createWixEmulator({ data, app });
    onTestFinished(() => other.close());
    const old = await appToken(wix);
    const statusOf = async (at: typeof wix, token: string) =>
      (await send(at, 'GET', '/wix-data/v2/collections', { token })).status;
    expect([await statusOf(wix, old), await statusOf(other, old)]).toEqual([200, 200]);
    await wix.reset();
    expect([await statusOf(wix, old), await statusOf(other, old)]).toEqual([401, 401]);
    for (const issuer of [other, wix]) {
      const token = await appToken(issuer);
      expect([await statusOf(wix, token), await statusOf(other, token)]).toEqual([200, 200]);
    }
  });

  test('a job waits for the other, and goes on', async () => {
    const { data } = await fileWith({}, 2_000);
    const { items } = asApp();
    const { jobId } = await items.asyncRemoveByFilter('Notes', {});
    const lock = locked(data);
    await sleep(50);
    expect(await items.getAsyncJobStatus(jobId)).toMatchObject({
      status: expect.stringMatching(/INITIALIZED|PROCESSING/),
    });
    lock.release();
    await vi.waitFor(
      async () =>
        expect(await items.getAsyncJobStatus(jobId)).toEqual({ status: 'SUCCEEDED', successCount: 2_001 }),
      { timeout: 10_000 },
    );
    expect(await items.query('Notes').count()).toBe(0);
  });
});
