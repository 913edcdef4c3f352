import { invalid } from './errors.ts';
import { fieldOf } from './filter/field.ts';
import type { Sql } from './filter/compile.ts';

export type Sort = { fieldName: string; order: 'ASC' | 'DESC' };

/** A sort key as SQL sees it. */
export type Key = { value: string; order: 'ASC' | 'DESC' };

export const MAX_KEYS = 8;

/** Newest first unless told otherwise. https://dev.wix.com/docs/velo/apis/wix-data/query.md */
const DEFAULT_SORT: Sort[] = [{ fieldName: '_createdDate', order: 'DESC' }];

/**
 * The sort keys, ending in `_id` so that the order is total and pages never overlap. The last key's direction
 * goes on for `_id`: one index then serves both directions.
 *
 * Ascending, missing values and null come first, then numbers and booleans, then everything that is text in
 * SQL: texts by code point, dates in order, objects and arrays by their JSON.
 */
export function orderOf(sort: readonly Sort[] | undefined): Key[] {
  const chosen = sort && sort.length > 0 ? sort : DEFAULT_SORT;
  if (chosen.length > MAX_KEYS) throw invalid(`A query may not sort by more than ${MAX_KEYS} fields.`);
  const keys = chosen.map(({ fieldName, order }) => ({ value: fieldOf(fieldName).value, order }));
  if (keys.some(({ value }) => value === 'id')) return keys;
  return [...keys, { value: 'id', order: keys.at(-1)?.order ?? 'ASC' }];
}

/** An order that looks like none; the seed, a whole number, stands in the text as it is. */
export const shuffledBy = (seed: number): Key[] => [
  { value: `shuffled(id, ${seed})`, order: 'ASC' },
  { value: 'id', order: 'ASC' },
];

export const orderBy = (keys: readonly Key[]): string =>
  keys.map(({ value, order }) => `${value} ${order}`).join(', ');

/** Selects what a cursor needs to know about a row. */
export const keyColumns = (keys: readonly Key[]): string =>
  keys.map(({ value }, index) => `${value} AS key${index}`).join(', ');

/**
 * True for the rows after the one whose keys have these values: later in the first key, or equal in it and
 * later in the second, and so on. NULL sorts before everything else.
 */
export function after(keys: readonly Key[], last: readonly unknown[]): Sql {
  const values: unknown[] = [];
  const branches = keys.flatMap((key, index) => {
    const equals = keys.slice(0, index).map((earlier, position) => {
      values.push(last[position]);
      return `${earlier.value} IS ?`;
    });
    const later = laterThan(key, last[index]);
    if (later === undefined) {
      values.length -= equals.length;
      return [];
    }
    values.push(...later.values);
    return [[...equals, later.text].join(' AND ')];
  });
  return { text: branches.length > 0 ? `(${branches.join(' OR ')})` : 'FALSE', values };
}

function laterThan({ value, order }: Key, last: unknown): Sql | undefined {
  if (order === 'ASC') {
    return last === null
      ? { text: `${value} IS NOT NULL`, values: [] }
      : { text: `${value} > ?`, values: [last] };
  }
  return last === null ? undefined : { text: `(${value} < ? OR ${value} IS NULL)`, values: [last] };
}
