import { z } from 'zod';
import { notImplemented } from '../http/errors.ts';
import { Flag, ListOf } from '../http/request.ts';

/** https://dev.wix.com/docs/rest/business-solutions/cms/data-items/data-item-object gives both lengths. */
export const CollectionId = z.string().min(1).max(256);
export const ItemId = z.string().min(1).max(128);

export const FieldPath = z.string().min(1).max(512);
export const Filter = z.record(z.string(), z.unknown());
export const Sort = z
  .array(z.strictObject({ fieldName: FieldPath, order: z.enum(['ASC', 'DESC']).default('ASC') }))
  .max(50);

/** There is one environment here, which a preference for another falls back to; insisting on it is refused by name. */
const Environment = z.enum(['LIVE', 'SANDBOX', 'SANDBOX_PREFERRED']).transform((environment) => {
  if (environment === 'SANDBOX') throw notImplemented('the environment SANDBOX');
  return environment;
});

/** Options every items call may carry. Most change nothing here: no hooks, languages or drafts. */
export const options = {
  environment: Environment.optional(),
  consistentRead: Flag.optional(),
  suppressHooks: Flag.optional(),
  showHidden: Flag.optional(),
  language: z.string().max(100).optional(),
  appOptions: z.record(z.string(), z.unknown()).optional(),
  publishPluginOptions: z.record(z.string(), z.unknown()).optional(),
};

export const Include = z.strictObject({ field: FieldPath, limit: z.number().int().optional() });

/** https://dev.wix.com/docs/sdk/backend-modules/data/items/wix-data-query/limit: 50 unless given, at most 1000. */
const Limit = z.number().int().min(0).max(1_000);

export const Paging = z.strictObject({
  limit: Limit.optional(),
  offset: z.number().int().min(0).optional(),
});
export const CursorPaging = z.strictObject({
  limit: Limit.optional(),
  cursor: z.string().max(1_048_576).optional(),
});

export const QueryRequest = z.strictObject({
  ...options,
  dataCollectionId: CollectionId,
  query: z
    .strictObject({
      filter: Filter.optional(),
      sort: Sort.optional(),
      fields: z.array(FieldPath).max(500).optional(),
      paging: Paging.optional(),
      cursorPaging: CursorPaging.optional(),
    })
    .default({}),
  includeReferences: z.array(Include).optional(),
  includeFieldGroups: z.array(z.string()).optional(),
  returnTotalCount: Flag.optional(),
  sortMode: z.enum(['UNKNOWN_SORT_MODE', 'WIX_QUERY', 'RANDOM']).optional(),
  randomOptions: z.strictObject({ seed: z.number().int().nullish() }).optional(),
});
export type QueryRequest = z.output<typeof QueryRequest>;

export const CountRequest = z.strictObject({
  ...options,
  dataCollectionId: CollectionId,
  filter: Filter.default({}),
});
export type CountRequest = z.output<typeof CountRequest>;

export const GetRequest = z.strictObject({
  ...options,
  dataCollectionId: CollectionId,
  dataItemId: ItemId,
  fields: ListOf(FieldPath).optional(),
  includeReferences: z.array(Include).optional(),
  includeFieldGroups: ListOf(z.string()).optional(),
});
