import { inspect } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { ADA, json, startFixtureServer, TOKEN, type FixtureServer } from '../test/fixture-server.ts';
import { Gatehouse, GatehouseError, type GatehouseOptions } from './index.ts';

let server: FixtureServer;
beforeAll(async () => {
  server = await startFixtureServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.received.length = 0;
});

const asAda = (options: Partial<GatehouseOptions> = {}) =>
  new Gatehouse({ baseUrl: server.origin, token: TOKEN, retries: 0, ...options });

const failureOf = async (promise: Promise<unknown>): Promise<GatehouseError> => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(GatehouseError);
  return error as GatehouseError;
};

/** Everything an error could show in a log. */
const printed = (error: Error) =>
  `${inspect(error, { depth: 9, showHidden: true })}${String(error)}${JSON.stringify(error)}`;

describe('headers', () => {
  test('callers can add headers and cannot displace ours', async () => {
    const headers = {
      authorization: 'Bearer gh_s_other',
      Accept: 'text/html',
      'CONTENT-TYPE': 'text/plain',
      cookie: '__Host-gatehouse=gh_s_other',
      traceparent: 'trace-1',
    };
    await asAda().collection('SITConnections').insert({ name: 'x' }, { headers });
    expect(server.last().headers).toMatchObject({
      authorization: `Bearer ${TOKEN}`,
      accept: 'application/json, application/problem+json',
      'content-type': 'application/json',
      traceparent: 'trace-1',
    });
    expect(server.last().headers.cookie).toBeUndefined();
  });

  test('without a token nothing takes its place', async () => {
    const me = new Gatehouse({ baseUrl: server.origin }).me({
      headers: { Authorization: 'Bearer gh_s_other' },
    });
    await expect(me).rejects.toMatchObject({ isUnauthenticated: true });
    expect(server.last().headers.authorization).toBeUndefined();
  });

  test('cookies stay at home and redirects stay manual, whatever fetch does by default', async () => {
    const inits: RequestInit[] = [];
    const gatehouse = asAda({
      fetch: (url, init) => {
        inits.push(init);
        return fetch(url, init);
      },
    });
    await gatehouse.me();
    await gatehouse.collection('SITConnections').insert({});
    expect(inits.map(({ credentials, redirect }) => [credentials, redirect])).toEqual([
      ['omit', 'manual'],
      ['omit', 'manual'],
    ]);
  });

  test('fetch is called without a this, as browsers insist', async () => {
    const receivers: unknown[] = [];
    await asAda({
      fetch: function (this: unknown, url, init) {
        receivers.push(this);
        return fetch(url, init);
      },
    }).me();
    expect(receivers).toEqual([undefined]);
  });

  test('a fetch installed later is the one used', async () => {
    const gatehouse = asAda();
    const spy = vi.spyOn(globalThis, 'fetch');
    try {
      await gatehouse.me();
      expect(spy).toHaveBeenCalledOnce();
    } finally {
      spy.mockRestore();
    }
  });
});

