import { sql } from 'kysely';
import type { Column } from '../catalogue/table.ts';
import type { Connection } from '../database.ts';
import { allOf, type Condition } from '../filter/condition.ts';
import { assertTableGrant, type TableGrant } from '../rules/authorize.ts';
import { presentRow, selection, type Item } from './item.ts';
import { where } from './where.ts';

export type Sorting = readonly Readonly<{ column: Column; direction: 'ASC' | 'DESC' }>[];

export type Question = Readonly<{
  filter: Condition;
  sort: Sorting;
  offset: number;
  limit: number;
  /** Columns of the answer; `_id` is always among them. */
  columns: readonly Column[];
  withTotal: boolean;
}>;

export type Page<Entry> = Readonly<{ items: Entry[]; total: number | null }>;

/** Items of a table and, when asked, how many there are: in one statement. */
export async function findItems(
  connection: Connection,
  grant: TableGrant,
  question: Question,
): Promise<Page<Item>> {
  assertTableGrant(grant, 'query');
  const { dialect, run } = connection;
  const { table, rows } = grant;
  const { columns, offset, limit, withTotal } = question;
  const condition = where(dialect, allOf(rows, question.filter));
  const total = withTotal ? sql`, (SELECT count(1) FROM ${table.from} WHERE ${condition}) AS total` : sql``;
  const found = await run(sql`SELECT ${selection(dialect, columns)}${total} FROM ${table.from}
    WHERE ${condition} ORDER BY ${orderOf(connection, grant, question.sort)} LIMIT ${limit} OFFSET ${offset}`);
  return {
    items: found.map((row) => presentRow(columns, row) as Item),
    total: withTotal ? await totalOf(found[0]?.['total']) : null,
  };

  /** Behind the last page there is no row that could say it. */
  async function totalOf(said: unknown): Promise<number> {
    if (said !== undefined) return Number(said);
    return offset === 0 ? 0 : countItems(connection, grant, question.filter);
  }
}

export async function countItems(
  { dialect, run }: Connection,
  grant: TableGrant,
  filter: Condition,
): Promise<number> {
  assertTableGrant(grant, 'query');
  const condition = where(dialect, allOf(grant.rows, filter));
  const [row] = await run(sql`SELECT count(1) AS total FROM ${grant.table.from} WHERE ${condition}`);
  return Number(row?.['total']);
}

/** The id comes last, so that pages never overlap. */
function orderOf({ dialect }: Connection, { table }: TableGrant, sort: Sorting) {
  const keyed = sort.some(({ column }) => column.key === '_id');
  const complete = keyed ? sort : [...sort, { column: table.key, direction: 'ASC' as const }];
  return sql.join(
    complete.map(({ column, direction }) =>
      dialect.order(dialect.comparable(column), column.isNullable, direction),
    ),
  );
}
