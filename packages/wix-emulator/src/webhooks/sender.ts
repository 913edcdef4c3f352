import type { Delivery, DeliveryQueue, WebhookAnswer } from './queue.ts';

/** Longest wait for an answer. https://dev.wix.com/docs/rest/articles/getting-started/webhook-resend-policy */
const ANSWER_WITHIN_MS = 1_250;

/** So many subscribers are sent to at the same time, each one event after the other. */
const LANES = 8;

/** How often the site's clock, which may be moved, is asked whether a resend has fallen due. */
const LOOK_EVERY_MS = 1_000;

/** Makes networks misbehave on purpose. */
export type Disorder = Readonly<{
  /** Everything accepted is sent a second time. */
  duplicate?: boolean;
  /** Events wait for `flush()`, which then sends the newest first. */
  reverse?: boolean;
}>;

export type Deliver = (request: Request) => Promise<Response>;

/** A request for a delivery, or nothing when its subscription is gone. */
type Compose = (delivery: Delivery, signal: AbortSignal) => Promise<Request | undefined>;

/** Carries events to their subscribers, after the changes they tell of are committed. */
export class Sender {
  readonly #queue: DeliveryQueue;
  readonly #compose: Compose;
  readonly #deliver: Deliver;
  readonly #now: () => number;
  /** Attempts under way, and what breaks each off. */
  readonly #underWay = new Map<number, AbortController>();
  readonly #lanes = new Map<string, Promise<void>>();
  #disorder: Disorder = {};
  #timer: NodeJS.Timeout | undefined;
  #isWoken = false;
  #isClosed = false;

  constructor(queue: DeliveryQueue, compose: Compose, deliver: Deliver, now: () => number) {
    this.#queue = queue;
    this.#compose = compose;
    this.#deliver = deliver;
    this.#now = now;
  }

  /** Sends what is due once the running transaction is over: those end before the event loop turns. */
  wake(): void {
    if (this.#isWoken) return;
    this.#isWoken = true;
    setImmediate(() => {
      this.#isWoken = false;
      if (!this.#isClosed && this.#disorder.reverse !== true) this.#openLanes();
    });
  }

  disorder(disorder: Disorder): void {
    this.#disorder = disorder;
    this.wake();
  }

  /** Settles when nothing that is due is left. What failed is due later. */
  async flush(): Promise<void> {
    this.#openLanes();
    while (this.#lanes.size > 0) await Promise.all(this.#lanes.values());
  }

  /** Breaks attempts off; they are made again by whoever opens the data file next. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    for (const [number, controller] of this.#underWay) {
      this.#queue.release(number);
      controller.abort(new Error('The emulator was closed'));
    }
  }

  #openLanes(): void {
    if (this.#isClosed) return;
    for (const subscription of this.#queue.subscriptionsDue()) {
      if (this.#lanes.size >= LANES) break;
      if (!this.#lanes.has(subscription)) this.#lanes.set(subscription, this.#lane(subscription));
    }
    this.#lookAgainLater();
  }

  async #lane(subscription: string): Promise<void> {
    try {
      await this.#sendDue(subscription);
    } catch {
      // The data file is busy with another process: the timer tries again, and the claim runs out.
      this.#lanes.delete(subscription);
      return;
    }
    this.#lanes.delete(subscription);
    this.#openLanes();
  }

  async #sendDue(subscription: string): Promise<void> {
    while (!this.#isClosed) {
      const delivery = this.#queue.claim(subscription, this.#disorder.reverse === true ? 'newest' : 'oldest');
      if (!delivery) return;
      const answer = await this.#attempt(delivery);
      if (!this.#isClosed) this.#queue.settle(delivery, answer);
    }
  }

  async #attempt(delivery: Delivery): Promise<WebhookAnswer> {
    const controller = new AbortController();
    this.#underWay.set(delivery.number, controller);
    try {
      const answer = await this.#send(delivery, controller.signal);
      if (this.#disorder.duplicate === true && answer.status === 200) {
        await this.#send(delivery, controller.signal).catch(() => undefined);
      }
      return answer;
    } catch (error) {
      return { error: (error as Error).message };
    } finally {
      this.#underWay.delete(delivery.number);
    }
  }

  async #send(delivery: Delivery, closing: AbortSignal): Promise<{ status: number }> {
    const signal = AbortSignal.any([closing, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
    const request = await this.#compose(delivery, signal);
    if (!request) throw new Error('The subscription is gone');
    const response = await Promise.race([this.#deliver(request), abortOf(signal)]);
    // Only the status matters, and a body left unread would keep its connection.
    await response.body?.cancel();
    return { status: response.status };
  }

  #lookAgainLater(): void {
    clearTimeout(this.#timer);
    const due = this.#queue.nextDue();
    if (due === undefined) return;
    const wait = Math.min(Math.max(due - this.#now(), 1), LOOK_EVERY_MS);
    // A program with nothing else to do may end; the data file knows what is left.
    this.#timer = setTimeout(() => this.wake(), wait).unref();
  }
}

/** Rejects with the signal, for a `deliver` that does not listen to it. */
const abortOf = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
