import { setTimeout as pause } from 'node:timers/promises';

/**
 * Takes at least this long, however the work ends, so that how long it took tells nothing of what was found.
 * @param ms more than the work takes in any of its cases, in milliseconds.
 */
export async function atLeast<Value>(ms: number, work: () => Promise<Value>): Promise<Value> {
  const over = pause(ms);
  try {
    return await work();
  } finally {
    await over;
  }
}
