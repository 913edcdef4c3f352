import { expect, test } from 'vitest';
import { createSessionToken, hashSessionToken, isSessionToken } from './session-token.ts';

test('a token is 256 random bits behind a prefix that leak scanners know', () => {
  const tokens = Array.from({ length: 1_000 }, createSessionToken);
  expect(new Set(tokens).size).toBe(1_000);
  for (const token of tokens) {
    expect(isSessionToken(token)).toBe(true);
    expect(Buffer.from(token.slice('gh_s_'.length), 'base64url')).toHaveLength(32);
  }
});

const token = `gh_s_${'A'.repeat(43)}`;

test.each([
  '',
  'gh_s_',
  token.slice(0, -1),
  `${token}A`,
  `${token}\n`,
  ` ${token}`,
  `${token} `,
  `${token}=`,
  token.toUpperCase(),
  token.replace('gh_s_', 'gh_pat_'),
  token.replace('gh_s_', ''),
  `gh_s_${'A'.repeat(42)}+`,
  `gh_s_${'A'.repeat(42)}é`,
  hashSessionToken(token),
])('%j is no session token', (text) => {
  expect(isSessionToken(text)).toBe(false);
});

test('what is kept of it is its SHA-256, and nothing that leads back', () => {
  expect(hashSessionToken('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(hashSessionToken(`${token}x`)).not.toBe(hashSessionToken(token));
});
