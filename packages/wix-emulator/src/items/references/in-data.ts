import type { Collection } from '../../collections/store.ts';
import { invalid } from '../errors.ts';
import type { Filter } from '../reads.ts';
import { isObject } from '../value.ts';
import { multiReferenceInData } from './errors.ts';
import { referenceFields } from './fields.ts';

/** What becomes of a multi-reference inside the data of an item: a 400, nothing, or references. */
export type Handling = 'refuse' | 'drop' | 'save';

type Taken = { data: Filter; references: { key: string; ids: string[] }[] };

/**
 * Takes references out of an item's data. A single reference is an id in the data; an item in its place, as a read
 * with `include` gives it, is written back as its id.
 */
export function takeReferences(collection: Collection, data: Filter, handling: Handling): Taken {
  const fields = referenceFields(collection).filter(({ key }) => Object.hasOwn(data, key));
  if (fields.length === 0) return { data, references: [] };
  const left: Record<string, unknown> = { ...data };
  const references: Taken['references'] = [];
  for (const { key, multiple } of fields) {
    const value = left[key];
    if (!multiple) {
      left[key] = idIn(value);
      continue;
    }
    // Nothing is no reference: an item may carry an empty field back and forth.
    if (value !== null && handling === 'refuse') throw multiReferenceInData(key, collection.id);
    if (handling === 'save') references.push({ key, ids: idsIn(key, value) });
    delete left[key];
  }
  return { data: left, references };
}

function idsIn(key: string, value: unknown): string[] {
  if (value === null) return [];
  const ids = (Array.isArray(value) ? value : [value]).map(idIn);
  if (!ids.every((id): id is string => typeof id === 'string' && id !== '')) {
    throw invalid(`[${key}] must be a list of items or their ids.`);
  }
  return ids;
}

const idIn = (value: unknown): unknown =>
  isObject(value) && typeof value['_id'] === 'string' ? value['_id'] : value;