describe('time', () => {
  test('a timeout counts until the body is read', async () => {
    server.next((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{"member":');
    });
    const error = await failureOf(asAda({ timeoutMs: 60 }).me());
    expect(error).toMatchObject({ kind: 'timeout', code: 'timeout', status: 0, isUnavailable: true });
    expect(error.message).toBe('No whole answer came within 60 ms. (timeout)');
  });

  test('a request’s own timeout goes before the client’s', async () => {
    server.next(() => {});
    const start = performance.now();
    await expect(asAda({ timeoutMs: 60_000 }).me({ timeoutMs: 60 })).rejects.toMatchObject({
      kind: 'timeout',
    });
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  test('Infinity and very long timeouts do not fire at once', async () => {
    for (const timeoutMs of [Infinity, 2 ** 31, 2 ** 40]) {
      expect((await asAda({ timeoutMs }).me()).status).toBe(200);
    }
  });

  test.each([0, -1, Number.NaN])('a timeout of %d is a mistake', async (timeoutMs) => {
    expect(() => asAda({ timeoutMs })).toThrow(TypeError);
    await expect(asAda().me({ timeoutMs })).rejects.toThrow(TypeError);
  });

  test('a fetch that ignores its signal is timed out all the same', async () => {
    const error = await failureOf(asAda({ timeoutMs: 30, fetch: () => new Promise(() => {}) }).me());
    expect(error.kind).toBe('timeout');
  });

  test('abort ends a request under way, and carries the caller’s reason', async () => {
    server.next(() => {});
    const controller = new AbortController();
    const me = failureOf(asAda().me({ signal: controller.signal }));
    await expect.poll(() => server.received.length).toBe(1);
    controller.abort('left the screen');
    const error = await me;
    expect(error).toMatchObject({ kind: 'aborted', code: 'aborted', status: 0, cause: 'left the screen' });
    expect(error.isUnavailable).toBe(false);
  });

  test('a request given up is also given up on the wire', async () => {
    let closed = false;
    server.next((_, response) => {
      response.on('close', () => (closed = true));
    });
    await expect(asAda().me({ timeoutMs: 60 })).rejects.toMatchObject({ kind: 'timeout' });
    await expect.poll(() => closed).toBe(true);
  });

  test('an aborted signal sends nothing', async () => {
    await expect(asAda().me({ signal: AbortSignal.abort() })).rejects.toMatchObject({ kind: 'aborted' });
    expect(server.received).toEqual([]);
  });

  test('a finished request leaves no listener on a long-lived signal', async () => {
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    await asAda().me({ signal });
    expect(added).toHaveBeenCalledOnce();
    expect(removed.mock.calls[0]?.slice(0, 2)).toEqual(added.mock.calls[0]?.slice(0, 2));
  });
});

describe('no answer, or not ours', () => {
  test('a refused connection is a network error with its cause', async () => {
    const gone = await startFixtureServer();
    await gone.close();
    const error = await failureOf(asAda({ baseUrl: gone.origin }).me());
    expect(error).toMatchObject({ kind: 'network', code: 'network-error', status: 0, isUnavailable: true });
    expect(error.cause).toBeInstanceOf(TypeError);
    expect([...error.headers]).toEqual([]);
  });

  test('an answer cut off in the middle is a network error', async () => {
    server.next((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' }).write('{');
      setTimeout(() => response.destroy(), 20);
    });
    await expect(asAda().me()).rejects.toMatchObject({ kind: 'network' });
  });

  test('a proxy’s HTML 502 is a problem, not a SyntaxError', async () => {
    server.next((_, response) => {
      response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>');
    });
    const error = await failureOf(asAda().me());
    expect(error).toMatchObject({ kind: 'response', status: 502, isUnavailable: true });
    expect(error.problem).toMatchObject({
      type: 'about:blank',
      title: 'The server answered 502',
      status: 502,
      code: 'unreadable-answer',
    });
    expect(error.headers.get('content-type')).toBe('text/html');
  });

  test.each(['<h1>Sign in to the hotel network</h1>', '', '[]', 'null', '"text"', '{"member":'])(
    'a 200 with %j is an error',
    async (body) => {
      server.next((_, response) => {
        response.writeHead(200, { 'content-type': 'text/html' }).end(body);
      });
      expect((await failureOf(asAda().me())).problem).toMatchObject({
        status: 200,
        code: 'unreadable-answer',
      });
    },
  );

  test.each([301, 302, 303, 307, 308])('a %d to another server is not followed', async (status) => {
    const elsewhere = await startFixtureServer();
    try {
      server.next((_, response) => {
        response.writeHead(status, { location: `${elsewhere.origin}/api/auth/login` }).end();
      });
      const error = await failureOf(asAda().login(ADA));
      expect(error).toMatchObject({ kind: 'response', status, code: 'redirected' });
      expect(elsewhere.received).toEqual([]);
    } finally {
      await elsewhere.close();
    }
  });

  test('a browser’s opaque redirect is told apart from no network', async () => {
    const opaque = Object.defineProperty(new Response(null), 'type', { value: 'opaqueredirect' });
    await expect(asAda({ fetch: () => Promise.resolve(opaque) }).me()).rejects.toMatchObject({
      code: 'redirected',
    });
  });
});

describe('the token stays out of sight', () => {
  test('of an error that quotes the whole request', async () => {
    server.next(({ headers }, response) => {
      json(response, 400, {
        title: headers.authorization,
        detail: JSON.stringify(headers),
        code: headers.authorization,
        requestId: headers.authorization,
        errors: [{ path: headers.authorization, message: headers.authorization }],
      });
    });
    const error = await failureOf(asAda().me());
    expect(printed(error)).not.toContain(TOKEN);
    expect(error.problem.title).toBe('Bearer [token]');
  });

  test('of every kind of failure', async () => {
    server.next((_, response) => response.writeHead(302, { location: '/' }).end());
    const errors = [
      await failureOf(asAda().me()),
      await failureOf(asAda({ baseUrl: 'http://127.0.0.1:1' }).me()),
      await failureOf(asAda({ timeoutMs: 1, fetch: () => new Promise(() => {}) }).me()),
      await failureOf(asAda().me({ signal: AbortSignal.abort() })),
      await failureOf(asAda().collection('SITConnections').get('nobody')),
      await failureOf(asAda().login({ ...ADA, password: 'wrong' })),
    ];
    for (const error of errors) expect(printed(error)).not.toContain(TOKEN);
  });

  test.each([`${TOKEN}\n`, `${TOKEN} x`, `${TOKEN}é`, ''])(
    'of the refusal of a token that cannot be a header',
    (token) => {
      let error: unknown;
      try {
        asAda({ token });
      } catch (caught) {
        error = caught;
      }
      expect(error).toBeInstanceOf(TypeError);
      expect(printed(error as Error)).not.toContain(TOKEN);
    },
  );

  test('of a platform’s complaint about an Authorization header of the caller’s', async () => {
    await asAda().me({ headers: { Authorization: `Bearer ${TOKEN}\n` } });
    expect(server.last().headers.authorization).toBe(`Bearer ${TOKEN}`);
  });

  test('of a printed client', () => {
    const gatehouse = asAda();
    const seen =
      inspect(gatehouse, { depth: 9, showHidden: true, getters: false }) + JSON.stringify(gatehouse);
    expect(seen).not.toContain(TOKEN);
    expect(inspect(gatehouse.collection('SITConnections'), { depth: 9, showHidden: true })).not.toContain(
      TOKEN,
    );
  });
});
