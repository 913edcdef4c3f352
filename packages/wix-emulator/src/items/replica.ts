import type { Collection } from '../collections/store.ts';
import type { Store } from '../store/store.ts';
import type { Sql } from './filter/compile.ts';

/** The columns of a row, or `null` where there was no row. */
export type Past = { owner: string; created: string; updated: string; data: string } | null;

/**
 * The replica that reads without `consistentRead` are answered from: the rows as they were a while ago.
 * https://dev.wix.com/api/sdk/data/eventual-consistency
 *
 * Each write leaves behind what it changed, so a late read is the rows of today with those that changed since
 * then put back. Nothing of this happens while the delay is zero.
 */
export class Replica {
  readonly #store: Store;
  readonly #now: () => number;
  readonly #delay: () => number;

  constructor(store: Store, now: () => number, delay: () => number) {
    this.#store = store;
    this.#now = now;
    this.#delay = delay;
  }

  /** The statement as the replica answers it: `items` in it are the rows as they were. */
  late(statement: Sql, consistentRead: boolean | undefined): Sql {
    const delay = consistentRead === true ? 0 : this.#delay();
    if (delay === 0) return statement;
    const moment = this.#now() - delay;
    const rest = /^\s*WITH\s/i.test(statement.text)
      ? statement.text.replace(/^\s*WITH\s/i, ', ')
      : ` ${statement.text}`;
    return { text: `WITH ${LATE_ITEMS}${rest}`, values: [moment, moment, moment, ...statement.values] };
  }

  /** Keeps what a row was before the write that has just changed it; in the same transaction. */
  remember(collection: Collection, id: string, past: Past): void {
    if (!this.#isOn()) return;
    // Of several changes within a millisecond the state before the first is what a late read sees.
    this.#store.run(
      'INSERT OR IGNORE INTO replica_past (collection, id, changed, owner, created, updated, data) VALUES (?, ?, ?, ?, ?, ?, ?)',
      collection.number,
      id,
      this.#now(),
      past?.owner ?? null,
      past?.created ?? null,
      past?.updated ?? null,
      past?.data ?? null,
    );
  }

  /** The same for every row of a collection, before all of them go. */
  rememberAll(collection: Collection): void {
    if (!this.#isOn()) return;
    this.#store.run(
      `INSERT OR IGNORE INTO replica_past (collection, id, changed, owner, created, updated, data)
       SELECT collection, id, ?, owner, created, updated, data FROM items WHERE collection = ${collection.number}`,
      this.#now(),
    );
  }

  /** Whether there is something to keep. Drops what no read will look at any more. */
  #isOn(): boolean {
    const delay = this.#delay();
    if (delay === 0) return false;
    this.#store.run('DELETE FROM replica_past WHERE changed <= ?', this.#now() - delay);
    return true;
  }
}

/**
 * Takes the place of the table in a statement; naming the schema reaches the table itself. A row that changed
 * since is what it was before the first of those changes.
 */
const LATE_ITEMS = `items AS (
  SELECT collection, id, owner, created, updated, data FROM main.items AS present
  WHERE NOT EXISTS (
    SELECT 1 FROM replica_past AS past
    WHERE past.collection = present.collection AND past.id = present.id AND past.changed > ?
  )
  UNION ALL
  SELECT collection, id, owner, created, updated, data FROM replica_past AS past
  WHERE data IS NOT NULL AND changed > ? AND NOT EXISTS (
    SELECT 1 FROM replica_past AS earlier
    WHERE earlier.collection = past.collection AND earlier.id = past.id
    AND earlier.changed > ? AND earlier.changed < past.changed
  )
)`;
