import { Hono } from 'hono';
import { operation } from '../../http/env.ts';
import type { Env } from '../../http/env.ts';
import { readBody } from '../../http/request.ts';
import { answerJson } from '../answer.ts';
import { reach } from '../reach.ts';
import { SearchRequest } from './schema.ts';
import { answerSearch } from './search.ts';

export const searchRoutes = new Hono<Env>();

searchRoutes.post('/wix-data/v2/items/search', async (context) => {
  operation(context, 'items.search');
  const request = await readBody(context, SearchRequest);
  const { collection, ownedBy } = reach(context, 'items.search', request.dataCollectionId, 'read');
  const { site, caller } = context.var;
  return answerJson(context, answerSearch(site, collection, request, ownedBy, caller));
});
