import fc from 'fast-check';
import type { Filter, Item } from './filter-model.ts';

// Few values of each kind, so that filters and items often meet.
export const text = fc.constantFrom(
  '',
  'a',
  'A',
  'ab',
  'Äb',
  'äB',
  'z',
  '1',
  'true',
  'null',
  '%',
  '_',
  "'",
  '"',
  '\\',
  '\u0000',
  'ﬀ',
  '🦄',
  '[]',
  '{"$date":"x"}',
  'i1',
);
export const number = fc.oneof(
  fc.constantFrom(
    0,
    1,
    -1,
    2,
    1.5,
    0.1,
    0.30000000000000004,
    1e21,
    5e-324,
    2 ** 53,
    3_068_472_815_672_865_000,
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
);
const date = fc
  .constantFrom(
    '0000-01-01T00:00:00.000Z',
    '1970-01-01T00:00:00.000Z',
    '2026-01-01T00:00:00.000Z',
    '2026-01-01T00:00:00.001Z',
    '9999-12-31T23:59:59.999Z',
  )
  .map(($date) => ({ $date }));
const scalar = fc.oneof(text, number, fc.boolean(), date);
const structure = fc.constantFrom<unknown>(
  {},
  { x: 1 },
  { x: 'a' },
  { y: 1, x: 1 },
  [],
  ['a'],
  [1],
  [[1]],
  [null],
  [{ x: 1 }],
);

const anything = fc.oneof(
  { weight: 6, arbitrary: scalar },
  { weight: 1, arbitrary: structure },
  { weight: 1, arbitrary: fc.constant(null) },
);

/** `plain` never holds an array, so its conditions compile without a look at elements; `list` often does. */
export const item: fc.Arbitrary<Item> = fc.record(
  {
    plain: fc.oneof(scalar, fc.constant(null), fc.constantFrom<unknown>({}, { x: 1 })),
    list: fc.oneof(anything, fc.array(fc.oneof(scalar, fc.constant(null), structure), { maxLength: 4 })),
    other: scalar,
    in: fc.oneof(fc.record({ deep: anything, more: scalar }, { requiredKeys: [] }), scalar),
  },
  { requiredKeys: [] },
);

/** Where items may have something, and where they never do. */
export const path = fc.constantFrom('plain', 'list', 'other', 'in.deep', 'in.more', 'in', 'nowhere', '_id');
const list = fc.array(scalar, { maxLength: 4 });

const condition: fc.Arbitrary<unknown> = fc.oneof(
  anything,
  anything.map(($eq) => ({ $eq })),
  anything.map(($ne) => ({ $ne })),
  fc
    .tuple(fc.constantFrom('$lt', '$lte', '$gt', '$gte'), fc.oneof(text, number, date))
    .map(([operator, operand]) => ({ [operator]: operand })),
  fc.tuple(number, number).map(([$gte, $lt]) => ({ $gte, $lt })),
  fc
    .tuple(fc.constantFrom('$in', '$hasSome', '$hasAll'), list)
    .map(([operator, operand]) => ({ [operator]: operand })),
  fc
    .tuple(fc.constantFrom('$contains', '$startsWith', '$endsWith'), text)
    .map(([operator, operand]) => ({ [operator]: operand })),
  fc.boolean().map(($exists) => ({ $exists })),
);

export const { filter } = fc.letrec<{ filter: Filter; leaf: Filter }>((tie) => ({
  leaf: fc.dictionary(path, condition, { maxKeys: 2 }),
  filter: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('leaf'),
    fc
      .tuple(fc.constantFrom('$and', '$or', '$not'), fc.array(tie('filter'), { minLength: 1, maxLength: 3 }))
      .map(([operator, parts]) => ({ [operator]: parts })),
    fc
      .tuple(tie('leaf'), fc.array(tie('filter'), { minLength: 1, maxLength: 2 }))
      .map(([leaf, $not]) => ({ $and: [leaf, { $not }] })),
  ),
}));
