import type { SiteEvent } from '../events.ts';
import type { Site } from '../site.ts';
import { eventTypeOf, webhookEvent } from './event.ts';
import type { WebhookEventType } from './event.ts';
import { DeliveryQueue } from './queue.ts';
import type { Delivery, WebhookAnswer } from './queue.ts';
import { Sender } from './sender.ts';
import type { Deliver, Disorder } from './sender.ts';
import { Subscriptions } from './subscriptions.ts';
import type { WebhookSubscription, WebhookSubscriptionInput } from './subscriptions.ts';
import { webhookToken } from './token.ts';

/** One event on its way to one subscriber, or there. */
export type WebhookDelivery = Readonly<{
  number: number;
  subscriptionId: string;
  url: string;
  eventType: WebhookEventType;
  eventId: string;
  entityId: string;
  status: Delivery['status'];
  attempts: number;
  /** Of one that is still due: when it is sent next. */
  due?: string;
  /** How the last attempt ended. */
  answer?: WebhookAnswer;
}>;

/** What the owner of the app would set up in the app's dashboard, and see there. */
export type WebhookAdministration = {
  /** PEM, for `AppStrategy({ publicKey })`. */
  readonly publicKey: string;
  /** One per address: naming it again changes what is sent there. */
  subscribe(subscription: WebhookSubscriptionInput): WebhookSubscription;
  list(): WebhookSubscription[];
  /** Gives up what is on its way, and tells whether there was such a subscription. */
  unsubscribe(id: string): boolean;
  /** What is still due and the newest 1000 of the rest, oldest first. */
  deliveries(): WebhookDelivery[];
  /** Sends what is due; settles when nothing due is left. What failed is due later. */
  flush(): Promise<void>;
  /** Sends one again, from the first attempt. */
  redeliver(number: number): void;
  /** Has events arrive twice, or newest first; `{}` for order again. In memory only. */
  disorder(disorder: Disorder): void;
};

/** The `fetch` of before anybody led it elsewhere: the site sends its own calls to Wix back to this emulator. */
const realFetch = globalThis.fetch;

/** Tells subscribers of changes. Calls nothing but their addresses. */
export class Webhooks implements WebhookAdministration {
  readonly #site: Site;
  readonly #subscriptions: Subscriptions;
  readonly #queue: DeliveryQueue;
  readonly #sender: Sender;

  constructor(site: Site, deliver: Deliver = (request) => realFetch(request)) {
    this.#site = site;
    this.#subscriptions = new Subscriptions(site.store);
    this.#queue = new DeliveryQueue(site.store, site.now);
    const compose = (delivery: Delivery, signal: AbortSignal) => this.#compose(delivery, signal);
    this.#sender = new Sender(this.#queue, compose, deliver, site.now);
    site.events.listen((event) => this.#note(event));
  }

  /** Goes on with what was left when the data file was last closed. */
  start(): void {
    this.#sender.wake();
  }

  close(): void {
    this.#sender.close();
  }

  get publicKey(): string {
    return this.#site.appKey.publicKey;
  }

  subscribe(input: WebhookSubscriptionInput): WebhookSubscription {
    return this.#subscriptions.add(input);
  }

  list(): WebhookSubscription[] {
    return this.#subscriptions.all();
  }

  unsubscribe(id: string): boolean {
    return this.#subscriptions.remove(id);
  }

  deliveries(): WebhookDelivery[] {
    const urls = new Map(this.list().map(({ id, url }) => [id, url]));
    return this.#queue.all().map((delivery) => present(delivery, urls.get(delivery.subscription) ?? ''));
  }

  flush(): Promise<void> {
    return this.#sender.flush();
  }

  redeliver(number: number): void {
    if (!this.#queue.renew(number)) throw new Error(`There is no delivery ${number}`);
    this.#sender.wake();
  }

  disorder(disorder: Disorder): void {
    this.#sender.disorder(disorder);
  }

  /** Inside the transaction of the change: the change and the news of it are kept or lost together. */
  #note(event: SiteEvent): void {
    const eventType = eventTypeOf(event);
    const interested = this.list().filter(({ eventTypes }) => eventTypes.includes(eventType));
    if (interested.length === 0) return;
    const news = webhookEvent(event, {
      siteId: this.#site.siteId(),
      eventTime: this.#site.isoNow(),
      sequence: this.#queue.nextNumber(),
    });
    for (const { id } of interested) this.#queue.add(id, news);
    this.#sender.wake();
  }

  /** A resend is signed anew, or it would arrive expired. */
  async #compose({ subscription, event }: Delivery, signal: AbortSignal): Promise<Request | undefined> {
    const subscriber = this.#subscriptions.find(subscription);
    if (!subscriber) return undefined;
    const body = await webhookToken(event, this.#site.appKey, this.#site.app, this.#site.now());
    // A redirect is not followed: it would lead to an address nobody subscribed.
    const init: RequestInit = { method: 'POST', body, redirect: 'manual', signal };
    return new Request(subscriber.url, { ...init, headers: { 'content-type': 'text/plain;charset=UTF-8' } });
  }
}

function present({ number, subscription, event, status, attempts, due, answer }: Delivery, url: string) {
  const { eventType, id: eventId, entityId } = event;
  return {
    number,
    subscriptionId: subscription,
    url,
    eventType,
    eventId,
    entityId,
    status,
    attempts,
    ...(status === 'DUE' && { due: new Date(due).toISOString() }),
    ...(answer && { answer }),
  };
}
