import type { Collection, Collections } from '../../collections/store.ts';
import type { Store } from '../../store/store.ts';
import { relationsOf } from './relation.ts';
import type { Relation } from './relation.ts';

/** One reference, seen from the item that refers. */
export type Reference = Readonly<{ referring: string; referenced: string }>;

type Page = Readonly<{ order: 'ASC' | 'DESC'; limit: number; offset: number }>;

/** Multi-references. Column names in the SQL come from a relation, which has two fixed ones. */
export class References {
  readonly #store: Store;
  readonly #collections: Collections;

  constructor(store: Store, collections: Collections) {
    this.#store = store;
    this.#collections = collections;
  }

  /** A reference that is there already stays where it is. */
  add({ collection, field, from, to }: Relation, { referring, referenced }: Reference): void {
    const sql = `INSERT OR IGNORE INTO item_references (collection, field, ${from}, ${to}) VALUES (?, ?, ?, ?)`;
    this.#store.run(sql, collection, field, referring, referenced);
  }

  remove({ collection, field, from, to }: Relation, { referring, referenced }: Reference): void {
    const sql = `DELETE FROM item_references WHERE collection = ? AND field = ? AND ${from} = ? AND ${to} = ?`;
    this.#store.run(sql, collection, field, referring, referenced);
  }

  /** The item then refers to these, in this order, and to no others. */
  replace(relation: Relation, referring: string, referenced: readonly string[]): void {
    const { collection, field, from } = relation;
    const sql = `DELETE FROM item_references WHERE collection = ? AND field = ? AND ${from} = ?`;
    this.#store.write(() => {
      this.#store.run(sql, collection, field, referring);
      for (const id of referenced) this.add(relation, { referring, referenced: id });
    });
  }

  has({ collection, field, from, to }: Relation, { referring, referenced }: Reference): boolean {
    const sql = `SELECT 1 FROM item_references WHERE collection = ? AND field = ? AND ${from} = ? AND ${to} = ?`;
    return this.#store.get(sql, collection, field, referring, referenced) !== undefined;
  }

  /** What these items refer to, in the order the references were made. */
  list(relation: Relation, referring: readonly string[], { order, limit, offset }: Page): Reference[] {
    const { from, to } = relation;
    return this.#store.all<Reference>(
      `SELECT ${from} AS referring, ${to} AS referenced ${OF_ITEMS(from)} ORDER BY number ${order} LIMIT ? OFFSET ?`,
      ...this.#ofItems(relation, referring),
      limit,
      offset,
    );
  }

  count(relation: Relation, referring: readonly string[]): number {
    const row = this.#store.get<{ total: number }>(
      `SELECT count(*) AS total ${OF_ITEMS(relation.from)}`,
      ...this.#ofItems(relation, referring),
    );
    return row?.total ?? 0;
  }

  /** Of a removed item: what it referred to. References to it stay, and lead nowhere. */
  forgetItem(collection: Collection, id: string): void {
    this.#store.run('DELETE FROM item_references WHERE collection = ? AND item = ?', collection.number, id);
    // A two-way reference may be kept with the other side. Most items are referred to by nobody.
    const pointed = this.#store.get('SELECT 1 FROM item_references WHERE referenced = ? LIMIT 1', id);
    if (!pointed) return;
    for (const { field, from, ...relation } of relationsOf(this.#collections, collection)) {
      if (from === 'item') continue;
      const sql = 'DELETE FROM item_references WHERE collection = ? AND field = ? AND referenced = ?';
      this.#store.run(sql, relation.collection, field, id);
    }
  }

  /** Of a collection that loses all its items. */
  forgetAll(collection: Collection): void {
    for (const relation of relationsOf(this.#collections, collection)) {
      const sql = 'DELETE FROM item_references WHERE collection = ? AND field = ?';
      this.#store.run(sql, relation.collection, relation.field);
    }
  }

  #ofItems({ collection, field }: Relation, referring: readonly string[]): unknown[] {
    return [collection, field, JSON.stringify(referring)];
  }
}

const OF_ITEMS = (from: Relation['from']): string =>
  `FROM item_references WHERE collection = ? AND field = ? AND ${from} IN (SELECT value FROM json_each(?))`;
