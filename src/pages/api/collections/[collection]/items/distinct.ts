import { endpoint, otherMethods } from '../../../../../lib/http/endpoint.ts';
import { json, readJson } from '../../../../../lib/http/json.ts';
import { parse } from '../../../../../lib/http/parse.ts';
import { DistinctBody, parseDistinct } from '../../../../../lib/data-api/summary-queries.ts';
import { authorize } from '../../../../../lib/policy/authorize.ts';
import { distinctValues } from '../../../../../lib/wix/items.ts';

export const POST = endpoint({}, async ({ locals, params, request }) => {
  const grant = authorize(locals.actor, 'query', params.collection ?? '');
  const query = parseDistinct(parse(DistinctBody, await readJson(request)), grant.access);
  return json(await distinctValues(grant, query));
});

export const ALL = otherMethods({ POST });
