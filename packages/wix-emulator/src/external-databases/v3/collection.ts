import type { z } from 'zod';
import type { JsonObject } from '../../items/value.ts';
import type { CollectionAdapter, ExternalSchema, Outcome, Page, Window } from '../adapter.ts';
import { badAnswer, itemWithoutId, offsetNotSupported } from '../errors.ts';
import { entryFailure } from './failure.ts';
import type { Asked } from './failure.ts';
import * as wire from './wire.ts';

/** Sends a request below `/v3/` and gives what the schema makes of a 200. */
export type Ask = <Schema extends z.ZodType>(
  asked: Asked,
  path: string,
  request: object,
  answer: Schema,
) => Promise<z.output<Schema>>;

/** Calls about one collection. https://dev.wix.com/docs/rest/business-solutions/cms/service-plugins/external-database-service-plugin */
export function collectionAdapter(
  ask: Ask,
  connection: string,
  schema: ExternalSchema,
  calledAs: string,
): CollectionAdapter {
  const collectionId = schema.id;
  const asked = (operation: string): Asked => ({ connection, collection: calledAs, operation });

  function identified(item: JsonObject): JsonObject {
    if (typeof item['_id'] !== 'string' || item['_id'] === '') throw itemWithoutId(connection);
    return item;
  }

  async function queried(request: object): Promise<z.output<typeof wire.ItemsAnswer>> {
    const answer = await ask(asked('READ'), 'items/query', { collectionId, ...request }, wire.ItemsAnswer);
    if (answer.items.some(({ _id: id }) => typeof id !== 'string' || id === ''))
      throw itemWithoutId(connection);
    return answer;
  }

  async function write(
    operation: 'INSERT' | 'UPDATE' | 'REMOVE',
    entries: readonly (string | JsonObject)[],
    request: object,
  ): Promise<Outcome[]> {
    const path = `items/${operation.toLowerCase()}`;
    const { results } = await ask(asked(operation), path, { collectionId, ...request }, wire.ResultsAnswer);
    if (results.length !== entries.length) {
      throw badAnswer(connection, `it gave ${results.length} results for ${entries.length} entries`);
    }
    return results.map((result, index) => {
      if (!result.error) return { item: identified(result.item) };
      return { error: entryFailure(asked(operation), result.error, idOf(entries[index])) };
    });
  }

  return {
    async query({ filter, sort, fields, window, includes, consistentRead, counted }) {
      const { items, pagingMetadata } = await queried({
        query: { filter, sort, ...pagingOf(schema, window), fields },
        includeReferencedItems: includes.map(({ field, limit }) => ({ fieldKey: field, limit })),
        consistentRead,
        returnTotalCount: counted,
      });
      return pageOf(items as JsonObject[], pagingMetadata);
    },
    async get(id, fields, consistentRead) {
      const window = { limit: 1, offset: 0 };
      const { items } = await queried({
        query: { filter: { _id: id }, sort: [], ...pagingOf(schema, window), fields },
        includeReferencedItems: [],
        consistentRead,
        returnTotalCount: false,
      });
      return (items as JsonObject[]).find((item) => item['_id'] === id);
    },
    async count(filter, consistentRead) {
      const request = { collectionId, filter, consistentRead };
      return (await ask(asked('READ'), 'items/count', request, wire.CountAnswer)).totalCount;
    },
    async distinct({ fieldName, filter, order, window, consistentRead }) {
      const paging = pagingOf(schema, window);
      const rest = { filter, fieldName, order, ...paging, consistentRead, returnTotalCount: true };
      const request = { collectionId, ...rest };
      const answer = await ask(asked('READ'), 'items/query-distinct-values', request, wire.DistinctAnswer);
      return pageOf(answer.distinctValues, answer.pagingMetadata);
    },
    async aggregate({ groupingFields, operations, window, ...rest }) {
      const request = {
        collectionId,
        ...rest,
        aggregation: { groupingFields, operations },
        ...pagingOf(schema, window),
        returnTotalCount: true,
      };
      const answer = await ask(asked('READ'), 'items/aggregate', request, wire.ItemsAnswer);
      return pageOf(answer.items as JsonObject[], answer.pagingMetadata);
    },
    insert: (items) => write('INSERT', items, { items }),
    update: (items) => write('UPDATE', items, { items }),
    remove: (itemIds) => write('REMOVE', itemIds, { itemIds }),
    async truncate() {
      await ask(asked('REMOVE'), 'items/truncate', { collectionId }, wire.EmptyAnswer);
    },
  };
}

const idOf = (entry: string | JsonObject | undefined): unknown =>
  typeof entry === 'object' ? entry['_id'] : entry;

/** The collection says how it pages. */
function pagingOf({ id, pagingMode }: ExternalSchema, { limit, offset, cursor }: Window): object {
  if (pagingMode === 'OFFSET') return { paging: { limit, offset } };
  if (offset > 0) throw offsetNotSupported(id);
  return { cursorPaging: { limit, ...(cursor !== undefined && { cursor }) } };
}

function pageOf<Entry>(entries: readonly Entry[], metadata: wire.PagingMetadata): Page<Entry> {
  const { total, cursors } = metadata ?? {};
  return {
    entries,
    ...(typeof total === 'number' && { total }),
    ...(typeof cursors?.next === 'string' && cursors.next !== '' && { next: cursors.next }),
  };
}
