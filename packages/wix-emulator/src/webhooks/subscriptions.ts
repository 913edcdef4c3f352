import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Store } from '../store/store.ts';
import { WebhookEventType } from './event.ts';

/** Where to send, and what; everything unless types are named. */
export const WebhookSubscriptionInput = z.strictObject({
  url: z.url({ protocol: /^https?$/, error: 'must be an http or https address' }).max(4_096),
  eventTypes: z.array(WebhookEventType).min(1).readonly().optional(),
});
export type WebhookSubscriptionInput = z.input<typeof WebhookSubscriptionInput>;

export type WebhookSubscription = Readonly<{
  id: string;
  url: string;
  eventTypes: readonly WebhookEventType[];
}>;

/** Who wants to hear of changes. Asked of the data file every time: another process may have subscribed. */
export class Subscriptions {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  all(): WebhookSubscription[] {
    return this.#store
      .all<{ subscription: string }>('SELECT subscription FROM webhook_subscriptions ORDER BY id')
      .map(({ subscription }) => JSON.parse(subscription) as WebhookSubscription);
  }

  find(id: string): WebhookSubscription | undefined {
    const row = this.#store.get<{ subscription: string }>(
      'SELECT subscription FROM webhook_subscriptions WHERE id = ?',
      id,
    );
    return row && (JSON.parse(row.subscription) as WebhookSubscription);
  }

  /** An address has one subscription: a program that subscribes at every start hears each event once. */
  add(input: WebhookSubscriptionInput): WebhookSubscription {
    const { url, eventTypes = WebhookEventType.options } = WebhookSubscriptionInput.parse(input);
    return this.#store.write(() => {
      const id = this.all().find((known) => known.url === url)?.id ?? randomUUID();
      const subscription: WebhookSubscription = { id, url, eventTypes };
      this.#store.run(
        'INSERT INTO webhook_subscriptions VALUES (?, ?) ON CONFLICT DO UPDATE SET subscription = excluded.subscription',
        id,
        JSON.stringify(subscription),
      );
      return subscription;
    });
  }

  /** What is still on its way to it is given up. */
  remove(id: string): boolean {
    return this.#store.write(() => {
      this.#store.run('DELETE FROM webhook_deliveries WHERE subscription = ?', id);
      return this.#store.run('DELETE FROM webhook_subscriptions WHERE id = ?', id) > 0;
    });
  }
}
