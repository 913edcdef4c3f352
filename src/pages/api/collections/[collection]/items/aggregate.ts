import { endpoint, otherMethods } from '../../../../../lib/http/endpoint.ts';
import { json, readJson } from '../../../../../lib/http/json.ts';
import { parse } from '../../../../../lib/http/parse.ts';
import { AggregateBody, parseAggregation } from '../../../../../lib/data-api/summary-queries.ts';
import { authorize } from '../../../../../lib/policy/authorize.ts';
import { aggregateItems } from '../../../../../lib/wix/items.ts';

export const POST = endpoint({}, async ({ locals, params, request }) => {
  const grant = authorize(locals.actor, 'query', params.collection ?? '');
  const aggregation = parseAggregation(parse(AggregateBody, await readJson(request)), grant.access);
  return json(await aggregateItems(grant, aggregation));
});

export const ALL = otherMethods({ POST });
