import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Problem } from '../http/problem.ts';
import { blankSessionCookie, COOKIE_NAME, readCredential, sessionCookie } from './credential.ts';

const headers = (given: Record<string, string>) => new Headers(given);

describe('the one credential of a request', () => {
  test('none, a bearer token or the cookie', () => {
    expect(readCredential(headers({}))).toEqual({ kind: 'none' });
    expect(readCredential(headers({ authorization: 'Bearer abc' }))).toEqual({
      kind: 'bearer',
      token: 'abc',
    });
    expect(readCredential(headers({ cookie: `a=1; ${COOKIE_NAME}=abc; b=2` }))).toEqual({
      kind: 'cookie',
      token: 'abc',
    });
  });

  test.each(['bearer abc', 'BEARER abc', 'BeArEr   abc', 'Bearer abc  '])('%j is a bearer token', (value) => {
    expect(readCredential(headers({ authorization: value }))).toEqual({ kind: 'bearer', token: 'abc' });
  });

  test.each([
    '',
    'Bearer',
    'Bearer ',
    'Bearerabc',
    'Bearer\tabc',
    'Bearer a b',
    'Bearer abc,',
    'Bearer abc, Bearer abc',
    'Bearer "abc"',
    'Bearer =',
    'Basic YTpi',
    'Digest username="a"',
    'Token abc',
    'abc',
    `Bearer ${'a'.repeat(600)}`,
  ])('%j is unusable, and no reason to be a visitor', (value) => {
    expect(readCredential(headers({ authorization: value }))).toEqual({ kind: 'unusable' });
  });

  test.each([
    ['both', { cookie: `${COOKIE_NAME}=a`, authorization: 'Bearer b' }],
    ['a cookie and a header that is unusable', { cookie: `${COOKIE_NAME}=a`, authorization: 'Basic b' }],
    ['a cookie and an empty header', { cookie: `${COOKIE_NAME}=a`, authorization: '' }],
    ['two cookies of our name', { cookie: `${COOKIE_NAME}=a; ${COOKIE_NAME}=b` }],
    ['the same cookie twice', { cookie: `${COOKIE_NAME}=a;${COOKIE_NAME}=a` }],
  ])('%s are too many', (_, given) => {
    expect(() => readCredential(headers(given))).toThrow(
      expect.objectContaining({
        code: 'invalid-request',
        detail: 'Send one credential: the cookie or a bearer token, and once.',
      }),
    );
  });

  test('RFC 6265 §5.2 spaces and tabs around a cookie are none of its name or value', () => {
    for (const cookie of [
      ` \t ${COOKIE_NAME}=abc`,
      `a=1; \t ${COOKIE_NAME}=abc \t ; b=2`,
      `a=1;${COOKIE_NAME}=abc`,
    ])
      expect(readCredential(headers({ cookie }))).toEqual({ kind: 'cookie', token: 'abc' });
    expect(readCredential(headers({ cookie: `${COOKIE_NAME}=a b\tc` }))).toEqual({
      kind: 'cookie',
      token: 'a b\tc',
    });
  });

  test('a name that begins with a space of another kind is not ours', () => {
    for (const space of ['\u00a0', '\u00a0 ', '\v', '\f'])
      expect(readCredential(headers({ cookie: `a=1; ${space}${COOKIE_NAME}=abc` }))).toEqual({
        kind: 'none',
      });
  });

  test('a header of 512 characters is read, a longer one is not', () => {
    const token = 'a'.repeat(512 - 'Bearer '.length);
    expect(readCredential(headers({ authorization: `Bearer ${token}` }))).toEqual({ kind: 'bearer', token });
    expect(readCredential(headers({ authorization: `Bearer ${token}a` }))).toEqual({ kind: 'unusable' });
  });

  test('an emptied cookie is none', () => {
    expect(readCredential(headers({ cookie: `${COOKIE_NAME}=` }))).toEqual({ kind: 'none' });
    expect(readCredential(headers({ cookie: `${COOKIE_NAME}=; ${COOKIE_NAME}=a` }))).toEqual({
      kind: 'cookie',
      token: 'a',
    });
  });

  test('other cookies’ names and values are nothing to us', () => {
    const others = [
      `x${COOKIE_NAME}=a`,
      `${COOKIE_NAME}x=a`,
      `a=${COOKIE_NAME}=b`,
      COOKIE_NAME,
      'gatehouse=a',
    ];
    for (const cookie of others) expect(readCredential(headers({ cookie }))).toEqual({ kind: 'none' });
  });

  test('whatever is sent, it is read or refused in no time, and never with another error', () => {
    const value = fc.oneof(
      fc.string({ unit: 'binary-ascii', maxLength: 300 }),
      fc.constantFrom(
        'Bearer ',
        'bearer',
        `${COOKIE_NAME}=`,
        '=',
        ';',
        ',',
        'a'.repeat(8_000),
        '='.repeat(8_000),
      ),
    );
    const text = fc
      .array(value, { maxLength: 4 })
      .map((parts) => parts.join('').replaceAll(/[\0\r\n]/g, ' '));
    fc.assert(
      fc.property(fc.option(text), fc.option(text), (authorization, cookie) => {
        const given = headers({
          ...(authorization !== null && { authorization }),
          ...(cookie !== null && { cookie }),
        });
        try {
          const { kind } = readCredential(given);
          expect(['none', 'unusable', 'bearer', 'cookie']).toContain(kind);
          if (kind === 'bearer') expect(given.get('cookie') ?? '').not.toMatch(`; ${COOKIE_NAME}=.`);
        } catch (error) {
          expect(error).toBeInstanceOf(Problem);
        }
      }),
    );
  });

  test('AU-19 a header of 8 kB costs next to nothing', () => {
    const hostile = ['a', '=', ' ', '~=', 'a ', 'Bearer '].map(
      (part) => `Bearer ${part.repeat(8_192 / part.length)}`,
    );
    const before = process.cpuUsage();
    for (const authorization of hostile) readCredential(headers({ authorization }));
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(10 * hostile.length);
  });
});

describe('SE-07 the cookie', () => {
  test('is out of the reach of scripts, other sites and other hosts', () => {
    const cookie = sessionCookie('gh_s_x', new Date('2026-12-24T18:00:00Z'));
    expect(cookie).toBe(
      '__Host-gatehouse=gh_s_x; Path=/; HttpOnly; Secure; SameSite=Lax; Expires=Thu, 24 Dec 2026 18:00:00 GMT',
    );
    expect(cookie).not.toMatch(/domain/i);
  });

  test('is taken away by one of the same kind', () => {
    expect(blankSessionCookie()).toBe(
      '__Host-gatehouse=; Path=/; HttpOnly; Secure; SameSite=Lax; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
    );
  });
});
