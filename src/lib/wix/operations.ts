import type { items } from '@wix/data';
import type { Problem } from '../http/problem.ts';
import type { Filter } from '../policy/filter.ts';
import type { Grant } from '../policy/grant.ts';
import type { Aggregation, DistinctQuery, Item, ItemsQuery } from '../policy/item.ts';
import type { Around } from './around.ts';
import { attemptOn, type Road } from './attempt.ts';
import { callWix } from './call.ts';
import { noticed } from './noticed.ts';
import { readFromWix } from './read-again.ts';
import { readOperations } from './read-operations.ts';
import { writeOperations } from './write-operations.ts';

/** `hasMore` tells whether rows follow behind the last one; `total` is `null` unless it was asked for. */
export type Page = Readonly<{ items: readonly Item[]; hasMore: boolean; total: number | null }>;

/** The different values of a field, in order. */
export type Values = Readonly<{ values: readonly unknown[]; hasMore: boolean }>;

/** Figures with the values that each group has in common. */
export type Groups = Readonly<{ groups: readonly Record<string, unknown>[]; hasMore: boolean }>;

/** Values to write; `null` empties a field. */
export type Changes = Readonly<Record<string, unknown>>;

/** A row to insert, under an id of our own. */
export type NewRow = Changes & Readonly<{ _id: string }>;

/** When the row may last have been changed; `null` for whenever. */
export type Versions = readonly Date[] | null;

/** The SDK's functions, either plain or with raised rights; everything else about a call is the same. */
export type ItemsSdk = Readonly<
  Pick<
    typeof items,
    'query' | 'count' | 'distinct' | 'aggregate' | 'insert' | 'bulkInsert' | 'patch' | 'remove' | 'bulkRemove'
  >
>;

/**
 * What can be done with items. Collection and row filter come from the Grant and go into the call itself; a Grant for
 * one action cannot be spent on another.
 */
export type ItemOperations = Readonly<{
  query: (grant: Grant<'query'>, query: ItemsQuery) => Promise<Page>;
  count: (grant: Grant<'query'>, filter: Filter) => Promise<number>;
  distinct: (grant: Grant<'query'>, query: DistinctQuery) => Promise<Values>;
  aggregate: (grant: Grant<'query'>, aggregation: Aggregation) => Promise<Groups>;
  insert: (grant: Grant<'insert'>, fields: Changes) => Promise<Item>;
  /** Which rows were inserted: one id for each, in their order, or why it was not. Their ids are given by the caller. */
  insertMany: (grant: Grant<'insert'>, rows: readonly NewRow[]) => Promise<readonly (string | Problem)[]>;
  /** `null` when the row is missing, outside the Grant, or of another version. */
  patch: (grant: Grant<'update'>, id: string, changes: Changes, versions?: Versions) => Promise<Item | null>;
  /** `false` when the row is missing, outside the Grant, or of another version. */
  remove: (grant: Grant<'remove'>, id: string, versions?: Versions) => Promise<boolean>;
  /** The ids of those that were removed; the others are missing or outside the Grant. */
  removeMany: (grant: Grant<'remove'>, ids: readonly string[]) => Promise<ReadonlySet<string>>;
}>;

/** @throws {Problem} from the operations: `conflict`, `payload-too-large`, `forbidden`, `wix-refused`, outages. */
export function itemOperations(sdk: ItemsSdk, road: Road, around: Around): ItemOperations {
  return {
    ...readOperations(sdk, attemptOn(road, readFromWix), around),
    ...noticed(writeOperations(sdk, attemptOn(road, callWix)), around),
  };
}
