import { describe, expect, test } from 'vitest';
import { Device, Email, GivenName, Password, VerificationCode } from './schemas.ts';

describe('an e-mail address', () => {
  test.each(['ada@example.com', ' ADA@Example.COM ', '\tAda@example.com\n'])(
    '%j has one canonical form',
    (text) => {
      expect(Email.parse(text)).toBe('ada@example.com');
    },
  );

  test('is not folded any further', () => {
    for (const text of ['a.da@example.com', 'ada+x@example.com']) expect(Email.parse(text)).toBe(text);
  });

  test.each([
    '',
    'ada',
    'ada@',
    '@example.com',
    'a b@example.com',
    'ada@example.com\0',
    'ada@exämple.com',
    'a@b',
  ])('%j is none', (text) => expect(Email.safeParse(text).success).toBe(false));

  test('has at most 254 characters, whatever blanks surround it', () => {
    const address = (length: number) => `${'a'.repeat(64)}@${'b'.repeat(length - 69)}.com`;
    expect(Email.safeParse(address(254)).success).toBe(true);
    expect(Email.safeParse(address(255)).success).toBe(false);
    expect(Email.safeParse(`${' '.repeat(60)}ada@example.com`).success).toBe(true);
    expect(Email.safeParse(`${' '.repeat(400)}ada@example.com`).success).toBe(false);
  });
});

describe('a name that somebody gives', () => {
  test.each(['Nightly export', ' Ada’s Pixel 9 ', 'Изпорт 👩‍💻', 'x'.repeat(100)])('may be %j', (name) => {
    expect(GivenName.parse(name)).toBe(name.trim());
  });

  test.each(['', ' ', 'x'.repeat(101), 'a\nb', 'a\0b', 'a\u202eb', 'a\u2066b', 'a\u2028b', 'a\ud800'])(
    'is not %j',
    (name) => expect(GivenName.safeParse(name).success).toBe(false),
  );
});

describe('the name of a device', () => {
  test.each([
    [' Pixel 9 ', 'Pixel 9'],
    ['a\u202eb\u0007c\n', 'abc'],
    ['\u0007\u202e', null],
    [undefined, null],
  ])('%j is kept as %j', (given, kept) => expect(Device.parse(given)).toBe(kept));

  test.each(['', ' ', 'x'.repeat(101), 7, null])('is not %j', (given) =>
    expect(Device.safeParse(given).success).toBe(false),
  );
});

test('DS-05 hostile texts of 100 kB are refused in under 10 ms', () => {
  const hostile = ['a', 'a.', '@', 'a@', 'a-', ' ', '1', '\0', 'a@a.'].map((part) =>
    part.repeat(100_000 / part.length),
  );
  for (const schema of [Email, Password, Device, GivenName, VerificationCode]) {
    for (const text of [
      ...hostile,
      ...hostile.map((one) => `${one}@a.`),
      ...hostile.map((one) => `a@${one}`),
    ]) {
      const cost = Math.min(...[1, 2, 3].map(() => costOf(() => schema.safeParse(text))));
      expect(cost, text.slice(0, 5)).toBeLessThan(10);
    }
  }
});

function costOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
