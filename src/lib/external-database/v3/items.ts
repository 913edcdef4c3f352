import { z } from 'zod';
import { assertAdministrator, withGrant } from '../adapter.ts';
import { badRequest, type Fault } from '../fault.ts';
import { parseFilter } from '../filter/parse.ts';
import { method, type Method } from '../method.ts';
import { DEFAULT_LIMIT, Filter, ItemIds, Items, Limit, Name, Offset } from '../parse.ts';
import { columnNamed, toProjection, toSorting } from '../sorting.ts';
import { findDistinct, findGroups, resultsOf } from '../sql/aggregate.ts';
import { countItems, findItems } from '../sql/find.ts';
import { insertItems, removeItems, truncate, updateItems, type Outcome } from '../sql/write.ts';

const Paging = {
  paging: z.strictObject({ limit: Limit.nullish(), offset: Offset.nullish() }).nullish(),
  cursorPaging: z.strictObject({ limit: Limit.nullish(), cursor: z.string().nullish() }).nullish(),
};

const Sort = z
  .array(z.strictObject({ fieldName: Name, order: z.enum(['ASC', 'DESC']).default('ASC') }))
  .max(20)
  .nullish()
  .transform((keys) => (keys ?? []).map(({ fieldName, order }) => ({ fieldName, direction: order })));

const Reading = { consistentRead: z.boolean().nullish(), returnTotalCount: z.boolean().nullish() };

const QueryRequest = z.strictObject({
  collectionId: Name,
  query: z
    .strictObject({
      filter: Filter,
      sort: Sort,
      fields: z.array(Name).max(1000).nullish(),
      ...Paging,
    })
    .prefault({}),
  // Only what works: references are not announced.
  includeReferencedItems: z.array(z.unknown()).max(0).nullish(),
  ...Reading,
});

const query = method(QueryRequest, (adapter, caller, request) =>
  withGrant(adapter, caller, 'query', request.collectionId, async (grant) => {
    const { readable } = grant;
    const { offset, limit } = pageOf(request.query);
    const { items, total } = await findItems(adapter.database, grant, {
      filter: parseFilter(request.query.filter, readable),
      sort: toSorting(request.query.sort, readable),
      columns: toProjection(request.query.fields ?? [], readable),
      offset,
      limit,
      withTotal: request.returnTotalCount ?? false,
    });
    return { items, pagingMetadata: metadata(items.length, offset, total) };
  }),
);

const CountRequest = z.strictObject({
  collectionId: Name,
  filter: Filter,
  consistentRead: z.boolean().nullish(),
});

const count = method(CountRequest, (adapter, caller, { collectionId, filter }) =>
  withGrant(adapter, caller, 'query', collectionId, async (grant) => ({
    totalCount: await countItems(adapter.database, grant, parseFilter(filter, grant.readable)),
  })),
);

const Figure = z.strictObject({ itemFieldName: Name });
const Counting = z.strictObject({}).nullish();

const AggregateRequest = z.strictObject({
  collectionId: Name,
  initialFilter: Filter,
  aggregation: z.strictObject({
    groupingFields: z.array(Name).max(20).nullish(),
    operations: z
      .array(
        z.strictObject({
          resultFieldName: Name,
          average: Figure.nullish(),
          min: Figure.nullish(),
          max: Figure.nullish(),
          sum: Figure.nullish(),
          itemCount: Counting,
          // The reference's own word for it.
          count: Counting,
        }),
      )
      .max(50)
      .nullish(),
  }),
  finalFilter: Filter,
  sort: Sort,
  ...Paging,
  ...Reading,
});

type Operation = NonNullable<z.output<typeof AggregateRequest>['aggregation']['operations']>[number];

