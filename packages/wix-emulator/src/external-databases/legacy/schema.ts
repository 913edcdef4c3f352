import type { AdapterOperation, ExternalSchema } from '../adapter.ts';
import type { WireSchema } from './wire.ts';

const OPERATIONS: Readonly<Record<string, AdapterOperation>> = {
  find: 'QUERY',
  get: 'GET',
  count: 'COUNT',
  aggregate: 'AGGREGATE',
  insert: 'INSERT',
  update: 'UPDATE',
  remove: 'REMOVE',
  bulkinsert: 'BULK_INSERT',
  bulkupdate: 'BULK_UPDATE',
  bulkremove: 'BULK_REMOVE',
  truncate: 'TRUNCATE',
};

const OPERATORS: Readonly<Record<string, string>> = {
  eq: 'EQ',
  ne: 'NE',
  lt: 'LT',
  lte: 'LTE',
  gt: 'GT',
  gte: 'GTE',
  hasSome: 'HAS_SOME',
  contains: 'CONTAINS',
  startsWith: 'STARTS_WITH',
  endsWith: 'ENDS_WITH',
  urlized: 'URLIZED',
};

/** A collection in the words both generations share. */
export function schemaOf({
  id,
  displayName,
  allowedOperations,
  maxPageSize,
  ttl,
  fields,
}: WireSchema): ExternalSchema {
  return {
    id,
    displayName: displayName ?? id,
    operations: new Set(allowedOperations.flatMap((name) => OPERATIONS[name] ?? [])),
    fields: Object.entries(fields)
      .filter(([, { isDeleted }]) => isDeleted !== true)
      .map(([key, field]) => ({
        key,
        type: field.type.toUpperCase(),
        ...(typeof field.displayName === 'string' && { displayName: field.displayName }),
        sortable: true,
        queryOperators: (field.queryOperators ?? []).flatMap((name) => OPERATORS[name] ?? []),
      })),
    permissions: undefined,
    pagingMode: 'OFFSET',
    maxPageSize,
    ttlMs: ttl * 1_000,
  };
}
