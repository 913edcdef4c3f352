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

export type SortKey = Readonly<{ fieldName: string; order: 'ASC' | 'DESC' }>;

/** What a caller asks within their rows. Field names were checked against what they may read. */
export type ItemsQuery = Readonly<{ filter: Filter; sort: readonly SortKey[]; limit: number }>;
