import type { items } from '@wix/data';
import { within, type Filter } from '../policy/filter.ts';
import { assertGrant } from '../policy/grant.ts';
import type { Aggregation, Item, SortKey } from '../policy/item.ts';
import type { Around } from './around.ts';
import type { Attempt } from './attempt.ts';
import { assertInside, rowsOf } from './granted-rows.ts';
import type { ItemOperations, ItemsSdk } from './operations.ts';

/** What can be asked of items. The row filter is the outermost AND of every question. */
export function readOperations(
  sdk: ItemsSdk,
  attempt: Attempt,
  { read }: Around,
): Pick<ItemOperations, 'query' | 'count' | 'distinct' | 'aggregate'> {
  return {
    async query(grant, { filter, sort, limit, total = false, include = [] }) {
      assertGrant(grant, 'query');
      const request = { filter: within(rowsOf(grant), filter), sort: [...sort], paging: { limit } };
      const options = {
        ...(total && { returnTotalCount: true }),
        ...(include.length > 0 && { includeReferences: include.map((field) => ({ field })) }),
      };
      const question = { operation: 'query', request: { ...request, ...options }, include };
      const answer = await read(grant, question, (consistency) =>
        attempt(() => sdk.query<Item>(grant.collection, request, { ...options, ...consistency })),
      );
      for (const item of answer.items) assertInside(grant, item);
      const { hasNext, total: counted } = answer.pagingMetadata;
      return { items: answer.items, hasMore: hasNext ?? false, total: total ? (counted ?? null) : null };
    },

    async count(grant, filter) {
      assertGrant(grant, 'query');
      const request = { filter: within(rowsOf(grant), filter) };
      return read(grant, { operation: 'count', request }, (consistency) =>
        attempt(() => sdk.count(grant.collection, { ...request, ...consistency })),
      );
    },

    async distinct(grant, { field, filter, order, limit }) {
      assertGrant(grant, 'query');
      const options: items.WixDataDistinctOptions = {
        filter: within(rowsOf(grant), filter),
        order: order as items.WixDataDistinctOptions['order'] & string,
        paging: { limit },
      };
      const { values, pagingMetadata } = await read(
        grant,
        { operation: 'distinct', request: { field, ...options } },
        (consistency) =>
          attempt(() => sdk.distinct<unknown>(grant.collection, field, { ...options, ...consistency })),
      );
      return { values, hasMore: pagingMetadata.hasNext ?? false };
    },

    async aggregate(grant, aggregation) {
      assertGrant(grant, 'query');
      const pipeline = pipelineOf(within(rowsOf(grant), aggregation.filter), aggregation);
      const { results, pagingMetadata } = await read(
        grant,
        { operation: 'aggregate', request: pipeline },
        (consistency) => attempt(() => sdk.aggregate(grant.collection, pipeline, consistency)),
      );
      return { groups: results.map(flattened), hasMore: pagingMetadata.hasNext ?? false };
    },
  };
}

/** dev.wix.com/docs/sdk/backend-modules/data/items/aggregate */
function pipelineOf(
  filter: Filter,
  { group, summaries, sort, limit }: Aggregation,
): items.AggregationPipeline {
  const groupIds = group.map((field) => ({ key: field, expression: { fieldPath: field } }));
  const accumulators = summaries.map(({ name, operation, field }) => ({
    resultFieldName: name,
    // Wix counts by adding up ones.
    ...(field === null
      ? { sum: { expression: { numeric: 1 } } }
      : { [operation]: { expression: { fieldPath: field } } }),
  }));
  // What a group has in common stands under `_id`.
  const values = sort.map(({ fieldName, order }): SortKey => {
    return { fieldName: group.includes(fieldName) ? `_id.${fieldName}` : fieldName, order };
  });
  const stages = [
    { filter },
    { group: { groupIds, accumulators } },
    ...(sort.length > 0 ? [{ sort: { values } }] : []),
  ];
  return { stages, paging: { limit } } as items.AggregationPipeline;
}

function flattened({ _id, ...figures }: Record<string, unknown>): Record<string, unknown> {
  return { ...(typeof _id === 'object' ? _id : null), ...figures };
}
