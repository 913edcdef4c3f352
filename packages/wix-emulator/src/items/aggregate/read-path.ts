import type { Collection } from '../../collections/store.ts';
import { notImplemented } from '../../http/errors.ts';
import { invalid } from '../errors.ts';
import { requireFieldPath } from '../filter/field.ts';
import { isMultiReference } from '../references/fields.ts';

/** Checks the path of a field that is to be read, and gives it back. */
export type ReadPath = (path: string) => string;

/** For stages that still see items: multi-references do not stand in them, and would silently read as missing. */
export const readsItems =
  (collection: Collection): ReadPath =>
  (path) => {
    if (isMultiReference(collection, path)) throw notImplemented(`aggregating the multi-reference [${path}]`);
    return readsResults(path);
  };

/** For stages that see what a group made. */
export const readsResults: ReadPath = (path) => {
  requireFieldPath(path);
  return path;
};

/** The name of a field to be made, which is no path. */
export function resultField(name: string): string {
  requireFieldPath(name);
  if (name.includes('.')) throw invalid(`[${name}] cannot name a result: it has a dot in it.`);
  return name;
}
