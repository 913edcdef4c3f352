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

  has(relation: Relation, { referring, referenced }: Reference): boolean {
    const { collection, field, from, to } = relation;
    const sql = `SELECT 1 FROM item_references WHERE collection = ? AND field = ? AND ${from} = ? AND ${to} = ?${ONLY(relation)}`;
    const row = this.#store.get(sql, collection, field, referring, referenced, ...ownerOf(relation));
    return row !== undefined;
  }

  /** What these items refer to, in the order the references were made. */
  list(relation: Relation, referring: readonly string[], { order, limit, offset }: Page): Reference[] {
    const { from, to } = relation;
    return this.#store.all<Reference>(
      `SELECT ${from} AS referring, ${to} AS referenced ${OF_ITEMS(relation)} ORDER BY number ${order} LIMIT ? OFFSET ?`,
      ...this.#ofItems(relation, referring),
      limit,
      offset,
    );
  }

  /** All an item refers to. */
  all(relation: Relation, referring: string): string[] {
    const all = { order: 'ASC', limit: -1, offset: 0 } as const;
    return this.list(relation, [referring], all).map(({ referenced }) => referenced);
  }

  count(relation: Relation, referring: readonly string[]): number {
    const row = this.#store.get<{ total: number }>(
      `SELECT count(*) AS total ${OF_ITEMS(relation)}`,
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

  #ofItems(relation: Relation, referring: readonly string[]): unknown[] {
    const { collection, field } = relation;
    return [collection, field, JSON.stringify(referring), ...ownerOf(relation)];
  }
}

const OF_ITEMS = (relation: Relation): string =>
  `FROM item_references WHERE collection = ? AND field = ? AND ${relation.from} IN (SELECT value FROM json_each(?))${ONLY(relation)}`;

/** The collection's number stands in the text, where the indexes of the items look for it. */
const ONLY = ({ to, only }: Relation): string =>
  only
    ? ` AND EXISTS (SELECT 1 FROM items WHERE items.collection = ${only.collection} AND id = item_references.${to} AND owner = ?)`
    : '';

const ownerOf = ({ only }: Relation): string[] => (only ? [only.owner] : []);
