import { sql } from 'kysely';
import type { Column, Fragment } from '../catalogue/table.ts';
import { inSavepoint, type Connection, type Writer } from '../database.ts';
import { Fault, itemExists, noItem } from '../fault.ts';
import { allOf } from '../filter/condition.ts';
import { assertTableGrant, type TableGrant } from '../rules/authorize.ts';
import { incomingItem, incomingReplacement, type Values } from './incoming.ts';
import { presentRow, selection, type Item } from './item.ts';
import { readValue, type Stored } from './values.ts';
import { where } from './where.ts';

/** What became of one item of a call. */
export type Outcome = Readonly<{ item: Item } | { fault: Fault }>;

type Sent = Readonly<Record<string, unknown>>;

/** Faults of one item; whatever else goes wrong is wrong with the whole call. */
const OF_ITEMS = new Set(['VALIDATION_ERROR', 'ITEM_ALREADY_EXISTS', 'ITEM_NOT_FOUND']);

/** Bound values of one statement: PostgreSQL takes 65,535, SQLite 32,766. */
const BOUND_AT_MOST = 30_000;

export async function insertItems(
  database: Writer,
  grant: TableGrant,
  items: readonly Sent[],
): Promise<Outcome[]> {
  assertTableGrant(grant, 'insert');
  const now = new Date().toISOString();
  const rows = items.map((item) => attempt(() => incomingItem(grant, item, now)));
  const together = rows.length > 1 ? await insertTogether(database, grant, rows) : null;
  return together ?? eachItem(database, rows, (on, values) => insertOne(on, grant, values));
}

export async function updateItems(
  database: Writer,
  grant: TableGrant,
  items: readonly Sent[],
): Promise<Outcome[]> {
  assertTableGrant(grant, 'update');
  const now = new Date().toISOString();
  const rows = items.map((item) =>
    attempt(() => ({ id: idOf(item), values: incomingReplacement(grant, item, now) })),
  );
  return eachItem(database, rows, (on, { id, values }) => updateOne(on, grant, id, values));
}

/** Removes what of these is the caller's, in one statement. */
export async function removeItems(
  { dialect, run }: Connection,
  grant: TableGrant,
  ids: readonly string[],
): Promise<Outcome[]> {
  assertTableGrant(grant, 'remove');
  const { table, rows } = grant;
  const keys = [...new Set(ids.flatMap((id) => keyOf(table.key, id) ?? []))];
  const columns = [...grant.readable.values()];
  const removed = new Map<string, Item>();
  if (keys.length > 0) {
    const condition = allOf(rows, { kind: 'one-of', column: table.key, values: keys });
    const gone = await run(
      sql`DELETE FROM ${table.from} WHERE ${where(dialect, condition)} RETURNING ${selection(dialect, columns)}`,
    );
    for (const row of gone) {
      const item = presentRow(columns, row) as Item;
      removed.set(item._id, item);
    }
  }
  return ids.map((id) => {
    const item = removed.get(id);
    // Named twice, it was there once.
    removed.delete(id);
    return item ? { item } : { fault: noItem(id) };
  });
}

/** Removes every row of the grant. */
export async function truncate({ dialect, run }: Connection, grant: TableGrant): Promise<void> {
  assertTableGrant(grant, 'remove');
  await run(sql`DELETE FROM ${grant.table.from} WHERE ${where(dialect, grant.rows)}`);
}

/** Rows of one shape in one statement, where none of them makes it fail; `null` where they have to go one by one. */
async function insertTogether(
  { dialect, run, alone }: Writer,
  grant: TableGrant,
  rows: readonly (Values | Fault)[],
): Promise<Outcome[] | null> {
  const good = rows.filter((row): row is Values => !(row instanceof Fault));
  const [first] = good;
  if (!first || good.length * first.size > BOUND_AT_MOST) return null;
  const columns = [...first.keys()];
  const { key } = grant.table;
  const isAlike = (row: Values) => row.size === columns.length && columns.every((column) => row.has(column));
  if (!first.has(key) || !good.every(isAlike)) return null;
  try {
    const written = columnsOf(grant);
    const lists = good.map((row) => sql`(${valueList(dialect, columns, row)})`);
    const statement = sql`INSERT INTO ${grant.table.from} (${names(columns)}) VALUES ${sql.join(lists)}
      ON CONFLICT (${key.target}) DO NOTHING RETURNING ${selection(dialect, written)}`;
    const found = await alone(() => run(statement));
    const inserted = new Map(
      found.map((row) => presentRow(written, row) as Item).map((item) => [item._id, item]),
    );
    return rows.map((row) => {
      if (row instanceof Fault) return { fault: row };
      const id = String(row.get(key));
      const item = inserted.get(id);
      inserted.delete(id);
      return item ? { item } : { fault: itemExists(id) };
    });
  } catch (error) {
    if (error instanceof Fault && OF_ITEMS.has(error.code)) return null;
    throw error;
  }
}

