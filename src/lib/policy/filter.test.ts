import { expect, test } from 'vitest';
import { within } from './filter.ts';

const rows = { memberEmail: 'ada@example.com' };

test('AZ-07 the rows are the outermost AND, whatever is asked for', () => {
  const asked = { $or: [{ memberEmail: 'grace@example.com' }, {}] };
  expect(within(rows, asked)).toEqual({ $and: [rows, asked] });
});

test('a condition on the owner’s own field replaces nothing', () => {
  const asked = { memberEmail: 'grace@example.com' };
  expect(within(rows, asked)).toEqual({ $and: [rows, asked] });
});

test('nothing asked for leaves the rows', () => {
  expect(within(rows)).toEqual(rows);
  expect(within(rows, {})).toEqual(rows);
  expect(within(rows, {}, {})).toEqual(rows);
});

test('several conditions all narrow', () => {
  expect(within(rows, { a: 1 }, {}, { b: 2 })).toEqual({ $and: [rows, { a: 1 }, { b: 2 }] });
});

test('rows for everybody add no condition', () => {
  expect(within({}, { a: 1 })).toEqual({ $and: [{ a: 1 }] });
  expect(within({})).toEqual({});
});
