import { setTimeout as pause } from 'node:timers/promises';
import { callWix } from './call.ts';
import type { Observation } from './transport.ts';

/** Whoever asks waits no longer than this for a second try, in seconds. */
const SHORT = 1;

/** A little longer than Wix asked for, in milliseconds: timers are early by up to one. */
const MARGIN_MS = 5;

/**
 * `callWix` for what changes nothing: when Wix is too busy and says to come back within a second, it is asked once
 * more. A write is never sent again, since one whose answer got lost may have happened.
 */
export async function readFromWix<Value>(work: (observation: Observation) => Promise<Value>): Promise<Value> {
  let last: Observation | undefined;
  const noted = (observation: Observation) => work((last = observation));
  try {
    return await callWix(noted);
  } catch (error) {
    const wait = last?.outage?.kind === 'throttled' ? last.outage.retryAfter : null;
    if (wait === null || wait > SHORT) throw error;
    await pause(wait * 1000 + MARGIN_MS);
    return callWix(work);
  }
}
