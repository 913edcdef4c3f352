import { WixError } from '../../http/errors.ts';
import { itemMissing } from '../../items/errors.ts';
import { applyPatch, changeablePath } from '../../items/patch.ts';
import type { Filter } from '../../items/reads.ts';
import type { JsonObject } from '../../items/value.ts';
import type { FieldModification } from '../../items/write-schema.ts';
import type { Outcome } from '../adapter.ts';
import { changedItem, newItem, patchedItem } from './fields.ts';
import { itemsOf, judged } from './judge.ts';
import { requireOperation } from './reach.ts';
import type { External } from './reach.ts';

/** Writes to an external collection; each gives one outcome per entry, in their order. */

type Entry = Readonly<{ id: string; data: Filter }>;

export async function insertAll(external: External, entries: readonly Entry[]): Promise<Outcome[]> {
  requireOperation(external, 'INSERT');
  return external.adapter.insert(entries.map(({ id, data }) => newItem(external, id, data)));
}

export async function updateAll(
  external: External,
  entries: readonly Entry[],
  condition?: Filter,
): Promise<Outcome[]> {
  requireOperation(external, 'UPDATE');
  const forbids = await judged(external, 'update', idsOf(entries), condition);
  return permitted(
    entries,
    ({ id }) => forbids(id),
    (allowed) => external.adapter.update(allowed.map(({ id, data }) => changedItem(external, id, data))),
  );
}

export async function removeAll(
  external: External,
  ids: readonly string[],
  condition?: Filter,
): Promise<Outcome[]> {
  requireOperation(external, 'REMOVE');
  const forbids = await judged(external, 'remove', ids, condition);
  return permitted(ids, forbids, (allowed) => external.adapter.remove(allowed));
}

/** The protocols have no patch: the items are read, changed, and replaced. */
export async function patchAll(
  external: External,
  patches: readonly Readonly<{ id: string; modifications: readonly FieldModification[] }>[],
  condition?: Filter,
): Promise<Outcome[]> {
  requireOperation(external, 'UPDATE');
  for (const { modifications } of patches) {
    for (const { fieldPath } of modifications) changeablePath(fieldPath);
  }
  const forbids = await judged(external, 'update', idsOf(patches), condition);
  const stored = await itemsOf(external, idsOf(patches));
  const prepared = patches.map(({ id, modifications }): { id: string; change: JsonObject | WixError } => {
    const item = stored.get(id);
    const refusal = forbids(id) ?? (item ? undefined : itemMissing(id, external.id));
    if (refusal || !item) return { id, change: refusal as WixError };
    return { id, change: attempt(() => patchedItem(id, item, applyPatch(item, modifications))) };
  });
  return permitted(
    prepared,
    ({ change }) => (change instanceof WixError ? change : undefined),
    (allowed) => external.adapter.update(allowed.map(({ change }) => change as JsonObject)),
  );
}

/** What was refused never reaches the adapter; without a rest, nothing does. */
async function permitted<Item>(
  entries: readonly Item[],
  refusalOf: (entry: Item) => WixError | undefined,
  write: (allowed: readonly Item[]) => Promise<Outcome[]>,
): Promise<Outcome[]> {
  const refusals = entries.map(refusalOf);
  const allowed = entries.filter((_, index) => refusals[index] === undefined);
  const written = (allowed.length > 0 ? await write(allowed) : [])[Symbol.iterator]();
  return refusals.map((error) => (error ? { error } : (written.next().value as Outcome)));
}

function attempt(change: () => JsonObject): JsonObject | WixError {
  try {
    return change();
  } catch (error) {
    if (error instanceof WixError) return error;
    throw error;
  }
}

const idsOf = (entries: readonly { id: string }[]): string[] => entries.map(({ id }) => id);
