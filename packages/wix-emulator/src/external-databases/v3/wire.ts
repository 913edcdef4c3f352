import { z } from 'zod';
import { Permissions } from '../../collections/permissions.ts';

/** Answers of the present generation. Keys beyond these are passed over: Wix's own adapter sends some. */

const Item = z.record(z.string(), z.json());

/** How a whole request, or one entry of a write, failed. The SDK's spelling stands beside the documentation's. */
export const ErrorBody = z.looseObject({
  errorCode: z.string(),
  errorMessage: z.string().nullish(),
  data: z.record(z.string(), z.json()).nullish(),
});
export type ErrorBody = z.output<typeof ErrorBody>;

export const ApplicationError = z.looseObject({
  applicationError: z.looseObject({ code: z.string(), data: z.record(z.string(), z.json()).nullish() }),
});

const PagingMetadata = z
  .looseObject({
    total: z.int().min(0).nullish(),
    cursors: z.looseObject({ next: z.string().nullish() }).nullish(),
  })
  .nullish();
export type PagingMetadata = z.output<typeof PagingMetadata>;

export const ItemsAnswer = z.looseObject({ items: z.array(Item), pagingMetadata: PagingMetadata });

export const CountAnswer = z.looseObject({ totalCount: z.int().min(0) });

export const DistinctAnswer = z.looseObject({
  distinctValues: z.array(z.json()),
  pagingMetadata: PagingMetadata,
});

/** Either the item or what is wrong with it, never both. */
const Result = z.union([
  z.looseObject({ item: Item, error: z.null().optional() }),
  z.looseObject({ error: ErrorBody, item: z.null().optional() }),
]);
export const ResultsAnswer = z.looseObject({ results: z.array(Result) });

export const EmptyAnswer = z.looseObject({});

export const DataOperation = z.enum([
  'QUERY',
  'COUNT',
  'QUERY_REFERENCED',
  'AGGREGATE',
  'DISTINCT',
  'INSERT',
  'UPDATE',
  'REMOVE',
  'TRUNCATE',
  'INSERT_REFERENCES',
  'REMOVE_REFERENCES',
]);
export type DataOperation = z.output<typeof DataOperation>;

const QueryOperator = z.enum([
  'EQ',
  'NE',
  'LT',
  'LTE',
  'GT',
  'GTE',
  'STARTS_WITH',
  'ENDS_WITH',
  'CONTAINS',
  'HAS_SOME',
  'HAS_ALL',
  'EXISTS',
  'URLIZED',
]);

const FieldType = z.enum([
  'TEXT',
  'NUMBER',
  'DATE',
  'DATETIME',
  'IMAGE',
  'BOOLEAN',
  'DOCUMENT',
  'URL',
  'RICH_TEXT',
  'VIDEO',
  'ANY',
  'ARRAY_STRING',
  'ARRAY_DOCUMENT',
  'AUDIO',
  'TIME',
  'LANGUAGE',
  'RICH_CONTENT',
  'MEDIA_GALLERY',
  'ADDRESS',
  'PAGE_LINK',
  'REFERENCE',
  'MULTI_REFERENCE',
  'OBJECT',
  'ARRAY',
]);

const Field = z.looseObject({
  key: z.string().min(1),
  displayName: z.string().nullish(),
  type: FieldType,
  capabilities: z
    .looseObject({ sortable: z.boolean().nullish(), queryOperators: z.array(QueryOperator).nullish() })
    .nullish(),
});

export const WireCollection = z.looseObject({
  id: z.string().min(1),
  displayName: z.string().nullish(),
  fields: z.array(Field).min(1),
  capabilities: z.looseObject({ dataOperations: z.array(DataOperation) }),
  permissions: Permissions.nullish(),
  pagingMode: z.enum(['OFFSET', 'CURSOR']),
});
export type WireCollection = z.output<typeof WireCollection>;

export const CollectionsAnswer = z.looseObject({ collections: z.array(WireCollection) });

export const CapabilitiesAnswer = z.looseObject({
  supportsCollectionModifications: z.boolean(),
  supportedFieldTypes: z.array(FieldType),
});
