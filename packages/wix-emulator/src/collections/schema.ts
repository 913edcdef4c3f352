import { z } from 'zod';
import { pagingQuery } from '../http/paging.ts';
import { Flag, ListOf } from '../http/request.ts';
import { Field, FieldKey } from './field-schema.ts';
import { DataPermissions, Permissions, WholePermissions } from './permissions.ts';

/** https://dev.wix.com/docs/rest/business-solutions/cms/data-items/data-item-object gives the length. */
export const CollectionId = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[\p{L}\p{N}_@/.-]+$/u);

const text = z.string().max(1_000);
const open = z.record(z.string(), z.json());
const Plugin = z.object({ type: z.string().max(100) }).catchall(z.json());
export type Plugin = z.output<typeof Plugin>;

const settings = {
  displayName: text.nullish(),
  displayField: text.nullish(),
  permissions: Permissions.optional(),
  dataPermissions: DataPermissions.optional(),
  plugins: z.array(Plugin).max(100).optional(),
  collectionType: z.enum(['NATIVE', 'WIX_APP', 'BLOCKS_APP', 'EXTERNAL']).optional(),
  // The service writes these; they come back in whatever was read before.
  pagingModes: z.array(z.string()).optional(),
  capabilities: open.optional(),
  maxPageSize: z.number().nullish(),
  createdDate: text.nullish(),
  updatedDate: text.nullish(),
};

/** As the published types limit it. */
const MAX_FIELDS = 1_000;

/** A collection of a seed, which may leave out more than a request. */
export const CollectionInput = z.strictObject({
  ...settings,
  id: CollectionId,
  revision: text.nullish(),
  fields: z.array(Field).max(MAX_FIELDS).default([]),
});
export type CollectionInput = z.output<typeof CollectionInput>;

/** What Wix asks for at least: an id, a field and every permission of the older model [published types]. */
const WholeCollection = CollectionInput.extend({
  fields: z.array(Field).min(1).max(MAX_FIELDS),
  permissions: WholePermissions,
});

export const CreateRequest = z.strictObject({ collection: WholeCollection });

/** A full replace, guarded by the revision read before [recorded]. */
export const UpdateRequest = z.strictObject({ collection: WholeCollection.extend({ revision: text }) });

/** Nothing else can be patched [published types]; with a revision, only that one. */
export const PatchRequest = z.strictObject({
  dataCollection: z.strictObject({
    id: CollectionId,
    revision: text.optional(),
    displayName: text.optional(),
    displayField: text.optional(),
    permissions: Permissions.optional(),
  }),
});

export const GetRequest = z.strictObject({
  dataCollectionId: CollectionId,
  consistentRead: Flag.optional(),
  fields: ListOf(z.string().max(1_000)).optional(),
});

export const DeleteRequest = z.strictObject({ dataCollectionId: CollectionId });

export const ListRequest = z.strictObject({
  'sort.fieldName': z.enum(['id', 'displayName', 'createdDate', 'updatedDate']).default('id'),
  'sort.order': z.enum(['ASC', 'DESC']).default('ASC'),
  ...pagingQuery,
  consistentRead: Flag.optional(),
  fields: ListOf(z.string().max(128)).optional(),
});

export const FieldRequest = z.strictObject({ dataCollectionId: CollectionId, field: Field });
export const PatchFieldRequest = z.strictObject({
  dataCollectionId: CollectionId,
  field: Field.partial().extend({ key: FieldKey }),
});
export const DeleteFieldRequest = z.strictObject({
  dataCollectionId: CollectionId,
  fieldKey: z.string().min(1).max(1_000),
});

export const AddPluginRequest = z.strictObject({
  dataCollectionId: CollectionId,
  plugin: Plugin,
});
export const DeletePluginRequest = z.strictObject({
  dataCollectionId: CollectionId,
  pluginType: z.string().max(100),
});
export const AddCmsPluginRequest = z.strictObject({ dataCollectionId: CollectionId, cmsOptions: open });
