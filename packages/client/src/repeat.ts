import type { GatehouseError } from './errors.ts';

/** Longer waits are for the app to decide on: it has somebody in front of it. */
const LONGEST_WAIT_MS = 10_000;
const FIRST_WAIT_MS = 200;

/**
 * How long to wait before the same request may be sent again; `undefined` when another try would end the same way.
 * A 502 of Gatehouse itself means that Wix has refused; without a problem it comes from something in between.
 */
export function waitBefore(error: GatehouseError, attempt: number): number | undefined {
  const { kind, status, code, retryAfterSeconds } = error;
  const mayPass =
    kind === 'network' ||
    status === 429 ||
    status === 503 ||
    status === 504 ||
    (status === 502 && code === 'unreadable-answer') ||
    code === 'idempotency-key-in-use';
  if (!mayPass) return undefined;
  // Apart from each other, or a hundred clients would come back together.
  const own = FIRST_WAIT_MS * 2 ** attempt * (0.5 + Math.random() / 2);
  const wait = retryAfterSeconds === undefined ? own : Math.max(own, retryAfterSeconds * 1000);
  return wait <= LONGEST_WAIT_MS ? wait : undefined;
}

/**
 * A key for one write. It belongs to the member on the server, so it has to be new and not to be secret; React Native
 * and pages without https have no `crypto.randomUUID`.
 */
export function newKey(): string {
  const random = (): string => Math.random().toString(36).slice(2);
  return globalThis.crypto?.randomUUID?.() ?? `${Date.now().toString(36)}-${random()}${random()}`;
}
