import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyring } from './keyring.ts';

const ring = keyring(Buffer.alloc(32, 1));
const { seal, unseal } = ring;

test('what was sealed opens with the same key and purpose', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (plain, purpose) => {
      // Half a surrogate pair is no text: UTF-8 cannot hold it.
      fc.pre(plain.isWellFormed());
      expect(unseal(purpose, seal(purpose, plain))).toBe(plain);
    }),
  );
});

test('the same text looks different each time, and tells nothing but its length', () => {
  const sealed = Array.from({ length: 100 }, () => seal('purpose', 'the secret'));
  expect(new Set(sealed).size).toBe(100);
  for (const text of sealed) {
    expect(text).toMatch(/^[\da-f]{8}\.[\w-]+$/);
    expect(text).toHaveLength(sealed[0]?.length ?? 0);
    expect(Buffer.from(sealedPart(text), 'base64url').toString('latin1')).not.toContain('secret');
  }
});

test('another key does not open it, nor when it bears that key’s id', () => {
  const other = keyring(Buffer.alloc(32, 2));
  const sealed = seal('purpose', 'the secret');
  expect(() => other.unseal('purpose', sealed)).toThrow(/not on the ring/);
  expect(() => other.unseal('purpose', `${other.id}.${sealedPart(sealed)}`)).toThrow();
});

test.each(['', 'Purpose', 'purpose ', 'purpos', 'purpose\0'])('nor does the purpose %j', (purpose) => {
  const sealed = seal('purpose', 'the secret');
  expect(() => unseal(purpose, sealed)).toThrow();
});

test('with any one bit changed it does not open', () => {
  const bytes = Buffer.from(sealedPart(seal('purpose', 'the secret')), 'base64url');
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    expect(() => unseal('purpose', `${ring.id}.${changed.toString('base64url')}`), `bit ${bit}`).toThrow();
  }
});

test('nor when it is cut, extended or made up', () => {
  const whole = seal('purpose', 'the secret');
  const bytes = Buffer.from(sealedPart(whole), 'base64url');
  const opens = (part: Buffer) => () => unseal('purpose', `${ring.id}.${part.toString('base64url')}`);
  for (let length = 0; length < bytes.length; length += 1) {
    expect(opens(bytes.subarray(0, length))).toThrow();
    expect(opens(bytes.subarray(bytes.length - length))).toThrow();
  }
  expect(opens(Buffer.concat([bytes, Buffer.alloc(1)]))).toThrow();
  for (const text of [
    '',
    '.',
    ring.id,
    sealedPart(whole),
    `${whole}.`,
    `.${whole}`,
    'AAAA',
    '{}',
    '='.repeat(100),
  ]) {
    expect(() => unseal('purpose', text), text).toThrow();
  }
});

test('a key of another length is none', () => {
  for (const length of [0, 16, 31, 33]) {
    expect(() => keyring(Buffer.alloc(length))).toThrow(RangeError);
    expect(() => keyring(Buffer.alloc(32), [Buffer.alloc(length)])).toThrow(RangeError);
  }
});

describe('when the key is changed', () => {
  const [oldest, old, current] = [1, 2, 3].map((byte) => Buffer.alloc(32, byte)) as [Buffer, Buffer, Buffer];

  test('what older ones have sealed still opens, and what is sealed from here on needs the new one', () => {
    const changed = keyring(current, [old, oldest]);
    for (const key of [oldest, old, current]) {
      expect(changed.unseal('purpose', keyring(key).seal('purpose', 'the secret'))).toBe('the secret');
    }
    const sealed = changed.seal('purpose', 'the secret');
    expect(sealed.startsWith(`${keyring(current).id}.`)).toBe(true);
    expect(() => keyring(old, [oldest]).unseal('purpose', sealed)).toThrow();
  });

  test('a key that was dropped opens nothing any more', () => {
    const sealed = keyring(oldest).seal('purpose', 'the secret');
    expect(() => keyring(current, [old]).unseal('purpose', sealed)).toThrow();
  });

  test('old signatures are known, new ones are made with the new key', () => {
    const changed = keyring(current, [old]);
    expect(changed.verifies('purpose', 'text', keyring(old).sign('purpose', 'text'))).toBe(true);
    expect(changed.verifies('purpose', 'text', keyring(oldest).sign('purpose', 'text'))).toBe(false);
    expect(changed.sign('purpose', 'text')).toEqual(keyring(current).sign('purpose', 'text'));
  });
});

test('a signature is for one purpose and one text', () => {
  const signature = ring.sign('purpose', 'text');
  expect(ring.verifies('purpose', 'text', signature)).toBe(true);
  expect(ring.verifies('other', 'text', signature)).toBe(false);
  expect(ring.verifies('purpose', 'texts', signature)).toBe(false);
  expect(ring.verifies('purpose', 'text', signature.subarray(1))).toBe(false);
});

test('the id of a key tells nothing of it and is its own', () => {
  const ids = Array.from({ length: 100 }, (_, byte) => keyring(Buffer.alloc(32, byte)).id);
  expect(new Set(ids).size).toBe(100);
});

/** Without the id of its key. */
function sealedPart(text: string): string {
  return text.slice(text.indexOf('.') + 1);
}
