import { expect, test } from 'vitest';
import { z } from 'zod';
import { parse } from './parse.ts';
import { Problem } from './problem.ts';

const Order = z.strictObject({
  name: z.string().min(1).max(5),
  code: z.string().min(3),
  tags: z.array(z.string()).min(1).max(2),
  count: z.number(),
  size: z.enum(['small', 'large']),
  note: z.string().min(1, 'is what we say').optional(),
});
const good = { name: 'Ada', code: 'abc', tags: ['x'], count: 1, size: 'small' };

function errorsOf(value: unknown) {
  try {
    return parse(Order, value);
  } catch (error) {
    return error instanceof Problem ? error.errors : error;
  }
}

test.each([
  [{ name: undefined }, 'name', 'is missing'],
  [{ name: null }, 'name', 'is not a string'],
  [{ name: '' }, 'name', 'is empty'],
  [{ name: 'abcdef' }, 'name', 'has more than 5 characters'],
  [{ code: 'ab' }, 'code', 'has fewer than 3 characters'],
  [{ tags: 'x' }, 'tags', 'is not an array'],
  [{ tags: [] }, 'tags', 'is empty'],
  [{ tags: ['a', 'b', 'c'] }, 'tags', 'has more than 2 entries'],
  [{ tags: [1] }, 'tags.0', 'is not a string'],
  [{ count: '1' }, 'count', 'is not a number'],
  [{ size: 'huge' }, 'size', 'is not one of: small, large'],
  [{ note: '' }, 'note', 'is what we say'],
  [{ owner: 'grace' }, 'owner', 'is not known here'],
])('%j is told in words that follow the name of the field', (change, path, message) => {
  expect(errorsOf({ ...good, ...change })).toEqual([{ path, message }]);
});
