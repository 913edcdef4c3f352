import { describe, expect, test } from 'vitest';
import { createToken, hashToken, isToken, type TokenKind } from './token.ts';

const kinds: [kind: TokenKind, prefix: string][] = [
  ['session', 'gh_s_'],
  ['access-token', 'gh_pat_'],
  ['authorization-code', 'gh_code_'],
];

describe.each(kinds)('a token of kind %s', (kind, prefix) => {
  test('is 256 random bits behind a prefix that leak scanners know', () => {
    const tokens = Array.from({ length: 1_000 }, () => createToken(kind));
    expect(new Set(tokens).size).toBe(1_000);
    for (const token of tokens) {
      expect(token.startsWith(prefix)).toBe(true);
      expect(isToken(kind, token)).toBe(true);
      expect(Buffer.from(token.slice(prefix.length), 'base64url')).toHaveLength(32);
    }
  });

  test('SE-14 is of no other kind', () => {
    const token = createToken(kind);
    for (const [other] of kinds) expect(isToken(other, token)).toBe(other === kind);
  });

  const token = `${prefix}${'A'.repeat(43)}`;
  test.each([
    '',
    prefix,
    token.slice(0, -1),
    `${token}A`,
    `${token}\n`,
    ` ${token}`,
    `${token} `,
    `${token}=`,
    token.toUpperCase(),
    token.replace(prefix, 'gh_x_'),
    token.replace(prefix, ''),
    `${prefix}${'A'.repeat(42)}+`,
    `${prefix}${'A'.repeat(42)}é`,
    hashToken(token),
  ])('is not %j', (text) => {
    expect(isToken(kind, text)).toBe(false);
  });
});

test('what is kept of it is its SHA-256, and nothing that leads back', () => {
  expect(hashToken('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(hashToken('abcx')).not.toBe(hashToken('abc'));
});
