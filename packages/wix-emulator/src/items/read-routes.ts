import { Hono } from 'hono';
import * as external from '../external-databases/items/reads.ts';
import { reachExternal } from '../external-databases/items/reach.ts';
import { operation } from '../http/env.ts';
import type { Env } from '../http/env.ts';
import { readBody, readQuery } from '../http/request.ts';
import { answerItem, answerJson } from './answer.ts';
import { answerCount, answerItemsQuery } from './answers.ts';
import { itemMissing } from './errors.ts';
import { project } from './fields.ts';
import { reach } from './reach.ts';
import { includeReferences } from './references/include.ts';
import * as schema from './schema.ts';

/** Reading items, on `edge` for OAuth clients and on `www` for apps [recorded]. */
export const itemReadRoutes = new Hono<Env>();

const ITEMS = '/wix-data/v2/items';

/** The SDK asks by GET while the address stays under 2048 characters, then by POST [recorded]. */
itemReadRoutes.on(['GET', 'POST'], `${ITEMS}/query`, async (context) => {
  operation(context, 'items.query');
  const isGet = context.req.method === 'GET';
  const request = isGet
    ? readQuery(context, schema.QueryRequest)
    : await readBody(context, schema.QueryRequest);
  const elsewhere = await reachExternal(context, 'items.query', request.dataCollectionId, 'read');
  if (elsewhere) return external.queryExternal(context, elsewhere, request);
  operation(context, 'items.query', request.dataCollectionId);
  return answerJson(context, answerItemsQuery(context.var, request));
});

itemReadRoutes.post(`${ITEMS}/count`, async (context) => {
  operation(context, 'items.count');
  const request = await readBody(context, schema.CountRequest);
  const elsewhere = await reachExternal(context, 'items.count', request.dataCollectionId, 'read');
  if (elsewhere) return external.countExternal(context, elsewhere, request);
  operation(context, 'items.count', request.dataCollectionId);
  return answerJson(context, answerCount(context.var, request));
});

/** The id in the path is not URL-encoded by the SDK, so it is taken from the query [recorded]. */
itemReadRoutes.get(`${ITEMS}/*`, async (context) => {
  operation(context, 'items.get');
  const request = readQuery(context, schema.GetRequest);
  const elsewhere = await reachExternal(context, 'items.get', request.dataCollectionId, 'read');
  if (elsewhere) return external.getExternal(context, elsewhere, request);
  const { collection, ownedBy } = reach(context, 'items.get', request.dataCollectionId, 'read');
  const row = context.var.site.items.read(collection, request.dataItemId, request.consistentRead);
  // A foreign row is missing for an author who reads their own rows only.
  if (!row || (ownedBy !== undefined && row.owner !== ownedBy))
    throw itemMissing(request.dataItemId, collection.id);
  const { caller, site } = context.var;
  const reader = { site, caller, consistentRead: request.consistentRead };
  const [item = row.data] = includeReferences(reader, collection, [row.data], request.includeReferences);
  return answerItem(context, collection.id, request.dataItemId, project(item, request.fields ?? []));
});
