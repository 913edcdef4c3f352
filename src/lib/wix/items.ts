import { items as sdk } from '@wix/data';
import { Problem } from '../http/problem.ts';
import type { CollectionName } from '../policy/collections.ts';
import { NOTHING, selects, within, type Filter } from '../policy/filter.ts';
import type { Grant } from '../policy/grant.ts';
import type { Aggregation, DistinctQuery, ItemOf, ItemsQuery } from '../policy/item.ts';
import { aroundCalls } from './around.ts';
import { asCaller, currentIdentity } from './context.ts';
import { elevatedItems } from './elevated.ts';
import { evenOut } from './even-out.ts';
import { behind, positionOf, totalOrder, type Position } from './keyset.ts';
import {
  itemOperations,
  type Changes,
  type Groups,
  type ItemOperations,
  type Page,
  type Values,
  type Versions,
} from './operations.ts';

/** Item operations with the caller's own Wix rights. */
const callersItems = itemOperations(sdk, asCaller, aroundCalls());

/** The road a Grant prescribes. */
export function operationsFor(grant: Grant): ItemOperations {
  if (grant.as === 'app') return elevatedItems;
  if (currentIdentity().memberId !== grant.memberId)
    throw new TypeError('the Grant belongs to somebody else');
  return callersItems;
}

/** One page of rows, and where the next one begins when there is one. */
export type Listing<C extends CollectionName> = Readonly<{
  items: readonly ItemOf<C>[];
  next: Position | null;
  /** How many rows match on all pages; `null` unless it was asked for. */
  total: number | null;
}>;

/** Rows inside the Grant that match the caller's query. */
export async function listItems<C extends CollectionName>(
  grant: Grant<'query', C>,
  query: ItemsQuery,
  after?: Position,
): Promise<Listing<C>> {
  const sort = totalOrder(query.sort);
  const filter = after ? within(behind(after, sort), query.filter) : query.filter;
  // Behind a position Wix would count what is left from there.
  const apart = after !== undefined && query.total === true;
  const [{ items, hasMore, total }, all] = await Promise.all([
    queryItems(grant, { ...query, filter, sort, total: query.total === true && !apart }),
    apart ? countItems(grant, query.filter) : null,
  ]);
  const last = items.at(-1);
  return { items, next: hasMore && last ? positionOf(last, sort) : null, total: total ?? all };
}

async function queryItems<C extends CollectionName>(
  grant: Grant<'query', C>,
  query: ItemsQuery,
): Promise<Omit<Page, 'items'> & Readonly<{ items: readonly ItemOf<C>[] }>> {
  if (grant.rows === NOTHING) return { items: [], hasMore: false, total: query.total ? 0 : null };
  const page = await operationsFor(grant).query(grant, query);
  // What a field holds at Wix is what was written under its declaration.
  return { ...page, items: page.items as readonly ItemOf<C>[] };
}

/** How many rows inside the Grant match. */
export async function countItems(grant: Grant<'query'>, filter: Filter): Promise<number> {
  return grant.rows === NOTHING ? 0 : operationsFor(grant).count(grant, filter);
}

/** The different values that a field has in the rows inside the Grant. */
export async function distinctValues(grant: Grant<'query'>, query: DistinctQuery): Promise<Values> {
  if (grant.rows === NOTHING) return { values: [], hasMore: false };
  return operationsFor(grant).distinct(grant, query);
}

/** Figures over the rows inside the Grant. */
export async function aggregateItems(grant: Grant<'query'>, aggregation: Aggregation): Promise<Groups> {
  if (grant.rows === NOTHING) return { groups: [], hasMore: false };
  return operationsFor(grant).aggregate(grant, aggregation);
}

/**
 * One row by id, read through the row filter, so that a foreign row is as missing as one that is not there.
 * @throws {Problem} `not-found`.
 */
export async function getItem<C extends CollectionName>(
  grant: Grant<'query', C>,
  id: string,
  include: readonly string[] = [],
): Promise<ItemOf<C>> {
  const started = performance.now();
  const page = await queryItems(grant, { filter: within({ _id: id }), sort: [], limit: 1, include });
  const [item] = page.items;
  if (item) return item;
  await evenOut(started);
  throw notFound(grant, id);
}

/**
 * @param id given to the row when its maker has chosen one.
 * @throws {Problem} `conflict`, `payload-too-large`.
 */
export async function insertItem<C extends CollectionName>(
  grant: Grant<'insert', C>,
  fields: Changes,
  id?: string,
): Promise<ItemOf<C>> {
  const item = await operationsFor(grant).insert(grant, id === undefined ? fields : { ...fields, _id: id });
  return item as ItemOf<C>;
}

/** What a caller saw of a row before changing it, and with what they may look again. */
export type Precondition = Readonly<{ versions: readonly Date[]; reading: Grant<'query'> }>;

/**
 * Changes some fields of one row; the row filter is part of the write itself, so ownership cannot change in between.
 * @throws {Problem} `not-found`, `precondition-failed`.
 */
export async function patchItem<C extends CollectionName>(
  grant: Grant<'update', C>,
  id: string,
  changes: Changes,
  precondition: Precondition | null = null,
): Promise<ItemOf<C>> {
  const started = performance.now();
  const item = await written(grant, precondition, (versions) =>
    operationsFor(grant).patch(grant, id, changes, versions),
  );
  if (!item) throw await unwritten(grant, id, precondition, started);
  return item as ItemOf<C>;
}

/** @throws {Problem} `not-found`, `precondition-failed`. */
export async function removeItem(
  grant: Grant<'remove'>,
  id: string,
  precondition: Precondition | null = null,
): Promise<void> {
  const started = performance.now();
  const removed = await written(grant, precondition, (versions) =>
    operationsFor(grant).remove(grant, id, versions),
  );
  if (!removed) throw await unwritten(grant, id, precondition, started);
}

/** Writes, unless no row or no version could be meant. */
async function written<Value>(
  grant: Grant,
  precondition: Precondition | null,
  write: (versions: Versions) => Promise<Value>,
): Promise<Value | null> {
  if (grant.rows === NOTHING || precondition?.versions.length === 0) return null;
  return write(precondition?.versions ?? null);
}

/** Why nothing was written: a row that is there after all must have been changed by somebody else. */
async function unwritten(
  grant: Grant,
  id: string,
  precondition: Precondition | null,
  started: number,
): Promise<Problem> {
  await evenOut(started);
  if (precondition === null) return notFound(grant, id);
  const item = await getItem(precondition.reading, id);
  // More may be read than may be changed.
  if (!selects(grant.rows, item)) return notFound(grant, id);
  return new Problem('precondition-failed', { detail: 'Somebody has changed the item. Read it again.' });
}

function notFound(grant: Grant, id: string): Problem {
  return new Problem('not-found', {
    reason: `${id} is missing in ${grant.collection}, or not ${grant.rule}`,
  });
}
