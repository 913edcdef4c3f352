import { setTimeout as pause } from 'node:timers/promises';

/** Asks until `done` says so; gives how long each answer took, in milliseconds, the shortest first. */
export async function askedMeanwhile(done: () => boolean, ask: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  while (!done()) {
    const begun = performance.now();
    await ask();
    times.push(performance.now() - begun);
    await pause(20);
  }
  return times.toSorted((one, other) => one - other);
}

/** The promise is for a machine that does nothing else; a busy one must only show that nobody waits in line. */
export const P99_MS = process.env['LONG'] ? 250 : 2_000;
/** What 99 of 100 were quicker than. */
export const p99 = (sorted: readonly number[]) => sorted[Math.floor(sorted.length * 0.99)] ?? 0;
