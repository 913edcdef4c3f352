import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { withLock } from './lock.mjs';

let folder: string;
let lock: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'locks-'));
  lock = join(folder, 'some.lock');
});
afterEach(() => rmSync(folder, { recursive: true }));

function leaveBehind(owner: string, seconds = 0) {
  mkdirSync(lock);
  writeFileSync(join(lock, 'owner'), owner);
  const then = new Date(Date.now() - seconds * 1000);
  utimesSync(lock, then, then);
}

test('whoever comes second waits, and the lock is gone afterwards', async () => {
  const events: string[] = [];
  const onWait = vi.fn(() => events.push('second waits'));
  let second = Promise.resolve();
  await withLock(lock, async () => {
    second = withLock(lock, async () => void events.push('second works'), onWait);
    await vi.waitFor(() => expect(onWait).toHaveBeenCalledOnce());
    events.push('first ends');
  });
  await second;
  expect(events).toEqual(['second waits', 'first ends', 'second works']);
  expect(existsSync(lock)).toBe(false);
});

test('work that fails lets go', async () => {
  await expect(withLock(lock, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(existsSync(lock)).toBe(false);
});

test.each([
  ['whose process is gone', `2147483646@${hostname()}`, 0],
  ['that nobody touched for long', 'somebody@elsewhere', 60],
])('a lock %s is taken over', async (_what, owner, seconds) => {
  leaveBehind(owner, seconds);
  await expect(withLock(lock, async () => 'done')).resolves.toBe('done');
});

test('a stale lock is taken over by one of many at a time', { timeout: 30_000 }, async () => {
  leaveBehind('somebody@elsewhere', 60);
  let inside = 0;
  const work = async () => {
    inside += 1;
    expect(inside).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    inside -= 1;
  };
  await Promise.all(Array.from({ length: 12 }, () => withLock(lock, work)));
});
