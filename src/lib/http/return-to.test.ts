import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { safeReturnTo, signInAddress } from './return-to.ts';

const site = 'https://gatehouse.example';

describe('safeReturnTo', () => {
  test.each([
    '/',
    '/connections',
    '/connections?status=active&cursor=abc.def',
    '/connections/ada-babbage/remove',
    '/user@host',
    '/connections?status=a%20b%2Fc%5Cd',
    '/api/auth/authorize?redirect_uri=com.example.app%3A%2Fsigned-in&state=a%0Ab',
  ])('keeps %j', (path) => {
    expect(safeReturnTo(path)).toBe(path);
  });

  test.each([
    ['nothing', undefined],
    ['an empty value', ''],
    ['an absolute URL', 'https://evil.example/'],
    ['an absolute URL to ourselves', `${site}/connections`],
    ['a protocol-relative URL', '//evil.example'],
    ['nothing but slashes', '//'],
    ['three slashes', '///evil.example'],
    ['a backslash for a slash', '/\\evil.example'],
    ['two backslashes', '\\\\evil.example'],
    ['a scheme without slashes', 'https:evil.example'],
    ['a script', 'javascript:alert(1)'],
    ['data', 'data:text/html,<script>alert(1)</script>'],
    ['a user in front of a host', 'user@evil.example'],
    ['a relative path', 'connections'],
    ['a tab inside', '/\t/evil.example'],
    ['a newline inside', '/\n/evil.example'],
    ['a header line', '/\r\nset-cookie: a=b'],
    ['a space in front', ' //evil.example'],
    ['an encoded slash', '/%2Fevil.example'],
    ['an encoded backslash', '/%5cevil.example'],
    ['an encoded newline', '/%0d%0aset-cookie:a=b'],
    ['an encoded tab', '/%09/evil.example'],
    ['an encoded slash after a fragment mark', '/%2Fevil.example#?'],
    ['an encoded slash with a query', '/%2Fevil.example?a=b'],
    ['dots that resolve to two slashes', '/..//evil.example'],
    ['one dot that does', '/.//evil.example'],
    ['encoded dots that do', '/%2e%2e//evil.example'],
    ['dots behind a folder', '/connections/..//evil.example'],
    ['more than anybody needs', `/${'a'.repeat(2048)}`],
  ])('goes home for %s', (_, value) => {
    expect(safeReturnTo(value)).toBe('/');
  });

  test('never leads anywhere else, whatever it is made of', () => {
    const piece = fc.constantFrom(
      '/',
      '\\',
      '.',
      '..',
      ':',
      '@',
      '%2f',
      '%5c',
      '%2e',
      '\t',
      '\n',
      '?',
      '#',
      'https',
      'evil',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 3 })), { maxLength: 12 }), (pieces) => {
        const kept = safeReturnTo(pieces.join(''));
        expect(kept).toMatch(/^\/(?!\/)/);
        expect(new URL(kept, site).origin).toBe(site);
        // Kept once, it is kept as it is.
        expect(safeReturnTo(kept)).toBe(kept);
      }),
    );
  });
});

describe('signInAddress', () => {
  test('leads back to the page with its query', () => {
    const address = signInAddress(new URL('/connections?status=active', site));
    expect(address).toBe('/login?returnTo=%2Fconnections%3Fstatus%3Dactive');
    expect(safeReturnTo(new URL(address, site).searchParams.get('returnTo'))).toBe(
      '/connections?status=active',
    );
  });

  test('has nothing to add for the home page', () => {
    expect(signInAddress(new URL('/', site))).toBe('/login');
  });
});
