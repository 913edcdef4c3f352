import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { json, problem, startFixtureServer, TOKEN, type FixtureServer } from '../test/fixture-server.ts';
import { Gatehouse, GatehouseError, type GatehouseOptions } from './index.ts';

let server: FixtureServer;
const unhandled: unknown[] = [];
const note = (reason: unknown) => void unhandled.push(reason);

beforeAll(async () => {
  server = await startFixtureServer();
  process.on('unhandledRejection', note);
});
afterAll(async () => {
  await new Promise((resolve) => setTimeout(resolve, 50));
  process.off('unhandledRejection', note);
  expect(unhandled, 'rejections that nobody handled').toEqual([]);
  await server.close();
});
beforeEach(() => {
  server.received.length = 0;
});

const asAda = (options: Partial<GatehouseOptions> = {}) =>
  new Gatehouse({ baseUrl: server.origin, token: TOKEN, ...options });
const connections = (options: Partial<GatehouseOptions> = {}) => asAda(options).collection('SITConnections');

const failureOf = async (promise: Promise<unknown>): Promise<GatehouseError> => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(GatehouseError);
  return error as GatehouseError;
};

type Answer = Parameters<FixtureServer['next']>[0];

/** What may come of one try, though the next may do. */
const PASSING: Record<string, Answer> = {
  'a connection that is lost': (_, response) => void response.destroy(),
  'an answer that is cut off'(_, response) {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' }).write('{');
    setTimeout(() => response.destroy(), 10);
  },
  '429': (_, response) => problem(response, 'too-many-requests'),
  '503': (_, response) => problem(response, 'wix-unavailable'),
  'a proxy’s HTML 502': (_, response) => void response.writeHead(502).end('<h1>Bad gateway</h1>'),
  'a proxy’s HTML 504': (_, response) => void response.writeHead(504).end('<h1>Timeout</h1>'),
};

describe.each(Object.entries(PASSING))('%s', (_name, answer) => {
  test('is tried again by a read', async () => {
    server.next(answer);
    server.next(answer);
    expect((await asAda().me()).status).toBe(200);
    expect(server.received).toHaveLength(3);
  });

  test('is tried again by a write of an item, under one key', async () => {
    server.next(answer);
    expect((await connections().insert({ name: 'x' })).status).toBe(201);
    const keys = server.received.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toHaveLength(2);
    expect(keys[0]).toMatch(/^[\w-]{20,}$/);
    expect(new Set(keys).size).toBe(1);
  });

  test('is an error in the end, after as many tries as were asked for', async () => {
    for (let index = 0; index < 2; index += 1) server.next(answer);
    const error = await failureOf(asAda({ retries: 1 }).me());
    expect(error.isUnavailable || error.isRateLimited).toBe(true);
    expect(server.received).toHaveLength(2);
  });

  test('is no reason to sign in, or to make an account or a token, twice', async () => {
    const calls: (() => Promise<unknown>)[] = [
      () => asAda().login({ email: 'ada@example.com', password: 'x' }),
      () => asAda().register({ email: 'x@example.com', password: 'x' }),
      () => asAda().createAccessToken({ name: 'x', scopes: ['profile:read'] }),
      () => asAda().changePassword({ currentPassword: 'x', newPassword: 'y' }),
    ];
    for (const call of calls) {
      server.received.length = 0;
      server.next(answer);
      await failureOf(call());
      expect(server.received).toHaveLength(1);
    }
  });
});

describe('what is not tried again', () => {
  test.each(['invalid-request', 'forbidden', 'not-found', 'unexpected'])('%s', async (code) => {
    server.next((_, response) => problem(response, code));
    await failureOf(connections().list());
    expect(server.received).toHaveLength(1);
  });

  test('Wix’s own refusal, though it is a 502', async () => {
    server.next((_, response) => json(response, 502, { title: 'x', code: 'wix-refused' }));
    expect((await failureOf(asAda().me())).code).toBe('wix-refused');
    expect(server.received).toHaveLength(1);
  });

  test('a 200 that is no JSON: whoever sent it, the write may not have reached the server', async () => {
    server.next((_, response) => void response.writeHead(200).end('<h1>Hotel network</h1>'));
    expect((await failureOf(connections().insert({}))).code).toBe('unreadable-answer');
    expect(server.received).toHaveLength(1);
  });

  test('a visitor’s write, since nobody keeps a visitor’s key', async () => {
    server.next((_, response) => problem(response, 'wix-unavailable'));
    const visitor = new Gatehouse({ baseUrl: server.origin }).collection('SITConnections');
    await failureOf(visitor.insert({ name: 'x' }));
    expect(server.received).toHaveLength(1);
  });

  test('anything with retries: 0', async () => {
    server.next((_, response) => problem(response, 'wix-unavailable'));
    await failureOf(asAda({ retries: 0 }).me());
    expect(server.received).toHaveLength(1);
  });

  test.each([-1, 0.5, Number.NaN])('retries: %d is a mistake', (retries) => {
    expect(() => asAda({ retries })).toThrow(TypeError);
  });
});

describe('waiting', () => {
  test('Retry-After is waited for', async () => {
    server.next((_, response) => {
      response.setHeader('retry-after', '1');
      problem(response, 'too-many-requests');
    });
    const begun = performance.now();
    await asAda().me();
    expect(performance.now() - begun).toBeGreaterThan(950);
  });

  test('a wait that is long is the app’s to decide on', async () => {
    server.next((_, response) => {
      response.setHeader('retry-after', '60');
      problem(response, 'too-many-requests');
    });
    const begun = performance.now();
    expect(await failureOf(asAda().me())).toMatchObject({ isRateLimited: true, retryAfterSeconds: 60 });
    expect(performance.now() - begun).toBeLessThan(1_000);
    expect(server.received).toHaveLength(1);
  });

  test('waits and tries end with the time of the call, and nothing is sent after it', async () => {
    server.next((_, response) => {
      response.setHeader('retry-after', '1');
      problem(response, 'wix-unavailable');
    });
    expect((await failureOf(connections().insert({}, { timeoutMs: 200 }))).kind).toBe('timeout');
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(server.received).toHaveLength(1);
  });

  test('so they do when the caller has had enough', async () => {
    const controller = new AbortController();
    server.next((_, response) => {
      response.setHeader('retry-after', '1');
      problem(response, 'wix-unavailable');
      setTimeout(() => controller.abort(), 50);
    });
    const error = await failureOf(asAda().me({ signal: controller.signal }));
    expect(error.kind).toBe('aborted');
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect(server.received).toHaveLength(1);
  });
});

describe('keys of writes', () => {
  test('each call has its own, and a key of the caller’s is used as it is', async () => {
    const collection = connections();
    await collection.insert({ name: 'x' });
    await collection.patch('one', { name: 'y' });
    await collection.remove('one', { idempotencyKey: 'the-form-of-tuesday' });
    const [first, second, third] = server.received.map(({ headers }) => headers['idempotency-key']);
    expect(first).not.toBe(second);
    expect(third).toBe('the-form-of-tuesday');
  });

  test('a write that is still being worked on is waited for', async () => {
    server.next((_, response) => json(response, 409, { title: 'x', code: 'idempotency-key-in-use' }));
    expect((await connections().insert({ name: 'x' })).status).toBe(201);
    expect(server.received).toHaveLength(2);
  });

  test('a conflict is no such thing', async () => {
    server.next((_, response) => json(response, 409, { title: 'x', code: 'conflict' }));
    expect(await failureOf(connections().insert({}))).toMatchObject({ code: 'conflict', isConflict: true });
    expect(server.received).toHaveLength(1);
  });

  test('what is changed after the call was made is not what is sent', async () => {
    const fields = { name: 'before' };
    const call = connections().insert(fields);
    fields.name = 'after';
    await call;
    expect(server.last().body).toEqual({ name: 'before' });
  });
});

describe('a session that ends', () => {
  const dying = (response: Parameters<Answer>[1]) => problem(response, 'unauthenticated');

  test('under a hundred calls: one error each, and the app is told once', async () => {
    const told: GatehouseError[] = [];
    const gatehouse = asAda({ onSessionEnded: (error) => void told.push(error) });
    for (let index = 0; index < 100; index += 1) server.next((_, response) => dying(response));
    const errors = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        failureOf(index % 2 ? gatehouse.me() : gatehouse.collection('SITConnections').insert({ name: 'x' })),
      ),
    );
    expect(errors.every(({ isUnauthenticated }) => isUnauthenticated)).toBe(true);
    expect(new Set(errors).size).toBe(100);
    expect(told).toHaveLength(1);
    expect(errors).toContain(told[0]);
    expect(server.received).toHaveLength(100);
    // The app decides what to do about it.
    expect(gatehouse.token).toBe(TOKEN);
  });

  test('is not told where the app itself has signed out or in meanwhile', async () => {
    const told: unknown[] = [];
    const gatehouse = asAda({ token: 'gh_s_older', onSessionEnded: (error) => void told.push(error) });
    let answerLate = () => {};
    server.next((_, response) => (answerLate = () => dying(response)));
    const late = failureOf(gatehouse.me());
    await expect.poll(() => server.received.length).toBe(1);
    await gatehouse.login({ email: 'ada@example.com', password: 'lovelace-1815' });
    answerLate();
    expect((await late).isUnauthenticated).toBe(true);
    expect(gatehouse.token).toBe(TOKEN);
    expect(told).toEqual([]);
  });

  test('a wrong password, a proxy that wants a password and a visitor’s 401 end none', async () => {
    const told: unknown[] = [];
    const gatehouse = asAda({ onSessionEnded: (error) => void told.push(error) });
    await failureOf(gatehouse.login({ email: 'ada@example.com', password: 'wrong' }));
    server.next((_, response) => void response.writeHead(401).end('<h1>Proxy</h1>'));
    await failureOf(gatehouse.me());
    const visitor = new Gatehouse({
      baseUrl: server.origin,
      onSessionEnded: (error) => void told.push(error),
    });
    await failureOf(visitor.me());
    expect(told).toEqual([]);
  });
});

