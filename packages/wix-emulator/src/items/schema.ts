import { z } from 'zod';
import { Flag, ListOf } from '../http/request.ts';

/** https://dev.wix.com/docs/rest/business-solutions/cms/data-items/data-item-object gives both lengths. */
const CollectionId = z.string().min(1).max(256);
const ItemId = z.string().min(1).max(128);

const FieldPath = z.string().min(1).max(512);
const Filter = z.record(z.string(), z.unknown());
const Sort = z
  .array(z.strictObject({ fieldName: FieldPath, order: z.enum(['ASC', 'DESC']).default('ASC') }))
  .max(50);

/** Options every items call may carry. They change nothing here: no hooks, languages, drafts or replicas. */
const options = {
  consistentRead: Flag.optional(),
  suppressHooks: Flag.optional(),
  showHidden: Flag.optional(),
  language: z.string().max(100).optional(),
  appOptions: z.record(z.string(), z.unknown()).optional(),
  publishPluginOptions: z.record(z.string(), z.unknown()).optional(),
};

const Include = z.strictObject({ field: FieldPath, limit: z.number().int().optional() });

/** https://dev.wix.com/docs/sdk/backend-modules/data/items/wix-data-query/limit: 50 unless given, at most 1000. */
const Limit = z.number().int().min(0).max(1_000);

export const QueryRequest = z.strictObject({
  ...options,
  dataCollectionId: CollectionId,
  query: z
    .strictObject({
      filter: Filter.optional(),
      sort: Sort.optional(),
      fields: z.array(FieldPath).max(500).optional(),
      paging: z
        .strictObject({ limit: Limit.optional(), offset: z.number().int().min(0).optional() })
        .optional(),
      cursorPaging: z
        .strictObject({ limit: Limit.optional(), cursor: z.string().max(1_048_576).optional() })
        .optional(),
    })
    .default({}),
  includeReferences: z.array(Include).optional(),
  includeFieldGroups: z.array(z.string()).optional(),
  returnTotalCount: Flag.optional(),
  sortMode: z.string().optional(),
  randomOptions: z.record(z.string(), z.unknown()).optional(),
});
export type QueryRequest = z.output<typeof QueryRequest>;

export const CountRequest = z.strictObject({
  ...options,
  dataCollectionId: CollectionId,
  filter: Filter.default({}),
});

export const GetRequest = z.strictObject({
  ...options,
  dataCollectionId: CollectionId,
  dataItemId: ItemId,
  fields: ListOf(FieldPath).optional(),
  includeReferences: z.array(Include).optional(),
});

const DataItem = z.strictObject({
  id: ItemId.optional(),
  dataCollectionId: CollectionId.optional(),
  data: z.record(z.string(), z.unknown()).default({}),
});

const WriteOptions = { ...options, includeReferences: z.array(Include).optional() };
const When = z.strictObject({ filter: Filter }).optional();

export const InsertRequest = z.strictObject({
  ...WriteOptions,
  dataCollectionId: CollectionId,
  dataItem: DataItem,
});

export const UpdateRequest = z.strictObject({
  ...WriteOptions,
  dataCollectionId: CollectionId,
  dataItem: DataItem,
  condition: When,
});

export const RemoveRequest = z.strictObject({
  ...WriteOptions,
  dataCollectionId: CollectionId,
  dataItemId: ItemId,
  condition: When,
});

const valueOption = z.strictObject({ value: z.unknown() });

/** The five modifications of a patch [recorded]. */
export const FieldModification = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('SET_FIELD'), fieldPath: FieldPath, setFieldOptions: valueOption }),
  z.strictObject({ action: z.literal('REMOVE_FIELD'), fieldPath: FieldPath }),
  z.strictObject({
    action: z.literal('INCREMENT_FIELD'),
    fieldPath: FieldPath,
    incrementFieldOptions: z.strictObject({ value: z.number() }),
  }),
  z.strictObject({
    action: z.literal('APPEND_TO_ARRAY'),
    fieldPath: FieldPath,
    appendToArrayOptions: valueOption,
  }),
  z.strictObject({
    action: z.literal('REMOVE_FROM_ARRAY'),
    fieldPath: FieldPath,
    removeFromArrayOptions: valueOption,
  }),
]);
export type FieldModification = z.output<typeof FieldModification>;

export const PatchRequest = z.strictObject({
  ...WriteOptions,
  dataCollectionId: CollectionId,
  patch: z.strictObject({
    dataItemId: ItemId,
    fieldModifications: z.array(FieldModification).min(1).max(500),
  }),
  condition: When,
});
