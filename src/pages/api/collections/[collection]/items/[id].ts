import { z } from 'zod';
import { endpoint, otherMethods } from '../../../../../lib/http/endpoint.ts';
import { json, noContent, readJson } from '../../../../../lib/http/json.ts';
import { parse } from '../../../../../lib/http/parse.ts';
import { presentItem } from '../../../../../lib/http/present.ts';
import { authorize } from '../../../../../lib/policy/authorize.ts';
import { ItemId } from '../../../../../lib/policy/field.ts';
import { patchSchema } from '../../../../../lib/policy/item-schema.ts';
import { getItem, patchItem, removeItem } from '../../../../../lib/wix/items.ts';

const ItemAddress = z.object({ collection: z.string(), id: ItemId });

export const GET = endpoint({}, async ({ locals, params }) => {
  const { collection, id } = parse(ItemAddress, params);
  const grant = authorize(locals.actor, 'query', collection);
  return json(presentItem(grant.access, await getItem(grant, id)));
});

export const PATCH = endpoint({}, async ({ locals, params, request }) => {
  const { collection, id } = parse(ItemAddress, params);
  const grant = authorize(locals.actor, 'update', collection);
  const changes = parse(patchSchema(grant.access), await readJson(request));
  return json(presentItem(grant.access, await patchItem(grant, id, changes)));
});

export const DELETE = endpoint({}, async ({ locals, params }) => {
  const { collection, id } = parse(ItemAddress, params);
  const grant = authorize(locals.actor, 'remove', collection);
  await removeItem(grant, id);
  return noContent();
});

export const ALL = otherMethods({ GET, PATCH, DELETE });
