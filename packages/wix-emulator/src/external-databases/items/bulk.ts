import type { WixContext } from '../../http/env.ts';
import { answerJson } from '../../items/answer.ts';
import { applicationErrorOf, bulkAnswer } from '../../items/bulk.ts';
import type { Done } from '../../items/bulk.ts';
import { invalid } from '../../items/errors.ts';
import { idOf, newItemId } from '../../items/item.ts';
import type * as schema from '../../items/write-schema.ts';
import type { z } from 'zod';
import type { Outcome } from '../adapter.ts';
import { refuseReferences } from './one.ts';
import type { External } from './reach.ts';
import { saveAll } from './save.ts';
import type { SaveRights } from './save.ts';
import { insertAll, patchAll, removeAll, updateAll } from './write.ts';

/** Bulk writes, as the data API has them: each entry with its own outcome. */

type Asked = Readonly<{ returnEntity?: boolean | undefined }>;
type Action = Done['action'];

export async function bulkInsertExternal(
  context: WixContext,
  external: External,
  request: z.output<typeof schema.BulkSaveRequest>,
): Promise<Response> {
  refuseReferences(external, request);
  const entries = request.dataItems.map((item) => ({ id: idOf(item) ?? newItemId(), data: item.data }));
  const named = request.dataItems.map(({ id }) => id);
  const outcomes = entries.length > 0 ? await insertAll(external, entries) : [];
  return answer(context, external, request, ended(outcomes, 'INSERT', entries), named);
}

export async function bulkUpdateExternal(
  context: WixContext,
  external: External,
  request: z.output<typeof schema.BulkUpdateRequest>,
): Promise<Response> {
  refuseReferences(external, request);
  const entries = request.dataItems.map((item) => {
    const id = idOf(item);
    if (id === undefined) throw invalid('Invalid update. Updated object must have an _id property.');
    return { id, data: item.data };
  });
  const outcomes = await updateAll(external, entries, request.condition?.filter);
  return answer(context, external, request, ended(outcomes, 'UPDATE', entries));
}

export async function bulkSaveExternal(
  context: WixContext,
  rights: SaveRights,
  request: z.output<typeof schema.BulkSaveRequest>,
): Promise<Response> {
  refuseReferences(rights.any, request);
  const entries = request.dataItems.map((item) => {
    const given = idOf(item);
    return { id: given ?? newItemId(), isGiven: given !== undefined, data: item.data };
  });
  const saved = await saveAll(rights, entries);
  const results = saved.map(({ isNew, outcome }, index) => ({
    action: isNew ? ('INSERT' as const) : ('UPDATE' as const),
    id: entries[index]?.id ?? '',
    outcome,
  }));
  return answer(
    context,
    rights.any,
    request,
    results,
    request.dataItems.map(({ id }) => id),
  );
}

export async function bulkPatchExternal(
  context: WixContext,
  external: External,
  request: z.output<typeof schema.BulkPatchRequest>,
): Promise<Response> {
  const patches = request.patches.map(({ dataItemId: id, fieldModifications: modifications }) => ({
    id,
    modifications,
  }));
  const outcomes = await patchAll(external, patches, request.condition?.filter);
  return answer(context, external, request, ended(outcomes, 'PATCH', patches));
}

export async function bulkRemoveExternal(
  context: WixContext,
  external: External,
  request: z.output<typeof schema.BulkRemoveRequest>,
): Promise<Response> {
  const entries = request.dataItemIds.map((id) => ({ id }));
  const outcomes = await removeAll(external, request.dataItemIds, request.condition?.filter);
  return answer(context, external, request, ended(outcomes, 'DELETE', entries));
}

type Ended = Readonly<{ action: Action; id: string; outcome: Outcome }>;

const ended = (outcomes: readonly Outcome[], action: Action, entries: readonly { id: string }[]): Ended[] =>
  outcomes.map((outcome, index) => ({ action, id: entries[index]?.id ?? '', outcome }));

/** A failed entry is named only by an id that somebody gave it. */
function answer(
  context: WixContext,
  external: External,
  { returnEntity }: Asked,
  results: readonly Ended[],
  given: readonly (string | undefined)[] = results.map(({ id }) => id),
): Response {
  const told = results.map(({ action, id, outcome }, index) =>
    'error' in outcome
      ? {
          id: given[index],
          error: applicationErrorOf(outcome.error) ?? { description: outcome.error.message },
        }
      : { action, id, data: JSON.stringify(outcome.item) },
  );
  return answerJson(context, bulkAnswer(external.id, told, returnEntity === true));
}
