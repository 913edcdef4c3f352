import { z } from 'zod';
import { Flag, ListOf } from '../http/request.ts';
import { DataPermissions, Permissions } from './permissions.ts';

/** https://dev.wix.com/docs/rest/business-solutions/cms/data-items/data-item-object gives the length. */
const CollectionId = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[\p{L}\p{N}_@/.-]+$/u);

const text = z.string().max(1_000);

const Field = z.strictObject({
  key: z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_-]{0,63}$/),
  type: z.string().regex(/^[A-Z_]{1,40}$/),
  displayName: text.optional(),
  description: text.optional(),
  systemField: z.boolean().optional(),
  encrypted: z.boolean().optional(),
  capabilities: z.record(z.string(), z.json()).optional(),
  typeMetadata: z.record(z.string(), z.json()).optional(),
});

const settings = {
  displayName: text.optional(),
  displayField: text.optional(),
  fields: z.array(Field).max(500).default([]),
  permissions: Permissions.optional(),
  dataPermissions: DataPermissions.optional(),
  plugins: z.array(z.record(z.string(), z.json())).max(20).optional(),
  pagingModes: z.array(z.string()).optional(),
  capabilities: z.record(z.string(), z.json()).optional(),
  collectionType: z.literal('NATIVE').optional(),
  // The service writes these; they come back in whatever was read before.
  createdDate: text.optional(),
  updatedDate: text.optional(),
};

export const CollectionInput = z.strictObject({ id: CollectionId, revision: text.optional(), ...settings });
export type CollectionInput = z.output<typeof CollectionInput>;

export const CreateRequest = z.strictObject({ collection: CollectionInput });

/** A full replace, guarded by the revision read before [recorded]. */
export const UpdateRequest = z.strictObject({
  collection: z.strictObject({ id: CollectionId, revision: text, ...settings }),
});

export const GetRequest = z.strictObject({
  dataCollectionId: CollectionId,
  consistentRead: Flag.optional(),
  fields: ListOf(z.string().max(100)).optional(),
});

export const DeleteRequest = z.strictObject({ dataCollectionId: CollectionId });

const Count = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\d{1,9}$/)
      .transform(Number),
  ])
  .pipe(z.number().int().min(0));

export const ListRequest = z.strictObject({
  'sort.fieldName': z.enum(['id', 'displayName', 'createdDate', 'updatedDate']).default('id'),
  'sort.order': z.enum(['ASC', 'DESC']).default('ASC'),
  'paging.limit': Count.default(50),
  'paging.offset': Count.default(0),
  consistentRead: Flag.optional(),
});

export const Index = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9_-]{1,128}$/),
  fields: z
    .array(
      z.strictObject({ path: z.string().min(1).max(512), order: z.enum(['ASC', 'DESC']).default('ASC') }),
    )
    .min(1)
    .max(3),
  unique: z.boolean().default(false),
  caseInsensitive: z.boolean().default(false),
});
export type Index = z.output<typeof Index>;

export const CreateIndexRequest = z.strictObject({ dataCollectionId: CollectionId, index: Index });
export const ListIndexesRequest = z.strictObject({
  dataCollectionId: CollectionId,
  'paging.limit': Count.default(50),
  'paging.offset': Count.default(0),
});
export const DropIndexRequest = z.strictObject({ dataCollectionId: CollectionId, indexName: z.string() });
