import type { WixError } from '../../http/errors.ts';
import { conditionNotMet, itemMissing, noPermission } from '../../items/errors.ts';
import type { Filter } from '../../items/reads.ts';
import type { JsonObject } from '../../items/value.ts';
import { requireOperation } from './reach.ts';
import type { External } from './reach.ts';

/** The items of these ids, however many: pages of adapters may be smaller than bulk calls. */
export async function itemsOf(
  external: External,
  ids: readonly string[],
  condition?: Filter,
): Promise<Map<string, JsonObject>> {
  requireOperation(external, 'QUERY');
  const { adapter, schema } = external;
  const found = new Map<string, JsonObject>();
  for (let start = 0; start < ids.length; start += schema.maxPageSize) {
    const part = ids.slice(start, start + schema.maxPageSize);
    // A list in the filter and one value in the item: the operator both generations have for that.
    const named = part.length === 1 ? { _id: part[0] } : { _id: { $hasSome: part } };
    const { entries } = await adapter.query({
      filter: condition && Object.keys(condition).length > 0 ? { $and: [named, condition] } : named,
      sort: [],
      fields: [],
      window: { limit: part.length, offset: 0 },
      includes: [],
      consistentRead: true,
      counted: false,
    });
    for (const item of entries) found.set(item['_id'] as string, item);
  }
  return found;
}

/**
 * What forbids writing an item, if anything. The protocols know neither owners nor conditions, so the items are read
 * first where one of the two matters; between reading and writing, others may write.
 */
export async function judged(
  external: External,
  action: 'update' | 'remove',
  ids: readonly string[],
  condition: Filter | undefined,
): Promise<(id: string) => WixError | undefined> {
  const { ownedBy } = external;
  if (ownedBy === undefined && condition === undefined) return () => undefined;
  const known = await itemsOf(external, ids);
  const met = condition && (await itemsOf(external, ids, condition));
  return (id) => {
    const item = known.get(id);
    if (!item) return itemMissing(id, external.id);
    if (ownedBy !== undefined && item['_owner'] !== ownedBy) return noPermission(action, external.id);
    return met && !met.has(id) ? conditionNotMet(id, external.id) : undefined;
  };
}
