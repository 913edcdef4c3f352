import { randomUUID } from 'node:crypto';
import { Refusal, compare, matching, sorted } from './rows.ts';
import type { Row, Value } from './rows.ts';

export type FieldType = 'TEXT' | 'NUMBER' | 'BOOLEAN' | 'DATETIME' | 'OBJECT';
export type Role = 'VISITOR' | 'MEMBER' | 'OWNER' | 'BACKEND_CODE';
export type Caller = { role: Role; id: string | null };

export type Table = {
  fields: Record<string, FieldType>;
  rows: Row[];
  /** Who may read and write; members read and write, visitors neither, unless told otherwise. */
  visitorsRead?: boolean;
};

type Paging = { skip: number; limit: number };

export type Calculation = { as: string; of: 'sum' | 'avg' | 'min' | 'max' | 'count'; field?: string };

/** The work of an adapter, whichever way it was asked. */
export class Tables {
  readonly tables: Map<string, Table>;
  readonly #mistakes: ReadonlySet<string>;

  constructor(tables: Record<string, Table>, mistakes: ReadonlySet<string> = new Set()) {
    this.tables = new Map(Object.entries(structuredClone(tables)));
    this.#mistakes = mistakes;
  }

  require(name: string): Table {
    const table = this.tables.get(name);
    if (table) return table;
    throw new Refusal(404, `no collection ${name}`, 'COLLECTION_NOT_FOUND', { collectionId: name });
  }

  readable(name: string, { role }: Caller): Table {
    const table = this.require(name);
    if (role === 'VISITOR' && table.visitorsRead !== true)
      throw new Refusal(403, 'members only', 'FORBIDDEN');
    return table;
  }

  writable(name: string, { role }: Caller): Table {
    if (role === 'VISITOR') throw new Refusal(403, 'members only', 'FORBIDDEN');
    return this.require(name);
  }

  find(
    name: string,
    caller: Caller,
    {
      filter,
      sort,
      paging,
    }: { filter: unknown; sort: { fieldName: string; isDown: boolean }[]; paging: Paging },
  ): { rows: Row[]; total: number } {
    const table = this.readable(name, caller);
    const fields = Object.keys(table.fields);
    if (paging.limit > 1_000 || paging.limit < 0) throw new Refusal(400, 'limit is 0 to 1000');
    const unknown = sort.find(({ fieldName }) => !fields.includes(fieldName));
    if (unknown) throw new Refusal(400, `unknown field ${unknown.fieldName}`);
    const matched = table.rows.filter(matching(filter, fields, this.#mistakes));
    const found = this.#mistakes.has('sort ignored') ? matched : sorted(matched, sort);
    const limit = this.#mistakes.has('limit ignored') ? 50 : paging.limit;
    return { rows: found.slice(paging.skip, paging.skip + limit), total: found.length };
  }

  insert(name: string, caller: Caller, item: Row): Row {
    const table = this.writable(name, caller);
    const id = (item['_id'] ?? randomUUID()) as string;
    if (this.#mistakes.has('overwrites')) table.rows = table.rows.filter((row) => row['_id'] !== id);
    if (table.rows.some((row) => row['_id'] === id)) {
      throw new Refusal(409, `${id} exists`, 'ITEM_ALREADY_EXISTS', { itemId: id });
    }
    const at = { $date: new Date(Date.now()).toISOString() };
    const dates = '_createdDate' in table.fields ? { _createdDate: at, _updatedDate: at } : {};
    const row = { ...dates, ...this.#checked(table, item), _id: id };
    table.rows.push(row);
    return row;
  }

  update(name: string, caller: Caller, item: Row): Row {
    const table = this.writable(name, caller);
    const isThere = table.rows.some((row) => row['_id'] === item['_id']);
    if (!isThere && this.#mistakes.has('inserts on update')) return this.insert(name, caller, item);
    const index = this.#indexOf(table, item['_id'] as string);
    const { _createdDate = null, _owner = null } = table.rows[index] ?? {};
    const kept = '_createdDate' in table.fields ? { _createdDate, _owner } : {};
    const at =
      '_updatedDate' in table.fields ? { _updatedDate: { $date: new Date(Date.now()).toISOString() } } : {};
    const before = this.#mistakes.has('merges on update') ? table.rows[index] : {};
    const row = { ...before, ...kept, ...at, ...this.#checked(table, item) };
    table.rows[index] = row;
    return row;
  }

  remove(name: string, caller: Caller, id: string): Row {
    const table = this.writable(name, caller);
    const [row] = table.rows.splice(this.#indexOf(table, id), 1);
    return row as Row;
  }

  truncate(name: string, caller: Caller): void {
    this.writable(name, caller).rows.length = 0;
  }

  groups(
    name: string,
    caller: Caller,
    filter: unknown,
    by: readonly string[],
    results: Calculation[],
  ): Row[] {
    const table = this.readable(name, caller);
    const rows = table.rows.filter(matching(filter, Object.keys(table.fields)));
    const groups = Map.groupBy(rows, (row) => JSON.stringify(by.map((field) => row[field] ?? null)));
    return [...groups.values()].map((group) => ({
      ...Object.fromEntries(by.map((field) => [field, group[0]?.[field] ?? null])),
      ...Object.fromEntries(results.map((one) => [one.as, calculated(one, group)])),
    }));
  }

  #checked({ fields }: Table, item: Row): Row {
    const unknown = Object.keys(item).find((key) => !(key in fields));
    if (unknown === undefined) return item;
    const violations = [
      { fieldPath: unknown, rejectedValue: JSON.stringify(item[unknown]), message: 'unknown field' },
    ];
    throw new Refusal(400, `unknown field ${unknown}`, 'VALIDATION_ERROR', { violations });
  }

  #indexOf({ rows }: Table, id: string): number {
    const index = rows.findIndex((row) => row['_id'] === id);
    if (index >= 0) return index;
    throw new Refusal(404, `no item ${id}`, 'ITEM_NOT_FOUND', { itemId: id });
  }
}

function calculated({ of, field = '' }: Calculation, rows: readonly Row[]): Value {
  if (of === 'count') return rows.length;
  const numbers = rows.map((row) => row[field]).filter((value) => typeof value === 'number');
  const sum = numbers.reduce((total, value) => total + value, 0);
  if (of === 'sum') return sum;
  if (numbers.length === 0) return null;
  if (of === 'avg') return sum / numbers.length;
  const ordered = numbers.toSorted(compare);
  return (of === 'min' ? ordered[0] : ordered.at(-1)) ?? null;
}