const aggregate = method(AggregateRequest, (adapter, caller, request) =>
  withGrant(adapter, caller, 'query', request.collectionId, async (grant) => {
    const { readable } = grant;
    const { groupingFields, operations } = request.aggregation;
    const grouping = {
      filter: parseFilter(request.initialFilter, readable),
      by: toGroups(groupingFields ?? []),
      figures: (operations ?? []).map(toFigure),
    };
    const results = resultsOf(adapter.database.dialect, grouping);
    const { offset, limit } = pageOf(request);
    const { items, total } = await findGroups(adapter.database, grant, grouping, {
      filter: parseFilter(request.finalFilter, results),
      sort: toSorting(request.sort, results),
      offset,
      limit,
      withTotal: request.returnTotalCount ?? false,
    });
    return { items, pagingMetadata: metadata(items.length, offset, total) };

    function toGroups(names: readonly string[]) {
      return toSorting(
        names.map((fieldName) => ({ fieldName, direction: 'ASC' })),
        readable,
      ).map(({ column }) => column);
    }

    function toFigure({ resultFieldName: name, itemCount, count: counted, ...figures }: Operation) {
      const named = (['average', 'min', 'max', 'sum'] as const).filter((kind) => figures[kind]);
      const counts = itemCount ?? counted;
      const [kind] = named;
      if (named.length + (counts ? 1 : 0) !== 1)
        throw badRequest('An operation of the aggregation is not one of those there are.');
      if (!kind) return { name, kind: 'count' as const, column: null };
      return { name, kind, column: columnNamed(figures[kind]?.itemFieldName ?? '', readable) };
    }
  }),
);

const DistinctRequest = z.strictObject({
  collectionId: Name,
  filter: Filter,
  fieldName: Name,
  order: z.enum(['ASC', 'DESC']).nullish(),
  ...Paging,
  ...Reading,
});

const distinct = method(DistinctRequest, (adapter, caller, request) =>
  withGrant(adapter, caller, 'query', request.collectionId, async (grant) => {
    const column = columnNamed(request.fieldName, grant.readable);
    if (column.type !== 'ARRAY_STRING')
      toSorting([{ fieldName: column.key, direction: 'ASC' }], grant.readable);
    const { offset, limit } = pageOf(request);
    const { items, total } = await findDistinct(
      adapter.database,
      grant,
      column,
      parseFilter(request.filter, grant.readable),
      { direction: request.order ?? 'ASC', offset, limit, withTotal: request.returnTotalCount ?? false },
    );
    return { distinctValues: items, pagingMetadata: metadata(items.length, offset, total) };
  }),
);

const ItemsRequest = z.strictObject({ collectionId: Name, items: Items });

const insert = method(ItemsRequest, (adapter, caller, { collectionId, items }) =>
  withGrant(adapter, caller, 'insert', collectionId, async (grant) => ({
    results: (await insertItems(adapter.database, grant, items)).map(toResult),
  })),
);

const update = method(ItemsRequest, (adapter, caller, { collectionId, items }) =>
  withGrant(adapter, caller, 'update', collectionId, async (grant) => ({
    results: (await updateItems(adapter.database, grant, items)).map(toResult),
  })),
);

const remove = method(
  z.strictObject({ collectionId: Name, itemIds: ItemIds }),
  (adapter, caller, { collectionId, itemIds }) =>
    withGrant(adapter, caller, 'remove', collectionId, async (grant) => ({
      results: (await removeItems(adapter.database, grant, itemIds)).map(toResult),
    })),
);

const empty = method(z.strictObject({ collectionId: Name }), (adapter, caller, { collectionId }) =>
  withGrant(adapter, caller, 'remove', collectionId, async (grant) => {
    assertAdministrator(caller);
    await truncate(adapter.database, grant);
    return {};
  }),
);

export const itemMethods: Readonly<Record<string, Method>> = {
  'items/query': query,
  'items/count': count,
  'items/aggregate': aggregate,
  'items/query-distinct-values': distinct,
  'items/insert': insert,
  'items/update': update,
  'items/remove': remove,
  'items/truncate': empty,
};

type PageRequest = Readonly<{
  paging?: { limit?: number | null | undefined; offset?: number | null | undefined } | null | undefined;
  cursorPaging?: { limit?: number | null | undefined; cursor?: string | null | undefined } | null | undefined;
}>;

/** Collections are paged by offset, and say so; a first page asked for the other way is the same page. */
function pageOf({ paging, cursorPaging }: PageRequest): { offset: number; limit: number } {
  if (cursorPaging?.cursor) throw badRequest('Collections of this database are paged by offset.');
  return { offset: paging?.offset ?? 0, limit: paging?.limit ?? cursorPaging?.limit ?? DEFAULT_LIMIT };
}

function metadata(entries: number, offset: number, total: number | null) {
  return { count: entries, offset, ...(total !== null && { total }) };
}

function toResult(outcome: Outcome) {
  return 'item' in outcome ? outcome : { error: toItemError(outcome.fault) };
}

export function toItemError({ code, message, data }: Fault) {
  return { errorCode: code, errorMessage: message, data: data ?? {} };
}
