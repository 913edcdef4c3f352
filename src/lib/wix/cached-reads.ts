import { LRUCache } from 'lru-cache';
import { deserialize, serialize } from 'node:v8';
import { provided } from '../../provided.ts';
import { logFailure } from '../log.ts';
import { singleFlight } from './single-flight.ts';

/** Answers are given for this many times their declared time while Wix cannot refresh them; then requests wait for it. */
const STALE_TIMES = 5;

/** After a refresh that failed the next one is not tried before, in milliseconds. */
const REFRESH_AGAIN_MS = 5_000;

/** What an entry takes beside its answer, roughly. */
const OVERHEAD_BYTES = 500;

type Kept = { readonly bytes: Buffer; readonly at: number; refreshFrom: number };

/** Gives a kept answer, or what `ask` brings. `seconds` is how long an answer is as good as new. */
export type CachedReads = <Value>(key: string, seconds: number, ask: () => Promise<Value>) => Promise<Value>;

/** `null` when nothing is kept. */
export const [provideCachedReads, currentCachedReads] = provided<CachedReads | null>('cached reads');

/**
 * Answers that everybody may have, kept in memory. One past its time is given once more and refreshed meanwhile, once
 * at a time (RFC 5861 §3); one far past its time is not given at all. They are kept as bytes: their size is known, and
 * nobody can change what the next one gets.
 * @param now milliseconds on a clock that nobody sets.
 */
export function cachedReads(maxBytes: number, now: () => number = () => performance.now()): CachedReads {
  const kept = new LRUCache<string, Kept>({
    maxSize: maxBytes,
    maxEntrySize: Math.ceil(maxBytes / 8),
    sizeCalculation: ({ bytes }) => bytes.byteLength + OVERHEAD_BYTES,
  });
  const once = singleFlight<Buffer>();

  return async <Value>(key: string, seconds: number, ask: () => Promise<Value>): Promise<Value> => {
    const found = kept.get(key);
    const usable = found !== undefined && now() - found.at < seconds * 1000 * STALE_TIMES;
    if (usable && now() < found.refreshFrom) return open(found.bytes);
    const refreshed = once(key, async () => {
      const bytes = serialize(await ask());
      kept.set(key, { bytes, at: now(), refreshFrom: now() + seconds * 1000 });
      return bytes;
    });
    if (!usable) return open(await refreshed);
    refreshed.catch((error: unknown) => {
      if (now() >= found.refreshFrom) logFailure(error, 'refreshing a cached answer');
      found.refreshFrom = now() + REFRESH_AGAIN_MS;
    });
    return open(found.bytes);
  };
}

function open<Value>(bytes: Buffer): Value {
  return deserialize(bytes) as Value;
}
