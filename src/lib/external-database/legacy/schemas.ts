import { z } from 'zod';
import { assertAdministrator, type Adapter } from '../adapter.ts';
import { OPERATORS, type FieldType, type Operator } from '../catalogue/field-types.ts';
import type { Column, Table } from '../catalogue/table.ts';
import { isAdministrator, type Caller } from '../caller.ts';
import { isSystemField, seenCollections, type SeenCollection } from '../collections.ts';
import { badRequest, Fault, noCollection } from '../fault.ts';
import { method, type Method } from '../method.ts';
import { MAX_PAGE_SIZE, Name } from '../parse.ts';
import { changeTable, createTable } from '../sql/schema.ts';

const requestOf = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject({ requestContext: z.unknown().optional(), ...shape });

/** How long Wix may keep a schema, in seconds. */
const TTL_S = 3600;

const list = method(requestOf({}), async (adapter, caller) => ({
  schemas: (await seenCollections(adapter, caller)).map((collection) => present(caller, collection)),
}));

/** Those that are there; a fault only when none is. Without ids, all. */
const find = method(
  requestOf({ schemaIds: z.array(Name).max(1000).nullish() }),
  async (adapter, caller, { schemaIds }) => {
    const seen = await seenCollections(adapter, caller);
    if (!schemaIds) return { schemas: seen.map((collection) => present(caller, collection)) };
    const wanted = new Set(schemaIds);
    const found = seen.filter(({ table }) => wanted.has(table.id));
    if (found.length === 0 && wanted.size > 0) throw noCollection([...wanted].join(', '));
    return { schemas: found.map((collection) => present(caller, collection)) };
  },
);

const headers = method(requestOf({}), async (adapter, caller) => ({
  schemas: (await seenCollections(adapter, caller)).map(({ table }) => headerOf(table)),
}));

const create = method(requestOf({ collectionName: Name }), async (adapter, caller, { collectionName }) => {
  assertAdministrator(caller);
  await createTable(adapter.database, collectionName, []);
  await adapter.catalogue.refresh();
  return {};
});

const ColumnRequest = requestOf({
  collectionName: Name,
  column: z.strictObject({
    name: Name,
    type: z.string().max(50),
    subtype: z.string().max(50).nullish(),
    precision: z.union([z.string().max(20), z.number()]).nullish(),
    isPrimary: z.boolean().nullish(),
  }),
});

const addColumn = method(ColumnRequest, async (adapter, caller, { collectionName, column }) => {
  assertAdministrator(caller);
  const { table } = await collectionOf(adapter, caller, collectionName);
  const { name, type, subtype, isPrimary } = column;
  if (isPrimary) throw badRequest('A collection has its primary key already.');
  if (table.columns.has(name))
    throw new Fault('FIELD_ALREADY_EXISTS', 'There is already a field like this.', {
      data: { fieldName: name },
    });
  await changeTable(adapter.database, table, {
    add: [{ key: name, type: toFieldType(type, subtype ?? ''), referenced: null }],
    drop: [],
    retype: [],
  });
  await adapter.catalogue.refresh();
  return {};
});

const RemoveColumnRequest = requestOf({ collectionName: Name, columnName: Name });

const removeColumn = method(RemoveColumnRequest, async (adapter, caller, { collectionName, columnName }) => {
  assertAdministrator(caller);
  const { table } = await collectionOf(adapter, caller, collectionName);
  if (isSystemField(columnName)) throw badRequest('A field of the system cannot be taken away.');
  if (!table.columns.has(columnName))
    // A 404 in this generation, spelled like a missing item.
    throw new Fault('ITEM_NOT_FOUND', 'There is no such field.', { data: { fieldName: columnName } });
  await changeTable(adapter.database, table, { add: [], drop: [columnName], retype: [] });
  await adapter.catalogue.refresh();
  return {};
});

export const schemaMethods: Readonly<Record<string, Method>> = {
  'schemas/list': list,
  'schemas/find': find,
  'schemas/list/headers': headers,
  'schemas/create': create,
  'schemas/column/add': addColumn,
  'schemas/column/remove': removeColumn,
};

async function collectionOf(adapter: Adapter, caller: Caller, id: string): Promise<SeenCollection> {
  const found = (await seenCollections(adapter, caller)).find(({ table }) => table.id === id);
  if (!found) throw noCollection(id);
  return found;
}

function headerOf({ id }: Table) {
  return { id, displayName: id, maxPageSize: MAX_PAGE_SIZE, ttl: TTL_S };
}

function present(caller: Caller, { table, columns }: SeenCollection) {
  return {
    ...headerOf(table),
    allowedOperations: allowedOperations(table),
    allowedSchemaOperations: isAdministrator(caller)
      ? ['list', 'listHeaders', 'find', 'create', 'addColumn', 'removeColumn']
      : ['list', 'listHeaders', 'find'],
    fields: Object.fromEntries(columns.map((column) => [column.key, presentField(column)])),
  };
}

function allowedOperations({ abilities: { insert, update, remove } }: Table): string[] {
  return [
    'get',
    'find',
    'count',
    ...(insert ? ['insert', 'bulkInsert'] : []),
    ...(update ? ['update', 'bulkUpdate'] : []),
    ...(remove ? ['remove', 'bulkRemove'] : []),
  ];
}

function presentField(column: Column) {
  return {
    displayName: column.key,
    type: LEGACY_TYPE[column.type] ?? 'text',
    queryOperators: [
      ...OPERATORS.filter((operator) => column.operators.includes(operator)).map(camelCase),
      'and',
      'or',
      'not',
    ],
  };
}

const LEGACY_TYPE: Readonly<Partial<Record<FieldType, string>>> = {
  NUMBER: 'number',
  BOOLEAN: 'boolean',
  DATETIME: 'datetime',
  URL: 'url',
  IMAGE: 'image',
  ARRAY_STRING: 'object',
  ARRAY_DOCUMENT: 'object',
  ARRAY: 'object',
  OBJECT: 'object',
  ANY: 'object',
  RICH_CONTENT: 'object',
  MEDIA_GALLERY: 'object',
  ADDRESS: 'object',
};

const FIELD_TYPE: Readonly<Record<string, FieldType>> = {
  text: 'TEXT',
  number: 'NUMBER',
  boolean: 'BOOLEAN',
  datetime: 'DATETIME',
  url: 'URL',
  image: 'IMAGE',
  object: 'OBJECT',
};

/** The kind of a kind that the reference knows as well: a day and a time of day are "datetime" to it. */
const SUBTYPE: Readonly<Record<string, FieldType>> = { date: 'DATE', time: 'TIME' };

function toFieldType(type: string, subtype: string): FieldType {
  const known = Object.hasOwn(FIELD_TYPE, type) ? FIELD_TYPE[type] : undefined;
  if (!known) throw badRequest('The column has a type that is not known here.');
  const kind = subtype.toLowerCase();
  return known === 'DATETIME' && Object.hasOwn(SUBTYPE, kind) ? (SUBTYPE[kind] ?? known) : known;
}

function camelCase(operator: Operator): string {
  return operator.toLowerCase().replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
