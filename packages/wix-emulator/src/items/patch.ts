import { invalid } from './errors.ts';
import { requireFieldPath } from './filter/field.ts';
import { isDate, isObject, normalise } from './value.ts';
import type { Json, JsonObject } from './value.ts';
import type { FieldModification } from './write-schema.ts';

const READ_ONLY = new Set(['_id', '_createdDate', '_updatedDate']);

/** Applies the modifications in order; each sees what the one before it left. */
export function applyPatch(item: JsonObject, modifications: readonly FieldModification[]): JsonObject {
  return modifications.reduce(applyOne, item);
}

/** The segments of a path somebody may change. */
export function changeablePath(fieldPath: string): string[] {
  requireFieldPath(fieldPath);
  const path = fieldPath.split('.');
  if (READ_ONLY.has(path[0] ?? '')) throw invalid(`[${fieldPath}] cannot be changed.`);
  return path;
}

function applyOne(item: JsonObject, modification: FieldModification): JsonObject {
  const { fieldPath } = modification;
  const path = changeablePath(fieldPath);
  switch (modification.action) {
    case 'SET_FIELD':
      return change(item, path, () => normalise(modification.setFieldOptions.value ?? null));
    case 'REMOVE_FIELD':
      return change(item, path, () => undefined);
    case 'INCREMENT_FIELD':
      return change(item, path, (value) =>
        increment(fieldPath, value, modification.incrementFieldOptions.value),
      );
    case 'APPEND_TO_ARRAY': {
      const added = normalise(modification.appendToArrayOptions.value ?? null);
      return change(item, path, (value) => [...arrayAt(fieldPath, value), added]);
    }
    case 'REMOVE_FROM_ARRAY': {
      const removed = JSON.stringify(normalise(modification.removeFromArrayOptions.value ?? null));
      return change(item, path, (value) =>
        arrayAt(fieldPath, value).filter((element) => JSON.stringify(element) !== removed),
      );
    }
  }
}

/** Copies the objects along the path, making those that are missing; `undefined` takes the field away. */
function change(
  item: JsonObject,
  path: readonly string[],
  to: (value: Json | undefined) => Json | undefined,
): JsonObject {
  const [key = '', ...rest] = path;
  const value = Object.hasOwn(item, key) ? item[key] : undefined;
  const { [key]: _, ...others } = item;
  const changed = rest.length === 0 ? to(value) : changeInside(key, value, rest, to);
  if (changed === undefined) return others;
  return value === undefined ? { ...others, [key]: changed } : { ...item, [key]: changed };
}

function changeInside(
  key: string,
  value: Json | undefined,
  path: readonly string[],
  to: (value: Json | undefined) => Json | undefined,
): Json | undefined {
  if (value !== undefined && value !== null && (!isObject(value) || isDate(value))) {
    throw invalid(`[${key}] is not an object.`);
  }
  const changed = change(value ?? {}, path, to);
  // Taking away a field of an object that never was leaves no empty object behind.
  return value === undefined && Object.keys(changed).length === 0 ? undefined : changed;
}

function increment(path: string, value: Json | undefined, by: number): number {
  if (value !== undefined && value !== null && typeof value !== 'number')
    throw invalid(`[${path}] is not a number.`);
  return (value ?? 0) + by;
}

function arrayAt(path: string, value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalid(`[${path}] is not an array.`);
  return value;
}
