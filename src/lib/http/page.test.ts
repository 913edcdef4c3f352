import { describe, expect, test } from 'vitest';
import { allowMethods, answerWith, seeOther } from './page.ts';
import { Problem } from './problem.ts';

describe('allowMethods', () => {
  const as = (method: string) => new Request('http://localhost/', { method });

  test('HEAD comes with GET, and with nothing else', () => {
    expect(() => allowMethods(as('GET'), 'GET')).not.toThrow();
    expect(() => allowMethods(as('HEAD'), 'GET', 'POST')).not.toThrow();
    expect(() => allowMethods(as('HEAD'), 'POST')).toThrow(Problem);
  });

  test('names the methods there are', () => {
    expect(() => allowMethods(as('DELETE'), 'GET', 'POST')).toThrow(
      expect.objectContaining({ code: 'method-not-allowed', headers: { allow: 'GET, POST, HEAD' } }),
    );
  });
});

describe('seeOther', () => {
  test('sends the browser on, with a cookie where there is one', () => {
    const { status, headers } = seeOther('/connections', 'a=b');
    expect([status, headers.get('location'), headers.get('set-cookie')]).toEqual([
      303,
      '/connections',
      'a=b',
    ]);
    expect(seeOther('/').headers.has('set-cookie')).toBe(false);
  });
});

describe('answerWith', () => {
  test('gives a page the status, its name and the headers', () => {
    const response = { status: 200, statusText: 'OK', headers: new Headers() };
    answerWith(response, { status: 503, headers: { 'retry-after': '5' } });
    expect(response).toMatchObject({ status: 503, statusText: 'Service Unavailable' });
    expect(response.headers.get('retry-after')).toBe('5');
  });
});
