import { setTimeout as pause } from 'node:timers/promises';

/** Far longer than what looking at a row takes, and too short for anybody to wait for; in milliseconds. */
const STEP_MS = 4;

/**
 * Waits until a whole number of steps has passed. A database takes a little longer for a row that it finds and then
 * leaves out than for one that is not there; told in steps, one cannot be told from the other.
 * @param started when the look began, by `performance.now()`.
 */
export async function evenOut(started: number): Promise<void> {
  const elapsed = performance.now() - started;
  await pause(STEP_MS - (elapsed % STEP_MS));
}
