import { sql } from 'kysely';
import type { Column, Fragment } from '../catalogue/table.ts';
import { invalid } from '../fault.ts';
import type { Dialect } from './dialect.ts';
import { isExactDouble, type Stored } from './values.ts';

/** A value as better-sqlite3 binds it. */
function native(column: Column, value: Stored): string | number | bigint {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string') return JSON.stringify(value);
  switch (column.storage) {
    case 'integer':
    case 'decimal':
    case 'float':
      return numeric(value);
    default:
      return value;
  }
}

const INT64 = { least: -(2n ** 63n), most: 2n ** 63n - 1n };

function numeric(digits: string): number | bigint {
  if (/^-?\d+$/.test(digits)) {
    const whole = BigInt(digits);
    if (whole >= INT64.least && whole <= INT64.most) return whole;
  }
  return Number(digits);
}

/** Instants that somebody else has written have many forms; the function brings them into the one. */
const instant = (column: Column): Fragment =>
  column.isCanonical ? column.ref : sql`strftime('%Y-%m-%dT%H:%M:%fZ', ${column.ref})`;

/** A list of bound values as a table, so that the statement is the same for every length. */
function listed(column: Column, values: readonly Stored[]): Fragment {
  const isNumber = ['integer', 'decimal', 'float'].includes(column.storage);
  const json = isNumber ? `[${values.join(',')}]` : JSON.stringify(values);
  return sql`(SELECT value FROM json_each(${json}))`;
}

const comparable = (column: Column): Fragment =>
  column.storage === 'datetime' ? instant(column) : column.ref;
const operand = (column: Column, value: Stored): Fragment => sql`${native(column, value)}`;
const lowered = (expression: Fragment): Fragment => sql`lower(${expression})`;

/** A text of JSON, or an empty list where there is none. */
const list = (column: Column): Fragment =>
  sql`(CASE WHEN json_valid(${column.ref}) AND json_type(${column.ref}) = 'array' THEN ${column.ref} ELSE '[]' END)`;

export const sqlite: Dialect = {
  kind: 'SQLite',
  comparable,
  operand,
  read(column) {
    switch (column.storage) {
      case 'integer':
      case 'decimal':
        // Beyond 2^53 a number of JavaScript is another one.
        return sql`(CASE WHEN typeof(${column.ref}) = 'integer' AND abs(${column.ref} / 2) > 4503599627370495
          THEN CAST(${column.ref} AS TEXT) ELSE ${column.ref} END)`;
      case 'datetime':
        return instant(column);
      default:
        return column.ref;
    }
  },
  write(column, value) {
    if (value === null) return sql`NULL`;
    const isNumber = column.storage === 'decimal' || column.storage === 'float';
    if (isNumber && typeof numeric(value as string) === 'number' && !isExactDouble(value as string))
      throw invalid(column.key, 'has more digits than this database keeps');
    return operand(column, value);
  },
  equals: (column, value) => sql`${comparable(column)} = ${operand(column, value)}`,
  differs: (column, value) => sql`${comparable(column)} IS NOT ${operand(column, value)}`,
  isOneOf: (column, values) => sql`${comparable(column)} IN ${listed(column, values)}`,
  listHas(column, which, values) {
    const wanted = JSON.stringify(values);
    if (which === 'some')
      return sql`EXISTS (SELECT 1 FROM json_each(${list(column)}) WHERE value IN (SELECT value FROM json_each(${wanted})))`;
    return sql`(${column.ref} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM json_each(${wanted})
      WHERE value NOT IN (SELECT value FROM json_each(${list(column)}))))`;
  },
  text(operator, column, value) {
    const [text, sought] = [lowered(column.ref), lowered(sql`${value}`)];
    switch (operator) {
      case 'contains':
        return sql`instr(${text}, ${sought}) > 0`;
      case 'startsWith':
        return sql`substr(${text}, 1, length(${sought})) = ${sought}`;
      case 'endsWith':
        return sql`(length(${text}) >= length(${sought}) AND substr(${text}, length(${text}) - length(${sought}) + 1) = ${sought})`;
      case 'urlized':
        return sql`replace(${text}, ' ', '-') = replace(${sought}, ' ', '-')`;
    }
  },
  entries: (column, alias) => sql`json_each(${list(column)}) AS ${alias}`,
  average: (column) => sql`avg(${column.ref})`,
  sum: (column) => sql`sum(${column.ref})`,
  // SQLite takes "empty" for the smallest anyway.
  order: (expression, _isNullable, direction) => sql`${expression} ${sql.raw(direction)}`,
  definition: {
    text: 'TEXT',
    decimal: 'NUMERIC',
    boolean: 'BOOLEAN',
    date: 'DATE',
    datetime: 'DATETIME',
    time: 'TIME',
    // With "TEXT" in its name its affinity is text, else "5" would become a number and lose digits.
    json: 'JSON TEXT',
  },
};
