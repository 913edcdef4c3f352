import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Item, SortKey } from '../policy/item.ts';
import { behind, positionOf, totalOrder } from './keyset.ts';

const FIELDS = ['a', 'b', 'flag', 'when'] as const;

const item = fc.record({
  a: fc.option(fc.constantFrom('x', 'y', 'z', ''), { nil: null }),
  b: fc.option(fc.integer({ min: -2, max: 2 }), { nil: undefined }),
  flag: fc.option(fc.boolean(), { nil: null }),
  when: fc.option(
    fc.integer({ min: 0, max: 3 }).map((day) => new Date(day * 86_400_000)),
    { nil: null },
  ),
});
const rows = fc
  .array(item, { maxLength: 25 })
  .map((items): Item[] => items.map((fields, index) => ({ ...fields, _id: String(index).padStart(2, '0') })));
const sort = fc
  .uniqueArray(fc.constantFrom(...FIELDS, '_id'), { maxLength: 5 })
  .chain((names) =>
    fc.tuple(
      ...names.map((fieldName) =>
        fc.constantFrom<SortKey>({ fieldName, order: 'ASC' }, { fieldName, order: 'DESC' }),
      ),
    ),
  );

type Value = string | number | boolean | Date | null;
const valueOf = (row: Item, name: string): Value => (row[name] ?? null) as Value;
const rank = (value: Value) => (value instanceof Date ? value.getTime() : value);

/** Empty first, false before true, and all else as one would think. */
function compare(one: Value, other: Value): number {
  const [left, right] = [rank(one), rank(other)];
  if (left === right) return 0;
  if (left === null) return -1;
  if (right === null) return 1;
  return left < right ? -1 : 1;
}

function inOrder(order: readonly SortKey[]) {
  return (one: Item, other: Item): number => {
    for (const { fieldName, order: direction } of order) {
      const difference = compare(valueOf(one, fieldName), valueOf(other, fieldName));
      if (difference !== 0) return direction === 'ASC' ? difference : -difference;
    }
    return 0;
  };
}

/** As Wix reads a filter; what it would refuse is an error here too. */
function matches(row: Item, filter: object): boolean {
  return Object.entries(filter).every(([key, asked]: [string, unknown]) => {
    if (key === '$and' || key === '$or') {
      const parts = asked as object[];
      expect(parts.length, `an empty ${key}`).toBeGreaterThan(0);
      return key === '$and'
        ? parts.every((part) => matches(row, part))
        : parts.some((part) => matches(row, part));
    }
    const held = valueOf(row, key);
    if (asked === null || typeof asked !== 'object' || asked instanceof Date) {
      return compare(held, asked as Value) === 0;
    }
    const [[operator, operand]] = Object.entries(asked) as [[string, Value]];
    if (operator === '$ne') return compare(held, operand) !== 0;
    expect(typeof rank(operand), `${operator} ${String(operand)}`).toMatch(/number|string/);
    expect(operator).toMatch(/^\$[gl]t$/);
    return held !== null && compare(held, operand) === (operator === '$gt' ? 1 : -1);
  });
}

describe('the rows behind a position', () => {
  test('are just those that come later, in every order, with gaps and ties', () => {
    fc.assert(
      fc.property(rows, sort, (items, keys) => {
        const order = totalOrder(keys);
        const sorted = items.toSorted(inOrder(order));
        for (const [index, row] of sorted.entries()) {
          const filter = behind(positionOf(row, order), order);
          expect(sorted.filter((candidate) => matches(candidate, filter))).toEqual(sorted.slice(index + 1));
        }
      }),
      { numRuns: 300 },
    );
  });

  test('page after page give every row once', () => {
    fc.assert(
      fc.property(rows, sort, fc.integer({ min: 1, max: 7 }), (items, keys, limit) => {
        const order = totalOrder(keys);
        const sorted = items.toSorted(inOrder(order));
        const seen: Item[] = [];
        for (let page = sorted.slice(0, limit); page.length > 0;) {
          seen.push(...page);
          const filter = behind(positionOf(page.at(-1) as Item, order), order);
          page = sorted.filter((row) => matches(row, filter)).slice(0, limit);
        }
        expect(seen).toEqual(sorted);
      }),
      { numRuns: 200 },
    );
  });
});

test('a value behind which nothing can come adds no condition', () => {
  const order: SortKey[] = [
    { fieldName: 'flag', order: 'ASC' },
    { fieldName: '_id', order: 'ASC' },
  ];
  expect(behind([true, '01'], order)).toEqual({ $or: [{ $and: [{ flag: true }, { _id: { $gt: '01' } }] }] });
});

describe('the order', () => {
  test('is made total by the id, once', () => {
    const id = (order: 'ASC' | 'DESC'): SortKey => ({ fieldName: '_id', order });
    expect(totalOrder([])).toEqual([{ fieldName: '_createdDate', order: 'DESC' }, id('DESC')]);
    expect(totalOrder([{ fieldName: 'a', order: 'ASC' }])).toEqual([
      { fieldName: 'a', order: 'ASC' },
      id('ASC'),
    ]);
  });

  test('needs nothing behind the id', () => {
    const id: SortKey = { fieldName: '_id', order: 'DESC' };
    expect(totalOrder([id, { fieldName: 'a', order: 'ASC' }])).toEqual([id]);
    expect(totalOrder([{ fieldName: 'a', order: 'ASC' }, id])).toEqual([
      { fieldName: 'a', order: 'ASC' },
      id,
    ]);
  });

  test('a field that is not there is empty', () => {
    expect(positionOf({ _id: 'x' }, totalOrder([{ fieldName: 'a', order: 'ASC' }]))).toEqual([null, 'x']);
  });
});
