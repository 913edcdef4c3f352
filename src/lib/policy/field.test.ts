import { describe, expect, test } from 'vitest';
import { boolean, dateTime, email, ItemId, number, reference, text, texts } from './field.ts';

const accepts = (
  field: { schema: { safeParse: (value: unknown) => { success: boolean } } },
  value: unknown,
) => field.schema.safeParse(value).success;

describe('a field takes values of its type only', () => {
  const samples: Record<string, unknown> = {
    text: 'x',
    email: 'ada@example.com',
    number: 1,
    boolean: true,
    dateTime: '2026-01-01T00:00:00Z',
    list: ['x'],
    object: { $date: '2026-01-01T00:00:00Z' },
    nothing: null,
    notANumber: Number.NaN,
    infinity: Number.POSITIVE_INFINITY,
  };
  test.each([
    ['text', text({ max: 50 }), ['text', 'email', 'dateTime']],
    ['e-mail', email(), ['email']],
    ['number', number(), ['number']],
    ['boolean', boolean(), ['boolean']],
    ['instant', dateTime(), ['dateTime']],
  ] as const)('%s', (_, field, taken) => {
    expect(Object.keys(samples).filter((name) => accepts(field, samples[name]))).toEqual([...taken]);
  });
});

test('a required text is more than blanks, an optional one is kept as it was sent', () => {
  expect(accepts(text({ max: 5, required: true }), '  ')).toBe(false);
  expect(text({ max: 5, required: true }).schema.parse(' a ')).toBe('a');
  expect(text({ max: 5 }).schema.parse(' a ')).toBe(' a ');
  expect(accepts(text({ max: 5 }), 'x'.repeat(6))).toBe(false);
});

test('an e-mail is kept in its canonical form', () => {
  expect(email().schema.parse(' ADA@Example.com ')).toBe('ada@example.com');
});

describe('an instant', () => {
  test.each([
    ['2026-01-01T12:00:00Z', '2026-01-01T12:00:00.000Z'],
    ['2026-01-01T12:00:00.123456Z', '2026-01-01T12:00:00.123Z'],
    ['2026-01-01T12:00:00+14:00', '2025-12-31T22:00:00.000Z'],
    ['0000-01-01T00:00:00Z', '0000-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ])('%s is read', (sent, read) => {
    expect(dateTime().schema.parse(sent).toISOString()).toBe(read);
  });

  test.each([
    '2026-01-01',
    '2026-01-01T12:00:00',
    '2026-02-30T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-01T25:00:00Z',
    '2026-01-01 12:00:00Z',
    '1767225600000',
    '+010000-01-01T00:00:00Z',
    '-000001-01-01T00:00:00Z',
    // Out of four digits once they are told in UTC.
    '0000-01-01T00:00:00+00:01',
    '9999-12-31T23:59:59-00:01',
  ])('%s is not', (sent) => {
    expect(accepts(dateTime(), sent)).toBe(false);
  });
});

test('a list of texts has its limits, in number and in length', () => {
  const list = texts({ max: 3, most: 2 });
  for (const value of [[], ['a'], ['', 'abc'], ['a', 'a']]) expect(accepts(list, value)).toBe(true);
  for (const value of [['abcd'], ['a', 'b', 'c'], [1], [null], 'abc', { 0: 'a', length: 1 }, null])
    expect(accepts(list, value), JSON.stringify(value)).toBe(false);
});

test('a reference is an id, and says of which collection', () => {
  expect(reference('Venues')).toMatchObject({ type: 'reference', collection: 'Venues', required: false });
  expect(accepts(reference('Venues'), 'a-1')).toBe(true);
  expect(accepts(reference('Venues'), 'a/1')).toBe(false);
  expect(text({ max: 5 }).collection).toBeNull();
});

test('a first value is there when one was given, be it empty', () => {
  expect(text({ max: 5 }).initial).toBeNull();
  expect(text({ max: 5, initial: '' }).initial?.()).toBe('');
  expect(boolean({ initial: false }).initial?.()).toBe(false);
  expect(number({ initial: () => 7 }).initial?.()).toBe(7);
});

test('a refusal says in words what is wrong', () => {
  const saidOf = (schema: typeof ItemId | ReturnType<typeof dateTime>['schema'], value: unknown) =>
    schema.safeParse(value).error?.issues.map(({ message }) => message);
  expect(saidOf(dateTime().schema, 'yesterday')).toEqual(['is not an ISO 8601 time with zone']);
  expect(saidOf(dateTime().schema, '9999-12-31T23:59:59-00:01')).toEqual([
    'is before the year 0 or after 9999',
  ]);
  expect(saidOf(ItemId, 'a/b')).toEqual(['is not an item id']);
});

test('DS-05 hostile texts of 100 kB cost each of them under 10 ms', () => {
  const hostile = ['a', 'a.', '@', 'a@', 'a-', ' ', '1', ':', '2026-01-01T', '+', 'T00:'].map((part) =>
    part.repeat(100_000 / part.length),
  );
  for (const field of [text({ max: 50, required: true }), email(), dateTime(), number(), boolean()]) {
    for (const value of [
      ...hostile,
      ...hostile.map((one) => `a@${one}`),
      ...hostile.map((one) => `${one}@a.`),
    ]) {
      const costs = [1, 2, 3].map(() => {
        const before = process.cpuUsage();
        accepts(field, value);
        const { user, system } = process.cpuUsage(before);
        return (user + system) / 1000;
      });
      expect(Math.min(...costs), `${field.type} ${value.slice(0, 8)}`).toBeLessThan(10);
    }
  }
});
