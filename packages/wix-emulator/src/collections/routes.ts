import { Hono } from 'hono';
import { hasAppRights, requireToken } from '../http/caller.ts';
import { permissionDenied } from '../http/errors.ts';
import { operation } from '../http/env.ts';
import type { Env, WixContext } from '../http/env.ts';
import { readBody, readQuery } from '../http/request.ts';
import { createIndex, dropIndex, listIndexes } from './indexes.ts';
import { presentCollection } from './present.ts';
import * as schema from './schema.ts';
import type { Definition } from './store.ts';

/** Collections and their indexes; for apps only, like every management call [recorded]. */
export const collectionsRoutes = new Hono<Env>();

const COLLECTIONS = '/wix-data/v2/collections';
const INDEXES = '/wix-data/v2/indexes';

collectionsRoutes.post(COLLECTIONS, async (context) => {
  requireApp(context, 'collections.create');
  const { collection } = await readBody(context, schema.CreateRequest);
  operation(context, 'collections.create', collection.id);
  return context.json({ collection: presentCollection(context.var.site.collections.create(collection)) });
});

collectionsRoutes.put(COLLECTIONS, async (context) => {
  requireApp(context, 'collections.update');
  const { collection } = await readBody(context, schema.UpdateRequest);
  operation(context, 'collections.update', collection.id);
  return context.json({ collection: presentCollection(context.var.site.collections.update(collection)) });
});

collectionsRoutes.get(COLLECTIONS, (context) => {
  requireApp(context, 'collections.list');
  const request = readQuery(context, schema.ListRequest);
  const field = request['sort.fieldName'];
  const sign = request['sort.order'] === 'ASC' ? 1 : -1;
  const key = (definition: Definition): string => definition[field] ?? definition.id;
  const all = context.var.site.collections
    .all()
    .toSorted(
      (a, b) =>
        sign * (key(a.definition) < key(b.definition) ? -1 : key(a.definition) > key(b.definition) ? 1 : 0),
    );
  const { 'paging.limit': limit, 'paging.offset': offset } = request;
  const page = all.slice(offset, offset + limit);
  return context.json({
    collections: page.map((collection) => presentCollection(collection)),
    pagingMetadata: {
      count: page.length,
      offset,
      total: all.length,
      tooManyToCount: false,
      hasNext: offset + limit < all.length,
    },
  });
});

collectionsRoutes.get(`${COLLECTIONS}/*`, (context) => {
  requireApp(context, 'collections.get');
  const { dataCollectionId, fields } = readQuery(context, schema.GetRequest);
  operation(context, 'collections.get', dataCollectionId);
  return context.json({
    collection: presentCollection(context.var.site.collections.require(dataCollectionId), fields),
  });
});

collectionsRoutes.delete(`${COLLECTIONS}/*`, (context) => {
  requireApp(context, 'collections.delete');
  const { dataCollectionId } = readQuery(context, schema.DeleteRequest);
  operation(context, 'collections.delete', dataCollectionId);
  const { collections } = context.var.site;
  collections.remove(collections.require(dataCollectionId));
  return context.json({});
});

collectionsRoutes.post(INDEXES, async (context) => {
  requireApp(context, 'indexes.create');
  const { dataCollectionId, index } = await readBody(context, schema.CreateIndexRequest);
  operation(context, 'indexes.create', dataCollectionId);
  const { collections, store } = context.var.site;
  createIndex(store, collections.require(dataCollectionId), index);
  return context.json({ index: presentIndex(index) });
});

collectionsRoutes.get(INDEXES, (context) => {
  requireApp(context, 'indexes.list');
  const request = readQuery(context, schema.ListIndexesRequest);
  operation(context, 'indexes.list', request.dataCollectionId);
  const { collections, store } = context.var.site;
  const all = listIndexes(store, collections.require(request.dataCollectionId));
  const { 'paging.limit': limit, 'paging.offset': offset } = request;
  const page = all.slice(offset, offset + limit);
  return context.json({
    indexes: page.map(presentIndex),
    pagingMetadata: {
      count: page.length,
      offset,
      total: all.length,
      tooManyToCount: false,
      hasNext: offset + limit < all.length,
    },
  });
});

collectionsRoutes.delete(INDEXES, (context) => {
  requireApp(context, 'indexes.drop');
  const { dataCollectionId, indexName } = readQuery(context, schema.DropIndexRequest);
  operation(context, 'indexes.drop', dataCollectionId);
  const { collections, store } = context.var.site;
  dropIndex(store, collections.require(dataCollectionId), indexName);
  return context.json({});
});

/** Building takes no time here, so an index is active as soon as it is answered. */
const presentIndex = (index: schema.Index) => ({ ...index, status: 'ACTIVE' });

function requireApp(context: WixContext, name: string): void {
  operation(context, name);
  if (!hasAppRights(requireToken(context.var.caller))) throw permissionDenied();
}
