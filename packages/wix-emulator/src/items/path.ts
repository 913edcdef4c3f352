import { isDate, isObject } from './value.ts';
import type { Json, JsonObject } from './value.ts';

/** What stands at a dotted path; paths reach through objects, not through arrays or dates, as they do in SQL. */
export function valueAt(row: JsonObject, path: string): Json | undefined {
  let value: Json | undefined = row;
  for (const key of path.split('.')) {
    if (!isObject(value) || isDate(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

/** The row with another value at a path it has. */
export function withValueAt(row: JsonObject, path: string, value: Json): JsonObject {
  const [key = '', ...rest] = path.split('.');
  const inner = row[key];
  if (rest.length === 0 || !isObject(inner)) return { ...row, [key]: value };
  return { ...row, [key]: withValueAt(inner, rest.join('.'), value) };
}
