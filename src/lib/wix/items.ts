import { items as sdk } from '@wix/data';
import { Problem } from '../http/problem.ts';
import { NOTHING, within } from '../policy/filter.ts';
import type { Grant } from '../policy/grant.ts';
import type { Item, ItemsQuery } from '../policy/item.ts';
import { asCaller, currentIdentity } from './context.ts';
import { elevatedItems } from './elevated.ts';
import { behind, positionOf, totalOrder, type Position } from './keyset.ts';
import { itemOperations, type Changes, type ItemOperations, type Page } from './operations.ts';

/** Item operations with the caller's own Wix rights. */
const callersItems = itemOperations(sdk, asCaller);

/** The road a Grant prescribes. */
function operationsFor(grant: Grant): ItemOperations {
  if (grant.as === 'app') return elevatedItems;
  if (currentIdentity().memberId !== grant.memberId)
    throw new TypeError('the Grant belongs to somebody else');
  return callersItems;
}

/** Rows inside the Grant that match the caller's query, and where the next page begins when there is one. */
export async function listItems(
  grant: Grant<'query'>,
  query: ItemsQuery,
  after?: Position,
): Promise<{ items: readonly Item[]; next: Position | null }> {
  const sort = totalOrder(query.sort);
  const filter = after ? within(behind(after, sort), query.filter) : query.filter;
  const { items, hasMore } = await queryItems(grant, { ...query, filter, sort });
  const last = items.at(-1);
  return { items, next: hasMore && last ? positionOf(last, sort) : null };
}

async function queryItems(grant: Grant<'query'>, query: ItemsQuery): Promise<Page> {
  if (grant.rows === NOTHING) return { items: [], hasMore: false };
  return operationsFor(grant).query(grant, query);
}

/**
 * One row by id, read through the row filter, so that a foreign row is as missing as one that is not there.
 * @throws {Problem} `not-found`.
 */
export async function getItem(grant: Grant<'query'>, id: string): Promise<Item> {
  const page = await queryItems(grant, { filter: within({ _id: id }), sort: [], limit: 1 });
  const [item] = page.items;
  if (!item) throw notFound(grant, id);
  return item;
}

/** @throws {Problem} `conflict`, `payload-too-large`. */
export async function insertItem(grant: Grant<'insert'>, fields: Changes): Promise<Item> {
  return operationsFor(grant).insert(grant, fields);
}

/**
 * Changes some fields of one row; the row filter is part of the write itself, so ownership cannot change in between.
 * @throws {Problem} `not-found`.
 */
export async function patchItem(grant: Grant<'update'>, id: string, changes: Changes): Promise<Item> {
  if (grant.rows === NOTHING) throw notFound(grant, id);
  const item = await operationsFor(grant).patch(grant, id, changes);
  if (!item) throw notFound(grant, id);
  return item;
}

/** @throws {Problem} `not-found`. */
export async function removeItem(grant: Grant<'remove'>, id: string): Promise<void> {
  if (grant.rows === NOTHING || !(await operationsFor(grant).remove(grant, id))) throw notFound(grant, id);
}

function notFound(grant: Grant, id: string): Problem {
  return new Problem('not-found', {
    reason: `${id} is missing in ${grant.collection}, or not ${grant.rule}`,
  });
}
