import type { WixContext } from '../../http/env.ts';
import { WixError } from '../../http/errors.ts';
import type { Filter } from '../../items/reads.ts';
import type { Outcome } from '../adapter.ts';
import { itemsOf } from './judge.ts';
import { reachExternal } from './reach.ts';
import type { External } from './reach.ts';
import { insertAll, updateAll } from './write.ts';

/** Saving inserts or replaces: the caller needs the right to whichever it turns out to be. */
export type SaveRights = Readonly<{
  insert: External | WixError;
  update: External | WixError;
  any: External;
}>;

/** Gives nothing for a collection of the site's own; refuses a caller with neither right. */
export async function reachForSave(
  context: WixContext,
  name: string,
  collectionId: string,
): Promise<SaveRights | undefined> {
  const [insert, update] = [
    await refusedOr(() => reachExternal(context, name, collectionId, 'insert')),
    await refusedOr(() => reachExternal(context, name, collectionId, 'update')),
  ];
  if (insert === undefined || update === undefined) return undefined;
  if (!(update instanceof WixError)) return { insert, update, any: update };
  if (!(insert instanceof WixError)) return { insert, update, any: insert };
  throw update;
}

export type Saved = Readonly<{ isNew: boolean; outcome: Outcome }>;

/** An id that somebody gave may be known already, and only those are asked for. */
export async function saveAll(
  { insert, update, any }: SaveRights,
  entries: readonly Readonly<{ id: string; isGiven: boolean; data: Filter }>[],
): Promise<Saved[]> {
  const given = entries.filter(({ isGiven }) => isGiven).map(({ id }) => id);
  const known = given.length > 0 ? await itemsOf(any, given) : new Map<string, unknown>();
  const isNew = (entry: { id: string }) => !known.has(entry.id);
  const inserted = await outcomes(insert, insertAll, entries.filter(isNew));
  const updated = await outcomes(
    update,
    updateAll,
    entries.filter((entry) => !isNew(entry)),
  );
  return entries.map((entry) => {
    const next = (isNew(entry) ? inserted : updated).next();
    return { isNew: isNew(entry), outcome: next.value as Outcome };
  });
}

async function outcomes<Entry>(
  right: External | WixError,
  write: (external: External, entries: readonly Entry[]) => Promise<Outcome[]>,
  entries: readonly Entry[],
): Promise<Iterator<Outcome>> {
  if (entries.length === 0) return [].values();
  if (right instanceof WixError) return entries.map(() => ({ error: right })).values();
  return (await write(right, entries)).values();
}

async function refusedOr<Result>(attempt: () => Promise<Result>): Promise<Result | WixError> {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof WixError && error.status === 403) return error;
    throw error;
  }
}
