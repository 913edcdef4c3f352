import { requireToken } from '../../http/caller.ts';
import type { WixContext } from '../../http/env.ts';
import { answerItem, answerJson, presentItem } from '../../items/answer.ts';
import { invalid, noPermission } from '../../items/errors.ts';
import { idOf, newItemId } from '../../items/item.ts';
import type { JsonObject } from '../../items/value.ts';
import type * as schema from '../../items/write-schema.ts';
import type { z } from 'zod';
import type { Outcome } from '../adapter.ts';
import { operationNotSupported } from '../errors.ts';
import { requireOperation } from './reach.ts';
import type { External } from './reach.ts';
import { saveAll } from './save.ts';
import type { SaveRights } from './save.ts';
import { insertAll, patchAll, removeAll, updateAll } from './write.ts';

type Item = z.output<typeof schema.InsertRequest>;

/** Writes of one item, as the data API has them. */

export async function insertExternal(
  context: WixContext,
  external: External,
  request: Item,
): Promise<Response> {
  refuseReferences(external, request);
  const id = idOf(request.dataItem) ?? newItemId();
  return answerOutcome(
    context,
    external,
    id,
    await insertAll(external, [{ id, data: request.dataItem.data }]),
  );
}

export async function updateExternal(
  context: WixContext,
  external: External,
  request: z.output<typeof schema.UpdateRequest>,
): Promise<Response> {
  refuseReferences(external, request);
  const id = idOf(request.dataItem);
  if (id === undefined) throw invalid('Invalid update. Updated object must have an _id property.');
  const entry = { id, data: request.dataItem.data };
  return answerOutcome(context, external, id, await updateAll(external, [entry], request.condition?.filter));
}

export async function saveExternal(
  context: WixContext,
  rights: SaveRights,
  request: Item,
): Promise<Response> {
  refuseReferences(rights.any, request);
  const given = idOf(request.dataItem);
  const id = given ?? newItemId();
  const { data } = request.dataItem;
  const [saved] = await saveAll(rights, [{ id, isGiven: given !== undefined, data }]);
  const item = itemOf(saved?.outcome);
  const dataItem = presentItem(rights.any.id, id, JSON.stringify(item));
  return answerJson(
    context,
    `{"action":"${saved?.isNew === true ? 'INSERTED' : 'UPDATED'}","dataItem":${dataItem}}`,
  );
}

export async function patchExternal(
  context: WixContext,
  external: External,
  { patch, condition }: z.output<typeof schema.PatchRequest>,
): Promise<Response> {
  const { dataItemId: id, fieldModifications: modifications } = patch;
  return answerOutcome(
    context,
    external,
    id,
    await patchAll(external, [{ id, modifications }], condition?.filter),
  );
}

export async function removeExternal(
  context: WixContext,
  external: External,
  { dataItemId: id, condition }: z.output<typeof schema.RemoveRequest>,
): Promise<Response> {
  return answerOutcome(context, external, id, await removeAll(external, [id], condition?.filter));
}

/** For the site owner and for apps, whatever the collection allows others. */
export async function truncateExternal(context: WixContext, external: External): Promise<Response> {
  requireToken(context.var.caller);
  if (!external.mayChangeOwner) throw noPermission('remove', external.id);
  requireOperation(external, 'TRUNCATE');
  await external.adapter.truncate();
  return context.json({});
}

/** References of external collections are not in the data, and neither generation writes them with it. */
export function refuseReferences(
  { id }: External,
  request: { saveReferences?: boolean | undefined; includeReferencedItems?: boolean | undefined },
): void {
  if (request.saveReferences === true) throw operationNotSupported('INSERT_REFERENCES', id);
  if (request.includeReferencedItems === true) throw operationNotSupported('INCLUDE', id);
}

function answerOutcome(
  context: WixContext,
  external: External,
  id: string,
  [outcome]: readonly Outcome[],
): Response {
  return answerItem(context, external.id, id, JSON.stringify(itemOf(outcome)));
}

function itemOf(outcome: Outcome | undefined): JsonObject {
  if (outcome === undefined) throw new Error('A write ended without an outcome');
  if ('error' in outcome) throw outcome.error;
  return outcome.item;
}
