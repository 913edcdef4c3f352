import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { json, problem, startFixtureServer, TOKEN, type FixtureServer } from '../test/fixture-server.ts';
import { Gatehouse, GatehouseError } from './index.ts';

let server: FixtureServer;
beforeAll(async () => {
  server = await startFixtureServer();
});
afterAll(() => server.close());

/** What the client makes of the answer to one call. */
async function failureFor(answer: Parameters<FixtureServer['next']>[0]): Promise<GatehouseError> {
  server.next(answer);
  const error: unknown = await new Gatehouse({ baseUrl: server.origin, token: TOKEN, retries: 0 })
    .me()
    .catch((reason) => reason);
  if (!(error instanceof GatehouseError)) throw new Error('expected a GatehouseError', { cause: error });
  return error;
}

const GETTERS = [
  'isUnauthenticated',
  'isForbidden',
  'isNotFound',
  'isConflict',
  'isCaptchaRequired',
  'isInvalid',
  'isRateLimited',
  'isUnavailable',
] as const;

describe('a problem of the server', () => {
  test.each([
    ['invalid-request', 400, 'isInvalid'],
    ['unauthenticated', 401, 'isUnauthenticated'],
    ['invalid-credentials', 401, 'isUnauthenticated'],
    ['forbidden', 403, 'isForbidden'],
    ['not-found', 404, 'isNotFound'],
    ['method-not-allowed', 405, undefined],
    ['email-already-exists', 409, 'isConflict'],
    ['too-many-requests', 429, 'isRateLimited'],
    ['unexpected', 500, undefined],
    ['wix-unavailable', 503, 'isUnavailable'],
  ] as const)('%s is a %d, and %s and nothing else', async (code, status, getter) => {
    const error = await failureFor((_, response) => problem(response, code));
    expect(error).toMatchObject({ name: 'GatehouseError', kind: 'response', status, code });
    expect(GETTERS.filter((name) => error[name])).toEqual(getter ? [getter] : []);
    expect(error.message).toBe(`${error.problem.detail} (${code}, request request-1)`);
  });

  test('carries every member, and the faulty fields', async () => {
    const errors = [{ path: 'limit', message: 'must be at least 1' }];
    const error = await failureFor((_, response) =>
      problem(response, 'invalid-request', { errors, detail: 'Look at limit.' }),
    );
    expect(error.problem).toEqual({
      type: '/problems/invalid-request',
      title: 'The request is not valid',
      status: 400,
      detail: 'Look at limit.',
      code: 'invalid-request',
      requestId: 'request-1',
      errors,
    });
  });

  test('a code this version does not know is passed on', async () => {
    const error = await failureFor((_, response) => problem(response, 'brewing-coffee'));
    expect(error.code).toBe('brewing-coffee');
  });
});

describe('something like a problem', () => {
  test('the status is the one HTTP gave', async () => {
    const error = await failureFor((_, response) => json(response, 403, { status: 401, code: 'forbidden' }));
    expect(error).toMatchObject({ status: 403, isForbidden: true, isUnauthenticated: false });
    expect(error.problem.status).toBe(403);
  });

  test('members of another type are replaced, so that their types hold', async () => {
    const error = await failureFor((_, response) =>
      json(response, 418, {
        type: 1,
        title: [],
        detail: {},
        code: null,
        requestId: 7,
        errors: [null, 'x', { path: 'a' }],
      }),
    );
    expect(error.problem).toEqual({
      type: 'about:blank',
      title: 'The server answered 418',
      status: 418,
      detail: expect.stringContaining('The server answered 418'),
      code: 'unreadable-answer',
      errors: [],
    });
  });

  test('another server’s JSON error is a problem too', async () => {
    const error = await failureFor((_, response) => json(response, 502, { error: 'bad gateway' }));
    expect(error.problem).toMatchObject({ status: 502, code: 'unreadable-answer' });
    expect(error.isUnavailable).toBe(true);
  });
});

describe('retryAfterSeconds', () => {
  const retryAfter = async (value?: string) => {
    const error = await failureFor((_, response) => {
      if (value !== undefined) response.setHeader('retry-after', value);
      problem(response, 'too-many-requests');
    });
    return error.retryAfterSeconds;
  };

  test('reads seconds', async () => {
    expect(await retryAfter('17')).toBe(17);
  });

  test('reads a date, and never goes below 0', async () => {
    expect(await retryAfter(new Date(Date.now() + 60_000).toUTCString())).toBeGreaterThan(55);
    expect(await retryAfter('Wed, 21 Oct 2015 07:28:00 GMT')).toBe(0);
  });

  test('a date is read by the server’s clock, since a phone’s may be hours off', async () => {
    const error = await failureFor((_, response) => {
      response.setHeader('date', 'Wed, 21 Oct 2015 07:28:00 GMT');
      response.setHeader('retry-after', 'Wed, 21 Oct 2015 07:28:30 GMT');
      problem(response, 'too-many-requests');
    });
    expect(error.retryAfterSeconds).toBe(30);
  });

  test('is undefined without the header, and for one that makes no sense', async () => {
    expect(await retryAfter()).toBeUndefined();
    expect(await retryAfter('soon')).toBeUndefined();
  });
});
