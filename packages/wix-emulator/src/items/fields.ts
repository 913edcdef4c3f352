import { requireFieldPath } from './filter/field.ts';
import { isObject } from './value.ts';
import type { Json, JsonObject } from './value.ts';

/** Keeps the named fields of an item, dotted ones inside their objects, and always `_id`. */
export function project(data: string, fields: readonly string[]): string {
  if (fields.length === 0) return data;
  for (const field of fields) requireFieldPath(field);
  return JSON.stringify(pick(JSON.parse(data) as JsonObject, ['_id', ...fields]));
}

function pick(source: JsonObject, paths: readonly string[]): JsonObject {
  const picked: Record<string, Json> = {};
  for (const [key, value] of Object.entries(source)) {
    if (paths.includes(key)) {
      picked[key] = value;
      continue;
    }
    const inner = paths
      .filter((path) => path.startsWith(`${key}.`))
      .map((path) => path.slice(key.length + 1));
    if (inner.length > 0 && isObject(value)) picked[key] = pick(value, inner);
  }
  return picked;
}
