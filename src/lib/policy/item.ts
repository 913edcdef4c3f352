import type { Filter } from './filter.ts';

/** An item of a collection: instants are `Date`s. */
export type Item = Readonly<Record<string, unknown> & { _id: string }>;

export type SortKey = Readonly<{ fieldName: string; order: 'ASC' | 'DESC' }>;

/** What a caller asks within their rows. Field names were checked against what they may read. */
export type ItemsQuery = Readonly<{ filter: Filter; sort: readonly SortKey[]; limit: number }>;
