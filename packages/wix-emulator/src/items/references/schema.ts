import { z } from 'zod';
import { Flag } from '../../http/request.ts';
import { CollectionId, CursorPaging, FieldPath, ItemId, options, Paging } from '../schema.ts';

const Reference = z.strictObject({
  referringItemFieldName: FieldPath,
  referringItemId: ItemId,
  referencedItemId: ItemId,
});

/** The SDK sets no limit of its own here; this is that of the bulk calls. */
const MAX_REFERENCES = 1_000;

/** Inserting and removing [recorded]. */
export const ReferencesRequest = z.strictObject({
  ...options,
  dataCollectionId: CollectionId,
  dataItemReferences: z.array(Reference).min(1).max(MAX_REFERENCES),
  returnEntity: Flag.optional(),
});

export const ReplaceReferencesRequest = z.strictObject({
  ...options,
  dataCollectionId: CollectionId,
  referringItemFieldName: FieldPath,
  referringItemId: ItemId,
  newReferencedItemIds: z.array(ItemId).max(MAX_REFERENCES).default([]),
});

export const IsReferencedRequest = z.strictObject({
  ...options,
  dataCollectionId: CollectionId,
  ...Reference.shape,
});

/** One item in the older spelling, any number in the newer; the SDK sends one of the two [recorded]. */
export const QueryReferencedRequest = z.strictObject({
  ...options,
  dataCollectionId: CollectionId,
  referringItemId: ItemId.optional(),
  referringItemIds: z.array(ItemId).max(MAX_REFERENCES).optional(),
  referringItemFieldName: FieldPath,
  order: z.enum(['ASC', 'DESC']).default('ASC'),
  paging: Paging.optional(),
  cursorPaging: CursorPaging.optional(),
  fields: z.array(FieldPath).max(500).optional(),
  returnTotalCount: Flag.optional(),
});
export type QueryReferencedRequest = z.output<typeof QueryReferencedRequest>;
