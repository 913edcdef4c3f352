import { z } from 'zod';
import { assertAdministrator, type Adapter } from '../adapter.ts';
import type { Caller } from '../caller.ts';
import { Fault } from '../fault.ts';
import { method, type Method } from '../method.ts';
import { Name } from '../parse.ts';
import { createIndex, listIndexes, removeIndex, type Index } from '../sql/indexes.ts';
import { collectionOf } from './collections.ts';
import { toItemError } from './items.ts';

const Wanted = z.looseObject({
  name: Name,
  fields: z
    .array(z.strictObject({ path: Name, order: z.enum(['ASC', 'DESC']).default('ASC') }))
    .min(1)
    .max(32),
  unique: z.boolean().nullish(),
  caseInsensitive: z.boolean().nullish(),
});

const list = method(z.strictObject({ collectionId: Name }), async (adapter, caller, { collectionId }) => {
  const table = await administered(adapter, caller, collectionId);
  const indexes = await listIndexes(adapter.database, table);
  return { indexes: indexes.map((index) => present(index, 'ACTIVE')) };
});

/** What cannot be made is told as an index that failed, not as a call that did. */
const create = method(
  z.strictObject({ collectionId: Name, index: Wanted }),
  async (adapter, caller, { collectionId, index }) => {
    const table = await administered(adapter, caller, collectionId);
    const { name, fields, unique } = index;
    const wanted: Index = { name, fields, unique: unique ?? false };
    try {
      if (index.caseInsensitive)
        throw new Fault('VALIDATION_ERROR', 'Indexes here tell upper from lower case.');
      await createIndex(adapter.database, table, wanted);
      return { index: present(wanted, 'ACTIVE') };
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'VALIDATION_ERROR') throw error;
      return { index: { ...present(wanted, 'FAILED'), failure: toItemError(error) } };
    }
  },
);

const remove = method(
  z.strictObject({ collectionId: Name, indexName: Name }),
  async (adapter, caller, { collectionId, indexName }) => {
    const table = await administered(adapter, caller, collectionId);
    await removeIndex(adapter.database, table, indexName);
    return {};
  },
);

export const indexMethods: Readonly<Record<string, Method>> = {
  'indexes/list': list,
  'indexes/create': create,
  'indexes/remove': remove,
};

async function administered(adapter: Adapter, caller: Caller, collectionId: string) {
  assertAdministrator(caller);
  const { table } = await collectionOf(adapter, caller, collectionId);
  return table;
}

function present(index: Index, status: 'ACTIVE' | 'FAILED') {
  return { ...index, caseInsensitive: false, status };
}
