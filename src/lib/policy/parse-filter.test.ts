import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Problem } from '../http/problem.ts';
import {
  boolean,
  dateTime,
  email,
  number,
  reference,
  text,
  texts,
  type Field,
  type FieldType,
} from './field.ts';
import { parseFilter } from './parse-filter.ts';

const fields: Record<string, Field> = {
  name: text({ max: 20, required: true }),
  memberEmail: email(),
  age: number(),
  pinned: boolean(),
  lastContact: dateTime(),
  tags: texts({ max: 20, most: 5 }),
  company: reference('Companies'),
};

const TEXT = [
  '$eq',
  '$ne',
  '$gt',
  '$gte',
  '$lt',
  '$lte',
  '$in',
  '$hasSome',
  '$hasAll',
  '$contains',
  '$startsWith',
  '$endsWith',
  '$exists',
];
const ORDERED = ['$eq', '$ne', '$gt', '$gte', '$lt', '$lte', '$in', '$hasSome', '$hasAll', '$exists'];

/** What may be asked of each type, said once more: a slip in the table of the parser shows here. */
const ALLOWED: Record<FieldType, readonly string[]> = {
  text: TEXT,
  email: TEXT,
  number: ORDERED,
  dateTime: ORDERED,
  boolean: ['$eq', '$ne', '$in', '$exists'],
  texts: ['$eq', '$ne', '$in', '$hasSome', '$hasAll', '$exists'],
  reference: ['$eq', '$ne', '$in', '$hasSome', '$exists'],
};
const ALL_OPERATORS = [
  ...TEXT,
  '$regex',
  '$where',
  '$matches',
  '$urlized',
  '$nin',
  '$not',
  '$and',
  '$or',
  '$all',
  '$size',
  '$elemMatch',
  '$EQ',
  'eq',
  '',
  '$',
];

function faultOf(document: unknown): { path: string; message: string } {
  try {
    parseFilter(document, fields);
  } catch (error) {
    expect(error).toBeInstanceOf(Problem);
    expect(error).toMatchObject({ code: 'invalid-request', errors: [expect.anything()] });
    const [fault] = (error as Problem).errors ?? [];
    if (fault) return fault;
  }
  throw new Error(`${JSON.stringify(document)} was not refused`);
}

const instant = fc
  .date({ min: new Date('0001-01-01'), max: new Date('9998-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString());

/** A value that fits, and what becomes of it. */
const valueOf: Record<FieldType, fc.Arbitrary<[sent: unknown, read: unknown]>> = {
  text: fc.string().map((value) => [value, value]),
  email: fc.string().map((value) => [value, value]),
  number: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => [value, value]),
  boolean: fc.boolean().map((value) => [value, value]),
  texts: fc.string().map((value) => [value, value]),
  reference: fc.string().map((value) => [value, value]),
  dateTime: fc
    .tuple(instant, fc.boolean())
    .map(([value, wrapped]) => [wrapped ? { $date: value } : value, new Date(value)]),
};

const single = (type: FieldType) =>
  fc.oneof({ weight: 4, arbitrary: valueOf[type] }, fc.constant([null, null] as [unknown, unknown]));

const operandOf = (type: FieldType, operator: string): fc.Arbitrary<[unknown, unknown]> => {
  if (operator === '$exists') return fc.boolean().map((value) => [value, value]);
  if (['$contains', '$startsWith', '$endsWith'].includes(operator))
    return fc.string().map((value) => [value, value]);
  if (['$in', '$hasSome', '$hasAll'].includes(operator)) {
    return fc
      .array(valueOf[type], { minLength: 1, maxLength: 4 })
      .map((values) => [values.map(([sent]) => sent), values.map(([, read]) => read)]);
  }
  return ['$eq', '$ne'].includes(operator) ? single(type) : valueOf[type];
};

/** A condition that has to be understood, and what it has to be read as. */
const condition = fc.constantFrom(...Object.keys(fields)).chain((name) => {
  const type = (fields[name] as Field).type;
  const plain = single(type).map(([sent, read]): [object, object] => [{ [name]: sent }, { [name]: read }]);
  const operators = fc
    .uniqueArray(fc.constantFrom(...ALLOWED[type]), { minLength: 1, maxLength: 3 })
    .chain((chosen) =>
      fc.tuple(
        ...chosen.map((operator) => operandOf(type, operator).map((pair) => [operator, pair] as const)),
      ),
    )
    .map((entries): [object, object] => [
      { [name]: Object.fromEntries(entries.map(([operator, [sent]]) => [operator, sent])) },
      { [name]: Object.fromEntries(entries.map(([operator, [, read]]) => [operator, read])) },
    ]);
  return fc.oneof(plain, operators);
});

const { filter } = fc.letrec<{ filter: [object, object] }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    condition,
    fc
      .tuple(fc.constantFrom('$and', '$or', '$not'), fc.array(tie('filter'), { minLength: 1, maxLength: 3 }))
      .map(([operator, parts]): [object, object] => [
        { [operator]: parts.map(([sent]) => sent) },
        { [operator]: parts.map(([, read]) => read) },
      ]),
    fc.tuple(condition, tie('filter')).map(([[one, oneRead], [other, otherRead]]): [object, object] => [
      { ...one, ...other },
      { ...oneRead, ...otherRead },
    ]),
  ),
}));

