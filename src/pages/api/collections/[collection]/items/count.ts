import { endpoint, otherMethods } from '../../../../../lib/http/endpoint.ts';
import { json, readJson } from '../../../../../lib/http/json.ts';
import { parse } from '../../../../../lib/http/parse.ts';
import { CountBody, parseCount } from '../../../../../lib/data-api/summary-queries.ts';
import { authorize } from '../../../../../lib/policy/authorize.ts';
import { countItems } from '../../../../../lib/wix/items.ts';

export const POST = endpoint({}, async ({ locals, params, request }) => {
  const grant = authorize(locals.actor, 'query', params.collection ?? '');
  const filter = parseCount(parse(CountBody, await readJson(request)), grant.access);
  return json({ count: await countItems(grant, filter) });
});

export const ALL = otherMethods({ POST });
