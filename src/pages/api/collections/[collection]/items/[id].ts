import { z } from 'zod';
import { answerItem, answerWritten } from '../../../../../lib/data-api/answer-item.ts';
import { authorizeIncluded } from '../../../../../lib/data-api/include.ts';
import { ItemQueryString, parseInclude } from '../../../../../lib/data-api/items-query.ts';
import { preconditionOf } from '../../../../../lib/data-api/conditional.ts';
import { writeEndpoint } from '../../../../../lib/data-api/write-endpoint.ts';
import { endpoint, otherMethods } from '../../../../../lib/http/endpoint.ts';
import { noContent, readJson } from '../../../../../lib/http/json.ts';
import { toProblem } from '../../../../../lib/http/problem.ts';
import { parse } from '../../../../../lib/http/parse.ts';
import { authorize } from '../../../../../lib/policy/authorize.ts';
import { ItemId } from '../../../../../lib/policy/field.ts';
import { patchSchema, replaceSchema } from '../../../../../lib/policy/item-schema.ts';
import { getItem, patchItem, removeItem } from '../../../../../lib/wix/items.ts';

const ItemAddress = z.object({ collection: z.string(), id: ItemId });

export const GET = endpoint({ query: ItemQueryString }, async ({ locals, params, request }, asked) => {
  const { collection, id } = parse(ItemAddress, params);
  const grant = authorize(locals.actor, 'query', collection);
  const include = parseInclude(asked.include, grant.access);
  const included = authorizeIncluded(locals.actor, include, grant.access);
  return answerItem(request, grant, await getItem(grant, id, include), included);
});

export const PATCH = writeEndpoint(async ({ locals, params, request }) => {
  const { collection, id } = parse(ItemAddress, params);
  const grant = authorize(locals.actor, 'update', collection);
  const changes = parse(patchSchema(grant.access), await readJson(request));
  const precondition = preconditionOf(request, () => authorize(locals.actor, 'query', collection));
  return answerWritten(request, grant, await patchItem(grant, id, changes, precondition));
});

/** Replaces what may be written; the fields that may not are kept. */
export const PUT = writeEndpoint(async ({ locals, params, request }) => {
  const { collection, id } = parse(ItemAddress, params);
  const grant = authorize(locals.actor, 'update', collection);
  const fields = parse(replaceSchema(grant.access), await readJson(request));
  const precondition = preconditionOf(request, () => authorize(locals.actor, 'query', collection));
  return answerWritten(request, grant, await patchItem(grant, id, fields, precondition));
});

export const DELETE = writeEndpoint(async ({ locals, params, request }, { resumed }) => {
  const { collection, id } = parse(ItemAddress, params);
  const grant = authorize(locals.actor, 'remove', collection);
  const precondition = preconditionOf(request, () => authorize(locals.actor, 'query', collection));
  const removal = removeItem(grant, id, precondition);
  // An earlier try of the same removal may have done it.
  await (resumed ? removal.catch(unlessMissing) : removal);
  return noContent();
});

function unlessMissing(error: unknown): void {
  if (toProblem(error).code !== 'not-found') throw error;
}

export const ALL = otherMethods({ GET, PATCH, PUT, DELETE });
