import { describe, expect, test } from 'vitest';
import { boolean, dateTime, email, number, text } from './field.ts';

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
