import { Hono } from 'hono';
import { aggregateExternal } from '../../external-databases/items/aggregate.ts';
import { reachExternal } from '../../external-databases/items/reach.ts';
import { operation } from '../../http/env.ts';
import type { Env } from '../../http/env.ts';
import { readBody } from '../../http/request.ts';
import { reach } from '../reach.ts';
import { answerAggregate } from './classic.ts';
import { answerPipeline } from './pipeline.ts';
import { AggregateRequest, PipelineRequest } from './schema.ts';

export const aggregateRoutes = new Hono<Env>();

const ITEMS = '/wix-data/v2/items';

aggregateRoutes.post(`${ITEMS}/aggregate`, async (context) => {
  operation(context, 'items.aggregate');
  const request = await readBody(context, AggregateRequest);
  const elsewhere = await reachExternal(context, 'items.aggregate', request.dataCollectionId, 'read');
  if (elsewhere) return aggregateExternal(context, elsewhere, request);
  const { collection, ownedBy } = reach(context, 'items.aggregate', request.dataCollectionId, 'read');
  return context.json(answerAggregate(context.var.site, collection, request, ownedBy));
});

aggregateRoutes.post(`${ITEMS}/aggregate-pipeline`, async (context) => {
  operation(context, 'items.aggregatePipeline');
  const request = await readBody(context, PipelineRequest);
  const { collection, ownedBy } = reach(context, 'items.aggregatePipeline', request.dataCollectionId, 'read');
  return context.json(answerPipeline(context.var.site, collection, request, ownedBy));
});
