import type { Member } from './members/member.ts';
import type { Versioned } from './site-properties/store.ts';

/** Something that changed on the site. `data` and `member` are as after the change; of a removal, as before it. */
export type SiteEvent = Readonly<
  | {
      subject: 'item';
      change: 'created' | 'updated' | 'deleted';
      collectionId: string;
      id: string;
      /** The item as JSON text. */
      data: string;
    }
  | { subject: 'member'; change: 'created' | 'updated' | 'deleted'; member: Member }
  | ({ subject: 'site-properties'; change: 'updated'; fields: readonly string[] } & Versioned)
>;

type Listener = (event: SiteEvent) => void;

/**
 * Tells listeners of each change inside the transaction that makes it: what a listener writes is kept or lost
 * together with the change.
 */
export class SiteEvents {
  readonly #listeners: Listener[] = [];

  listen(listener: Listener): void {
    this.#listeners.push(listener);
  }

  emit(event: SiteEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
