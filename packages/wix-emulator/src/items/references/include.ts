import type { Collection } from '../../collections/store.ts';
import { invalid } from '../errors.ts';
import type { JsonObject } from '../value.ts';
import { notReference } from './errors.ts';
import { referenceFields } from './fields.ts';
import { readable } from './readable.ts';
import type { Reader } from './readable.ts';
import { relationOf } from './relation.ts';
import type { Relation } from './relation.ts';
import { seenBy } from './shared.ts';

export type Include = { field: string; limit?: number | undefined };

/** https://dev.wix.com/docs/sdk/data-items-sdk/data/items/wix-data-query/include gives both numbers. */
const DEFAULT_LIMIT = 50;
const MAX_INCLUDES = 100;
const MAX_LIMIT = 1_000;

/**
 * Puts referenced items into the items that refer to them: a single reference becomes the item, a multi-reference
 * a list of items. What is gone, or not the reader's to see, stays an id in the one case and is left out in the
 * other.
 */
export function includeReferences(
  reader: Reader,
  collection: Collection,
  items: readonly string[],
  includes: readonly Include[] = [],
): string[] {
  if (includes.length === 0) return [...items];
  if (includes.length > MAX_INCLUDES) throw invalid(`At most ${MAX_INCLUDES} fields can be included.`);
  let parsed = items.map((item) => JSON.parse(item) as JsonObject);
  for (const { field, limit = DEFAULT_LIMIT } of includes) {
    if (limit < 0 || limit > MAX_LIMIT) throw invalid(`[${field}] can include 0 to ${MAX_LIMIT} items.`);
    const single = referenceFields(collection).find(({ key, multiple }) => key === field && !multiple);
    const relation = single ? undefined : relationOf(reader.site.collections, collection, field);
    if (single) parsed = withSingle(reader, parsed, field, single.target);
    else if (relation) parsed = withMany(reader, parsed, field, relation, limit);
    else throw notReference(field, collection.id);
  }
  return parsed.map((item) => JSON.stringify(item));
}

/** For writes, whose option names no fields: all the collection's own. */
export const allReferences = (collection: Collection): Include[] =>
  referenceFields(collection).map(({ key }) => ({ field: key }));

function withSingle(
  reader: Reader,
  items: readonly JsonObject[],
  field: string,
  target: string,
): JsonObject[] {
  const ids = items.flatMap(({ [field]: id }) => (typeof id === 'string' ? [id] : []));
  const found = readable(reader, target, [...new Set(ids)]);
  return items.map((item) => {
    const id = item[field];
    const row = typeof id === 'string' ? found?.get(id) : undefined;
    return row ? { ...item, [field]: JSON.parse(row.data) as JsonObject } : item;
  });
}

/** One look at the references per item, because the limit counts for each. */
function withMany(
  reader: Reader,
  items: readonly JsonObject[],
  field: string,
  relation: Relation,
  limit: number,
): JsonObject[] {
  const page = { order: 'ASC', limit, offset: 0 } as const;
  const seen = seenBy(reader, relation);
  const referenced = items.map(({ _id: id }) =>
    seen ? reader.site.references.list(seen, [id as string], page).map((one) => one.referenced) : [],
  );
  const found = readable(reader, relation.target, [...new Set(referenced.flat())]);
  return items.map((item, index) => ({
    ...item,
    [field]: (referenced[index] ?? []).flatMap((id) => {
      const row = found?.get(id);
      return row ? [JSON.parse(row.data) as JsonObject] : [];
    }),
  }));
}
