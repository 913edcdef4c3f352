import { z } from 'zod';
import { Flag } from '../http/request.ts';
import { CollectionId, FieldPath, Filter, ItemId, options } from './schema.ts';

const DataItem = z.strictObject({
  id: ItemId.optional(),
  dataCollectionId: CollectionId.optional(),
  data: z.record(z.string(), z.unknown()).default({}),
});
export type DataItem = z.output<typeof DataItem>;

const When = z.strictObject({ filter: Filter }).optional();

/** What inserts, updates and saves may ask for besides [recorded]. */
const itemOptions = {
  ...options,
  /** Multi-references inside the data become references. */
  saveReferences: Flag.optional(),
  /** The answer holds the referenced items. */
  includeReferencedItems: Flag.optional(),
};

export const InsertRequest = z.strictObject({
  ...itemOptions,
  dataCollectionId: CollectionId,
  dataItem: DataItem,
});
export type InsertRequest = z.output<typeof InsertRequest>;

export const UpdateRequest = z.strictObject({
  ...itemOptions,
  dataCollectionId: CollectionId,
  dataItem: DataItem,
  condition: When,
});

export const RemoveRequest = z.strictObject({
  ...options,
  dataCollectionId: CollectionId,
  dataItemId: ItemId,
  condition: When,
});
export type RemoveRequest = z.output<typeof RemoveRequest>;

export const TruncateRequest = z.strictObject({ ...options, dataCollectionId: CollectionId });

const valueOption = z.strictObject({ value: z.unknown() });

/** The five modifications of a patch [recorded]. */
const FieldModification = z.discriminatedUnion('action', [
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

const FieldModifications = z.array(FieldModification).min(1).max(500);

const Patch = z.strictObject({ dataItemId: ItemId, fieldModifications: FieldModifications });

export const PatchRequest = z.strictObject({
  ...options,
  dataCollectionId: CollectionId,
  patch: Patch,
  condition: When,
});
export type PatchRequest = z.output<typeof PatchRequest>;

/** The SDK refuses more before it sends them [recorded]. */
const MAX_BULK = 1_000;

const bulk = {
  ...options,
  dataCollectionId: CollectionId,
  /** The results hold the items. */
  returnEntity: Flag.optional(),
};

/** Insert and save. */
export const BulkSaveRequest = z.strictObject({
  ...bulk,
  dataItems: z.array(DataItem).max(MAX_BULK),
  saveReferences: Flag.optional(),
});

export const BulkUpdateRequest = z.strictObject({
  ...bulk,
  dataItems: z.array(DataItem).max(MAX_BULK),
  saveReferences: Flag.optional(),
  condition: When,
});

export const BulkPatchRequest = z.strictObject({
  ...bulk,
  patches: z.array(Patch).max(MAX_BULK),
  condition: When,
});

export const BulkRemoveRequest = z.strictObject({
  ...bulk,
  dataItemIds: z.array(ItemId).max(MAX_BULK),
  condition: When,
});

export const AsyncPatchRequest = z.strictObject({
  ...options,
  dataCollectionId: CollectionId,
  filter: Filter.default({}),
  fieldModifications: FieldModifications,
});

export const AsyncRemoveRequest = z.strictObject({
  ...options,
  dataCollectionId: CollectionId,
  filter: Filter.default({}),
});

export const JobStatusRequest = z.strictObject({ jobId: z.string().min(1).max(128) });
