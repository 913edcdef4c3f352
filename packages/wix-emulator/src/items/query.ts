import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { nobody } from '../http/caller.ts';
import type { Caller } from '../http/caller.ts';
import type { Collection } from '../collections/store.ts';
import type { Site } from '../site.ts';
import { presentItem } from './answer.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { invalid } from './errors.ts';
import { project } from './fields.ts';
import type { Filter } from './store.ts';
import { after, keyColumns, orderBy, orderOf, shuffledBy } from './order.ts';
import type { Key, Sort } from './order.ts';
import { DEFAULT_LIMIT } from './page.ts';
import { includeReferences } from './references/include.ts';
import type { QueryRequest } from './schema.ts';

type Row = { id: string; data: string } & Record<string, string | number | null>;

/** What is asked for, whether it came in the request or in a cursor. */
type Plan = {
  filter: Filter;
  sort: Sort[];
  fields: string[];
  limit: number;
  offset: number;
  last?: readonly unknown[];
  /** Set when the order is a random one: the same seed gives the same order. */
  seed?: number | undefined;
};

/** `last` holds the sort keys of the last row seen, which is where the next page goes on. */
const Cursor = z.strictObject({
  collection: z.string(),
  filter: z.record(z.string(), z.json()),
  sort: z.array(z.strictObject({ fieldName: z.string(), order: z.enum(['ASC', 'DESC']) })),
  fields: z.array(z.string()),
  last: z.array(z.union([z.string(), z.number(), z.null()])),
  seed: z.number().optional(),
});

/** Answers a query as JSON text: rows are stored as they are sent, so most need no parsing on the way out. */
export function answerQuery(
  site: Site,
  collection: Collection,
  request: QueryRequest,
  ownedBy?: string,
  caller: Caller = nobody,
): string {
  const plan = planOf(site, request);
  const keys = plan.seed === undefined ? orderOf(plan.sort) : shuffledBy(plan.seed);
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
  const items = includeReferences(
    { site, caller, consistentRead: request.consistentRead },
    collection,
    page.map(({ data }) => data),
    request.includeReferences,
  );
  const dataItems = page.map((row, index) =>
    presentItem(collection.id, row.id, project(items[index] ?? row.data, plan.fields)),
  );
  return `{"dataItems":[${dataItems.join(',')}],"pagingMetadata":${JSON.stringify(pagingMetadata)}}`;
}

export const querySql = (keys: readonly Key[], where: string): string =>
  `SELECT id, data, ${keyColumns(keys)} FROM items WHERE ${where} ORDER BY ${orderBy(keys)} LIMIT ? OFFSET ?`;

function planOf(site: Site, { dataCollectionId, query, sortMode, randomOptions }: QueryRequest): Plan {
  const { filter = {}, sort = [], fields = [], paging, cursorPaging } = query;
  if (paging && cursorPaging) throw invalid('A query has either paging or cursorPaging.');
  const limit = (cursorPaging ?? paging)?.limit ?? DEFAULT_LIMIT;
  if (cursorPaging?.cursor === undefined) {
    const seed = sortMode === 'RANDOM' ? (randomOptions?.seed ?? randomInt(2 ** 32)) : undefined;
    return { filter, sort, fields, limit, offset: paging?.offset ?? 0, seed };
  }
  if (Object.keys(filter).length > 0 || sort.length > 0) {
    throw invalid('A query with a cursor has no filter and no sort: the cursor remembers them.');
  }
  const cursor = readCursor(site.store, cursorPaging.cursor, Cursor, dataCollectionId);
  return {
    filter: cursor.filter,
    sort: cursor.sort,
    fields: cursor.fields,
    last: cursor.last,
    seed: cursor.seed,
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
    seed: plan.seed,
  } satisfies z.input<typeof Cursor>);
}
