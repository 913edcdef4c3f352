import type { Json } from './value.ts';

/**
 * The order of sorting, outside SQL: missing and null first, then numbers and booleans, then texts by code
 * point, among them dates, objects and arrays by their JSON.
 */
export function compareValues(a: Json | undefined, b: Json | undefined): number {
  const [left, right] = [sortKey(a), sortKey(b)];
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof left === 'string' && typeof right === 'string') return compareTexts(left, right);
  return rankOf(left) - rankOf(right);
}

/** By code point. UTF-16 agrees with that except for surrogates, which belong after all other units. */
export function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const [left, right] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (left !== right) return byCodePoint(left) - byCodePoint(right);
  }
  return a.length - b.length;
}

const byCodePoint = (unit: number): number => (unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit);

function sortKey(value: Json | undefined): null | number | string {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' || typeof value === 'string') return value;
  return typeof value === 'boolean' ? Number(value) : JSON.stringify(value);
}

function rankOf(key: null | number | string): number {
  if (key === null) return 0;
  return typeof key === 'number' ? 1 : 2;
}
