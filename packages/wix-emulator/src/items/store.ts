import type { Collection } from '../collections/store.ts';
import type { SiteEvents } from '../events.ts';
import type { Store } from '../store/store.ts';
import { conditionNotMet, itemExists, itemMissing, noPermission, notUnique } from './errors.ts';
import { compile } from './filter/compile.ts';
import type { Sql } from './filter/compile.ts';
import { parseFilter } from './filter/parse.ts';
import { rowOf } from './item.ts';
import type { Row } from './item.ts';
import type { JsonObject } from './value.ts';

export type Filter = Readonly<Record<string, unknown>>;

/** The one who writes: who owns new rows, and whether foreign rows are out of reach. */
export type Writer = { id: string; ownRowsOnly: boolean; mayChangeOwner: boolean };

type StoredRow = { id: string; owner: string; created: string; data: string };

/** The items of all collections, as rows of JSON. */
export class Items {
  readonly #store: Store;
  readonly #now: () => number;
  readonly #events: SiteEvents;

  constructor(store: Store, now: () => number, events: SiteEvents) {
    this.#store = store;
    this.#now = now;
    this.#events = events;
  }

  /** The WHERE of a read: the collection, the caller's own rows if that is their reach, and the filter. */
  where(collection: Collection, filter: Filter, ownedBy?: string): Sql {
    const condition = compile(parseFilter(filter), (path) => this.#holdsArrays(collection, path));
    // The number stands in the text, so that the partial indexes of this collection apply.
    const parts = [
      `collection = ${collection.number}`,
      ...(ownedBy === undefined ? [] : ['owner = ?']),
      condition.text,
    ];
    return {
      text: parts.join(' AND '),
      values: [...(ownedBy === undefined ? [] : [ownedBy]), ...condition.values],
    };
  }

  /**
   * Runs a statement that reads `items` on behalf of a caller. Every read a caller asks for goes through here, so
   * that one place decides which state of the rows it sees; writes look at the rows themselves, with `find`.
   */
  all<Result>(statement: Sql, consistentRead: boolean | undefined): Result[] {
    void consistentRead;
    return this.#store.all<Result>(statement.text, ...statement.values);
  }

  count(where: Sql, consistentRead: boolean | undefined): number {
    const statement = {
      text: `SELECT count(*) AS total FROM items WHERE ${where.text}`,
      values: where.values,
    };
    const [row] = this.all<{ total: number }>(statement, consistentRead);
    return row?.total ?? 0;
  }

  /** The row as it is, for writes. */
  find(collection: Collection, id: string): StoredRow | undefined {
    return this.#store.get<StoredRow>(findSql(collection), id);
  }

  /** The row as a read sees it. */
  read(collection: Collection, id: string, consistentRead: boolean | undefined): StoredRow | undefined {
    return this.all<StoredRow>({ text: findSql(collection), values: [id] }, consistentRead)[0];
  }

  insert(collection: Collection, id: string, fields: JsonObject | Filter, writer: Writer): string {
    const now = this.#isoNow();
    const row = rowOf(fields, { id, owner: writer.id, created: now, updated: now });
    return this.#store.write(() => {
      if (this.find(collection, id)) throw itemExists(id, collection.id);
      this.addRow(collection, row);
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
    return this.#store.write(() => {
      const stored = this.#requireRow(collection, id, 'update', writer, condition);
      const fields = change(JSON.parse(stored.data) as JsonObject);
      const given = fields['_owner'];
      const owner = writer.mayChangeOwner && typeof given === 'string' && given !== '' ? given : stored.owner;
      const row = rowOf(fields, { id, owner, created: stored.created, updated: this.#isoNow() });
      refuseDuplicates(collection, () =>
        this.#store.run(
          `UPDATE items SET owner = ?, updated = ?, data = ? WHERE collection = ${collection.number} AND id = ?`,
          row.owner,
          row.updated,
          row.data,
          id,
        ),
      );
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
    return this.#store.write(() => {
      const stored = this.#requireRow(collection, id, 'remove', writer, condition);
      this.#store.run(`DELETE FROM items WHERE collection = ${collection.number} AND id = ?`, id);
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

  /** Stores a finished row; inside a write, so that many cost one commit. */
  addRow(collection: Collection, row: Row): void {
    refuseDuplicates(collection, () =>
      this.#store.run(
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
      this.#store.run(
        'INSERT OR IGNORE INTO array_paths (collection, path) VALUES (?, ?)',
        collection.number,
        path,
      );
    }
  }

  /** Asked of the data file every time: another process may have written the first array a moment ago. */
  #holdsArrays(collection: Collection, path: string): boolean {
    const sql = 'SELECT 1 FROM array_paths WHERE collection = ? AND path = ?';
    return this.#store.get(sql, collection.number, path) !== undefined;
  }

  #isoNow(): string {
    return new Date(this.#now()).toISOString();
  }
}

const findSql = ({ number }: Collection): string =>
  `SELECT id, owner, created, data FROM items WHERE collection = ${number} AND id = ?`;

/** An `_id` that is taken was found before the write, so what is left are the unique indexes someone created. */
function refuseDuplicates(collection: Collection, write: () => void): void {
  try {
    write();
  } catch (error) {
    if ((error as { code?: string }).code === 'SQLITE_CONSTRAINT_UNIQUE') throw notUnique(collection.id);
    throw error;
  }
}
