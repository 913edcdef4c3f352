import { describe, expect, test } from 'vitest';
import type { Credential } from './credential.ts';
import { assertSameSite } from './cross-site.ts';

const OURS = 'https://gatehouse.example';
const origins = [OURS];

type Given = Readonly<{
  method?: string;
  credential?: Credential['kind'];
  door?: 'page' | 'api';
  origin?: string;
  site?: string;
}>;

function check({
  method = 'POST',
  credential = 'cookie',
  door = 'api',
  origin,
  site,
}: Given): 'passes' | 'refused' {
  const headers = new Headers({
    ...(origin !== undefined && { origin }),
    ...(site !== undefined && { 'sec-fetch-site': site }),
  });
  try {
    assertSameSite({
      request: new Request(OURS, { method, headers }),
      credential,
      door,
      origins,
      invited: false,
    });
    return 'passes';
  } catch (error) {
    expect(error).toMatchObject({ code: 'cross-site', status: 403 });
    return 'refused';
  }
}

const foreignOrigins = [
  'null',
  '',
  'https://evil.example',
  'http://gatehouse.example',
  'https://gatehouse.example:444',
  'https://gatehouse.example:443',
  'https://www.gatehouse.example',
  'https://gatehouse.example.evil.example',
  'https://evilgatehouse.example',
  'https://gatehouse.example@evil.example',
  'https://gatehouse.example/',
  'HTTPS://GATEHOUSE.EXAMPLE',
  'https://gatehouse.example, https://evil.example',
  'https://gatehouse.example https://evil.example',
];

describe('CS-04 a write', () => {
  test.each(foreignOrigins)(
    'from %j is refused with the cookie, without a credential and on pages',
    (origin) => {
      for (const credential of ['cookie', 'none', 'unusable'] as const) {
        for (const door of ['api', 'page'] as const) {
          expect(check({ credential, door, origin })).toBe('refused');
          expect(check({ credential, door, origin, site: 'same-origin' })).toBe('refused');
        }
      }
    },
  );

  test.each(['cross-site', 'same-site', 'unheard-of', ''])(
    'that Sec-Fetch-Site calls %j is refused',
    (site) => {
      for (const credential of ['cookie', 'none', 'unusable'] as const) {
        expect(check({ credential, site })).toBe('refused');
        expect(check({ credential, site, origin: OURS })).toBe('refused');
      }
    },
  );

  test('from our own origin passes', () => {
    for (const door of ['api', 'page'] as const) {
      for (const credential of ['cookie', 'none'] as const) {
        expect(check({ door, credential, origin: OURS })).toBe('passes');
        expect(check({ door, credential, site: 'same-origin' })).toBe('passes');
        expect(check({ door, credential, origin: OURS, site: 'same-origin' })).toBe('passes');
      }
    }
  });

  test('that proves nothing is refused with the cookie and on pages, and passes for an app that signs in', () => {
    expect(check({ credential: 'cookie' })).toBe('refused');
    expect(check({ credential: 'cookie', site: 'none' })).toBe('refused');
    expect(check({ credential: 'none', door: 'page' })).toBe('refused');
    expect(check({ credential: 'none', door: 'api' })).toBe('passes');
  });

  test('with a bearer token passes from anywhere: no browser adds one by itself', () => {
    for (const origin of foreignOrigins) expect(check({ credential: 'bearer', origin })).toBe('passes');
    expect(check({ credential: 'bearer', site: 'cross-site' })).toBe('passes');
  });

  test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND', 'UNSUPPORTED', 'QUERY'])(
    'is everything that is not known to be a read: %s',
    (method) => {
      expect(check({ method, origin: 'https://evil.example' })).toBe('refused');
    },
  );
});

test.each(['GET', 'HEAD', 'OPTIONS'])('%s only reads, so it needs no proof', (method) => {
  expect(check({ method, origin: 'https://evil.example', site: 'cross-site' })).toBe('passes');
});
