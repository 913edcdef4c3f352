import type { Policy } from './collection.ts';
import { policies } from './collections.ts';

/** How long an answer made of these collections is as good as new, in seconds; `null` when it must not be kept. */
export function cachedSecondsOf(collections: readonly string[]): number | null {
  const declared: Readonly<Record<string, Policy>> = policies;
  const seconds = collections.map((name) =>
    Object.hasOwn(declared, name) ? (declared[name]?.cached?.seconds ?? 0) : 0,
  );
  const shortest = Math.min(...seconds);
  return shortest > 0 ? shortest : null;
}
