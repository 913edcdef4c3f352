import { Hono } from 'hono';
import type { Env } from '../http/env.ts';
import { manage } from '../http/manage.ts';
import { pageOf } from '../http/paging.ts';
import { readBody, readQuery } from '../http/request.ts';
import { availableIndexes, createIndex, dropIndex, listIndexes, requireRoomFor } from './indexes.ts';
import * as schema from './index-schema.ts';

/** Indexes of collections. */
export const indexRoutes = new Hono<Env>();

const INDEXES = '/wix-data/v2/indexes';

indexRoutes.post(INDEXES, async (context) => {
  manage(context, 'indexes.createIndex');
  const { dataCollectionId, index } = await readBody(context, schema.CreateIndexRequest);
  manage(context, 'indexes.createIndex', dataCollectionId);
  const { collections, store } = context.var.site;
  const collection = collections.require(dataCollectionId);
  const created = store.write(() => {
    requireRoomFor(store, collection, index);
    return createIndex(store, collection, index);
  });
  return context.json({ index: presentIndex(created) });
});

indexRoutes.get(INDEXES, (context) => {
  manage(context, 'indexes.listIndexes');
  const request = readQuery(context, schema.ListIndexesRequest);
  manage(context, 'indexes.listIndexes', request.dataCollectionId);
  const { collections, store } = context.var.site;
  const all = listIndexes(store, collections.require(request.dataCollectionId));
  const { page, pagingMetadata } = pageOf(all, request);
  return context.json({ indexes: page.map(presentIndex), pagingMetadata });
});

/** Every regular index may have up to three fields, so none are set aside for one. */
indexRoutes.get(`${INDEXES}/available`, (context) => {
  manage(context, 'indexes.listAvailableIndexes');
  const { dataCollectionId } = readQuery(context, schema.AvailableIndexesRequest);
  manage(context, 'indexes.listAvailableIndexes', dataCollectionId);
  const { collections, store } = context.var.site;
  const { regular, unique } = availableIndexes(store, collections.require(dataCollectionId));
  return context.json({
    regular1Field: 0,
    regular3Field: regular,
    unique1Field: unique,
    total: regular + unique,
  });
});

indexRoutes.delete(INDEXES, (context) => {
  manage(context, 'indexes.dropIndex');
  const { dataCollectionId, indexName } = readQuery(context, schema.DropIndexRequest);
  manage(context, 'indexes.dropIndex', dataCollectionId);
  const { collections, store } = context.var.site;
  dropIndex(store, collections.require(dataCollectionId), indexName);
  return context.json({});
});

/** Building takes no time here, so an index is active, or has failed, as soon as it is answered. */
const presentIndex = (index: schema.StoredIndex) => ({
  ...index,
  source: 'USER',
  status: index.failure ? 'FAILED' : 'ACTIVE',
});
