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
  readonly #lanes = new Map<string, Promise<Error | undefined>>();
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
      if (this.#isClosed || this.#disorder.reverse === true) return;
      try {
        this.#openLanes();
      } catch {
        // The data file cannot be read at the moment, which is for its callers to report, not for a timer.
        this.#wakeIn(LOOK_EVERY_MS);
      }
    });
  }

  disorder(disorder: Disorder): void {
    this.#disorder = disorder;
    this.wake();
  }

  /** Settles when nothing that is due is left. What failed is due later. */
  async flush(): Promise<void> {
    this.#openLanes();
    while (this.#lanes.size > 0) {
      const ends = await Promise.all(this.#lanes.values());
      const failed = ends.find((end) => end !== undefined);
      if (failed) throw failed;
      this.#openLanes();
    }
  }

  /** Breaks attempts off; they are made again by whoever opens the data file next. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    for (const [number, controller] of this.#underWay) {
      controller.abort(new Error('The emulator was closed'));
      try {
        this.#queue.release(number);
      } catch {
        // Whoever closes need not be able to write: the claim runs out by itself.
      }
    }
  }

  #openLanes(): void {
    if (this.#isClosed) return;
    for (const subscription of this.#queue.subscriptionsDue()) {
      if (this.#lanes.size >= LANES) break;
      if (!this.#lanes.has(subscription)) this.#lanes.set(subscription, this.#lane(subscription));
    }
    const due = this.#queue.nextDue();
    if (due !== undefined) this.#wakeIn(Math.min(due - this.#now(), LOOK_EVERY_MS));
  }

  /** Gives what went wrong with the data file, if anything did. */
  async #lane(subscription: string): Promise<Error | undefined> {
    try {
      await this.#sendDue(subscription);
      this.wake();
      return undefined;
    } catch (error) {
      this.#wakeIn(LOOK_EVERY_MS);
      return error as Error;
    } finally {
      this.#lanes.delete(subscription);
    }
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

  #wakeIn(milliseconds: number): void {
    clearTimeout(this.#timer);
    if (this.#isClosed) return;
    // A program with nothing else to do may end; the data file knows what is left.
    this.#timer = setTimeout(() => this.wake(), milliseconds).unref();
  }
}

/** Rejects with the signal, for a `deliver` that does not listen to it. */
const abortOf = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
