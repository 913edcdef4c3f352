import { violatedIndex } from '../collections/index-sql.ts';
import type { Collection } from '../collections/store.ts';
import type { SiteEvents } from '../events.ts';
import type { Store } from '../store/store.ts';
import { conditionNotMet, itemExists, itemMissing, noPermission, notUnique } from './errors.ts';
import { rowOf } from './item.ts';
import type { Row } from './item.ts';
import { ItemReads } from './reads.ts';
import type { Filter, StoredRow } from './reads.ts';
import type { References } from './references/store.ts';
import { Replica } from './replica.ts';
import type { JsonObject } from './value.ts';

export type { Filter } from './reads.ts';

/** The one who writes: who owns new rows, and whether foreign rows are out of reach. */
export type Writer = { id: string; ownRowsOnly: boolean; mayChangeOwner: boolean };

/** What the items of a site depend on. */
type Surroundings = Readonly<{
  store: Store;
  now: () => number;
  events: SiteEvents;
  references: References;
  /** How far reads without `consistentRead` lag behind; zero is never. */
  replicaDelay: () => number;
}>;

/** The items of all collections, as rows of JSON. */
export class Items extends ItemReads {
  readonly #now: () => number;
  readonly #events: SiteEvents;
  readonly #references: References;

  constructor({ store, now, events, references, replicaDelay }: Surroundings) {
    super(store, new Replica(store, now, replicaDelay));
    this.#now = now;
    this.#events = events;
    this.#references = references;
  }

  insert(collection: Collection, id: string, fields: JsonObject | Filter, writer: Writer): string {
    const now = this.#isoNow();
    const row = rowOf(fields, { id, owner: writer.id, created: now, updated: now });
    return this.store.write(() => {
      if (this.find(collection, id)) throw itemExists(id, collection.id);
      this.addRow(collection, row);
      this.replica.remember(collection, id, null);
      this.#events.emit({
        subject: 'item',
        change: 'created',
        collectionId: collection.id,
        id,
        data: row.data,
      });
      return row.data;
    });
  }

  /** Replaces what the item holds, keeping who made it and when. */
  update(
    collection: Collection,
    id: string,
    change: (stored: JsonObject) => Filter,
    writer: Writer,
    condition?: Filter,
  ): string {
    return this.store.write(() => {
      const stored = this.#requireRow(collection, id, 'update', writer, condition);
      const fields = change(JSON.parse(stored.data) as JsonObject);
      const given = fields['_owner'];
      const owner = writer.mayChangeOwner && typeof given === 'string' && given !== '' ? given : stored.owner;
      const row = rowOf(fields, { id, owner, created: stored.created, updated: this.#isoNow() });
      refuseDuplicates(collection, () =>
        this.store.run(
          `UPDATE items SET owner = ?, updated = ?, data = ? WHERE collection = ${collection.number} AND id = ?`,
          row.owner,
          row.updated,
          row.data,
          id,
        ),
      );
      this.replica.remember(collection, id, stored);
      this.#rememberArrays(collection, row);
      this.#events.emit({
        subject: 'item',
        change: 'updated',
        collectionId: collection.id,
        id,
        data: row.data,
      });
      return row.data;
    });
  }

  /** Gives the item as it last was. */
  remove(collection: Collection, id: string, writer: Writer, condition?: Filter): string {
    return this.store.write(() => {
      const stored = this.#requireRow(collection, id, 'remove', writer, condition);
      this.store.run(`DELETE FROM items WHERE collection = ${collection.number} AND id = ?`, id);
      this.replica.remember(collection, id, stored);
      this.#references.forgetItem(collection, id);
      this.#events.emit({
        subject: 'item',
        change: 'deleted',
        collectionId: collection.id,
        id,
        data: stored.data,
      });
      return stored.data;
    });
  }

  /** Removes every item. */
  truncate(collection: Collection): void {
    this.store.write(() => {
      this.replica.rememberAll(collection);
      const { number } = collection;
      const removed = this.store.all<{ id: string; data: string }>(
        `DELETE FROM items WHERE collection = ${number} RETURNING id, data`,
      );
      this.#references.forgetAll(collection);
      for (const { id, data } of removed) {
        this.#events.emit({ subject: 'item', change: 'deleted', collectionId: collection.id, id, data });
      }
    });
  }

  /** Stores a finished row; inside a write, so that many cost one commit. */
  addRow(collection: Collection, row: Row): void {
    refuseDuplicates(collection, () =>
      this.store.run(
        'INSERT INTO items (collection, id, owner, created, updated, data) VALUES (?, ?, ?, ?, ?, ?)',
        collection.number,
        row.id,
        row.owner,
        row.created,
        row.updated,
        row.data,
      ),
    );
    this.#rememberArrays(collection, row);
  }

  /** The row to be written, after everything that could forbid it. */
  #requireRow(
    collection: Collection,
    id: string,
    action: 'update' | 'remove',
    writer: Writer,
    condition: Filter | undefined,
  ): StoredRow {
    const stored = this.find(collection, id);
    if (!stored) throw itemMissing(id, collection.id);
    if (writer.ownRowsOnly && stored.owner !== writer.id) throw noPermission(action, collection.id);
    if (condition) {
      const where = this.where(collection, condition);
      if (this.count({ text: `${where.text} AND id = ?`, values: [...where.values, id] }, true) === 0) {
        throw conditionNotMet(id, collection.id);
      }
    }
    return stored;
  }

  #rememberArrays(collection: Collection, row: Row): void {
    for (const path of row.arrays) {
      this.store.run(
        'INSERT OR IGNORE INTO array_paths (collection, path) VALUES (?, ?)',
        collection.number,
        path,
      );
    }
  }

  #isoNow(): string {
    return new Date(this.#now()).toISOString();
  }
}

/** An `_id` that is taken was found before the write, so what is left are the unique indexes someone created. */
function refuseDuplicates(collection: Collection, write: () => void): void {
  try {
    write();
  } catch (error) {
    const index = violatedIndex(error);
    if (index !== undefined) throw notUnique(collection.id, index);
    throw error;
  }
}
