import { sql } from 'kysely';
import { operatorsOf, type Storage } from '../catalogue/field-types.ts';
import type { Column, Fragment } from '../catalogue/table.ts';
import type { Connection } from '../database.ts';
import { badRequest, Fault } from '../fault.ts';
import { allOf, type Condition } from '../filter/condition.ts';
import { assertTableGrant, type TableGrant } from '../rules/authorize.ts';
import type { Dialect } from './dialect.ts';
import type { Page, Sorting } from './find.ts';
import { presentRow, selection } from './item.ts';
import { where } from './where.ts';

export const FIGURES = ['average', 'min', 'max', 'sum', 'count'] as const;

export type Figure = Readonly<{
  name: string;
  kind: (typeof FIGURES)[number];
  /** `null` for counting. */
  column: Column | null;
}>;

/** Groups of rows, and their figures; without anything to group by there is one group. */
export type Grouping = Readonly<{ filter: Condition; by: readonly Column[]; figures: readonly Figure[] }>;

/** What is asked of the groups; names are those of the results. */
export type GroupQuestion = Readonly<{
  filter: Condition;
  sort: Sorting;
  offset: number;
  limit: number;
  withTotal: boolean;
}>;

type Part = Readonly<{ expression: Fragment; result: Column }>;

/**
 * The results of a grouping as columns, so that they can be filtered and sorted like any.
 * @throws {Fault} when two results have one name, or a figure does not suit its field.
 */
export function resultsOf(dialect: Dialect, { by, figures }: Grouping): ReadonlyMap<string, Column> {
  return new Map(partsOf(dialect, by, figures).map(({ result }) => [result.key, result]));
}

export async function findGroups(
  connection: Connection,
  grant: TableGrant,
  grouping: Grouping,
  question: GroupQuestion,
): Promise<Page<Record<string, unknown>>> {
  assertTableGrant(grant, 'query');
  const { dialect } = connection;
  const parts = partsOf(dialect, grouping.by, grouping.figures);
  const named = sql.join(parts.map(({ expression, result }) => sql`${expression} AS ${result.ref}`));
  const keys = grouping.by.map((column) => column.ref);
  const groups = keys.length === 0 ? sql`` : sql` GROUP BY ${sql.join(keys)}`;
  const condition = where(dialect, allOf(grant.rows, grouping.filter));
  const inner = sql`SELECT ${named} FROM ${grant.table.from} WHERE ${condition}${groups}`;
  return findDerived(
    connection,
    inner,
    parts.map(({ result }) => result),
    question,
  );
}

/** The different values of a column; of a list, those of its entries. */
export async function findDistinct(
  connection: Connection,
  grant: TableGrant,
  column: Column,
  filter: Condition,
  question: Omit<GroupQuestion, 'filter' | 'sort'> & Readonly<{ direction: 'ASC' | 'DESC' }>,
): Promise<Page<unknown>> {
  assertTableGrant(grant, 'query');
  const { dialect } = connection;
  const isList = column.type === 'ARRAY_STRING';
  const result = isList ? resultColumn('value', 0, 'text', true) : alias(column, 'value', 0);
  const from = isList ? sql`, ${dialect.entries(column, sql.id('entry'))}` : sql``;
  const value = isList ? sql`entry.value` : column.ref;
  const condition = where(dialect, allOf(grant.rows, filter));
  const inner = sql`SELECT DISTINCT ${value} AS ${result.ref} FROM ${grant.table.from}${from} WHERE ${condition}`;
  const { items, total } = await findDerived(connection, inner, [result], {
    ...question,
    filter: { kind: 'all', of: [] },
    sort: [{ column: result, direction: question.direction }],
  });
  return { items: items.map((item) => item['value']), total };
}

async function findDerived(
  { dialect, run }: Connection,
  inner: Fragment,
  columns: readonly Column[],
  { filter, sort, offset, limit, withTotal }: GroupQuestion,
): Promise<Page<Record<string, unknown>>> {
  const condition = where(dialect, filter);
  // Whatever was not asked to be sorted comes in one order all the same, so that pages never overlap.
  const complete = [...sort, ...columns.map((column) => ({ column, direction: 'ASC' as const }))];
  const order = sql.join(
    complete.map(({ column, direction }) =>
      dialect.order(dialect.comparable(column), column.isNullable, direction),
    ),
  );
  const total = withTotal ? sql`, count(1) OVER () AS total` : sql``;
  const rows =
    await run(sql`SELECT ${selection(dialect, columns)}${total} FROM (${inner}) AS ${sql.id('groups')}
    WHERE ${condition} ORDER BY ${order} LIMIT ${limit} OFFSET ${offset}`);
  return { items: rows.map((row) => presentRow(columns, row)), total: withTotal ? await totalOf() : null };

  async function totalOf(): Promise<number> {
    if (rows[0]) return Number(rows[0]['total']);
    if (offset === 0) return 0;
    const [row] = await run(
      sql`SELECT count(1) AS total FROM (${inner}) AS ${sql.id('groups')} WHERE ${condition}`,
    );
    return Number(row?.['total']);
  }
}

function partsOf(dialect: Dialect, by: readonly Column[], figures: readonly Figure[]): Part[] {
  const parts = [
    ...by.map((column, at) => ({ expression: column.ref, result: alias(column, column.key, at) })),
    ...figures.map((figure, at) => partOf(dialect, figure, by.length + at)),
  ];
  if (parts.length === 0) throw badRequest('The aggregation asks for nothing.');
  if (new Set(parts.map(({ result }) => result.key)).size < parts.length)
    throw badRequest('The aggregation has two results of one name.');
  return parts;
}

function partOf(dialect: Dialect, { name, kind, column }: Figure, at: number): Part {
  if (kind === 'count')
    return { expression: sql`count(1)`, result: resultColumn(name, at, 'integer', false) };
  if (!column) throw badRequest('The aggregation has a figure without a field.');
  const unsuited = () =>
    new Fault('BAD_REQUEST', 'The aggregation has a figure that its field does not know.', {
      data: { propertyName: column.key },
    });
  if (kind === 'min' || kind === 'max') {
    if (!column.operators.includes('LT')) throw unsuited();
    return {
      expression: sql`${sql.raw(kind)}(${column.ref})`,
      result: { ...alias(column, name, at), isNullable: true },
    };
  }
  if (column.type !== 'NUMBER') throw unsuited();
  if (kind === 'average')
    return { expression: dialect.average(column), result: resultColumn(name, at, 'float', true) };
  const storage = column.storage === 'float' ? 'float' : 'decimal';
  return { expression: dialect.sum(column), result: resultColumn(name, at, storage, true) };
}

/** A column of the table under another name, in the statement and outside. */
function alias(column: Column, key: string, at: number): Column {
  return { ...column, key, ref: sql.id(`g${at}`), target: null };
}

function resultColumn(key: string, at: number, storage: Storage, isNullable: boolean): Column {
  const type = storage === 'text' ? 'TEXT' : 'NUMBER';
  return {
    key,
    ref: sql.id(`g${at}`),
    target: null,
    type,
    storage,
    operators: operatorsOf(type, storage),
    cast: null,
    isNullable,
    hasDefault: false,
    isReadOnly: true,
    isCanonical: true,
    referenced: null,
  };
}
