import { describe, expect, test, vi } from 'vitest';
import { PROBLEMS, Problem, toProblem, type ProblemCode } from './problem.ts';
import { toProblemResponse } from './problem-response.ts';
import { withSecurityHeaders } from './security-headers.ts';

const codes = Object.keys(PROBLEMS) as ProblemCode[];
const bodyOf = async (problem: Problem) =>
  (await toProblemResponse(problem, 'request-1').json()) as Record<string, unknown>;

describe.each(codes)('the problem %s', (code) => {
  test('has a status that says failure, and a title', () => {
    const { status, title } = PROBLEMS[code];
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
    expect(title).toMatch(/^\p{Lu}.*[^.]$/u);
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  test('is answered in one shape, and never kept by a cache', async () => {
    const response = toProblemResponse(new Problem(code), 'request-1');
    expect(response.status).toBe(PROBLEMS[code].status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual({
      type: `/problems/${code}`,
      title: PROBLEMS[code].title,
      status: PROBLEMS[code].status,
      detail: PROBLEMS[code].title,
      code,
      requestId: 'request-1',
    });
  });

  test('names a scheme that would help, when it is 401, and only then', () => {
    const { headers } = toProblemResponse(new Problem(code), 'r');
    expect(headers.has('www-authenticate')).toBe(PROBLEMS[code].status === 401);
    if (headers.has('www-authenticate')) expect(headers.get('www-authenticate')).toMatch(/^Bearer /);
  });
});

describe('AZ-51 what is for our log only', () => {
  test('the reason and the cause are not in the answer', async () => {
    const body = await bodyOf(
      new Problem('wix-refused', { reason: 'secret reason', cause: new Error('secret cause') }),
    );
    expect(JSON.stringify(body)).not.toContain('secret');
  });

  test.each([new Error('secret'), 'secret', { message: 'secret' }, null, undefined, new TypeError('secret')])(
    'whatever was not thrown on purpose (%j) is unexpected, and says nothing',
    async (thrown) => {
      const problem = toProblem(thrown);
      expect(problem.code).toBe('unexpected');
      expect(problem.cause).toBe(thrown);
      expect(await bodyOf(problem)).toMatchObject({ status: 500, detail: 'Something went wrong' });
      expect(JSON.stringify(await bodyOf(problem))).not.toContain('secret');
    },
  );

  test('a Problem stays the one it is', () => {
    const problem = new Problem('conflict');
    expect(toProblem(problem)).toBe(problem);
  });
});

test('headers of a problem come along, and may be more exact than the usual ones', () => {
  const challenge = 'Bearer realm="gatehouse", error="invalid_token"';
  const problem = new Problem('unauthenticated', {
    headers: { 'www-authenticate': challenge, 'retry-after': '5' },
  });
  const { headers } = toProblemResponse(problem, 'r');
  expect(headers.get('www-authenticate')).toBe(challenge);
  expect(headers.get('retry-after')).toBe('5');
});

test('DS-03 a hundred thousand faults make a short answer', async () => {
  const errors = Array.from({ length: 100_000 }, (_, index) => ({
    path: `${index}${'p'.repeat(1_000)}`,
    message: 'm'.repeat(1_000),
  }));
  const text = await toProblemResponse(new Problem('invalid-request', { errors }), 'r').text();
  expect(text.length).toBeLessThan(10_000);
  expect(text).toContain('"path":"0pppp');
});

test('two problems of one kind differ in the request id only', async () => {
  vi.stubEnv('DEV', false);
  const [one, other] = await Promise.all(
    ['r1', 'r2'].map((id) => toProblemResponse(new Problem('not-found', { reason: id }), id).text()),
  );
  expect(one?.replace('r1', 'r2')).toBe(other);
  vi.unstubAllEnvs();
});

test('while the site is built a refusal says why', async () => {
  const problem = new Problem('forbidden', { reason: 'no rule lets anybody do this' });
  expect(await bodyOf(problem)).toMatchObject({ detail: 'no rule lets anybody do this' });
  vi.stubEnv('DEV', false);
  expect(await bodyOf(problem)).toMatchObject({ detail: 'This is not allowed' });
  vi.unstubAllEnvs();
});

describe('CS-15 security headers', () => {
  test('are on every answer, and replace weaker ones', () => {
    const weak = new Response('', {
      headers: {
        'x-content-type-options': 'none',
        'referrer-policy': 'unsafe-url',
        'x-request-id': 'forged',
      },
    });
    const { headers } = withSecurityHeaders(weak, 'r1');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(headers.get('x-request-id')).toBe('r1');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test('leave a caching that was chosen', () => {
    const { headers } = withSecurityHeaders(
      new Response('', { headers: { 'cache-control': 'max-age=60' } }),
      'r',
    );
    expect(headers.get('cache-control')).toBe('max-age=60');
  });
});
