import type { Collection } from '../../collections/store.ts';
import type { Caller } from '../../http/caller.ts';
import type { Site } from '../../site.ts';
import { presentItem } from '../answer.ts';
import { project } from '../fields.ts';
import { requireFieldPath } from '../filter/field.ts';
import { orderBy, orderOf } from '../order.ts';
import { metadataOf, pageOf } from '../page.ts';
import { includeReferences } from '../references/include.ts';
import type { JsonObject } from '../value.ts';
import type { SearchRequest } from './schema.ts';
import { finderOf } from './words.ts';

/** https://dev.wix.com/docs/sdk/business-solutions/data/items/wix-data-search/limit */
const DEFAULT_LIMIT = 100;

type Row = { id: string; data: string };

/** Answers with the items that match the filter and hold the words; no further items are looked at than it takes. */
export function answerSearch(
  site: Site,
  collection: Collection,
  request: SearchRequest,
  ownedBy: string | undefined,
  caller: Caller,
): string {
  const { paging, cursorPaging, ...said } = request.search;
  const cut = { paging, cursorPaging };
  const page = pageOf(site.store, 'items.search', collection.id, said, cut, DEFAULT_LIMIT);
  const { asked, limit, offset } = page;
  for (const field of asked.search.fields ?? []) requireFieldPath(field);
  const where = site.items.where(collection, asked.filter, ownedBy);
  const text = `SELECT id, data FROM items WHERE ${where.text} ORDER BY ${orderBy(orderOf(asked.sort))}`;
  const isFound = finderOf(asked.search);
  const rows: Row[] = [];
  let found = 0;
  for (const row of site.items.each<Row>({ text, values: where.values }, request.consistentRead)) {
    if (!isFound(JSON.parse(row.data) as JsonObject)) continue;
    found += 1;
    // One more than asked for tells whether there is a next page.
    if (found > offset + limit) break;
    if (found > offset) rows.push(row);
  }
  const items = includeReferences(
    { site, caller, consistentRead: request.consistentRead },
    collection,
    rows.map(({ data }) => data),
    request.includeReferences,
  );
  const dataItems = rows.map(({ id, data }, index) =>
    presentItem(collection.id, id, project(items[index] ?? data, asked.fields)),
  );
  const metadata = metadataOf(site.store, page, rows.length, found > offset + limit);
  return `{"dataItems":[${dataItems.join(',')}],"pagingMetadata":${JSON.stringify(metadata)}}`;
}
