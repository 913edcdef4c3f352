import { parseBulk, presentOutcomes } from '../../../../../lib/data-api/bulk.ts';
import { writeEndpoint } from '../../../../../lib/data-api/write-endpoint.ts';
import { otherMethods } from '../../../../../lib/http/endpoint.ts';
import { json, readJson } from '../../../../../lib/http/json.ts';
import { assertDeclared } from '../../../../../lib/policy/authorize.ts';
import { isUnsettled, runBulk } from '../../../../../lib/wix/bulk.ts';

/** Up to a hundred writes: allowed all together or not at all, each with an outcome of its own. */
export const POST = writeEndpoint(async ({ locals, params, request }, attempt) => {
  const { collection = '' } = params;
  assertDeclared(collection);
  const { grants, parts } = parseBulk(locals.actor, collection, await readJson(request));
  const outcomes = await runBulk(grants, parts, attempt);
  if (outcomes.some(isUnsettled)) attempt.leaveOpen();
  return json({ results: presentOutcomes(outcomes, grants) });
});

export const ALL = otherMethods({ POST });
