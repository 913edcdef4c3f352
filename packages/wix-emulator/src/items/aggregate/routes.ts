import { Hono } from 'hono';
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
  const { collection, ownedBy } = reach(context, 'items.aggregate', request.dataCollectionId, 'read');
  return context.json(answerAggregate(context.var.site, collection, request, ownedBy));
});

aggregateRoutes.post(`${ITEMS}/aggregate-pipeline`, async (context) => {
  operation(context, 'items.aggregatePipeline');
  const request = await readBody(context, PipelineRequest);
  const { collection, ownedBy } = reach(context, 'items.aggregatePipeline', request.dataCollectionId, 'read');
  return context.json(answerPipeline(context.var.site, collection, request, ownedBy));
});
