import { dataForm, legacyForm } from './permissions.ts';
import type { Collection } from './store.ts';

const systemField = (key: string, displayName: string, type: string) => ({
  key,
  displayName,
  type,
  systemField: true,
  encrypted: false,
  capabilities: { sortable: true, queryOperators: ['EQ'] },
});

const SYSTEM_FIELDS = [
  systemField('_id', 'ID', 'TEXT'),
  systemField('_createdDate', 'Created Date', 'DATETIME'),
  systemField('_updatedDate', 'Updated Date', 'DATETIME'),
  systemField('_owner', 'Owner', 'TEXT'),
];
const SYSTEM_KEYS = new Set(SYSTEM_FIELDS.map(({ key }) => key));

const CAPABILITIES = {
  dataOperations: ['QUERY', 'COUNT', 'INSERT', 'UPDATE', 'SAVE', 'REMOVE'],
  collectionOperations: ['UPDATE', 'REMOVE'],
};

/** A collection as answers carry it, with both permission models filled in [recorded]. */
export function presentCollection({ definition, access }: Collection, only: readonly string[] = []): object {
  const {
    id,
    displayName = id,
    displayField,
    fields,
    plugins = [],
    revision,
    createdDate,
    updatedDate,
  } = definition;
  const own = fields
    .filter(({ key }) => !SYSTEM_KEYS.has(key))
    .map((field) => ({ systemField: false, encrypted: false, ...field }));
  const collection = {
    id,
    collectionType: 'NATIVE',
    displayName,
    ...(displayField !== undefined && { displayField }),
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
  if (only.length === 0) return collection;
  return Object.fromEntries(Object.entries(collection).filter(([key]) => key === 'id' || only.includes(key)));
}
