import { z } from 'zod';
import { CollectionId, CursorPaging, FieldPath, Filter, Include, options, Paging, Sort } from '../schema.ts';

/** The SDK writes what was not set as null or not at all [recorded]. */
const Terms = z.strictObject({
  /** https://dev.wix.com/docs/sdk/backend-modules/data/items/wix-data-search/expression */
  expression: z.string().max(100).nullish(),
  fuzzy: z.boolean().nullish(),
  mode: z.enum(['OR', 'AND']).nullish(),
  fields: z.array(FieldPath).max(100).nullish(),
});
export type Terms = z.output<typeof Terms>;

export const SearchRequest = z.strictObject({
  ...options,
  dataCollectionId: CollectionId,
  search: z
    .strictObject({
      filter: Filter.default({}),
      sort: Sort.default([]),
      fields: z.array(FieldPath).max(500).default([]),
      search: Terms.default({}),
      paging: Paging.optional(),
      cursorPaging: CursorPaging.optional(),
    })
    .prefault({}),
  includeReferences: z.array(Include).optional(),
});
export type SearchRequest = z.output<typeof SearchRequest>;
