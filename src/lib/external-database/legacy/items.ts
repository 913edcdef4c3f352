import { z } from 'zod';
import { assertAdministrator, withGrant } from '../adapter.ts';
import { badRequest, noItem } from '../fault.ts';
import { parseFilter } from '../filter/parse.ts';
import { method, type Method } from '../method.ts';
import {
  DEFAULT_LIMIT,
  Filter,
  Item,
  ItemId,
  ItemIds,
  Items,
  Limit,
  MAX_PAGE_SIZE,
  Name,
  Offset,
  parseRequest,
} from '../parse.ts';
import { columnNamed, toProjection, toSorting } from '../sorting.ts';
import { type FIGURES, findGroups, resultsOf } from '../sql/aggregate.ts';
import { countItems, findItems } from '../sql/find.ts';
import { insertItems, removeItems, truncate, updateItems, type Outcome } from '../sql/write.ts';

/** The context was read before; everything beside it is the call's own. */
const requestOf = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject({ requestContext: z.unknown().optional(), ...shape });

const SortKey = z.strictObject({
  fieldName: Name,
  direction: z
    .string()
    .toUpperCase()
    .pipe(z.enum(['ASC', 'DESC']))
    .nullish(),
});

/** Wix sends an empty text where nothing is to be sorted. */
const Sort = z
  .union([z.array(SortKey).max(20), z.literal('')])
  .nullish()
  .transform((keys) =>
    (keys || []).map(({ fieldName, direction }) => ({ fieldName, direction: direction ?? 'ASC' })),
  );

const Projection = z.array(Name).max(1000).nullish();

const FindRequest = requestOf({
  collectionName: Name,
  filter: Filter,
  sort: Sort,
  skip: Offset.nullish(),
  limit: Limit.nullish(),
  projection: Projection,
  omitTotalCount: z.boolean().nullish(),
});

const find = method(FindRequest, (adapter, caller, request) =>
  withGrant(adapter, caller, 'query', request.collectionName, async (grant) => {
    const { readable } = grant;
    const { items, total } = await findItems(adapter.database, grant, {
      filter: parseFilter(request.filter, readable),
      sort: toSorting(request.sort, readable),
      columns: toProjection(request.projection ?? [], readable),
      offset: request.skip ?? 0,
      limit: request.limit ?? DEFAULT_LIMIT,
      withTotal: request.omitTotalCount !== true,
    });
    return { items, ...(total !== null && { totalCount: total }) };
  }),
);

const GetRequest = requestOf({ collectionName: Name, itemId: ItemId, projection: Projection });

const get = method(GetRequest, (adapter, caller, { collectionName, itemId, projection }) =>
  withGrant(adapter, caller, 'query', collectionName, async (grant) => {
    const { items } = await findItems(adapter.database, grant, {
      filter: parseFilter({ _id: itemId }, grant.readable),
      sort: [],
      columns: toProjection(projection ?? [], grant.readable),
      offset: 0,
      limit: 1,
      withTotal: false,
    });
    const [item] = items;
    if (!item) throw noItem(itemId);
    return { item };
  }),
);

const count = method(
  requestOf({ collectionName: Name, filter: Filter }),
  (adapter, caller, { collectionName, filter }) =>
    withGrant(adapter, caller, 'query', collectionName, async (grant) => ({
      totalCount: await countItems(adapter.database, grant, parseFilter(filter, grant.readable)),
    })),
);

const OneRequest = requestOf({ collectionName: Name, item: Item });

const insert = method(OneRequest, (adapter, caller, { collectionName, item }) =>
  withGrant(adapter, caller, 'insert', collectionName, async (grant) => ({
    item: single(await insertItems(adapter.database, grant, [item])),
  })),
);

const update = method(OneRequest, (adapter, caller, { collectionName, item }) =>
  withGrant(adapter, caller, 'update', collectionName, async (grant) => ({
    item: single(await updateItems(adapter.database, grant, [item])),
  })),
);

const RemoveRequest = requestOf({ collectionName: Name, itemId: ItemId });

const remove = method(RemoveRequest, (adapter, caller, { collectionName, itemId }) =>
  withGrant(adapter, caller, 'remove', collectionName, async (grant) => ({
    item: single(await removeItems(adapter.database, grant, [itemId])),
  })),
);

