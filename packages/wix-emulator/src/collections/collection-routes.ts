import { Hono } from 'hono';
import { described } from '../external-databases/items/reach.ts';
import { presentExternal } from '../external-databases/present.ts';
import { addressOf } from '../external-databases/store.ts';
import { hasAppRights, requireToken } from '../http/caller.ts';
import type { Env } from '../http/env.ts';
import { operation } from '../http/env.ts';
import { notImplemented } from '../http/errors.ts';
import { manage } from '../http/manage.ts';
import { pageOf } from '../http/paging.ts';
import { readBody, readQuery } from '../http/request.ts';
import type { Site } from '../site.ts';
import { changedAccess, dataForm } from './permissions.ts';
import { pick, presentCollection, shownToVisitor } from './present.ts';
import * as schema from './schema.ts';
import type { Collection } from './store.ts';

/** Collections as a whole; changing them is for apps only, like every management call [recorded]. */
export const collectionRoutes = new Hono<Env>();

const COLLECTIONS = '/wix-data/v2/collections';

collectionRoutes.post(COLLECTIONS, async (context) => {
  manage(context, 'collections.createDataCollection');
  const { collection } = await readBody(context, schema.CreateRequest);
  manage(context, 'collections.createDataCollection', collection.id);
  return context.json({ collection: presentCollection(context.var.site.collections.create(collection)) });
});

collectionRoutes.put(COLLECTIONS, async (context) => {
  manage(context, 'collections.updateDataCollection');
  const { collection } = await readBody(context, schema.UpdateRequest);
  manage(context, 'collections.updateDataCollection', collection.id);
  return context.json({ collection: presentCollection(context.var.site.collections.replace(collection)) });
});

collectionRoutes.get(COLLECTIONS, (context) => {
  manage(context, 'collections.listDataCollections');
  const request = readQuery(context, schema.ListRequest);
  const field = request['sort.fieldName'];
  const sign = request['sort.order'] === 'ASC' ? 1 : -1;
  const key = ({ definition }: Collection): string => definition[field] ?? definition.id;
  const sorted = context.var.site.collections
    .all()
    .toSorted((a, b) => sign * (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
  const { page, pagingMetadata } = pageOf(sorted, request);
  return context.json({
    collections: page.map((collection) => presentCollection(collection, request.fields)),
    pagingMetadata,
  });
});

collectionRoutes.post(`${COLLECTIONS}/restore/*`, (context) => {
  manage(context, 'collections.restoreDataCollection');
  throw notImplemented('collections.restoreDataCollection');
});

/**
 * Everyone may look; visitors get what it takes to show the items [published types]. The id in the path is not
 * URL-encoded by the SDK, so it is taken from the query [recorded].
 */
collectionRoutes.get(`${COLLECTIONS}/*`, async (context) => {
  operation(context, 'collections.getDataCollection');
  const caller = requireToken(context.var.caller);
  const { dataCollectionId: id, fields } = readQuery(context, schema.GetRequest);
  operation(context, 'collections.getDataCollection', id);
  const collection = await wholeCollection(context.var.site, id);
  const isKnown = hasAppRights(caller) || caller.type === 'MEMBER';
  return context.json({
    collection: isKnown ? pick(collection, fields) : shownToVisitor(collection, fields),
  });
});

/** One of the site's own, or one that an adapter describes. */
async function wholeCollection(site: Site, id: string): Promise<object> {
  const address = addressOf(site.store, id);
  if (!address) return presentCollection(site.collections.require(id));
  const { schema: external, access } = await described(site, id, address);
  return presentExternal(id, external, access);
}

/** Changes what is named; a role that is named moves both models. */
collectionRoutes.patch(`${COLLECTIONS}/*`, async (context) => {
  manage(context, 'collections.patchDataCollection');
  const { id, revision, permissions, ...named } = (await readBody(context, schema.PatchRequest))
    .dataCollection;
  manage(context, 'collections.patchDataCollection', id);
  const patched = context.var.site.collections.change(id, revision, ({ access }) => ({
    ...named,
    ...(permissions && { dataPermissions: dataForm(changedAccess(access, permissions)) }),
  }));
  return context.json({ dataCollection: presentCollection(patched) });
});

collectionRoutes.delete(`${COLLECTIONS}/*`, (context) => {
  manage(context, 'collections.deleteDataCollection');
  const { dataCollectionId } = readQuery(context, schema.DeleteRequest);
  manage(context, 'collections.deleteDataCollection', dataCollectionId);
  const { collections } = context.var.site;
  collections.remove(collections.require(dataCollectionId));
  return context.json({});
});
