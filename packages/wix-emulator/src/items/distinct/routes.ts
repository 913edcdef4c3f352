import { Hono } from 'hono';
import { distinctExternal } from '../../external-databases/items/reads.ts';
import { reachExternal } from '../../external-databases/items/reach.ts';
import { operation } from '../../http/env.ts';
import type { Env } from '../../http/env.ts';
import { readBody } from '../../http/request.ts';
import { answerJson } from '../answer.ts';
import { reach } from '../reach.ts';
import { answerDistinct } from './distinct.ts';
import { DistinctRequest } from './schema.ts';

export const distinctRoutes = new Hono<Env>();

distinctRoutes.post('/wix-data/v2/items/query-distinct-values', async (context) => {
  operation(context, 'items.distinct');
  const request = await readBody(context, DistinctRequest);
  const elsewhere = await reachExternal(context, 'items.distinct', request.dataCollectionId, 'read');
  if (elsewhere) return distinctExternal(context, elsewhere, request);
  const { collection, ownedBy } = reach(context, 'items.distinct', request.dataCollectionId, 'read');
  return answerJson(context, answerDistinct(context.var.site, collection, request, ownedBy));
});
