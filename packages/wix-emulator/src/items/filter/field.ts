import { invalid } from '../errors.ts';

/** A field as SQL sees it. */
export type Field = Readonly<{
  path: string;
  /** An expression for the value: scalars as themselves, objects and arrays as JSON text, missing as NULL. */
  value: string;
  /** An expression for the value as JSON, missing as NULL. */
  json: string;
  /** An expression for the JSON type, which tells `true` from 1 and a date from a text. */
  type: string;
  /** A table of the value's elements. */
  elements: string;
  /** How a date is spelled in `value`. */
  spellDate(iso: string): string;
}>;

const MAX_PATH_LENGTH = 512;
const SEGMENT = /^[\p{L}\p{N}_][\p{L}\p{N}_-]{0,127}$/u;

/** What a date looks like inside the JSON text. */
export const DATE_PREFIX = '{"$date":"';

/**
 * Names a field of an item. The path stands in the SQL text, because an expression index is found by its text;
 * therefore it may hold letters, digits, `_` and `-` only, and can end neither the JSON path nor the literal.
 */
export function fieldOf(path: string): Field {
  const systemField = systemFields[path];
  if (systemField) return systemField;
  requireFieldPath(path);
  const label = `'$${path
    .split('.')
    .map((segment) => `."${segment}"`)
    .join('')}'`;
  return {
    path,
    value: `data ->> ${label}`,
    json: `data -> ${label}`,
    type: `json_type(data, ${label})`,
    elements: `json_each(data, ${label})`,
    spellDate: (iso) => `${DATE_PREFIX}${iso}"}`,
  };
}

export function requireFieldPath(path: string): void {
  const segments = path.split('.');
  if (
    path.length > MAX_PATH_LENGTH ||
    !segments.every((segment) => SEGMENT.test(segment) && segment !== '__proto__')
  ) {
    throw invalid(`[${path.slice(0, MAX_PATH_LENGTH)}] is not a field path.`);
  }
}

/** A date is an object in JSON; these columns hold nothing but dates. */
export const DATE_COLUMN = "'object'";

const asIs = (iso: string) => iso;
const column = (path: string, value: string, type: string): Field => ({
  path,
  value,
  json: `data -> '$."${path}"'`,
  type,
  elements: `json_each('[]')`,
  spellDate: asIs,
});

const systemFields: Readonly<Record<string, Field>> = Object.assign(Object.create(null) as object, {
  _id: column('_id', 'id', "'text'"),
  _owner: column('_owner', 'owner', "'text'"),
  _createdDate: column('_createdDate', 'created', DATE_COLUMN),
  _updatedDate: column('_updatedDate', 'updated', DATE_COLUMN),
});
