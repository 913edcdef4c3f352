import type { z } from 'zod';
import { WixError } from '../../http/errors.ts';
import type { Operation } from '../../items/aggregate/schema.ts';
import { compareValues } from '../../items/compare.ts';
import type { Sort } from '../../items/order.ts';
import { valueAt } from '../../items/path.ts';
import { itemMissing } from '../../items/errors.ts';
import type { JsonObject } from '../../items/value.ts';
import type { CollectionAdapter, ExternalSchema, Outcome } from '../adapter.ts';
import { badAnswer, itemWithoutId, operationNotSupported } from '../errors.ts';
import type { Ask } from './database.ts';
import { legacyFilter } from './filter.ts';
import * as wire from './wire.ts';

type Surroundings = Readonly<{
  ask: Ask;
  connection: string;
  version: 'V1' | 'V2';
  now: () => number;
  calledAs: string;
}>;

/** Calls about one collection. */
export function collectionAdapter(
  { ask, connection, version, now, calledAs }: Surroundings,
  schema: ExternalSchema,
): CollectionAdapter {
  const collectionName = schema.id;
  const named = (operation: string, itemId?: string) => ({
    collection: calledAs,
    operation,
    ...(itemId !== undefined && { itemId }),
  });
  const call = <Schema extends z.ZodType>(
    asked: ReturnType<typeof named>,
    path: string,
    request: object,
    answer: Schema,
  ) => ask(asked, `data/${path}`, { collectionName, ...request }, answer);

  async function writeOne(path: 'insert' | 'update', item: JsonObject): Promise<Outcome> {
    const id = item['_id'] as string;
    return outcomeOf(async () => {
      const answer = await call(named(path, id), path, { item }, wire.ItemAnswer);
      return (answer.item as JsonObject | null | undefined) ?? item;
    });
  }

  async function writeMany(path: 'insert' | 'update', items: readonly JsonObject[]): Promise<Outcome[]> {
    const bulk = path === 'insert' ? 'BULK_INSERT' : 'BULK_UPDATE';
    if (items.length < 2 || !schema.operations.has(bulk)) {
      return inTurn(items, (item) => writeOne(path, item));
    }
    const answer = await call(named(path), `${path}/bulk`, { items }, wire.ItemsAnswer);
    if (answer.items.length !== items.length) {
      throw badAnswer(connection, `it gave ${answer.items.length} items for ${items.length}`);
    }
    return answer.items.map((item) => ({ item: item as JsonObject }));
  }

  return {
    async query({ filter, sort, fields, window, includes }) {
      if (includes.length > 0) throw operationNotSupported('INCLUDE', calledAs);
      const request = {
        filter: legacyFilter(filter, version),
        sort: sort.map(sorting),
        skip: window.offset,
        limit: window.limit,
        ...(fields.length > 0 && { projection: ['_id', ...fields.filter((field) => field !== '_id')] }),
      };
      const { items, totalCount } = await call(named('read'), 'find', request, wire.FoundAnswer);
      if (items.some(({ _id: id }) => typeof id !== 'string' || id === '')) throw itemWithoutId(connection);
      return { entries: items, total: totalCount };
    },
    async get(itemId, fields) {
      try {
        const projection = ['_id', ...fields.filter((field) => field !== '_id')];
        const request = { itemId, ...(fields.length > 0 && { projection }) };
        const { item } = await call(named('read', itemId), 'get', request, wire.ItemAnswer);
        if (item && typeof item['_id'] !== 'string') throw itemWithoutId(connection);
        return item ?? undefined;
      } catch (error) {
        if (error instanceof WixError && error.status === 404) return undefined;
        throw error;
      }
    },
    async count(filter) {
      const request = { filter: legacyFilter(filter, version) };
      return (await call(named('read'), 'count', request, wire.CountAnswer)).totalCount;
    },
    distinct: () => Promise.reject(operationNotSupported('DISTINCT', calledAs)),
    async aggregate({ initialFilter, groupingFields, operations, finalFilter, sort, window }) {
      if (groupingFields.length === 0) throw operationNotSupported('AGGREGATE without groups', calledAs);
      const request = {
        filter: legacyFilter(initialFilter, version),
        processingStep: {
          _id: Object.fromEntries(groupingFields.map((field) => [field, `$${field}`])),
          ...Object.fromEntries(operations.map((operation) => calculation(operation, calledAs))),
        },
        postFilteringStep: legacyFilter(finalFilter, version),
      };
      const { items } = await call(named('read'), 'aggregate', request, wire.ItemsAnswer);
      // The protocol has neither order nor pages for groups.
      const sorted = (items as JsonObject[]).toSorted((a, b) => compareBy(sort, a, b));
      const entries = sorted.slice(window.offset, window.offset + window.limit);
      return { entries, total: sorted.length };
    },
    insert: (items) =>
      writeMany(
        'insert',
        items.map((item) => dated(item, now(), ['_createdDate', '_updatedDate'])),
      ),
    update: (items) =>
      writeMany(
        'update',
        items.map((item) => dated(item, now(), ['_updatedDate'])),
      ),
    async remove(itemIds) {
      if (itemIds.length > 1 && schema.operations.has('BULK_REMOVE')) {
        await call(named('remove'), 'remove/bulk', { itemIds }, wire.ItemsAnswer);
        return itemIds.map((id) => ({ item: { _id: id } }));
      }
      return inTurn(itemIds, (itemId) =>
        outcomeOf(async () => {
          const { item } = await call(named('remove', itemId), 'remove', { itemId }, wire.ItemAnswer);
          if (item === null) throw itemMissing(itemId, calledAs);
          // Wix's own adapter answers with nothing of the item.
          return { _id: itemId, ...(item as JsonObject | undefined) };
        }),
      );
    },
    async truncate() {
      await call(named('remove'), 'truncate', {}, wire.EmptyAnswer);
    },
  };

  /** Wix fills what the table has a column for. */
  function dated(item: JsonObject, at: number, keys: readonly string[]): JsonObject {
    const known = keys.filter((key) => schema.fields.some((field) => field.key === key));
    const dates = known.map((key) => [key, { $date: new Date(at).toISOString() }]);
    return { ...item, ...Object.fromEntries(dates) };
  }
}

