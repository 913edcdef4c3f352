import type { Collection } from '../collections/store.ts';
import { notImplemented } from '../http/errors.ts';
import type { Store } from '../store/store.ts';
import { compile } from './filter/compile.ts';
import type { Sql } from './filter/compile.ts';
import { parseFilter } from './filter/parse.ts';
import { isMultiReference } from './references/fields.ts';
import type { Replica } from './replica.ts';

export type Filter = Readonly<Record<string, unknown>>;

export type StoredRow = { id: string; owner: string; created: string; updated: string; data: string };

/** Reading the items of all collections. */
export class ItemReads {
  protected readonly store: Store;
  protected readonly replica: Replica;

  constructor(store: Store, replica: Replica) {
    this.store = store;
    this.replica = replica;
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
    const { text, values } = this.replica.late(statement, consistentRead);
    return this.store.all<Result>(text, ...values);
  }

  /** The same row by row, for reads larger than memory; nothing may be written until it ends. */
  each<Result>(statement: Sql, consistentRead: boolean | undefined): Iterable<Result> {
    const { text, values } = this.replica.late(statement, consistentRead);
    return this.store.each<Result>(text, ...values);
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
    return this.store.get<StoredRow>(`${selectFrom(collection)} AND id = ?`, id);
  }

  /** The row as a read sees it. */
  read(collection: Collection, id: string, consistentRead: boolean | undefined): StoredRow | undefined {
    return this.all<StoredRow>(
      { text: `${selectFrom(collection)} AND id = ?`, values: [id] },
      consistentRead,
    )[0];
  }

  /** The rows of these ids, as a read sees them. */
  readThese(
    collection: Collection,
    ids: readonly string[],
    consistentRead: boolean | undefined,
  ): StoredRow[] {
    const text = `${selectFrom(collection)} AND id IN (SELECT value FROM json_each(?))`;
    return this.all<StoredRow>({ text, values: [JSON.stringify(ids)] }, consistentRead);
  }

  /** Asked of the data file every time: another process may have written the first array a moment ago. */
  #holdsArrays(collection: Collection, path: string): boolean {
    // Multi-references do not stand in the data, so that a filter would find nothing and never say why.
    if (isMultiReference(collection, path)) throw notImplemented(`a filter by the multi-reference [${path}]`);
    const sql = 'SELECT 1 FROM array_paths WHERE collection = ? AND path = ?';
    return this.store.get(sql, collection.number, path) !== undefined;
  }
}

const selectFrom = ({ number }: Collection): string =>
  `SELECT id, owner, created, updated, data FROM items WHERE collection = ${number}`;
