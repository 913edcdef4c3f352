import type { Collection } from '../collections/store.ts';
import type { Site } from '../site.ts';
import { applyPatch, changeablePath } from './patch.ts';
import type { Reached } from './reach.ts';
import { multiReferenceInData } from './references/errors.ts';
import { isMultiReference } from './references/fields.ts';
import { takeReferences } from './references/in-data.ts';
import type { Handling } from './references/in-data.ts';
import { relationOf } from './references/relation.ts';
import { replaceReferences } from './references/shared.ts';
import type { Filter } from './reads.ts';
import type { FieldModification } from './write-schema.ts';

/** Where something is written, by whom, and on what terms. */
export type Writing = Readonly<{
  site: Site;
  reached: Reached;
  references: Handling;
  condition?: Filter | undefined;
}>;

/** Each gives the item as JSON text. */
export function insertItem({ site, reached, references }: Writing, id: string, data: Filter): string {
  const { collection, writer } = reached;
  const taken = takeReferences(collection, data, references);
  return site.store.write(() => {
    const inserted = site.items.insert(collection, id, taken.data, writer);
    saveReferences(site, reached, id, taken.references);
    return inserted;
  });
}

export function updateItem(writing: Writing, id: string, data: Filter): string {
  const { site, reached, condition } = writing;
  const { collection, writer } = reached;
  const taken = takeReferences(collection, data, writing.references);
  return site.store.write(() => {
    const updated = site.items.update(collection, id, () => taken.data, writer, condition);
    saveReferences(site, reached, id, taken.references);
    return updated;
  });
}

export function patchItem(
  { site, reached, condition }: Writing,
  id: string,
  modifications: readonly FieldModification[],
): string {
  const { collection, writer } = reached;
  checkPatch(collection, modifications);
  return site.items.update(collection, id, (stored) => applyPatch(stored, modifications), writer, condition);
}

/** What a patch may never do, whatever it finds. */
export function checkPatch(collection: Collection, modifications: readonly FieldModification[]): void {
  for (const { fieldPath } of modifications) {
    const [key = ''] = changeablePath(fieldPath);
    if (isMultiReference(collection, key)) throw multiReferenceInData(key, collection.id);
  }
}

export function removeItem({ site, reached, condition }: Writing, id: string): string {
  return site.items.remove(reached.collection, id, reached.writer, condition);
}

function saveReferences(
  site: Site,
  reached: Reached,
  id: string,
  references: readonly { key: string; ids: string[] }[],
): void {
  for (const { key, ids } of references) {
    const relation = relationOf(site.collections, reached.collection, key);
    if (relation) replaceReferences(site, reached, relation, id, ids);
  }
}
