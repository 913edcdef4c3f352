import type { Store } from '../store/store.ts';
import type { WebhookEvent } from './event.ts';

/** How an attempt ended: with an HTTP status, or without any answer. */
export type WebhookAnswer = Readonly<{ status: number } | { error: string }>;

export type Delivery = Readonly<{
  number: number;
  subscription: string;
  event: WebhookEvent;
  status: 'DUE' | 'DELIVERED' | 'FAILED';
  attempts: number;
  due: number;
  answer: WebhookAnswer | undefined;
}>;

type Row = Omit<Delivery, 'event' | 'answer'> & { event: string; answer: string | null };

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/**
 * The pauses after a failed attempt and after each resend of it.
 * https://dev.wix.com/docs/rest/articles/getting-started/webhook-resend-policy
 */
const RESEND_AFTER: readonly number[] = [
  MINUTE,
  10 * MINUTE,
  ...[1, 2, 2, 2, 4, 4, 4, 8, 8, 12].map((hours) => hours * HOUR),
];

/** An attempt whose process died is made again after this long. Longer than any attempt takes. */
const CLAIM_MS = 10_000;

/** Finished deliveries are kept for looking at, but a server may run for weeks. */
const KEPT_DELIVERIES = 1_000;

/** Events on their way, a row for each subscription. All times are the site's. */
export class DeliveryQueue {
  readonly #store: Store;
  readonly #now: () => number;

  constructor(store: Store, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  /** Higher than that of any delivery before. */
  nextNumber(): number {
    const row = this.#store.get<{ seq: number }>(
      "SELECT seq FROM sqlite_sequence WHERE name = 'webhook_deliveries'",
    );
    return (row?.seq ?? 0) + 1;
  }

  add(subscription: string, event: WebhookEvent): void {
    this.#store.run(
      "INSERT INTO webhook_deliveries (subscription, event, status, attempts, due) VALUES (?, ?, 'DUE', 0, ?)",
      subscription,
      JSON.stringify(event),
      this.#now(),
    );
  }

  all(): Delivery[] {
    return this.#store.all<Row>('SELECT * FROM webhook_deliveries ORDER BY number').map(read);
  }

  /** Subscriptions something is due for. */
  subscriptionsDue(): string[] {
    return this.#store
      .all<{ subscription: string }>(
        "SELECT DISTINCT subscription FROM webhook_deliveries WHERE status = 'DUE' AND due <= ?",
        this.#now(),
      )
      .map(({ subscription }) => subscription);
  }

  /** When the next one will fall due; those that are due are somebody's already. */
  nextDue(): number | undefined {
    const sql = "SELECT min(due) AS due FROM webhook_deliveries WHERE status = 'DUE' AND due > ?";
    return this.#store.get<{ due: number | null }>(sql, this.#now())?.due ?? undefined;
  }

  /** Takes one that is due, so that no other process sends it meanwhile. Counts as an attempt. */
  claim(subscription: string, order: 'oldest' | 'newest'): Delivery | undefined {
    const now = this.#now();
    return this.#store.write(() => {
      const row = this.#store.get<Row>(
        `SELECT * FROM webhook_deliveries WHERE status = 'DUE' AND due <= ? AND subscription = ?
         ORDER BY number ${order === 'oldest' ? 'ASC' : 'DESC'} LIMIT 1`,
        now,
        subscription,
      );
      if (!row) return undefined;
      this.#store.run(
        'UPDATE webhook_deliveries SET attempts = attempts + 1, due = ? WHERE number = ?',
        now + CLAIM_MS,
        row.number,
      );
      return { ...read(row), attempts: row.attempts + 1 };
    });
  }

  /** Nothing but a 200 will do; after the last resend it is given up. */
  settle({ number, attempts }: Delivery, answer: WebhookAnswer): void {
    const pause = RESEND_AFTER[attempts - 1];
    const isDelivered = 'status' in answer && answer.status === 200;
    this.#store.write(() => {
      this.#store.run(
        'UPDATE webhook_deliveries SET status = ?, due = ?, answer = ? WHERE number = ?',
        isDelivered ? 'DELIVERED' : pause === undefined ? 'FAILED' : 'DUE',
        this.#now() + (isDelivered ? 0 : (pause ?? 0)),
        JSON.stringify(answer),
        number,
      );
      this.#store.run(
        "DELETE FROM webhook_deliveries WHERE status <> 'DUE' AND number <= ?",
        number - KEPT_DELIVERIES,
      );
    });
  }

  /** An attempt that was broken off is no attempt: whoever opens the file next makes it at once. */
  release(number: number): void {
    this.#store.run(
      'UPDATE webhook_deliveries SET attempts = attempts - 1, due = ? WHERE number = ?',
      this.#now(),
      number,
    );
  }

  /** From the start again, whatever became of it. Gives whether there is such a delivery. */
  renew(number: number): boolean {
    const sql = "UPDATE webhook_deliveries SET status = 'DUE', attempts = 0, due = ? WHERE number = ?";
    return this.#store.run(sql, this.#now(), number) > 0;
  }
}

const read = (row: Row): Delivery => ({
  ...row,
  event: JSON.parse(row.event) as WebhookEvent,
  answer: row.answer === null ? undefined : (JSON.parse(row.answer) as WebhookAnswer),
});