const sorting = ({ fieldName, order }: Sort) => ({ fieldName, direction: order.toLowerCase() });

/** There is no count in this protocol. */
function calculation(operation: Operation, collection: string): [string, object] {
  const { resultFieldName } = operation;
  if ('sum' in operation) return [resultFieldName, { $sum: `$${operation.sum.itemFieldName}` }];
  if ('average' in operation) return [resultFieldName, { $avg: `$${operation.average.itemFieldName}` }];
  if ('min' in operation) return [resultFieldName, { $min: `$${operation.min.itemFieldName}` }];
  if ('max' in operation) return [resultFieldName, { $max: `$${operation.max.itemFieldName}` }];
  throw operationNotSupported('AGGREGATE with itemCount', collection);
}

function compareBy(sort: readonly Sort[], a: JsonObject, b: JsonObject): number {
  for (const { fieldName, order } of sort) {
    const difference = compareValues(valueAt(a, fieldName), valueAt(b, fieldName));
    if (difference !== 0) return order === 'ASC' ? difference : -difference;
  }
  return 0;
}

async function outcomeOf(write: () => Promise<JsonObject>): Promise<Outcome> {
  try {
    return { item: await write() };
  } catch (error) {
    // A refusal is about the entry; anything else about the whole call.
    if (error instanceof WixError && error.status < 500) return { error };
    throw error;
  }
}

/** One call at a time, as one after the other is the only order a caller could count on. */
async function inTurn<Entry, Result>(
  entries: readonly Entry[],
  work: (entry: Entry) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const entry of entries) results.push(await work(entry));
  return results;
}
