import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { cachedReads, type CachedReads } from './cached-reads.ts';

const MEGABYTE = 1024 * 1024;
let clock = 0;
let calls = 0;
let read: CachedReads;

beforeEach(() => {
  clock = 0;
  calls = 0;
  read = cachedReads(MEGABYTE, () => clock);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});

afterEach(() => {
  vi.restoreAllMocks();
});

const ask = () => Promise.resolve({ call: (calls += 1), at: new Date(5) });
const fail = () => Promise.reject(new Error('Wix is away'));
/** A minute is as good as new, five are the limit. */
const get = (from: () => Promise<{ call: number; at: Date }> = ask) => read('news', 60, from);
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('within its time an answer is given again, instants and all, and nobody can change it for others', async () => {
  const first = await get();
  first.call = 99;
  first.at.setTime(0);
  clock = 59_999;
  expect(await get()).toEqual({ call: 1, at: new Date(5) });
  expect(calls).toBe(1);
});

test('past its time it is given at once and refreshed meanwhile, once however many ask', async () => {
  await get();
  clock = 60_000;
  const given = await Promise.all(Array.from({ length: 20 }, () => get()));
  expect(given.every(({ call }) => call === 1)).toBe(true);
  expect(calls).toBe(2);
  await settled();
  expect((await get()).call).toBe(2);
});

test('when it cannot be refreshed it is given up to the limit, and Wix is not asked each time', async () => {
  await get();
  const refused = vi.fn(fail);
  for (clock = 60_000; clock < 300_000; clock += 1_000) {
    expect((await get(refused)).call).toBe(1);
    await settled();
  }
  expect(refused.mock.calls.length).toBe(48);
  clock = 300_000;
  await expect(get(refused), 'from then on the truth').rejects.toThrow('Wix is away');
  expect((await get()).call).toBe(2);
});

test('past the limit requests wait for a fresh one, all for the same', async () => {
  await get();
  clock = 300_000;
  const given = await Promise.all([get(), get(), get()]);
  expect(given.map(({ call }) => call)).toEqual([2, 2, 2]);
});

test('the first failure is nobody’s answer later', async () => {
  await expect(get(fail)).rejects.toThrow('Wix is away');
  expect((await get()).call).toBe(1);
});

test('memory has a bound: what was not asked for longest goes, and what is very large is not kept', async () => {
  const large = 'x'.repeat(100 * 1024);
  const page = (key: string) => read(key, 60, () => Promise.resolve(`${(calls += 1)} ${large}`));
  for (let index = 0; index < 20; index += 1) await page(`page ${index}`);
  calls = 0;
  for (let index = 19; index >= 0; index -= 1) await page(`page ${index}`);
  expect(calls).toBeGreaterThanOrEqual(10);
  expect(calls).toBeLessThan(20);

  calls = 0;
  for (let times = 0; times < 2; times += 1)
    await read('huge', 60, () => Promise.resolve(`${(calls += 1)} ${large}${large}`));
  expect(calls).toBe(2);
});
