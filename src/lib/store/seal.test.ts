import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seal, unseal } from './seal.ts';

const key = Buffer.alloc(32, 1);

test('what was sealed opens with the same key and purpose', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (plain, purpose) => {
      // Half a surrogate pair is no text: UTF-8 cannot hold it.
      fc.pre(plain.isWellFormed());
      expect(unseal(key, purpose, seal(key, purpose, plain))).toBe(plain);
    }),
  );
});

test('the same text looks different each time, and tells nothing but its length', () => {
  const sealed = Array.from({ length: 100 }, () => seal(key, 'purpose', 'the secret'));
  expect(new Set(sealed).size).toBe(100);
  for (const text of sealed) {
    expect(text).toMatch(/^[\w-]+$/);
    expect(text).toHaveLength(sealed[0]?.length ?? 0);
    expect(Buffer.from(text, 'base64url').toString('latin1')).not.toContain('secret');
  }
});

test('another key does not open it', () => {
  const sealed = seal(key, 'purpose', 'the secret');
  expect(() => unseal(Buffer.alloc(32, 2), 'purpose', sealed)).toThrow();
});

test.each(['', 'Purpose', 'purpose ', 'purpos', 'purpose\0'])('nor does the purpose %j', (purpose) => {
  const sealed = seal(key, 'purpose', 'the secret');
  expect(() => unseal(key, purpose, sealed)).toThrow();
});

test('with any one bit changed it does not open', () => {
  const bytes = Buffer.from(seal(key, 'purpose', 'the secret'), 'base64url');
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    expect(() => unseal(key, 'purpose', changed.toString('base64url')), `bit ${bit}`).toThrow();
  }
});

test('nor when it is cut, extended or made up', () => {
  const bytes = Buffer.from(seal(key, 'purpose', 'the secret'), 'base64url');
  for (let length = 0; length < bytes.length; length += 1) {
    expect(() => unseal(key, 'purpose', bytes.subarray(0, length).toString('base64url'))).toThrow();
    expect(() =>
      unseal(key, 'purpose', bytes.subarray(bytes.length - length).toString('base64url')),
    ).toThrow();
  }
  expect(() =>
    unseal(key, 'purpose', Buffer.concat([bytes, Buffer.alloc(1)]).toString('base64url')),
  ).toThrow();
  for (const text of ['', 'AAAA', 'the secret', '{}', '='.repeat(100)]) {
    expect(() => unseal(key, 'purpose', text)).toThrow();
  }
});

test('a key of another length seals nothing', () => {
  for (const length of [0, 16, 31, 33]) expect(() => seal(Buffer.alloc(length), 'purpose', 'x')).toThrow();
});