async function insertOne({ dialect, run }: Connection, grant: TableGrant, values: Values): Promise<Item> {
  const columns = [...values.keys()];
  const written = columnsOf(grant);
  const row =
    columns.length === 0
      ? sql`DEFAULT VALUES`
      : sql`(${names(columns)}) VALUES (${valueList(dialect, columns, values)})`;
  try {
    const [stored] = await run(
      sql`INSERT INTO ${grant.table.from} ${row} RETURNING ${selection(dialect, written)}`,
    );
    return presentRow(written, stored ?? {}) as Item;
  } catch (error) {
    throw named(error, String(values.get(grant.table.key) ?? ''));
  }
}

async function updateOne(
  { dialect, run }: Connection,
  grant: TableGrant,
  id: string,
  values: Values,
): Promise<Item> {
  const { table, rows } = grant;
  const key = keyOf(table.key, id);
  if (key === null) throw noItem(id);
  const written = columnsOf(grant);
  const condition = where(dialect, allOf(rows, { kind: 'equal', column: table.key, value: key }));
  const changes = [...values].map(
    ([column, value]) => sql`${column.target} = ${dialect.write(column, value)}`,
  );
  // A table of ids alone has nothing to change; the statement still says whether the row is there.
  const set = changes.length > 0 ? sql.join(changes) : sql`${table.key.target} = ${table.key.target}`;
  try {
    const [stored] = await run(
      sql`UPDATE ${table.from} SET ${set} WHERE ${condition} RETURNING ${selection(dialect, written)}`,
    );
    if (!stored) throw noItem(id);
    return presentRow(written, stored) as Item;
  } catch (error) {
    throw named(error, id);
  }
}

/**
 * Each item by itself, in one transaction, with its own outcome. First without savepoints, which cost two statements an
 * item; when one fails, all of it again with them.
 */
async function eachItem<Row>(
  database: Writer,
  rows: readonly (Row | Fault)[],
  write: (on: Connection, row: Row) => Promise<Item>,
): Promise<Outcome[]> {
  const settled = async (work: () => Promise<Outcome>): Promise<Outcome> => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Fault && OF_ITEMS.has(error.code)) return { fault: error };
      throw error;
    }
  };
  const [only] = rows;
  if (rows.length === 1 && only !== undefined) {
    if (only instanceof Fault) return [{ fault: only }];
    return [await settled(async () => ({ item: await write(database, only) }))];
  }
  try {
    return await database.transaction((on) =>
      inTurn(rows, async (row) => (row instanceof Fault ? { fault: row } : { item: await write(on, row) })),
    );
  } catch (error) {
    if (!(error instanceof Fault && OF_ITEMS.has(error.code))) throw error;
  }
  return database.transaction((on) =>
    inTurn(rows, (row) =>
      settled(async () => {
        if (row instanceof Fault) return { fault: row };
        return { item: await inSavepoint(on, () => write(on, row)) };
      }),
    ),
  );
}

async function inTurn<Row, Value>(
  rows: readonly Row[],
  work: (row: Row) => Promise<Value>,
): Promise<Value[]> {
  const values: Value[] = [];
  for (const row of rows) values.push(await work(row));
  return values;
}

function attempt<Value>(work: () => Value): Value | Fault {
  try {
    return work();
  } catch (error) {
    if (error instanceof Fault && OF_ITEMS.has(error.code)) return error;
    throw error;
  }
}

function named(error: unknown, id: string): unknown {
  return error instanceof Fault && error.code === 'ITEM_ALREADY_EXISTS' ? itemExists(id) : error;
}

function idOf(item: Sent): string {
  const id = item['_id'];
  if (typeof id === 'string' && id !== '') return id;
  throw new Fault('VALIDATION_ERROR', '_id is missing', {
    data: { violations: [{ fieldPath: '_id', message: 'is missing' }] },
  });
}

/** `null` for an id that no row can have. */
function keyOf(key: Column, id: string): Stored | null {
  const stored = attempt(() => readValue(key, id, '_id'));
  return stored instanceof Fault ? null : stored;
}

function columnsOf({ readable }: TableGrant): readonly Column[] {
  return [...readable.values()];
}

function names(columns: readonly Column[]): Fragment {
  return sql.join(columns.map(({ target }) => sql`${target}`));
}

function valueList(dialect: Connection['dialect'], columns: readonly Column[], values: Values): Fragment {
  return sql.join(columns.map((column) => dialect.write(column, values.get(column) ?? null)));
}
