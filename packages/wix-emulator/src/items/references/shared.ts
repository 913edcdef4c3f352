import { requireToken } from '../../http/caller.ts';
import type { Site } from '../../site.ts';
import { authorize } from '../access.ts';
import { noPermission } from '../errors.ts';
import type { Reached } from '../reach.ts';
import { readReach } from './readable.ts';
import type { Reader } from './readable.ts';
import type { Relation } from './relation.ts';

/**
 * What the reader sees of a relation. One that the collection it leads to defines tells of the items there by its
 * ids alone: those of a closed collection are not seen at all, and of those of others nothing where readers see
 * their own only.
 */
export function seenBy({ site, caller: someone }: Reader, relation: Relation): Relation | undefined {
  const collection = relation.shared ? site.collections.find(relation.target) : undefined;
  if (!collection) return relation;
  const caller = requireToken(someone);
  const reach = readReach(site, caller, collection);
  if (reach === undefined) return undefined;
  return reach === 'all'
    ? relation
    : { ...relation, only: { collection: collection.number, owner: caller.id } };
}

/** References that another collection defines are written by who may update these items there as well. */
export function authorizeOtherSide(
  site: Site,
  { caller }: Reached,
  relation: Relation,
  ids: () => readonly string[],
): void {
  const collection = relation.shared ? site.collections.find(relation.target) : undefined;
  if (!collection || authorize(caller, collection, 'update', site.members) === 'all') return;
  for (const id of ids()) {
    const row = site.items.find(collection, id);
    if (row && row.owner !== caller.id) throw noPermission('update', collection.id);
  }
}

/** Puts these in the place of all the item refers to; refuses whoever may not. */
export function replaceReferences(
  site: Site,
  reached: Reached,
  relation: Relation,
  id: string,
  referenced: readonly string[],
): void {
  authorizeOtherSide(site, reached, relation, () => [...site.references.all(relation, id), ...referenced]);
  site.references.replace(relation, id, referenced);
}
