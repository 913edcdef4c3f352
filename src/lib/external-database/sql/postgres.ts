import { sql } from 'kysely';
import type { Column, Fragment } from '../catalogue/table.ts';
import type { Dialect } from './dialect.ts';
import type { Stored } from './values.ts';

const BIGGEST = 9_223_372_036_854_775_807n;

/** The type that a number is compared as: the column's own where that suits, so that its index does. */
function numericType(column: Column, digits: string): Fragment {
  if (column.storage !== 'integer') return column.cast ?? sql.raw('numeric');
  const isWhole = /^-?\d{1,19}$/.test(digits);
  return isWhole && BigInt(digits) <= BIGGEST && BigInt(digits) >= -BIGGEST
    ? sql.raw('int8')
    : sql.raw('numeric');
}

/** Values are sent as texts and cast at the server, so that no driver has an opinion of its own about them. */
function operand(column: Column, value: Stored): Fragment {
  switch (column.storage) {
    case 'integer':
    case 'decimal':
    case 'float':
      return sql`${value}::${numericType(column, value as string)}`;
    case 'label':
      return sql`${value}::text`;
    case 'datetime':
      return instant(column, value as string);
    default:
      return sql`${value}::${column.cast ?? sql.raw('text')}`;
  }
}

/** A timestamp without zone is read and written as UTC. */
function instant(column: Column, iso: string): Fragment {
  return sql`${isZoned(column) ? iso : iso.replace('Z', '')}::${column.cast ?? sql.raw('timestamptz')}`;
}

const ZONED = sql.id('pg_catalog', 'timestamptz').toOperationNode();

function isZoned({ cast }: Column): boolean {
  return cast === null || JSON.stringify(cast.toOperationNode()) === JSON.stringify(ZONED);
}

const comparable = (column: Column): Fragment =>
  column.storage === 'label' ? sql`${column.ref}::text` : column.ref;

/** Instants that the adapter did not write may have microseconds, which Wix never sees. */
function equals(column: Column, value: Stored): Fragment {
  const bound = operand(column, value);
  if (column.storage === 'datetime' && !column.isCanonical)
    return sql`(${column.ref} >= ${bound} AND ${column.ref} < ${bound} + interval '1 millisecond')`;
  return sql`${comparable(column)} = ${bound}`;
}

/** Only the letters A to Z have two cases here, as on SQLite; other rules would depend on the server's locale. */
const lowered = (expression: Fragment): Fragment => sql`lower(${expression}::text COLLATE "C")`;

const INSTANT = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`;

export const postgres: Dialect = {
  kind: 'PostgreSQL',
  comparable,
  operand,
  read(column) {
    switch (column.storage) {
      case 'integer':
      case 'decimal':
      case 'float':
      case 'uuid':
      case 'label':
        return sql`${column.ref}::text`;
      case 'date':
        return sql`to_char(${column.ref}, 'YYYY-MM-DD')`;
      case 'time':
        return sql`to_char(${column.ref}, 'HH24:MI:SS.MS')`;
      case 'datetime':
        return isZoned(column)
          ? sql`to_char(${column.ref} AT TIME ZONE 'UTC', ${sql.raw(INSTANT)})`
          : sql`to_char(${column.ref}, ${sql.raw(INSTANT)})`;
      case 'json':
        return sql`${column.ref}::text`;
      case 'text-array':
        return sql`${column.ref}::text[]`;
      default:
        return column.ref;
    }
  },
  write(column, value) {
    const cast = column.cast ?? sql.raw('text');
    if (value === null) return sql`NULL::${cast}`;
    return column.storage === 'datetime' ? instant(column, value as string) : sql`${value}::${cast}`;
  },
  equals,
  differs: (column, value) =>
    column.storage === 'datetime' && !column.isCanonical
      ? sql`(${equals(column, value)}) IS NOT TRUE`
      : sql`${comparable(column)} IS DISTINCT FROM ${operand(column, value)}`,
  isOneOf(column, values) {
    if (column.storage === 'datetime' && !column.isCanonical)
      return sql`(${sql.join(
        values.map((value) => equals(column, value)),
        sql` OR `,
      )})`;
    return sql`${comparable(column)} = ANY (${values}::text[]::${listType(column, values)})`;
  },
  listHas(column, which, values) {
    if (column.storage === 'text-array')
      return which === 'some'
        ? sql`${column.ref}::text[] && ${values}::text[]`
        : sql`${column.ref}::text[] @> ${values}::text[]`;
    const list = sql`(CASE WHEN jsonb_typeof(${column.ref}::jsonb) = 'array' THEN ${column.ref}::jsonb ELSE '[]' END)`;
    return which === 'some'
      ? sql`jsonb_exists_any(${list}, ${values}::text[])`
      : sql`(${column.ref} IS NOT NULL AND jsonb_exists_all(${list}, ${values}::text[]))`;
  },
  text(operator, column, value) {
    const [text, sought] = [lowered(column.ref), lowered(sql`${value}`)];
    switch (operator) {
      case 'contains':
        return sql`strpos(${text}, ${sought}) > 0`;
      case 'startsWith':
        return sql`starts_with(${text}, ${sought})`;
      case 'endsWith':
        return sql`right(${text}, length(${sought})) = ${sought}`;
      case 'urlized':
        return sql`replace(${text}, ' ', '-') = replace(${sought}, ' ', '-')`;
    }
  },
  entries(column, alias) {
    if (column.storage === 'text-array') return sql`unnest(${column.ref}::text[]) AS ${alias}(value)`;
    const list = sql`(CASE WHEN jsonb_typeof(${column.ref}::jsonb) = 'array' THEN ${column.ref}::jsonb ELSE '[]' END)`;
    return sql`jsonb_array_elements_text(${list}) AS ${alias}(value)`;
  },
  average: (column) => sql`avg(${column.ref})::float8`,
  sum: (column) =>
    column.storage === 'float' ? sql`sum(${column.ref})::float8` : sql`sum(${column.ref})::numeric`,
  /** "Empty" is the smallest, as on SQLite; said only where there can be any, since it decides which index serves. */
  order: (expression, isNullable, direction) =>
    sql`${expression} ${sql.raw(direction + (isNullable ? (direction === 'ASC' ? ' NULLS FIRST' : ' NULLS LAST') : ''))}`,
  definition: {
    text: 'text COLLATE "C"',
    decimal: 'numeric',
    boolean: 'boolean',
    date: 'date',
    datetime: 'timestamptz(3)',
    time: 'time(3)',
    json: 'jsonb',
  },
};

function listType(column: Column, values: readonly Stored[]): Fragment {
  switch (column.storage) {
    case 'integer': {
      const isWhole = values.every((value) => /^-?\d{1,18}$/.test(String(value)));
      return sql.raw(isWhole ? 'int8[]' : 'numeric[]');
    }
    case 'label':
      return sql.raw('text[]');
    default:
      return sql`${column.cast ?? sql.raw('text')}[]`;
  }
}
