import type { Caller } from '../http/caller.ts';
import type { Site } from '../site.ts';
import { presentItem } from './answer.ts';
import { idOf, newItemId } from './item.ts';
import { answerQuery } from './query.ts';
import { reachInto } from './reach.ts';
import type { Reached } from './reach.ts';
import { allReferences, includeReferences } from './references/include.ts';
import type { CountRequest, QueryRequest } from './schema.ts';
import type { InsertRequest, PatchRequest, RemoveRequest } from './write-schema.ts';
import { insertItem, patchItem, removeItem } from './writing.ts';
import type { Writing } from './writing.ts';

/** Who asks of which site. */
export type Asking = Readonly<{ site: Site; caller: Caller }>;

/*
 * The calls a data request is made of, each with its answer as JSON text: they come by HTTP, and at once from a program
 * in the same process.
 */

export function answerItemsQuery({ site, caller }: Asking, request: QueryRequest): string {
  const { collection, ownedBy } = reachInto(site, caller, request.dataCollectionId, 'read');
  return answerQuery(site, collection, request, ownedBy, caller);
}

export function answerCount({ site, caller }: Asking, request: CountRequest): string {
  const { collection, ownedBy } = reachInto(site, caller, request.dataCollectionId, 'read');
  const where = site.items.where(collection, request.filter, ownedBy);
  return JSON.stringify({ totalCount: site.items.count(where, request.consistentRead) });
}

export function answerInsert(asking: Asking, request: InsertRequest): string {
  const { site, caller } = asking;
  const reached = reachInto(site, caller, request.dataCollectionId, 'insert');
  const id = idOf(request.dataItem) ?? newItemId();
  // In one with the write: what cannot be included is refused before anything is kept.
  const inserted = site.store.write(() => {
    const item = insertItem(writingOf(asking, reached, request), id, request.dataItem.data);
    return included(asking, reached, request, item);
  });
  return oneItem(reached, id, inserted);
}

export function answerPatch(asking: Asking, request: PatchRequest): string {
  const reached = reachInto(asking.site, asking.caller, request.dataCollectionId, 'update');
  const { dataItemId, fieldModifications } = request.patch;
  const writing = { ...writingOf(asking, reached), condition: request.condition?.filter };
  return oneItem(reached, dataItemId, patchItem(writing, dataItemId, fieldModifications));
}

export function answerRemove(asking: Asking, request: RemoveRequest): string {
  const reached = reachInto(asking.site, asking.caller, request.dataCollectionId, 'remove');
  const writing = { ...writingOf(asking, reached), condition: request.condition?.filter };
  return oneItem(reached, request.dataItemId, removeItem(writing, request.dataItemId));
}

type ItemRequest = Readonly<{
  saveReferences?: boolean | undefined;
  includeReferencedItems?: boolean | undefined;
}>;

export const writingOf = (
  { site }: Asking,
  reached: Reached,
  { saveReferences }: ItemRequest = {},
): Writing => ({ site, reached, references: saveReferences === true ? 'save' : 'refuse' });

/** The item as answered: with what it refers to, if that was asked for. */
export function included(
  { site, caller }: Asking,
  { collection }: Reached,
  { includeReferencedItems }: ItemRequest,
  item: string,
): string {
  if (includeReferencedItems !== true) return item;
  const reader = { site, caller, consistentRead: true };
  return includeReferences(reader, collection, [item], allReferences(collection))[0] ?? item;
}

const oneItem = ({ collection }: Reached, id: string, data: string): string =>
  `{"dataItem":${presentItem(collection.id, id, data)}}`;
