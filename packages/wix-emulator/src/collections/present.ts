import { INDEX_LIMITS } from './indexes.ts';
import { dataForm, legacyForm } from './permissions.ts';
import type { Collection } from './store.ts';

/** https://dev.wix.com/docs/sdk/backend-modules/data/items/wix-data-query/limit */
const MAX_PAGE_SIZE = 1_000;

const FIELD_CAPABILITIES = {
  sortable: true,
  // prettier-ignore
  queryOperators: [
    'EQ', 'LT', 'GT', 'NE', 'LTE', 'GTE', 'STARTS_WITH', 'ENDS_WITH', 'CONTAINS', 'HAS_SOME', 'HAS_ALL', 'EXISTS',
  ],
};

const systemField = (key: string, displayName: string, type: string) => ({
  key,
  displayName,
  type,
  systemField: true,
  encrypted: false,
  capabilities: FIELD_CAPABILITIES,
});

const SYSTEM_FIELDS = [
  systemField('_id', 'ID', 'TEXT'),
  systemField('_createdDate', 'Created Date', 'DATETIME'),
  systemField('_updatedDate', 'Updated Date', 'DATETIME'),
  systemField('_owner', 'Owner', 'TEXT'),
];
export const SYSTEM_KEYS: ReadonlySet<string> = new Set(SYSTEM_FIELDS.map(({ key }) => key));

/** The published types' words for what the items API does. */
const CAPABILITIES = {
  // prettier-ignore
  dataOperations: [
    'AGGREGATE', 'BULK_INSERT', 'BULK_PATCH', 'BULK_REMOVE', 'BULK_SAVE', 'BULK_UPDATE', 'COUNT', 'DISTINCT',
    'FIND', 'GET', 'INSERT', 'INSERT_REFERENCE', 'IS_REFERENCED', 'PATCH', 'QUERY_REFERENCED', 'REMOVE',
    'REMOVE_REFERENCE', 'REPLACE_REFERENCES', 'SAVE', 'TRUNCATE', 'UPDATE',
  ],
  collectionOperations: ['UPDATE', 'REMOVE'],
  indexLimits: INDEX_LIMITS,
};

/** A collection as answers carry it, with both permission models filled in [recorded]. */
export function presentCollection({ definition, access }: Collection, only: readonly string[] = []): object {
  const {
    id,
    displayName,
    displayField,
    fields,
    plugins = [],
    revision,
    createdDate,
    updatedDate,
  } = definition;
  const own = fields
    .filter(({ key }) => !SYSTEM_KEYS.has(key))
    .map((field) => ({
      ...field,
      systemField: false,
      encrypted: false,
      // Multi-references are not in the item, so nothing can be asked of them there.
      ...(field.type !== 'MULTI_REFERENCE' && { capabilities: FIELD_CAPABILITIES }),
    }));
  const collection = {
    id,
    collectionType: 'NATIVE',
    maxPageSize: MAX_PAGE_SIZE,
    displayName: displayName ?? id,
    ...(displayField && { displayField }),
    capabilities: CAPABILITIES,
    fields: [...own, ...SYSTEM_FIELDS],
    permissions: legacyForm(access),
    dataPermissions: dataForm(access),
    plugins,
    pagingModes: ['OFFSET', 'CURSOR'],
    revision,
    createdDate,
    updatedDate,
  };
  return pick(collection, only);
}

/** What a visitor may know of a collection, given whole: what it takes to show its items [published types]. */
export function shownToVisitor(collection: object, only: readonly string[] = []): object {
  const { id, displayName, displayField, plugins, fields } = collection as {
    fields: Record<string, unknown>[];
  } & Record<string, unknown>;
  const shown = {
    id,
    displayName,
    ...(displayField !== undefined && { displayField }),
    plugins,
    fields: fields.map((field) =>
      Object.fromEntries(
        ['key', 'displayName', 'type', 'typeMetadata'].flatMap((name) =>
          field[name] === undefined ? [] : [[name, field[name]]],
        ),
      ),
    ),
  };
  return pick(shown, only);
}

/** The id always stays: it says which collection the rest is of. */
export const pick = (collection: object, only: readonly string[] = []): object =>
  only.length === 0
    ? collection
    : Object.fromEntries(Object.entries(collection).filter(([key]) => key === 'id' || only.includes(key)));