const BulkRequest = requestOf({ collectionName: Name, items: Items });

/** This generation has no outcomes of single items: a call is done or not. */
const insertBulk = method(BulkRequest, (adapter, caller, { collectionName, items }) =>
  withGrant(adapter, caller, 'insert', collectionName, async (grant) => ({
    items: await adapter.database.transaction(async (on) => all(await insertItems(on, grant, items))),
  })),
);

const updateBulk = method(BulkRequest, (adapter, caller, { collectionName, items }) =>
  withGrant(adapter, caller, 'update', collectionName, async (grant) => ({
    items: await adapter.database.transaction(async (on) => all(await updateItems(on, grant, items))),
  })),
);

const RemoveBulkRequest = requestOf({ collectionName: Name, itemIds: ItemIds });

const removeBulk = method(RemoveBulkRequest, (adapter, caller, { collectionName, itemIds }) =>
  withGrant(adapter, caller, 'remove', collectionName, async (grant) => ({
    items: await adapter.database.transaction(async (on) => all(await removeItems(on, grant, itemIds))),
  })),
);

/** `$sum` and its kin by the name of the result: what a key asks for, its value says. */
const Reference = z.string().startsWith('$').max(129).optional();
const Figure = z.strictObject({ $avg: Reference, $sum: Reference, $min: Reference, $max: Reference });

const AggregateRequest = requestOf({
  collectionName: Name,
  filter: Filter,
  processingStep: z.looseObject({
    _id: z.union([z.string().startsWith('$'), z.record(Name, z.string().startsWith('$'))]).nullish(),
  }),
  postFilteringStep: Filter,
});

const KINDS = { $avg: 'average', $sum: 'sum', $min: 'min', $max: 'max' } as const satisfies Record<
  string,
  (typeof FIGURES)[number]
>;

const aggregate = method(AggregateRequest, (adapter, caller, request) =>
  withGrant(adapter, caller, 'query', request.collectionName, async (grant) => {
    const { _id: group, ...figures } = request.processingStep;
    const column = (reference: string) => columnNamed(reference.slice(1), grant.readable);
    const by = typeof group === 'string' ? [group] : Object.values(group ?? {});
    const grouping = {
      filter: parseFilter(request.filter, grant.readable),
      by: toSorting(
        by.map((name) => ({ fieldName: name.slice(1), direction: 'ASC' })),
        grant.readable,
      ).map((key) => key.column),
      figures: Object.entries(figures).map(([name, figure]) => {
        const [kind, reference] = onlyEntry(parseRequest(Figure, figure));
        return { name, kind: KINDS[kind], column: column(reference) };
      }),
    };
    const results = resultsOf(adapter.database.dialect, grouping);
    const { items } = await findGroups(adapter.database, grant, grouping, {
      filter: parseFilter(request.postFilteringStep, results),
      sort: [],
      offset: 0,
      limit: MAX_PAGE_SIZE,
      withTotal: false,
    });
    return { items, totalCount: 0 };
  }),
);

const empty = method(requestOf({ collectionName: Name }), (adapter, caller, { collectionName }) =>
  withGrant(adapter, caller, 'remove', collectionName, async (grant) => {
    assertAdministrator(caller);
    await truncate(adapter.database, grant);
    return {};
  }),
);

export const itemMethods: Readonly<Record<string, Method>> = {
  'data/find': find,
  'data/get': get,
  'data/count': count,
  'data/insert': insert,
  'data/update': update,
  'data/remove': remove,
  'data/insert/bulk': insertBulk,
  'data/update/bulk': updateBulk,
  'data/remove/bulk': removeBulk,
  'data/aggregate': aggregate,
  'data/truncate': empty,
};

function single([outcome]: readonly Outcome[]) {
  if (!outcome) throw new TypeError('one item has one outcome');
  if ('fault' in outcome) throw outcome.fault;
  return outcome.item;
}

function all(outcomes: readonly Outcome[]) {
  return outcomes.map((outcome) => single([outcome]));
}

function onlyEntry(figure: z.output<typeof Figure>): [keyof typeof KINDS, string] {
  const entries = Object.entries(figure) as [keyof typeof KINDS, string][];
  const [only] = entries;
  if (!only || entries.length > 1) throw badRequest('A result of the aggregation asks for one figure.');
  return only;
}
