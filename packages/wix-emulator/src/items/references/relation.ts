import type { Collection, Collections } from '../../collections/store.ts';
import { referenceFields } from './fields.ts';
import type { ReferenceField } from './fields.ts';

/**
 * A multi-reference as it is kept. The two sides of a two-way reference share their rows, which stand under the
 * side that comes first; seen from the other, `referring` and `referenced` change places.
 */
export type Relation = Readonly<{
  collection: number;
  field: string;
  /** The column of the side it is seen from, and that of the items it leads to. */
  from: 'item' | 'referenced';
  to: 'item' | 'referenced';
  /** The collection it leads to. */
  target: string;
  /** Whether the collection it leads to defines it, alone or as well: then the rights there count, too. */
  shared: boolean;
  /** Set to see only what leads to items of one owner. */
  only?: Readonly<{ collection: number; owner: string }>;
}>;

/** The relation a field of the collection stands for, whether it is defined there or on the other side only. */
export function relationOf(
  collections: Collections,
  collection: Collection,
  key: string,
): Relation | undefined {
  const field = multiReferences(collection).find((own) => own.key === key);
  if (field) return relation(collections, collection, field);
  for (const other of collections.all()) {
    const mirrored = multiReferences(other).find(
      ({ target, mirror }) => target === collection.id && mirror === key,
    );
    if (mirrored)
      return relation(collections, collection, { ...mirrored, key, target: other.id, mirror: mirrored.key });
  }
  return undefined;
}

/** Every relation seen from a collection. */
export function relationsOf(collections: Collections, collection: Collection): Relation[] {
  const own = multiReferences(collection).map(({ key }) => key);
  const mirrored = collections
    .all()
    .flatMap(multiReferences)
    .flatMap(({ target, mirror }) => (target === collection.id && mirror !== undefined ? [mirror] : []));
  return [...new Set([...own, ...mirrored])].flatMap((key) => relationOf(collections, collection, key) ?? []);
}

function relation(collections: Collections, collection: Collection, field: ReferenceField): Relation {
  const { key, target, mirror } = field;
  const other = mirror === undefined ? undefined : collections.find(target);
  const shared = other !== undefined && mirror !== undefined && defines(other, mirror, collection, key);
  const kept = { collection: collection.number, field: key, from: 'item', to: 'referenced' } as const;
  const here = { ...kept, target, shared };
  if (!other || mirror === undefined || !pointsBack(other, mirror, collection, key)) return here;
  // Which side comes first must not change when the second is defined later, or its references would be lost.
  const isFirst = collection.number === other.number ? key <= mirror : collection.number < other.number;
  if (isFirst) return here;
  return { collection: other.number, field: mirror, from: 'referenced', to: 'item', target, shared };
}

/** A mirror that is defined, but as something else, is none. */
function pointsBack(other: Collection, mirror: string, collection: Collection, key: string): boolean {
  if (!other.definition.fields.some((field) => field.key === mirror)) return true;
  return defines(other, mirror, collection, key);
}

const defines = (other: Collection, mirror: string, collection: Collection, key: string): boolean =>
  multiReferences(other).some(
    (field) => field.key === mirror && field.target === collection.id && field.mirror === key,
  );

const multiReferences = (collection: Collection): ReferenceField[] =>
  referenceFields(collection).filter(({ multiple }) => multiple);
