import { Hono } from 'hono';
import { requireToken } from '../http/caller.ts';
import { notImplemented } from '../http/errors.ts';
import { operation } from '../http/env.ts';
import type { Env, WixContext } from '../http/env.ts';
import { readBody, readQuery } from '../http/request.ts';
import type { Action } from '../collections/permissions.ts';
import type { Collection } from '../collections/store.ts';
import { authorize } from './access.ts';
import { invalid, itemMissing } from './errors.ts';
import { project } from './fields.ts';
import { idOf, newItemId } from './item.ts';
import { applyPatch } from './patch.ts';
import { answerQuery, presentItem } from './query.ts';
import * as schema from './schema.ts';
import type { Writer } from './store.ts';

/** Data items, on `edge` for OAuth clients and on `www` for apps [recorded]. */
export const itemsRoutes = new Hono<Env>();

const BASE = '/wix-data/v2/items';

/** The SDK asks by GET while the address stays under 2048 characters, then by POST [recorded]. */
itemsRoutes.on(['GET', 'POST'], `${BASE}/query`, async (context) => {
  operation(context, 'items.query');
  const isGet = context.req.method === 'GET';
  const request = isGet
    ? readQuery(context, schema.QueryRequest)
    : await readBody(context, schema.QueryRequest);
  const { collection, ownedBy } = reach(context, 'items.query', request.dataCollectionId, 'read');
  return json(context, answerQuery(context.var.site, collection, request, ownedBy));
});

itemsRoutes.post(`${BASE}/count`, async (context) => {
  operation(context, 'items.count');
  const request = await readBody(context, schema.CountRequest);
  const { collection, ownedBy } = reach(context, 'items.count', request.dataCollectionId, 'read');
  const { items } = context.var.site;
  return context.json({ totalCount: items.count(items.where(collection, request.filter, ownedBy)) });
});

/** The id in the path is not URL-encoded by the SDK, so it is taken from the query [recorded]. */
itemsRoutes.get(`${BASE}/*`, (context) => {
  operation(context, 'items.get');
  const request = readQuery(context, schema.GetRequest);
  if (request.includeReferences?.length) throw notImplemented('includeReferences of items.get');
  const { collection, ownedBy } = reach(context, 'items.get', request.dataCollectionId, 'read');
  const row = context.var.site.items.find(collection, request.dataItemId);
  // A foreign row is missing for an author who reads their own rows only.
  if (!row || (ownedBy !== undefined && row.owner !== ownedBy))
    throw itemMissing(request.dataItemId, collection.id);
  return item(context, collection, request.dataItemId, project(row.data, request.fields ?? []));
});

itemsRoutes.post(BASE, async (context) => {
  operation(context, 'items.insert');
  const request = await readBody(context, schema.InsertRequest);
  const { collection, writer } = reach(context, 'items.insert', request.dataCollectionId, 'insert');
  const id = idOf(request.dataItem) ?? newItemId();
  return item(
    context,
    collection,
    id,
    context.var.site.items.insert(collection, id, request.dataItem.data, writer),
  );
});

itemsRoutes.post(`${BASE}/update`, async (context) => {
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
  return item(context, collection, id, updated);
});

/** Inserts or replaces; the caller needs the right to whichever it turns out to be. */
itemsRoutes.post(`${BASE}/save`, async (context) => {
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
    return json(
      context,
      `{"action":"${known ? 'UPDATED' : 'INSERTED'}","dataItem":${presentItem(collection.id, id, saved)}}`,
    );
  });
});

itemsRoutes.post(`${BASE}/patch`, async (context) => {
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
  return item(context, collection, dataItemId, patched);
});

itemsRoutes.post(`${BASE}/remove`, async (context) => {
  operation(context, 'items.remove');
  const request = await readBody(context, schema.RemoveRequest);
  const { collection, writer } = reach(context, 'items.remove', request.dataCollectionId, 'remove');
  const removed = context.var.site.items.remove(
    collection,
    request.dataItemId,
    writer,
    request.condition?.filter,
  );
  return item(context, collection, request.dataItemId, removed);
});

/** Who asks, of which collection, and how far they reach; refuses whoever may not. */
function reach(
  context: WixContext,
  name: string,
  collectionId: string,
  action: Action,
): { collection: Collection; ownedBy?: string; writer: Writer } {
  operation(context, name, collectionId);
  const { site } = context.var;
  const caller = requireToken(context.var.caller);
  const collection = site.collections.require(collectionId);
  const own = authorize(caller, collection, action, site.members) === 'own';
  const mayChangeOwner =
    caller.type === 'APP' || (caller.type === 'MEMBER' && site.members.isAdmin(caller.id));
  const writer = { id: caller.id, ownRowsOnly: own, mayChangeOwner };
  return own ? { collection, writer, ownedBy: caller.id } : { collection, writer };
}

const item = (context: WixContext, collection: Collection, id: string, data: string): Response =>
  json(context, `{"dataItem":${presentItem(collection.id, id, data)}}`);

const json = (context: WixContext, text: string): Response =>
  context.body(text, 200, { 'content-type': 'application/json' });
