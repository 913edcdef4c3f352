import { describe, expect, test } from 'vitest';
import { compile } from './compile.ts';
import { fieldOf } from './field.ts';
import { parseFilter } from './parse.ts';

const sqlOf = (filter: object, arrays: string[] = []) =>
  compile(parseFilter(filter), (path) => arrays.includes(path));

describe('compile', () => {
  test('keeps values out of the text', () => {
    const attack = "x'; DROP TABLE items; --";
    for (const filter of [
      { a: attack },
      { a: { $contains: attack } },
      { a: { $in: [attack, 'b'] } },
      { a: { x: attack } },
    ]) {
      const { text, values } = sqlOf(filter);
      expect(text).not.toContain('DROP');
      expect(JSON.stringify(values)).toContain('DROP');
    }
  });

  test('looks for elements only where arrays were ever stored', () => {
    expect(sqlOf({ tags: 'a' }).text).not.toContain('json_each');
    expect(sqlOf({ tags: 'a' }, ['tags']).text).toContain('json_each');
    expect(sqlOf({ tags: null }, ['tags']).text).not.toContain('json_each');
  });

  test('a filter without conditions is true', () => {
    for (const filter of [{}, { $and: [{}] }, { $or: [{}, {}] }])
      expect(sqlOf(filter).text).toMatch(/^\(?TRUE( OR TRUE\))?$/);
    expect(sqlOf({ $not: [{}] }).text).toBe('(TRUE) IS NOT TRUE');
  });

  test('has as many places as values', () => {
    const { text, values } = sqlOf(
      {
        a: 1,
        b: { $gt: 2, $lt: 3 },
        $or: [{ c: { $in: ['x', 1, true] } }, { $not: [{ d: { $hasAll: ['p', 'q'] } }] }],
      },
      ['c', 'd'],
    );
    expect(text.match(/\?/g)).toHaveLength(values.length);
  });
});

describe('a field path', () => {
  test.each(['a', '_x', 'a.b.c', 'link-products-title', 'Größe', '0', 'a-1._b'])('may be %s', (path) => {
    expect(fieldOf(path).value).toContain('data ->>');
  });

  test.each([
    '',
    '.',
    'a.',
    'a b',
    'a"b',
    "a'b",
    'a\\b',
    '$a',
    'a[0]',
    'a\u0000',
    '__proto__',
    'a.__proto__',
    'x'.repeat(513),
  ])('may not be %j', (path) => {
    expect(() => fieldOf(path)).toThrow('is not a field path');
  });

  test('of a system field is a column', () => {
    expect(fieldOf('_id').value).toBe('id');
    expect(fieldOf('_createdDate').value).toBe('created');
    expect(fieldOf('_id.x').value).toContain('data ->>');
    expect(fieldOf('toString').value).toContain('data ->>');
  });
});
