import type { Collection } from '../../collections/store.ts';
import { requireToken } from '../../http/caller.ts';
import type { Caller } from '../../http/caller.ts';
import { WixError } from '../../http/errors.ts';
import type { Subject } from '../../oauth/access-tokens.ts';
import type { Site } from '../../site.ts';
import { authorize } from '../access.ts';
import type { StoredRow } from '../reads.ts';

/** Who reads referenced items, and which state of them. */
export type Reader = Readonly<{ site: Site; caller: Caller; consistentRead: boolean | undefined }>;

/**
 * The referenced items the reader may see, by id; `undefined` when the whole collection is closed to them. Items
 * of others, for a reader who sees their own only, are not there, as everywhere.
 */
export function readable(
  { site, caller: someone, consistentRead }: Reader,
  target: string,
  ids: readonly string[],
): ReadonlyMap<string, StoredRow> | undefined {
  const caller = requireToken(someone);
  const collection = site.collections.find(target);
  if (!collection) return new Map();
  const reach = readReach(site, caller, collection);
  if (reach === undefined) return undefined;
  const rows = site.items
    .readThese(collection, ids, consistentRead)
    .filter(({ owner }) => reach === 'all' || owner === caller.id);
  return new Map(rows.map((row) => [row.id, row]));
}

/** How far someone reads in a collection; `undefined` when it is closed to them. */
export function readReach(site: Site, caller: Subject, collection: Collection): 'all' | 'own' | undefined {
  try {
    return authorize(caller, collection, 'read', site.members);
  } catch (error) {
    if (error instanceof WixError && error.status === 403) return undefined;
    throw error;
  }
}
