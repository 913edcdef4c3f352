import type { Caller } from './caller.ts';

/** One answered request. */
export type CallRecord = Readonly<{
  method: string;
  host: string;
  path: string;
  /** What was asked, in the SDK's words: `items.query`, `oauth2.token:client_credentials`. */
  operation: string;
  subject: Readonly<{ type: Caller['type']; id?: string }>;
  collection?: string;
  status: number;
}>;

const KEPT_CALLS = 1_000;

/** The newest calls, oldest first. Bounded, because a server may run for weeks. */
export class CallLog {
  readonly records: CallRecord[] = [];

  add(record: CallRecord): void {
    this.records.push(record);
    if (this.records.length > KEPT_CALLS) this.records.shift();
  }

  clear(): void {
    this.records.length = 0;
  }
}