describe('versions of items', () => {
  const versioned =
    (etag: string, name: string): Answer =>
    ({ headers }, response) => {
      response.setHeader('etag', etag);
      if (headers['if-none-match'] === etag) return void response.writeHead(304).end();
      return json(response, 200, { _id: 'one', name });
    };

  test('an item that is known is not sent again, and each caller has a copy', async () => {
    const collection = connections();
    server.next(versioned('"a"', 'first'));
    const first = await collection.get('one');
    first.result['name'] = 'changed by the app';
    server.next(versioned('"a"', 'first'));
    const second = await collection.get('one');
    expect(second).toMatchObject({ status: 304, result: { name: 'first' } });
    server.next(versioned('"b"', 'second'));
    expect(await collection.get('one')).toMatchObject({ status: 200, result: { name: 'second' } });
    expect(server.received.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, '"a"', '"a"']);
  });

  test('what one member has read is not another’s', async () => {
    const gatehouse = asAda({ token: 'gh_s_grace' });
    server.next(versioned('"a"', 'hers'));
    await gatehouse.collection('SITConnections').get('one');
    await gatehouse.login({ email: 'ada@example.com', password: 'lovelace-1815' });
    await gatehouse.collection('SITConnections').get('one');
    expect(server.last().headers['if-none-match']).toBeUndefined();
  });

  test('a change can be for one version only', async () => {
    await connections().patch('one', { name: 'x' }, { ifMatch: '"a"' });
    expect(server.last().headers['if-match']).toBe('"a"');
  });
});
