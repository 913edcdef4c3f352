// @ts-check
import { mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';

const BEAT = 2000;
const STALE = 20_000;

/**
 * Runs `work` while nobody else holds the lock, which is a folder: `mkdir` either makes it or fails. Its holder
 * touches it every other second, so one left behind by a crash is told apart from one held for long.
 *
 * @template T
 * @param {string} lock
 * @param {() => Promise<T>} work
 * @param {() => void} [onWait] called once when somebody else holds it
 * @returns {Promise<T>}
 */
export async function withLock(lock, work, onWait = () => {}) {
  await mkdir(dirname(lock), { recursive: true });
  for (let tries = 0; !(await take(lock)); tries += 1) {
    if (await isStale(lock)) {
      await discard(lock);
      continue;
    }
    if (tries === 0) onWait();
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  const beat = setInterval(() => void utimes(lock, new Date(), new Date()).catch(() => {}), BEAT);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    await rm(lock, { recursive: true, force: true });
  }
}

/** @param {string} lock */
async function take(lock) {
  try {
    await mkdir(lock);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
  await writeFile(join(lock, 'owner'), `${process.pid}@${hostname()}`);
  return true;
}

/** @param {string} lock */
async function isStale(lock) {
  try {
    const age = Date.now() - (await stat(lock)).mtimeMs;
    if (age > STALE) return true;
    const [pid, host] = (await readFile(join(lock, 'owner'), 'utf8')).split('@');
    return host === hostname() && !isAlive(Number(pid));
  } catch {
    return false; // let go, or only half made: the next look will tell
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/**
 * Of many who find a lock stale one removes it, and looks again first: the others may be so late that a fresh lock
 * stands in its place.
 *
 * @param {string} lock
 */
async function discard(lock) {
  const guard = `${lock}.discarding`;
  try {
    await mkdir(guard);
  } catch {
    const left = await stat(guard).catch(() => null);
    if (left && Date.now() - left.mtimeMs > STALE) await rm(guard, { recursive: true, force: true });
    await new Promise((resolve) => setTimeout(resolve, 20));
    return;
  }
  try {
    if (await isStale(lock)) await rm(lock, { recursive: true, force: true });
  } finally {
    await rm(guard, { recursive: true, force: true });
  }
}
