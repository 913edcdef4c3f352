import type { FaultRule } from '../faults/rule.ts';
import type { Caller } from './caller.ts';

/** One request, and how it ended. */
export type CallRecord = Readonly<{
  method: string;
  host: string;
  path: string;
  /** What was asked, in the SDK's words: `items.query`, `oauth2.token:client_credentials`. */
  operation: string;
  subject: Readonly<{ type: Caller['type']; id?: string }>;
  collection?: string;
  /** The fault that was set for it. */
  fault?: FaultRule['fault'];
  /** 0: no answer, because of a fault. */
  status: number;
  /** How long it took, in real time. */
  milliseconds: number;
}>;

const KEPT_CALLS = 1_000;

/** The newest calls, oldest first. Bounded, because a server may run for weeks. */
export class CallLog {
  readonly records: CallRecord[] = [];
  readonly #listener: ((record: CallRecord) => void) | undefined;

  constructor(listener?: (record: CallRecord) => void) {
    this.#listener = listener;
  }

  add(record: CallRecord): void {
    this.#listener?.(record);
    this.records.push(record);
    if (this.records.length > KEPT_CALLS) this.records.shift();
  }

  clear(): void {
    this.records.length = 0;
  }
}
