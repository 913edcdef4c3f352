import { parseBulk, presentOutcomes } from '../../../../../lib/http/bulk.ts';
import { endpoint, otherMethods } from '../../../../../lib/http/endpoint.ts';
import { json, readJson } from '../../../../../lib/http/json.ts';
import { assertDeclared } from '../../../../../lib/policy/authorize.ts';
import { runBulk } from '../../../../../lib/wix/bulk.ts';

/** Up to a hundred writes: allowed all together or not at all, each with an outcome of its own. */
export const POST = endpoint({}, async ({ locals, params, request }) => {
  const { collection = '' } = params;
  assertDeclared(collection);
  const { grants, parts } = parseBulk(locals.actor, collection, await readJson(request));
  return json({ results: presentOutcomes(await runBulk(grants, parts), grants) });
});

export const ALL = otherMethods({ POST });
