import { z } from 'zod';
import type { Collection } from '../../collections/store.ts';

/** A field of a collection that refers to items, of another collection or its own. */
export type ReferenceField = Readonly<{
  key: string;
  multiple: boolean;
  /** The collection referred to. */
  target: string;
  /** Of a two-way multi-reference: the field of the target that shows it from the other side. */
  mirror?: string;
}>;

/** `typeMetadata` of the two field types [recorded]; what else stands in it is not about references. */
const Reference = z.object({ reference: z.object({ referencedCollectionId: z.string() }) });
const MultiReference = z.object({
  multiReference: z.object({
    referencedCollectionId: z.string(),
    referencingFieldKey: z.string().optional(),
  }),
});

/** The collection's own reference fields. One that does not say what it refers to is dead, as on Wix. */
export function referenceFields({ definition }: Collection): ReferenceField[] {
  return definition.fields.flatMap(({ key, type, typeMetadata }): ReferenceField[] => {
    if (type === 'REFERENCE') {
      const { data } = Reference.safeParse(typeMetadata);
      return data ? [{ key, multiple: false, target: data.reference.referencedCollectionId }] : [];
    }
    if (type !== 'MULTI_REFERENCE') return [];
    const { data } = MultiReference.safeParse(typeMetadata);
    if (!data) return [];
    const { referencedCollectionId: target, referencingFieldKey: mirror } = data.multiReference;
    return [{ key, multiple: true, target, ...(mirror !== undefined && { mirror }) }];
  });
}

/** Asked once per condition of a filter, so by type alone. */
export const isMultiReference = ({ definition }: Collection, path: string): boolean =>
  definition.fields.some(({ key, type }) => key === path && type === 'MULTI_REFERENCE');
