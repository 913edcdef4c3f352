import { notImplemented } from '../http/errors.ts';
import type { Collection } from '../collections/store.ts';
import type { Site } from '../site.ts';
import { presentItem } from './answer.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { invalid } from './errors.ts';
import { project } from './fields.ts';
import type { Filter } from './store.ts';
import { after, keyColumns, orderBy, orderOf } from './order.ts';
import type { Key, Sort } from './order.ts';
import type { QueryRequest } from './schema.ts';

/** https://dev.wix.com/docs/sdk/backend-modules/data/items/wix-data-query/limit */
const DEFAULT_LIMIT = 50;

type Row = { id: string; data: string } & Record<string, string | number | null>;

/** What is asked for, whether it came in the request or in a cursor. */
type Plan = {
  filter: Filter;
  sort: Sort[];
  fields: string[];
  limit: number;
  offset: number;
  last?: readonly unknown[];
};

/** Answers a query as JSON text: rows are stored as they are sent, so most need no parsing on the way out. */
export function answerQuery(
  site: Site,
  collection: Collection,
  request: QueryRequest,
  ownedBy?: string,
): string {
  refuseUnsupported(request);
  const plan = planOf(site, request);
  const keys = orderOf(plan.sort);
  const where = site.items.where(collection, plan.filter, ownedBy);
  const resume = plan.last ? after(keys, plan.last) : undefined;
  const rows = site.items.all<Row>(
    {
      text: querySql(keys, resume ? `${where.text} AND ${resume.text}` : where.text),
      // One row more than asked for tells whether there is a next page.
      values: [...where.values, ...(resume?.values ?? []), plan.limit + 1, plan.offset],
    },
    request.consistentRead,
  );
  const hasNext = rows.length > plan.limit;
  const page = rows.slice(0, plan.limit);
  const { query } = request;
  const last = page.at(-1);
  const pagingMetadata = {
    count: page.length,
    ...(query.cursorPaging === undefined && { offset: plan.offset }),
    ...(request.returnTotalCount === true && { total: site.items.count(where, request.consistentRead) }),
    tooManyToCount: false,
    hasNext,
    ...(query.cursorPaging !== undefined && {
      cursors: hasNext && last ? { next: next(site, collection, plan, keys, last) } : {},
    }),
  };
  const dataItems = page.map((row) => presentItem(collection.id, row.id, project(row.data, plan.fields)));
  return `{"dataItems":[${dataItems.join(',')}],"pagingMetadata":${JSON.stringify(pagingMetadata)}}`;
}

export const querySql = (keys: readonly Key[], where: string): string =>
  `SELECT id, data, ${keyColumns(keys)} FROM items WHERE ${where} ORDER BY ${orderBy(keys)} LIMIT ? OFFSET ?`;

function planOf(site: Site, { dataCollectionId, query }: QueryRequest): Plan {
  const { filter = {}, sort = [], fields = [], paging, cursorPaging } = query;
  if (paging && cursorPaging) throw invalid('A query has either paging or cursorPaging.');
  const limit = (cursorPaging ?? paging)?.limit ?? DEFAULT_LIMIT;
  if (cursorPaging?.cursor === undefined) return { filter, sort, fields, limit, offset: paging?.offset ?? 0 };
  if (Object.keys(filter).length > 0 || sort.length > 0) {
    throw invalid('A query with a cursor has no filter and no sort: the cursor remembers them.');
  }
  const cursor = readCursor(site.store, cursorPaging.cursor, dataCollectionId);
  return {
    filter: cursor.filter,
    sort: cursor.sort,
    fields: cursor.fields,
    last: cursor.last,
    limit,
    offset: 0,
  };
}

function next(site: Site, collection: Collection, plan: Plan, keys: readonly Key[], last: Row): string {
  return writeCursor(site.store, {
    collection: collection.id,
    filter: plan.filter as Record<string, never>,
    sort: plan.sort,
    fields: plan.fields,
    last: keys.map((_, index) => last[`key${index}`] ?? null),
  });
}

function refuseUnsupported(request: QueryRequest): void {
  if (request.includeReferences?.length) throw notImplemented('includeReferences of items.query');
  if (request.includeFieldGroups?.length) throw notImplemented('includeFieldGroups of items.query');
  if (request.sortMode !== undefined) throw notImplemented(`sortMode ${request.sortMode} of items.query`);
}
