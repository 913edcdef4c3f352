import { dataForm, legacyForm } from '../collections/permissions.ts';
import type { Access } from '../collections/permissions.ts';
import type { AdapterOperation, ExternalSchema } from './adapter.ts';

/** What the data API can do by each operation of an adapter. Patching and saving need two of them. */
const DATA_OPERATIONS: Readonly<Record<string, readonly AdapterOperation[]>> = {
  FIND: ['QUERY'],
  GET: ['GET'],
  COUNT: ['COUNT'],
  DISTINCT: ['DISTINCT'],
  AGGREGATE: ['AGGREGATE'],
  INSERT: ['INSERT'],
  BULK_INSERT: ['INSERT'],
  UPDATE: ['UPDATE'],
  BULK_UPDATE: ['UPDATE'],
  PATCH: ['QUERY', 'UPDATE'],
  BULK_PATCH: ['QUERY', 'UPDATE'],
  SAVE: ['QUERY', 'INSERT', 'UPDATE'],
  BULK_SAVE: ['QUERY', 'INSERT', 'UPDATE'],
  REMOVE: ['REMOVE'],
  BULK_REMOVE: ['REMOVE'],
  TRUNCATE: ['TRUNCATE'],
};

/** A collection of an external database, as answers about collections carry it. Nobody keeps its revision. */
export function presentExternal(id: string, schema: ExternalSchema, access: Access): Record<string, unknown> {
  const { displayName, maxPageSize, operations, pagingMode } = schema;
  const possible = Object.entries(DATA_OPERATIONS).filter(([, needed]) =>
    needed.every((operation) => operations.has(operation)),
  );
  const fields = schema.fields.map(({ key, type, displayName: name, sortable, queryOperators }) => ({
    key,
    displayName: name ?? key,
    type,
    systemField: key.startsWith('_'),
    encrypted: false,
    capabilities: { sortable, queryOperators },
  }));
  return {
    id,
    collectionType: 'EXTERNAL',
    maxPageSize,
    displayName,
    capabilities: { dataOperations: possible.map(([name]) => name), collectionOperations: [] },
    fields,
    permissions: legacyForm(access),
    dataPermissions: dataForm(access),
    plugins: [],
    pagingModes: [pagingMode],
  };
}
