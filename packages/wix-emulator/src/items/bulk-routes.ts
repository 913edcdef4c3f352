import { Hono } from 'hono';
import { WixError } from '../http/errors.ts';
import { operation } from '../http/env.ts';
import type { Env, WixContext } from '../http/env.ts';
import * as external from '../external-databases/items/bulk.ts';
import { reachExternal } from '../external-databases/items/reach.ts';
import { reachForSave } from '../external-databases/items/save.ts';
import { BULK_BODY_LIMIT, readBody } from '../http/request.ts';
import { answerJson } from './answer.ts';
import { writeInBulk } from './bulk.ts';
import type { Done } from './bulk.ts';
import { invalid } from './errors.ts';
import { idOf, newItemId } from './item.ts';
import { reach } from './reach.ts';
import type { Reached } from './reach.ts';
import type { Filter } from './reads.ts';
import * as schema from './write-schema.ts';
import { insertItem, patchItem, removeItem, updateItem } from './writing.ts';
import type { Writing } from './writing.ts';

/** Writing up to a thousand items in one call. */
export const bulkRoutes = new Hono<Env>();

const BULK = '/wix-data/v2/bulk/items';

bulkRoutes.post(`${BULK}/insert`, async (context) => {
  operation(context, 'items.bulkInsert');
  const request = await readBody(context, schema.BulkSaveRequest, BULK_BODY_LIMIT);
  const elsewhere = await reachExternal(context, 'items.bulkInsert', request.dataCollectionId, 'insert');
  if (elsewhere) return external.bulkInsertExternal(context, elsewhere, request);
  const reached = reach(context, 'items.bulkInsert', request.dataCollectionId, 'insert');
  const writing = writingOf(context, reached, request);
  const entries = request.dataItems.map((item) => ({
    id: item.id,
    write: (): Done => insertOne(writing, idOf(item) ?? newItemId(), item),
  }));
  return answerBulk(context, reached, entries, request);
});

bulkRoutes.post(`${BULK}/update`, async (context) => {
  operation(context, 'items.bulkUpdate');
  const request = await readBody(context, schema.BulkUpdateRequest, BULK_BODY_LIMIT);
  const elsewhere = await reachExternal(context, 'items.bulkUpdate', request.dataCollectionId, 'update');
  if (elsewhere) return external.bulkUpdateExternal(context, elsewhere, request);
  const reached = reach(context, 'items.bulkUpdate', request.dataCollectionId, 'update');
  const writing = writingOf(context, reached, request);
  const entries = request.dataItems.map((item) => ({
    id: item.id,
    write: (): Done => {
      const id = idOf(item);
      if (id === undefined) throw invalid('Invalid update. Updated object must have an _id property.');
      return updateOne(writing, id, item);
    },
  }));
  return answerBulk(context, reached, entries, request);
});

/** Each item needs the right to whichever it turns out to be; a caller with neither is refused as a whole. */
bulkRoutes.post(`${BULK}/save`, async (context) => {
  operation(context, 'items.bulkSave');
  const request = await readBody(context, schema.BulkSaveRequest, BULK_BODY_LIMIT);
  const elsewhere = await reachForSave(context, 'items.bulkSave', request.dataCollectionId);
  if (elsewhere) return external.bulkSaveExternal(context, elsewhere, request);
  const { collections, items } = context.var.site;
  const attemptReach = (action: 'insert' | 'update') =>
    refusedOr(() => reach(context, 'items.bulkSave', request.dataCollectionId, action));
  const [inserting, updating] = [attemptReach('insert'), attemptReach('update')];
  if (inserting instanceof WixError && updating instanceof WixError) throw updating;
  const collection = collections.require(request.dataCollectionId);
  const entries = request.dataItems.map((item) => ({
    id: item.id,
    write: (): Done => {
      const id = idOf(item) ?? newItemId();
      const isKnown = items.find(collection, id) !== undefined;
      const reached = isKnown ? updating : inserting;
      if (reached instanceof WixError) throw reached;
      const writing = writingOf(context, reached, request);
      return isKnown ? updateOne(writing, id, item) : insertOne(writing, id, item);
    },
  }));
  return answerBulk(context, { collection }, entries, request);
});

bulkRoutes.post(`${BULK}/patch`, async (context) => {
  operation(context, 'items.bulkPatch');
  const request = await readBody(context, schema.BulkPatchRequest, BULK_BODY_LIMIT);
  const elsewhere = await reachExternal(context, 'items.bulkPatch', request.dataCollectionId, 'update');
  if (elsewhere) return external.bulkPatchExternal(context, elsewhere, request);
  const reached = reach(context, 'items.bulkPatch', request.dataCollectionId, 'update');
  const writing = writingOf(context, reached, request);
  const entries = request.patches.map(({ dataItemId: id, fieldModifications }) => ({
    id,
    write: (): Done => ({ action: 'PATCH', id, data: patchItem(writing, id, fieldModifications) }),
  }));
  return answerBulk(context, reached, entries, request);
});

bulkRoutes.post(`${BULK}/remove`, async (context) => {
  operation(context, 'items.bulkRemove');
  const request = await readBody(context, schema.BulkRemoveRequest, BULK_BODY_LIMIT);
  const elsewhere = await reachExternal(context, 'items.bulkRemove', request.dataCollectionId, 'remove');
  if (elsewhere) return external.bulkRemoveExternal(context, elsewhere, request);
  const reached = reach(context, 'items.bulkRemove', request.dataCollectionId, 'remove');
  const writing = writingOf(context, reached, request);
  const entries = request.dataItemIds.map((id) => ({
    id,
    write: (): Done => ({ action: 'DELETE', id, data: removeItem(writing, id) }),
  }));
  return answerBulk(context, reached, entries, request);
});

const insertOne = (writing: Writing, id: string, { data }: schema.DataItem): Done => ({
  action: 'INSERT',
  id,
  data: insertItem(writing, id, data),
});

const updateOne = (writing: Writing, id: string, { data }: schema.DataItem): Done => ({
  action: 'UPDATE',
  id,
  data: updateItem(writing, id, data),
});

/** A condition that makes no sense is refused here, before the first item, instead of once for each. */
function writingOf(
  context: WixContext,
  reached: Reached,
  request: { saveReferences?: boolean | undefined; condition?: { filter: Filter } | undefined },
): Writing {
  const { site } = context.var;
  const condition = request.condition?.filter;
  if (condition) site.items.where(reached.collection, condition);
  // Wix says nothing of multi-references inside the data of a bulk call, and does not keep them either.
  return { site, reached, references: request.saveReferences === true ? 'save' : 'drop', condition };
}

function answerBulk(
  context: WixContext,
  { collection }: Pick<Reached, 'collection'>,
  entries: Parameters<typeof writeInBulk>[2],
  request: { returnEntity?: boolean | undefined },
): Response {
  const { site } = context.var;
  return answerJson(context, writeInBulk(site, collection.id, entries, request.returnEntity === true));
}

function refusedOr(reached: () => Reached): Reached | WixError {
  try {
    return reached();
  } catch (error) {
    if (error instanceof WixError && error.status === 403) return error;
    throw error;
  }
}
