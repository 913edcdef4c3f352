import type { Column, Fragment } from '../catalogue/table.ts';
import type { Stored } from './values.ts';

/** What SQLite and PostgreSQL say differently. Everything else is said once. */
export type Dialect = Readonly<{
  kind: 'SQLite' | 'PostgreSQL';
  /** The column's value in the form that `presentValue` reads. */
  read: (column: Column) => Fragment;
  /** The column in the form that values are compared with. */
  comparable: (column: Column) => Fragment;
  /** A bound value that can be compared with the column. */
  operand: (column: Column, value: Stored) => Fragment;
  /**
   * A bound value that can be written into the column.
   * @throws {Fault} `VALIDATION_ERROR` for a number that this database cannot keep exactly.
   */
  write: (column: Column, value: Stored | null) => Fragment;
  equals: (column: Column, value: Stored) => Fragment;
  /** Not the same, `null` counting as a value. */
  differs: (column: Column, value: Stored) => Fragment;
  isOneOf: (column: Column, values: readonly Stored[]) => Fragment;
  /** The column is a list of texts that has some, or all, of the values. */
  listHas: (column: Column, which: 'some' | 'all', values: readonly string[]) => Fragment;
  text: (operator: TextOperator, column: Column, value: string) => Fragment;
  /** Entries of a list column, each as a row of `alias` with a column `value`. */
  entries: (column: Column, alias: Fragment) => Fragment;
  average: (column: Column) => Fragment;
  sum: (column: Column) => Fragment;
  order: (expression: Fragment, isNullable: boolean, direction: 'ASC' | 'DESC') => Fragment;
  /** A column's definition for a new table. */
  definition: Readonly<
    Record<'text' | 'decimal' | 'boolean' | 'date' | 'datetime' | 'time' | 'json', string>
  >;
}>;

export type TextOperator = 'contains' | 'startsWith' | 'endsWith' | 'urlized';
