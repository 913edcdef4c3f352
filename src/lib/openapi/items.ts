import type { Action } from '../policy/collection.ts';
import { bulkOperation } from './item-bulk.ts';
import { exampleItem, itemsPath, onePage, ruled } from './item-operation.ts';
import {
  ID,
  IDEMPOTENCY_KEY,
  IF_MATCH,
  IF_NONE_MATCH,
  itemParameters,
  listParameters,
  PREFER,
} from './item-parameters.ts';
import { readingOperations } from './item-queries.ts';
import { exampleOf, type DescribedCollection } from './item-schemas.ts';
import type { Operation } from './operation.ts';

/** What can be done with one collection: the routes of its items, for each action that some rule allows. */
export function itemOperations(collection: DescribedCollection): Operation[] {
  const { policy } = collection;
  const allowed: Readonly<Record<Action, () => Operation[]>> = {
    query: () => [list(collection), ...readingOperations(collection), get(collection)],
    insert: () => [insert(collection)],
    update: () => [patch(collection), put(collection)],
    remove: () => [remove(collection)],
  };
  const operations = (Object.keys(allowed) as Action[]).flatMap((action) =>
    policy.rules[action] ? allowed[action]() : [],
  );
  const isWritten = Object.keys(policy.rules).some((action) => action !== 'query');
  return isWritten ? [...operations, bulkOperation(collection)] : operations;
}

const list = (collection: DescribedCollection): Operation => ({
  ...ruled(collection, 'query'),
  method: 'get',
  path: itemsPath(collection.name),
  id: `list${collection.name}`,
  summary: `List items of ${collection.name}`,
  parameters: listParameters(collection),
  answers: { 200: onePage(collection) },
});

const get = (collection: DescribedCollection): Operation => ({
  ...ruled(collection, 'query'),
  method: 'get',
  path: `${itemsPath(collection.name)}/{id}`,
  id: `get${collection.name}Item`,
  summary: `Read an item of ${collection.name}`,
  parameters: [ID, ...itemParameters(collection), IF_NONE_MATCH],
  answers: {
    200: { ...item(collection), description: 'The item.' },
    304: { description: 'The version in If-None-Match is the present one.', headers: ['ETag'] },
  },
  problems: ['not-found'],
});

function item({ item: schema, access }: DescribedCollection) {
  return { schema, example: exampleItem(access.query), headers: ['ETag'] as const };
}

const AFTER_WRITING = ['Idempotent-Replayed', 'Preference-Applied'] as const;
const OF_KEYS = ['idempotency-key-in-use', 'idempotency-key-reused'] as const;
const CONDITIONAL = ['not-found', 'precondition-failed', ...OF_KEYS] as const;

const insert = (collection: DescribedCollection): Operation => ({
  ...ruled(collection, 'insert'),
  method: 'post',
  path: itemsPath(collection.name),
  id: `insert${collection.name}Item`,
  summary: `Add an item to ${collection.name}`,
  parameters: [IDEMPOTENCY_KEY, PREFER],
  body: {
    schema: collection.insert,
    example: exampleOf(collection.access.insert, collection.access.insert.writable),
  },
  answers: {
    201: {
      ...item(collection),
      description: 'The item as it was stored; nothing with `Prefer: return=minimal`.',
      headers: ['ETag', 'Location', ...AFTER_WRITING],
    },
  },
  problems: ['forbidden', 'conflict', ...OF_KEYS],
});

const patch = (collection: DescribedCollection): Operation => ({
  ...changing(collection),
  method: 'patch',
  id: `patch${collection.name}Item`,
  summary: `Change fields of an item of ${collection.name}`,
  body: {
    schema: collection.patch,
    example: exampleOf(collection.access.update, collection.access.update.writable.slice(0, 1)),
  },
});

const put = (collection: DescribedCollection): Operation => ({
  ...changing(collection),
  method: 'put',
  id: `put${collection.name}Item`,
  summary: `Replace all writable fields of an item of ${collection.name}`,
  body: {
    schema: collection.replace,
    example: exampleOf(collection.access.update, collection.access.update.writable),
  },
});

function changing(collection: DescribedCollection): Omit<Operation, 'method' | 'id' | 'summary' | 'body'> {
  return {
    ...ruled(collection, 'update'),
    path: `${itemsPath(collection.name)}/{id}`,
    parameters: [ID, IDEMPOTENCY_KEY, IF_MATCH, PREFER],
    answers: {
      200: {
        ...item(collection),
        description: 'The whole item, changed.',
        headers: ['ETag', ...AFTER_WRITING],
      },
      204: {
        description: 'Changed, and left out as the caller preferred.',
        headers: ['ETag', ...AFTER_WRITING],
      },
    },
    problems: CONDITIONAL,
  };
}

const remove = (collection: DescribedCollection): Operation => ({
  ...ruled(collection, 'remove'),
  method: 'delete',
  path: `${itemsPath(collection.name)}/{id}`,
  id: `remove${collection.name}Item`,
  summary: `Remove an item of ${collection.name}`,
  parameters: [ID, IDEMPOTENCY_KEY, IF_MATCH],
  answers: { 204: { description: 'Gone.', headers: ['Idempotent-Replayed'] } },
  problems: CONDITIONAL,
});
