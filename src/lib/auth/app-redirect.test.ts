import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { appBehind, formTarget, isAppRedirectUri } from './app-redirect.ts';

const APP = 'com.example.app:/signed-in';
const CLAIMED = 'https://app.example.com/signed-in';
const LOOPBACK = 'http://127.0.0.1/signed-in';
const IPV6 = 'http://[::1]:7000/signed-in?a=b';
const allowed = [APP, CLAIMED, LOOPBACK, IPV6];

describe('isAppRedirectUri', () => {
  test.each([...allowed, 'http://127.0.0.1:1/signed-in', 'http://[::1]/signed-in?a=b'])('knows %s', (uri) => {
    expect(isAppRedirectUri(uri, allowed)).toBe(true);
  });

  test('knows nothing while nothing is allowed', () => {
    for (const uri of allowed) expect(isAppRedirectUri(uri, [])).toBe(false);
  });

  test('knows a loopback address by any port, and no other change of any address', () => {
    const piece = fc.constantFrom(
      '/',
      ':',
      '@',
      '?',
      '#',
      '.',
      '%2f',
      '\\',
      ' ',
      '\t',
      '0',
      '65536',
      'evil.example',
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...allowed),
        fc.nat(),
        fc.array(fc.oneof(piece, fc.string({ minLength: 1, maxLength: 2 })), { minLength: 1, maxLength: 4 }),
        (uri, where, pieces) => {
          const at = where % (uri.length + 1);
          const changed = uri.slice(0, at) + pieces.join('') + uri.slice(at);
          if (!isAppRedirectUri(changed, allowed)) return;
          // What is known in spite of the change differs by the port alone.
          const { protocol, hostname, pathname, search, username, hash } = new URL(changed);
          const expected = new URL(uri);
          expect([protocol, hostname, pathname, search, username, hash]).toEqual([
            expected.protocol,
            expected.hostname,
            expected.pathname,
            expected.search,
            '',
            '',
          ]);
          expect(changed === uri || protocol === 'http:').toBe(true);
        },
      ),
    );
  });
});

test.each([
  [APP, 'com.example.app', 'com.example.app:'],
  [CLAIMED, 'app.example.com', 'https://app.example.com'],
  ['http://127.0.0.1:7000/x', 'a program on this device (127.0.0.1:7000)', 'http://127.0.0.1:7000'],
  [IPV6, 'a program on this device ([::1]:7000)', 'http:'],
])('%s belongs to %s', (uri, app, target) => {
  expect(appBehind(uri)).toBe(app);
  expect(formTarget(uri)).toBe(target);
});
