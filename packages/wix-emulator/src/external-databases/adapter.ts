import type { Permissions } from '../collections/permissions.ts';
import type { WixError } from '../http/errors.ts';
import type { Filter } from '../items/reads.ts';
import type { Sort } from '../items/order.ts';
import type { JsonObject, Json } from '../items/value.ts';
import type { Operation } from '../items/aggregate/schema.ts';

/** What an adapter announces a collection can do. Names of their own for one item and for many are the legacy generation's. */
export type AdapterOperation =
  | 'QUERY'
  | 'GET'
  | 'COUNT'
  | 'DISTINCT'
  | 'AGGREGATE'
  | 'INSERT'
  | 'UPDATE'
  | 'REMOVE'
  | 'BULK_INSERT'
  | 'BULK_UPDATE'
  | 'BULK_REMOVE'
  | 'TRUNCATE';

/** A collection as its adapter announces it, whichever generation that is of. */
export type ExternalSchema = Readonly<{
  /** As the adapter calls it. */
  id: string;
  displayName: string;
  operations: ReadonlySet<AdapterOperation>;
  fields: readonly Readonly<{
    key: string;
    type: string;
    displayName?: string;
    sortable: boolean;
    queryOperators: readonly string[];
  }>[];
  permissions: Permissions | undefined;
  pagingMode: 'OFFSET' | 'CURSOR';
  maxPageSize: number;
  /** How long it may be remembered. */
  ttlMs: number;
}>;

export type Window = Readonly<{ limit: number; offset: number; cursor?: string | undefined }>;

export type QueryRead = Readonly<{
  filter: Filter;
  sort: readonly Sort[];
  fields: readonly string[];
  window: Window;
  includes: readonly Readonly<{ field: string; limit: number }>[];
  consistentRead: boolean;
  /** Whether somebody needs to know how many there are. */
  counted: boolean;
}>;

/** A page of something. `total` where the adapter was asked and told; `next` where pages go by cursor. */
export type Page<Entry> = Readonly<{ entries: readonly Entry[]; total?: number; next?: string }>;

export type DistinctRead = Readonly<{
  fieldName: string;
  filter: Filter;
  order: 'ASC' | 'DESC';
  window: Window;
  consistentRead: boolean;
}>;

export type AggregateRead = Readonly<{
  initialFilter: Filter;
  groupingFields: readonly string[];
  operations: readonly Operation[];
  finalFilter: Filter;
  sort: readonly Sort[];
  window: Window;
  consistentRead: boolean;
}>;

/** How one entry of a write ended. */
export type Outcome = { item: JsonObject } | { error: WixError };

/** Calls to an adapter about one collection on behalf of one caller. Failures are `WixError`s. */
export type CollectionAdapter = {
  query(read: QueryRead): Promise<Page<JsonObject>>;
  /** Gives nothing for an item that does not exist. */
  get(id: string, fields: readonly string[], consistentRead: boolean): Promise<JsonObject | undefined>;
  count(filter: Filter, consistentRead: boolean): Promise<number>;
  distinct(read: DistinctRead): Promise<Page<Json>>;
  /** Each group with its grouping fields beside its results. */
  aggregate(read: AggregateRead): Promise<Page<JsonObject>>;
  /** One outcome per entry, in their order. */
  insert(items: readonly JsonObject[]): Promise<Outcome[]>;
  update(items: readonly JsonObject[]): Promise<Outcome[]>;
  remove(ids: readonly string[]): Promise<Outcome[]>;
  truncate(): Promise<void>;
};

/** Calls to an adapter about what it has. */
export type DatabaseAdapter = {
  /** Gives nothing for a collection it does not have. */
  schema(collection: string): Promise<ExternalSchema | undefined>;
  schemas(): Promise<ExternalSchema[]>;
  /** `calledAs` is its id on the site, for whoever reads of a failure. */
  collection(schema: ExternalSchema, calledAs: string): CollectionAdapter;
};