describe('a filter that is understood', () => {
  test('comes out with every condition it came in with', () => {
    fc.assert(
      fc.property(filter, ([sent, read]) => {
        expect(parseFilter(sent, fields)).toEqual(read);
      }),
      { numRuns: 500 },
    );
  });

  test('may be empty, and is then no condition', () => {
    expect(parseFilter({}, fields)).toEqual({});
  });

  test('reads instants in both of Wix’s spellings', () => {
    const date = new Date('2026-01-01T12:00:00.000Z');
    for (const sent of ['2026-01-01T12:00:00Z', { $date: '2026-01-01T13:00:00+01:00' }]) {
      expect(parseFilter({ lastContact: sent }, fields)).toEqual({ lastContact: date });
      expect(parseFilter({ lastContact: { $gt: sent } }, fields)).toEqual({ lastContact: { $gt: date } });
    }
  });

  test('seeks texts that no stored value could be', () => {
    const long = 'x'.repeat(500);
    for (const sent of ['', ' ', long, '@']) {
      expect(parseFilter({ name: sent, memberEmail: { $contains: sent } }, fields)).toEqual({
        name: sent,
        memberEmail: { $contains: sent },
      });
    }
  });
});

describe('AZ-12 a filter that is not understood is refused as a whole', () => {
  test('every operator is understood on the types it is listed for, and on no others', () => {
    for (const [name, { type }] of Object.entries(fields)) {
      for (const operator of ALL_OPERATORS) {
        const [sent] = fc.sample(operandOf(type, operator), 1)[0] ?? [];
        const document = { [name]: { [operator]: sent ?? 'x' } };
        if (ALLOWED[type].includes(operator) && sent !== null) {
          expect(Object.keys(parseFilter(document, fields)[name] as object)).toEqual([operator]);
        } else if (!ALLOWED[type].includes(operator)) {
          expect(faultOf(document).path).toBe(`filter.${name}.${operator}`);
        }
      }
    }
  });

  test('whatever is sent, what comes out names known fields and operators only', () => {
    const keys = fc.oneof(
      fc.constantFrom(
        ...Object.keys(fields),
        ...ALL_OPERATORS,
        '$date',
        '__proto__',
        'constructor',
        'hidden',
      ),
      fc.string(),
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small', maxDepth: 5 },
        fc.constantFrom(null, true, 0, -1.5, '', 'x', '2026-01-01T00:00:00Z'),
        fc.array(tie('value'), { maxLength: 3 }),
        fc
          .array(fc.tuple(keys, tie('value')), { maxLength: 3 })
          .map((entries) => Object.fromEntries(entries)),
      ),
    }));
    let understood = 0;
    fc.assert(
      fc.property(value, (document) => {
        try {
          assertKnown(parseFilter(document, fields));
          understood += 1;
        } catch (error) {
          expect(error).toBeInstanceOf(Problem);
        }
      }),
      { numRuns: 2_000 },
    );
    expect(understood).toBeGreaterThan(0);
  });

  function assertKnown(read: object): void {
    for (const [key, value] of Object.entries(read)) {
      if (['$and', '$or', '$not'].includes(key)) {
        expect(value.length).toBeGreaterThan(0);
        for (const part of value as object[]) assertKnown(part);
      } else {
        expect(Object.keys(fields)).toContain(key);
        const isOperators = typeof value === 'object' && value !== null && !(value instanceof Date);
        if (!isOperators) continue;
        expect(Object.keys(value).length).toBeGreaterThan(0);
        for (const operator of Object.keys(value))
          expect(ALLOWED[(fields[key] as Field).type]).toContain(operator);
      }
    }
  }

  test('one bad condition among a hundred good ones is enough', () => {
    const good = Array.from({ length: 40 }, () => ({ name: 'x' }));
    expect(faultOf({ $or: [...good, { hidden: 'x' }, ...good] }).path).toBe('filter.$or.40.hidden');
    expect(faultOf({ name: 'x', hidden: 'x' }).path).toBe('filter.hidden');
    expect(faultOf({ hidden: 'x', name: 'x' }).path).toBe('filter.hidden');
  });

  test.each(['toString', 'constructor', '__proto__', 'hasOwnProperty'])('%s is no field', (name) => {
    expect(faultOf(JSON.parse(`{"${name}":"x"}`)).path).toBe(`filter.${name}`);
  });
});

