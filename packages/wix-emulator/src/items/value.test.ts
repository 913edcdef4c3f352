import { describe, expect, test } from 'vitest';
import { isDate, normalise } from './value.ts';

describe('normalise', () => {
  test('spells every date one way', () => {
    expect(normalise({ a: { $date: '2026-01-01' }, b: [{ $date: '2026-01-01T01:00:00+01:00' }] })).toEqual({
      a: { $date: '2026-01-01T00:00:00.000Z' },
      b: [{ $date: '2026-01-01T00:00:00.000Z' }],
    });
  });

  test('tells where arrays are, as far as objects reach', () => {
    const paths: string[] = [];
    normalise({ a: [], b: { c: [{ d: [] }] }, e: 1 }, (path) => paths.push(path));
    expect(paths).toEqual(['a', 'b.c']);
  });

  test.each([
    [Number.NaN],
    [undefined],
    [() => 1],
    [{ $date: 1 }],
    [{ $date: 'Thu Jan 01 1970' }],
    [{ $date: '2026-13-01T00:00:00.000Z' }],
    [{ $date: '+010000-01-01T00:00:00.000Z' }],
    [JSON.parse('{"__proto__": {"a": 1}}')],
  ])('refuses %s', (value) => {
    expect(() => normalise(value)).toThrow('WDE0080');
  });
});

test('a date is an object that says so itself', () => {
  expect(isDate({ $date: 'x' })).toBe(true);
  expect(isDate(Object.create({ $date: 'x' }))).toBe(false);
  expect(isDate(null)).toBe(false);
});
