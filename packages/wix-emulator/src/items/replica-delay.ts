import type { Store } from '../store/store.ts';

/** Another process on the same data file may turn the delay on; this long it may stay unnoticed here. */
const NOTICED_WITHIN_MS = 100;

/**
 * The replica delay chosen in the settings. It is asked for by every read of items, so the settings are looked up
 * again only after a write of this process and every tenth of a second.
 */
export class ReplicaDelay {
  readonly #store: Store;
  readonly #now: () => number;
  readonly #chosen: () => number;
  #delay = 0;
  #writes = -1;
  #lookedAt = 0;

  constructor(store: Store, now: () => number, chosen: () => number) {
    this.#store = store;
    this.#now = now;
    this.#chosen = chosen;
  }

  current(): number {
    const now = this.#now();
    const { writes } = this.#store;
    if (writes !== this.#writes || Math.abs(now - this.#lookedAt) >= NOTICED_WITHIN_MS) {
      this.#delay = this.#chosen();
      this.#writes = writes;
      this.#lookedAt = now;
    }
    return this.#delay;
  }
}
