import type { Collection } from '../../collections/store.ts';
import type { Site } from '../../site.ts';
import { invalid } from '../errors.ts';
import { fieldOf } from '../filter/field.ts';
import type { Filter } from '../store.ts';
import { MAX_KEYS, orderBy, orderOf } from '../order.ts';
import type { Sort } from '../order.ts';
import { metadataOf } from '../page.ts';
import type { Page } from '../page.ts';
import type { JsonObject } from '../value.ts';
import { Budget } from './budget.ts';
import type { Stage } from './stage.ts';

/** What an aggregation reads, as far as SQL can say it: with indexes and permissions. */
export type Source = Readonly<{
  collection: Collection;
  filters: readonly Filter[];
  sort: readonly Sort[];
  ownedBy: string | undefined;
  consistentRead: boolean | undefined;
}>;

/** The items, one by one; newest first, as a query without a sort gives them, and so where the sort finds them equal. */
export function* itemsOf(site: Site, source: Source): Iterable<JsonObject> {
  const { collection, filters, sort, ownedBy, consistentRead } = source;
  if (sort.length > MAX_KEYS) throw invalid(`A sort may not name more than ${MAX_KEYS} fields.`);
  const filter = filters.length > 1 ? { $and: filters } : (filters[0] ?? {});
  const where = site.items.where(collection, filter, ownedBy);
  const text = itemsSql(where.text, sort);
  for (const { data } of site.items.each<{ data: string }>({ text, values: where.values }, consistentRead)) {
    yield JSON.parse(data) as JsonObject;
  }
}

export function itemsSql(where: string, sort: readonly Sort[]): string {
  const keys = sort.map(({ fieldName, order }) => ({ value: fieldOf(fieldName).value, order }));
  return `SELECT data FROM items WHERE ${where} ORDER BY ${orderBy([...keys, ...orderOf([])])}`;
}

export function run(rows: Iterable<JsonObject>, stages: readonly Stage[]): Iterable<JsonObject> {
  const budget = new Budget();
  return stages.reduce((made, stage) => stage(made, budget), rows);
}

/** The answer's page of the rows, and nothing fetched beyond it unless they are to be counted. */
export function answerRows<Asked>(
  site: Site,
  page: Page<Asked>,
  rows: Iterable<JsonObject>,
  counted: boolean,
): object {
  const { offset, limit } = page;
  const results: JsonObject[] = [];
  let seen = 0;
  for (const row of rows) {
    if (seen >= offset && results.length < limit) results.push(row);
    seen += 1;
    // One row more than asked for tells whether there is a next page.
    if (seen > offset + limit && !counted) break;
  }
  const hasNext = seen > offset + limit;
  return {
    results,
    pagingMetadata: metadataOf(site.store, page, results.length, hasNext, counted ? seen : undefined),
  };
}
