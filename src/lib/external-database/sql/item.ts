import { sql } from 'kysely';
import type { Column, Fragment } from '../catalogue/table.ts';
import type { Dialect } from './dialect.ts';
import { presentValue } from './values.ts';

/** An item as Wix reads it. */
export type Item = Readonly<Record<string, unknown> & { _id: string }>;

/** The columns of an answer, each named by its place: no name of a request gets into a statement. */
export function selection(dialect: Dialect, columns: readonly Column[]): Fragment {
  return sql.join(columns.map((column, at) => sql`${dialect.read(column)} AS ${sql.id(`c${at}`)}`));
}

export function presentRow(
  columns: readonly Column[],
  row: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const item: Record<string, unknown> = {};
  for (let at = 0; at < columns.length; at += 1) {
    const column = columns[at] as Column;
    item[column.key] = presentValue(column, row[`c${at}`]);
  }
  return item;
}
