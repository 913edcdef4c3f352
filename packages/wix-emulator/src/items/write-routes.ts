import { Hono } from 'hono';
import * as external from '../external-databases/items/one.ts';
import { reachExternal } from '../external-databases/items/reach.ts';
import { reachForSave } from '../external-databases/items/save.ts';
import { hasAppRights, requireToken } from '../http/caller.ts';
import { notImplemented } from '../http/errors.ts';
import { operation } from '../http/env.ts';
import type { Env } from '../http/env.ts';
import { readBody } from '../http/request.ts';
import { answerItem, answerJson, presentItem } from './answer.ts';
import { answerInsert, answerPatch, answerRemove, included, writingOf } from './answers.ts';
import { invalid, noPermission } from './errors.ts';
import { idOf, newItemId } from './item.ts';
import { reach } from './reach.ts';
import * as schema from './write-schema.ts';
import { insertItem, updateItem } from './writing.ts';

/** Writing items one at a time, and emptying a collection. */
export const itemWriteRoutes = new Hono<Env>();

const ITEMS = '/wix-data/v2/items';

itemWriteRoutes.post(ITEMS, async (context) => {
  operation(context, 'items.insert');
  const request = await readBody(context, schema.InsertRequest);
  const elsewhere = await reachExternal(context, 'items.insert', request.dataCollectionId, 'insert');
  if (elsewhere) return external.insertExternal(context, elsewhere, request);
  operation(context, 'items.insert', request.dataCollectionId);
  return answerJson(context, answerInsert(context.var, request));
});

itemWriteRoutes.post(`${ITEMS}/update`, async (context) => {
  operation(context, 'items.update');
  const request = await readBody(context, schema.UpdateRequest);
  const elsewhere = await reachExternal(context, 'items.update', request.dataCollectionId, 'update');
  if (elsewhere) return external.updateExternal(context, elsewhere, request);
  const reached = reach(context, 'items.update', request.dataCollectionId, 'update');
  const id = idOf(request.dataItem);
  if (id === undefined) throw invalid('Invalid update. Updated object must have an _id property.');
  const writing = { ...writingOf(context.var, reached, request), condition: request.condition?.filter };
  const updated = context.var.site.store.write(() =>
    included(context.var, reached, request, updateItem(writing, id, request.dataItem.data)),
  );
  return answerItem(context, reached.collection.id, id, updated);
});

/** Inserts or replaces; the caller needs the right to whichever it turns out to be. */
itemWriteRoutes.post(`${ITEMS}/save`, async (context) => {
  operation(context, 'items.save');
  const { collections, items, store } = context.var.site;
  const request = await readBody(context, schema.InsertRequest);
  const elsewhere = await reachForSave(context, 'items.save', request.dataCollectionId);
  if (elsewhere) return external.saveExternal(context, elsewhere, request);
  const id = idOf(request.dataItem) ?? newItemId();
  const { data } = request.dataItem;
  return store.write(() => {
    const isKnown = items.find(collections.require(request.dataCollectionId), id) !== undefined;
    const reached = reach(context, 'items.save', request.dataCollectionId, isKnown ? 'update' : 'insert');
    const writing = writingOf(context.var, reached, request);
    const saved = isKnown ? updateItem(writing, id, data) : insertItem(writing, id, data);
    const dataItem = presentItem(reached.collection.id, id, included(context.var, reached, request, saved));
    return answerJson(context, `{"action":"${isKnown ? 'UPDATED' : 'INSERTED'}","dataItem":${dataItem}}`);
  });
});

itemWriteRoutes.post(`${ITEMS}/patch`, async (context) => {
  operation(context, 'items.patch');
  const request = await readBody(context, schema.PatchRequest);
  const elsewhere = await reachExternal(context, 'items.patch', request.dataCollectionId, 'update');
  if (elsewhere) return external.patchExternal(context, elsewhere, request);
  operation(context, 'items.patch', request.dataCollectionId);
  return answerJson(context, answerPatch(context.var, request));
});

itemWriteRoutes.post(`${ITEMS}/remove`, async (context) => {
  operation(context, 'items.remove');
  const request = await readBody(context, schema.RemoveRequest);
  const elsewhere = await reachExternal(context, 'items.remove', request.dataCollectionId, 'remove');
  if (elsewhere) return external.removeExternal(context, elsewhere, request);
  operation(context, 'items.remove', request.dataCollectionId);
  return answerJson(context, answerRemove(context.var, request));
});

/** For the site owner and for apps, whatever the collection allows others. Documented in the SDK's own types. */
itemWriteRoutes.post(`${ITEMS}/truncate`, async (context) => {
  operation(context, 'items.truncate');
  const request = await readBody(context, schema.TruncateRequest);
  const elsewhere = await reachExternal(context, 'items.truncate', request.dataCollectionId, 'remove');
  if (elsewhere) return external.truncateExternal(context, elsewhere);
  const { collection } = reach(context, 'items.truncate', request.dataCollectionId, 'remove');
  const caller = requireToken(context.var.caller);
  const { items, members } = context.var.site;
  const isOwner = caller.type === 'MEMBER' && members.isAdmin(caller.id);
  if (!hasAppRights(caller) && !isOwner) throw noPermission('remove', collection.id);
  items.truncate(collection);
  return context.json({});
});

for (const [path, name] of [
  ['create-draft', 'items.createDataItemDraft'],
  ['publish-draft', 'items.publishDataItemDraft'],
  ['unpublish', 'items.unpublishDataItem'],
] as const) {
  itemWriteRoutes.post(`${ITEMS}/${path}`, (context) => {
    operation(context, name);
    throw notImplemented(`drafts: ${name}`);
  });
}