describe('a refusal says where and what', () => {
  test.each([
    [null, 'filter', 'is not an object'],
    ['x', 'filter', 'is not an object'],
    [[], 'filter', 'is not an object'],
    [{ $or: ['x'] }, 'filter.$or.0', 'is not an object'],
    [{ $and: { name: 'x' } }, 'filter.$and', 'is not a list'],
    [{ $and: [] }, 'filter.$and', 'is an empty list'],
    [{ $nor: [{}] }, 'filter.$nor', 'is not an operator known here'],
    [{ $or: [{ $eq: 'x' }] }, 'filter.$or.0.$eq', 'is not an operator known here'],
    [{ hidden: 'x' }, 'filter.hidden', 'is not a field known here'],
    [{ name: {} }, 'filter.name', 'has no operator'],
    [{ name: { $regex: 'x' } }, 'filter.name.$regex', 'is not an operator for text'],
    [{ name: { $eq: { $eq: 'x' } } }, 'filter.name.$eq', 'is not a text'],
    [{ name: ['x'] }, 'filter.name', 'is not a text'],
    [{ name: 1 }, 'filter.name', 'is not a text'],
    [{ name: { $date: '2026-01-01T00:00:00Z' } }, 'filter.name', 'is not a text'],
    [{ memberEmail: true }, 'filter.memberEmail', 'is not a text'],
    [{ tags: 1 }, 'filter.tags', 'is not a text'],
    [{ company: 1 }, 'filter.company', 'is not a text'],
    [{ name: { $contains: null } }, 'filter.name.$contains', 'is not a text'],
    [{ age: '1' }, 'filter.age', 'is not a number'],
    [{ age: { $gt: null } }, 'filter.age.$gt', 'is not a number'],
    [{ age: { $gte: null } }, 'filter.age.$gte', 'is not a number'],
    [{ age: { $lt: null } }, 'filter.age.$lt', 'is not a number'],
    [{ age: { $lte: null } }, 'filter.age.$lte', 'is not a number'],
    [{ age: { $in: [1, null] } }, 'filter.age.$in.1', 'is not a number'],
    [{ age: { $in: 1 } }, 'filter.age.$in', 'is not a list'],
    [{ age: { $hasSome: [] } }, 'filter.age.$hasSome', 'is an empty list'],
    [{ age: { $exists: 'true' } }, 'filter.age.$exists', 'is not true or false'],
    [{ age: { $exists: null } }, 'filter.age.$exists', 'is not true or false'],
    [{ pinned: 'true' }, 'filter.pinned', 'is not a boolean'],
    [{ lastContact: 'yesterday' }, 'filter.lastContact', 'is not a dateTime'],
    [{ lastContact: { $date: 1 } }, 'filter.lastContact', 'is not a dateTime'],
    [{ lastContact: [] }, 'filter.lastContact', 'is not a dateTime'],
    [
      { lastContact: { $date: '2026-01-01T00:00:00Z', $gt: 1 } },
      'filter.lastContact.$date',
      'is not an operator for dateTime',
    ],
  ])('%j', (document, path, message) => {
    expect(faultOf(document)).toEqual({ path, message });
  });
});

describe('bounds', () => {
  const nested = (depth: number): object => (depth === 1 ? { name: 'x' } : { $not: [nested(depth - 1)] });
  const many = (count: number): object => ({
    $and: Array.from({ length: count - 1 }, () => ({ name: 'x' })),
  });

  test.each([
    ['eight levels', nested(8), nested(9), 'is nested deeper than 8'],
    ['a hundred conditions', many(100), many(101), 'has more than 100 conditions'],
    [
      'a thousand values',
      { name: { $in: Array<string>(1_000).fill('x') } },
      { name: { $in: Array<string>(1_001).fill('x') } },
      'has more than 1000 entries',
    ],
  ])('%s are read, one more is refused', (_, inside, outside, message) => {
    expect(parseFilter(inside, fields)).toEqual(inside);
    expect(faultOf(outside).message).toBe(message);
  });

  test('operators count as conditions too, beside the field they stand in', () => {
    const pair = { name: { $gte: 'a', $lt: 'b' } };
    const pairs = (count: number, ...more: object[]) => ({
      $and: [...Array.from({ length: count }, () => pair), ...more],
    });
    const message = 'has more than 100 conditions';
    expect(parseFilter(pairs(33), fields)).toEqual(pairs(33));
    expect(faultOf(pairs(34))).toEqual({ path: 'filter.$and.33', message });
    const three = { name: { $gte: 'a', $lt: 'b', $ne: 'c' } };
    expect(faultOf(pairs(32, three))).toEqual({ path: 'filter.$and.32.name', message });
  });

  test('AD-13 100,000 values or levels are refused at once', () => {
    let deep: object = { name: 'x' };
    for (let level = 0; level < 100_000; level += 1) deep = { $and: [deep] };
    const wide = { $or: Array.from({ length: 100_000 }, () => ({ name: 'x' })) };
    const list = { name: { $in: Array<string>(100_000).fill('x') } };
    for (const document of [deep, wide, list]) {
      const before = process.cpuUsage();
      faultOf(document);
      const { user, system } = process.cpuUsage(before);
      expect((user + system) / 1000).toBeLessThan(50);
    }
  });
});
