import { invalid } from './errors.ts';

/** A value as it travels: JSON, with dates as `{"$date": "<ISO text>"}` [recorded]. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** Deep enough for any document; shallow enough that no walker of ours runs out of stack. */
const MAX_DEPTH = 100;

/** Four-digit years only: ISO text then sorts as the dates do. */
const ISO_DATE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/**
 * Copies a value with every date in one canonical spelling, so that equal dates are equal text in SQL.
 * `onArray` hears the dotted path of each array reachable through objects.
 */
export function normalise(value: unknown, onArray?: (path: string) => void, path = '', depth = 0): Json {
  if (depth > MAX_DEPTH) throw invalid(`Values may not be nested deeper than ${MAX_DEPTH} levels.`);
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (Array.isArray(value)) {
    if (path !== '') onArray?.(path);
    // Filters do not reach through arrays, so paths inside one are nobody's business.
    return value.map((element) => normalise(element, undefined, '', depth + 1));
  }
  if (typeof value !== 'object') throw invalid(`A ${typeof value} is not a value an item can hold.`);
  if (Object.hasOwn(value, '$date')) return { $date: canonicalDate(value as { $date: unknown }) };
  const entries = Object.entries(value).map(([key, inner]): [string, Json] => {
    if (key === '__proto__') throw invalid('An item cannot have a field called __proto__.');
    return [key, normalise(inner, onArray, path === '' ? key : `${path}.${key}`, depth + 1)];
  });
  return Object.fromEntries(entries);
}

export function isDate(value: unknown): value is { $date: string } {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, '$date');
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function canonicalDate(value: { $date: unknown }): string {
  const { $date, ...rest } = value;
  const date = new Date(typeof $date === 'string' && ISO_DATE.test($date) ? $date : Number.NaN);
  if (Number.isNaN(date.getTime()) || Object.keys(rest).length > 0) {
    throw invalid('A $date must be an object of its own, with an ISO 8601 text.');
  }
  return date.toISOString();
}
