import type { Policy } from './collection.ts';
import type { CollectionName, policies } from './collections.ts';
import type { Field } from './field.ts';
import type { Filter } from './filter.ts';

/** An item of any collection: instants are `Date`s. */
export type Item = Readonly<Record<string, unknown> & { _id: string }>;

/** An item of the collection `C`: any of its fields may be empty. */
export type ItemOf<C extends CollectionName> = Item &
  Readonly<{ [Name in keyof FieldsOf<C>]?: ValueOf<FieldsOf<C>[Name]> | null }>;

type FieldsOf<C extends CollectionName> =
  (typeof policies)[C] extends Policy<infer Declared> ? Declared : never;

type ValueOf<Declared> = Declared extends Field<infer Value> ? Value : never;

export type SortOrder = 'ASC' | 'DESC';
export type SortKey = Readonly<{ fieldName: string; order: SortOrder }>;

/*
 * What a caller asks within their rows. Field names were checked against what they may read.
 */

export type ItemsQuery = Readonly<{
  filter: Filter;
  sort: readonly SortKey[];
  limit: number;
  /** Whether all matching rows are to be counted too. */
  total?: boolean;
  /** Reference fields whose items are to come along. */
  include?: readonly string[];
}>;

/** The different values of one field. */
export type DistinctQuery = Readonly<{ field: string; filter: Filter; order: SortOrder; limit: number }>;

export const SUMMARIES = ['count', 'sum', 'avg', 'min', 'max'] as const;

/** One figure of each group; `field` is `null` for counting alone. */
export type Summary = Readonly<{ name: string; operation: (typeof SUMMARIES)[number]; field: string | null }>;

/** Figures over rows, one set for each combination of values of the fields grouped by. */
export type Aggregation = Readonly<{
  filter: Filter;
  group: readonly string[];
  summaries: readonly Summary[];
  /** By fields grouped by, or by figures. */
  sort: readonly SortKey[];
  limit: number;
}>;
