import { Hono } from 'hono';
import { operation } from '../http/env.ts';
import type { Env } from '../http/env.ts';
import { readBody } from '../http/request.ts';
import { answerItem, answerJson, presentItem } from './answer.ts';
import { invalid } from './errors.ts';
import { idOf, newItemId } from './item.ts';
import { applyPatch } from './patch.ts';
import { reach } from './reach.ts';
import * as schema from './schema.ts';

/** Writing items one at a time. */
export const itemWriteRoutes = new Hono<Env>();

const ITEMS = '/wix-data/v2/items';

itemWriteRoutes.post(ITEMS, async (context) => {
  operation(context, 'items.insert');
  const request = await readBody(context, schema.InsertRequest);
  const { collection, writer } = reach(context, 'items.insert', request.dataCollectionId, 'insert');
  const id = idOf(request.dataItem) ?? newItemId();
  return answerItem(
    context,
    collection.id,
    id,
    context.var.site.items.insert(collection, id, request.dataItem.data, writer),
  );
});

itemWriteRoutes.post(`${ITEMS}/update`, async (context) => {
  operation(context, 'items.update');
  const request = await readBody(context, schema.UpdateRequest);
  const { collection, writer } = reach(context, 'items.update', request.dataCollectionId, 'update');
  const id = idOf(request.dataItem);
  if (id === undefined) throw invalid('Invalid update. Updated object must have an _id property.');
  const { data } = request.dataItem;
  const updated = context.var.site.items.update(
    collection,
    id,
    () => data,
    writer,
    request.condition?.filter,
  );
  return answerItem(context, collection.id, id, updated);
});

/** Inserts or replaces; the caller needs the right to whichever it turns out to be. */
itemWriteRoutes.post(`${ITEMS}/save`, async (context) => {
  operation(context, 'items.save');
  const { items } = context.var.site;
  const request = await readBody(context, schema.InsertRequest);
  const id = idOf(request.dataItem) ?? newItemId();
  const { data } = request.dataItem;
  return context.var.site.store.write(() => {
    const known =
      items.find(context.var.site.collections.require(request.dataCollectionId), id) !== undefined;
    const { collection, writer } = reach(
      context,
      'items.save',
      request.dataCollectionId,
      known ? 'update' : 'insert',
    );
    const saved = known
      ? items.update(collection, id, () => data, writer)
      : items.insert(collection, id, data, writer);
    return answerJson(
      context,
      `{"action":"${known ? 'UPDATED' : 'INSERTED'}","dataItem":${presentItem(collection.id, id, saved)}}`,
    );
  });
});

itemWriteRoutes.post(`${ITEMS}/patch`, async (context) => {
  operation(context, 'items.patch');
  const request = await readBody(context, schema.PatchRequest);
  const { collection, writer } = reach(context, 'items.patch', request.dataCollectionId, 'update');
  const { dataItemId, fieldModifications } = request.patch;
  const { items } = context.var.site;
  const patched = items.update(
    collection,
    dataItemId,
    (stored) => applyPatch(stored, fieldModifications),
    writer,
    request.condition?.filter,
  );
  return answerItem(context, collection.id, dataItemId, patched);
});

itemWriteRoutes.post(`${ITEMS}/remove`, async (context) => {
  operation(context, 'items.remove');
  const request = await readBody(context, schema.RemoveRequest);
  const { collection, writer } = reach(context, 'items.remove', request.dataCollectionId, 'remove');
  const removed = context.var.site.items.remove(
    collection,
    request.dataItemId,
    writer,
    request.condition?.filter,
  );
  return answerItem(context, collection.id, request.dataItemId, removed);
});
