import type { GatehouseError } from './errors.ts';
import { failure } from './problem.ts';

/** `setTimeout` counts in 32 bits: more would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Does work until the caller or the clock ends it. The race settles even where what is waited for ignores its signal.
 * `AbortSignal.any` and `.timeout` would be shorter; React Native lacks them.
 */
export async function limited<Value>(
  work: (signal: AbortSignal) => Promise<Value>,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Value> {
  if (signal?.aborted) throw aborted(signal);
  const controller = new AbortController();
  let onAbort = (): void => {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stopped = new Promise<never>((_resolve, reject) => {
    const stop = (error: GatehouseError): void => {
      reject(error);
      controller.abort();
    };
    onAbort = () => signal && stop(aborted(signal));
    signal?.addEventListener('abort', onAbort);
    if (timeoutMs <= LONGEST_TIMER_MS) timer = setTimeout(() => stop(timedOut(timeoutMs)), timeoutMs);
  });
  try {
    return await Promise.race([work(controller.signal), stopped]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

/** @returns whether the time went by; false when it was cut short. */
export function pause(delayMs: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (whole: boolean): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', cut);
      resolve(whole);
    };
    const cut = (): void => end(false);
    const timer = setTimeout(() => end(true), delayMs);
    if (signal.aborted) cut();
    else signal.addEventListener('abort', cut);
  });
}

function aborted(signal: AbortSignal): GatehouseError {
  return failure('aborted', 'aborted', 'Aborted', 'The request was aborted by the caller.', signal.reason);
}

function timedOut(timeoutMs: number): GatehouseError {
  return failure('timeout', 'timeout', 'No answer in time', `No whole answer came within ${timeoutMs} ms.`);
}
