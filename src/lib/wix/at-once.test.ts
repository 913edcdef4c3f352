import { describe, expect, test } from 'vitest';
import { plainCallOf, plainResponse } from './at-once.ts';

const URL_OF_ITEMS = 'https://www.wixapis.com/wix-data/v2/items';

describe('a plain call', () => {
  test('is what the SDK makes: an address, a token, a text', () => {
    const headers = { Authorization: 'token', 'Content-Type': 'application/json' };
    expect(plainCallOf(URL_OF_ITEMS, { method: 'POST', headers, body: '{}' })).toEqual({
      method: 'POST',
      url: URL_OF_ITEMS,
      authorization: 'token',
      body: '{}',
    });
    expect(plainCallOf(URL_OF_ITEMS)).toEqual({
      method: 'GET',
      url: URL_OF_ITEMS,
      authorization: null,
      body: null,
    });
  });

  test.each([
    ['a Request', () => plainCallOf(new Request(URL_OF_ITEMS))],
    ['a URL', () => plainCallOf(new URL(URL_OF_ITEMS))],
    ['headers of the web', () => plainCallOf(URL_OF_ITEMS, { headers: new Headers() })],
    ['headers in pairs', () => plainCallOf(URL_OF_ITEMS, { headers: [['authorization', 'token']] })],
    ['bytes', () => plainCallOf(URL_OF_ITEMS, { method: 'POST', body: new Uint8Array(1) })],
    ['somebody who may give up', () => plainCallOf(URL_OF_ITEMS, { signal: AbortSignal.timeout(1_000) })],
  ])('is none with %s', (_, call) => {
    expect(call()).toBeNull();
  });
});

test('a plain response says what the SDK reads of one', async () => {
  const response = plainResponse({ status: 404, requestId: '1.2', text: '{"message":"none"}' });
  expect(response).toMatchObject({ status: 404, ok: false });
  expect(response.headers.get('X-Wix-Request-Id')).toBe('1.2');
  expect(await response.clone().text()).toBe('{"message":"none"}');
  expect(await response.json()).toEqual({ message: 'none' });
  expect(plainResponse({ status: 200, requestId: '1.2', text: '{' }).ok).toBe(true);
  await expect(plainResponse({ status: 200, requestId: '1.2', text: '{' }).json()).rejects.toThrow(
    SyntaxError,
  );
});
