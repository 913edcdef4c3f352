import { z } from 'zod';
import { assertAdministrator, type Adapter } from '../adapter.ts';
import { FIELD_TYPES, isFieldType, isScalar, OPERATORS } from '../catalogue/field-types.ts';
import type { Column, Table } from '../catalogue/table.ts';
import { toCaller, type Caller } from '../caller.ts';
import { isSystemField, seenCollections, type SeenCollection } from '../collections.ts';
import { invalid, noCollection } from '../fault.ts';
import { method, type Method } from '../method.ts';
import { Name } from '../parse.ts';
import { changeTable, createTable, dropTable, type WantedField } from '../sql/schema.ts';
import type { Action } from '../../policy/collection.ts';

/** What Wix sends of a field beyond its key and type describes it to people, or is the provider's to set. */
const Field = z.looseObject({
  key: Name,
  type: z.string().max(50),
  singleReferenceOptions: z.looseObject({ referencedCollectionId: z.string().max(200).nullish() }).nullish(),
});

const Collection = z.looseObject({ id: Name, fields: z.array(Field).max(500).nullish() });

const get = method(
  z.strictObject({ collectionIds: z.array(Name).max(1000).nullish(), consistentRead: z.boolean().nullish() }),
  async (adapter, caller, { collectionIds }) => {
    const wanted = new Set(collectionIds ?? []);
    const seen = await seenCollections(adapter, caller);
    const chosen = wanted.size === 0 ? seen : seen.filter(({ table }) => wanted.has(table.id));
    return { collections: chosen.map((collection) => present(adapter, collection)) };
  },
);

const CollectionRequest = z.strictObject({ collection: Collection });

const create = method(CollectionRequest, async (adapter, caller, { collection }) => {
  assertAdministrator(caller);
  const fields = wantedFields(collection);
  if (!fields.some(({ key }) => key === '_id')) throw invalid('collection.fields', 'have no _id');
  await createTable(adapter.database, collection.id, fields);
  return { collection: await presentOne(adapter, caller, collection.id) };
});

/** The full list of fields: what is missing goes, what is new comes, what has another type is declared anew. */
const update = method(CollectionRequest, async (adapter, caller, { collection }) => {
  assertAdministrator(caller);
  const { columns: seen } = await collectionOf(adapter, caller, collection.id);
  const wanted = wantedFields(collection);
  const keys = new Set(wanted.map(({ key }) => key));
  const columns = new Map(seen.map((column) => [column.key, column]));
  const isOther = ({ key, type, referenced }: WantedField) => {
    const column = columns.get(key);
    return (
      column !== undefined &&
      !isSystemField(key) &&
      (column.type !== type || column.referenced !== referenced)
    );
  };
  const { table } = await collectionOf(adapter, caller, collection.id);
  await changeTable(adapter.database, table, {
    add: wanted.filter(({ key }) => !columns.has(key)),
    // Wix does not always list the fields it sees to itself.
    drop: seen.map(({ key }) => key).filter((key) => !keys.has(key) && !isSystemField(key)),
    retype: wanted.filter(isOther),
  });
  return { collection: await presentOne(adapter, caller, collection.id) };
});

const remove = method(z.strictObject({ collectionId: Name }), async (adapter, caller, { collectionId }) => {
  assertAdministrator(caller);
  const { table } = await collectionOf(adapter, caller, collectionId);
  await dropTable(adapter.database, table);
  await adapter.catalogue.refresh();
  return {};
});

/** What of `getCapabilities` holds for every collection. */
const capabilities = method(z.strictObject({}), () =>
  Promise.resolve({
    supportsCollectionModifications: true,
    supportedFieldTypes: Object.keys(FIELD_TYPES),
    indexOptions: {
      supportsIndexes: true,
      maxNumberOfRegularIndexesPerCollection: 10,
      maxNumberOfUniqueIndexesPerCollection: 10,
      maxNumberOfIndexesPerCollection: 20,
    },
  }),
);

export const collectionMethods: Readonly<Record<string, Method>> = {
  'collections/get': get,
  'collections/create': create,
  'collections/update': update,
  'collections/delete': remove,
  'capabilities/get': capabilities,
};

/** @throws {Fault} `COLLECTION_NOT_FOUND` */
export async function collectionOf(adapter: Adapter, caller: Caller, id: string): Promise<SeenCollection> {
  const found = (await seenCollections(adapter, caller)).find(({ table }) => table.id === id);
  if (!found) throw noCollection(id);
  return found;
}

async function presentOne(adapter: Adapter, caller: Caller, id: string) {
  return present(adapter, await collectionOf(adapter, caller, id));
}

function wantedFields({ fields }: z.output<typeof Collection>): WantedField[] {
  return (fields ?? []).map(({ key, type, singleReferenceOptions }) => {
    if (!isFieldType(type)) throw invalid(`collection.fields.${key}`, 'has a type that is not kept here');
    return { key, type, referenced: singleReferenceOptions?.referencedCollectionId ?? null };
  });
}

function present(adapter: Adapter, { table, columns }: SeenCollection) {
  return {
    id: table.id,
    displayName: table.id,
    fields: columns.map(presentField),
    capabilities: { dataOperations: dataOperations(table) },
    permissions: permissionsOf(adapter, table),
    pagingMode: 'OFFSET',
  };
}

function presentField(column: Column) {
  return {
    key: column.key,
    displayName: column.key,
    type: column.type,
    capabilities: {
      sortable: isScalar(column.storage),
      queryOperators: OPERATORS.filter((operator) => column.operators.includes(operator)),
    },
    encrypted: false,
    ...(column.referenced !== null && {
      singleReferenceOptions: { referencedCollectionId: column.referenced },
    }),
  };
}

function dataOperations({ abilities }: Table): string[] {
  return [
    'QUERY',
    'COUNT',
    'AGGREGATE',
    'DISTINCT',
    ...(abilities.insert ? ['INSERT'] : []),
    ...(abilities.update ? ['UPDATE'] : []),
    ...(abilities.remove ? ['REMOVE', 'TRUNCATE'] : []),
  ];
}

/** Whom Wix lets ask at all; on which rows, the adapter's rules say. */
function permissionsOf(adapter: Adapter, table: Table) {
  const by = (action: Action) => {
    const isLet = (role: 'VISITOR' | 'MEMBER') => {
      const rule = Object.hasOwn(adapter.policies, table.id)
        ? adapter.policies[table.id]?.rules[action]
        : undefined;
      return rule?.decide(toCaller({ role, id: 'somebody', instanceId: null })).allowed === true;
    };
    if (isLet('VISITOR')) return 'ANYONE';
    return isLet('MEMBER') ? 'SITE_MEMBER' : 'ADMIN';
  };
  return { insert: by('insert'), update: by('update'), remove: by('remove'), read: by('query') };
}
