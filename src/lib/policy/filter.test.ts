import { describe, expect, test } from 'vitest';
import { both, either, isEverything, NOTHING, selects, within } from './filter.ts';

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

describe('rows that two filters select', () => {
  const other = { ownerId: '1815' };

  test('both: by the one and the other, and everything narrows nothing', () => {
    expect(both(rows, other)).toEqual({ $and: [rows, other] });
    expect(both({}, other)).toEqual(other);
    expect(both(rows, {})).toEqual(rows);
    expect(both({}, {})).toEqual({});
    for (const filter of [rows, {}, NOTHING]) {
      expect(both(NOTHING, filter)).toBe(NOTHING);
      expect(both(filter, NOTHING)).toBe(NOTHING);
    }
  });

  test('either: by any of them, everything by one that selects it, nothing by none', () => {
    expect(either([rows, other])).toEqual({ $or: [rows, other] });
    expect(either([rows, NOTHING, other])).toEqual({ $or: [rows, other] });
    expect(either([rows])).toEqual(rows);
    expect(either([NOTHING, rows])).toEqual(rows);
    expect(either([rows, {}])).toEqual({});
    expect(either([])).toBe(NOTHING);
    expect(either([NOTHING, NOTHING])).toBe(NOTHING);
  });

  test('only a filter without a condition selects everything', () => {
    expect(isEverything({})).toBe(true);
    expect(isEverything(rows)).toBe(false);
    expect(isEverything(NOTHING)).toBe(false);
  });
});

describe('whether a row is selected', () => {
  const ada = { memberEmail: 'ada@example.com', memberIds: ['1815', '1906'] };

  test('by every condition', () => {
    expect(selects({}, ada)).toBe(true);
    expect(selects(NOTHING, ada)).toBe(false);
    expect(selects(rows, ada)).toBe(true);
    expect(selects(rows, { memberEmail: 'Ada@example.com' })).toBe(false);
    expect(selects({ ...rows, ownerId: '1815' }, ada)).toBe(false);
    expect(selects({ ...rows, ownerId: '1815' }, { ...ada, ownerId: '1815' })).toBe(true);
    expect(selects({ ownerId: '1815' }, {})).toBe(false);
  });

  test('by all or by any, as it says', () => {
    const foreign = { memberEmail: 'grace@example.com' };
    expect(selects({ $and: [rows, foreign] }, ada)).toBe(false);
    expect(selects({ $and: [rows, {}] }, ada)).toBe(true);
    expect(selects({ $or: [foreign, rows] }, ada)).toBe(true);
    expect(selects({ $or: [foreign, foreign] }, ada)).toBe(false);
  });

  test('by a list that has one of those wanted, and by nothing that is no list', () => {
    const wanted = { memberIds: { $hasSome: ['1906', '1936'] } };
    expect(selects(wanted, ada)).toBe(true);
    expect(selects(wanted, { memberIds: ['1815', '1936'] })).toBe(true);
    for (const memberIds of [['1815'], [], '1906', { 0: '1906' }, null, undefined])
      expect(selects(wanted, { memberIds }), JSON.stringify(memberIds)).toBe(false);
  });

  test('by no condition that is only half understood', () => {
    for (const unknown of [
      { $not: [{}] },
      { $nor: [{}] },
      { $where: 'memberEmail' },
      { memberIds: { $hasAll: ['1815'] } },
      { memberIds: { $hasSome: ['1815'], $hasAll: ['1815'] } },
      { memberIds: {} },
    ])
      expect(() => selects(unknown, ada), JSON.stringify(unknown)).toThrow(TypeError);
  });
});
