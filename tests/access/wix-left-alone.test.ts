import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { asMobileApp, asVisitor, expectProblem, people, type Actor } from '../actors.ts';
import { openSite, type Site } from '../harness.ts';

/** FA-05: while Wix is in trouble it is left alone, callers are told at once, and no write is ever sent twice. */

const CONNECTIONS = '/api/collections/SITConnections/items';
const ANNOUNCEMENTS = '/api/collections/Announcements/items';
const REST_MS = 400;

let site: Site;
let ada: Actor;

beforeAll(async () => {
  site = await openSite({
    sparing: { outagesToOpen: 5, restMs: REST_MS, longestPauseMs: 60_000 },
    variables: { WIX_TIMEOUT_MS: '1000' },
  });
  ada = await asMobileApp(site, 'ada');
  await ada.get(CONNECTIONS);
});

beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});

afterEach(async () => {
  site.trouble(null);
  // Whatever is left of a pause or a rest.
  await vi.waitFor(async () => expect((await ada.get(CONNECTIONS)).status).toBe(200), {
    timeout: 10_000,
    interval: 100,
  });
  vi.restoreAllMocks();
});

afterAll(() => site.stop());

const answering = (status: number, headers: Record<string, string> = {}) => {
  let asked = 0;
  site.trouble((request, forward) => {
    if (!request.url.includes('/wix-data/')) return forward(request);
    asked += 1;
    return Promise.resolve(new Response('{}', { status, headers }));
  });
  return () => asked;
};

test('429: nothing more is sent until the time that Wix named, and callers are told it at once', async () => {
  const asked = answering(429, { 'retry-after': '2' });
  const refused = await ada.get(CONNECTIONS);
  expectProblem(refused, 503, 'wix-unavailable');
  expect(refused.headers.get('retry-after')).toBe('2');
  const begin = performance.now();
  for (const run of [
    () => ada.get(`${CONNECTIONS}/ada-babbage`),
    () => ada.post(CONNECTIONS, { name: 'New' }),
    () => ada.delete(`${CONNECTIONS}/ada-babbage`),
    () => ada.get(ANNOUNCEMENTS),
  ]) {
    const given = await run();
    expectProblem(given, 503, 'wix-unavailable');
    expect(Number(given.headers.get('retry-after'))).toBeLessThanOrEqual(2);
  }
  expect(performance.now() - begin).toBeLessThan(1_500);
  expect(asked()).toBe(1);
  expect((await ada.get('/api/me')).status, 'other parts of Wix are asked').toBe(200);
});

test('429 for a second: a read is asked once more, a write never', async () => {
  const busyOnce = () => {
    let asked = 0;
    site.trouble((request, forward) => {
      if (!request.url.includes('/wix-data/')) return forward(request);
      asked += 1;
      if (asked > 1) return forward(request);
      return Promise.resolve(new Response('{}', { status: 429, headers: { 'retry-after': '1' } }));
    });
    return () => asked;
  };
  let asked = busyOnce();
  const journalled = (await site.journal()).length;
  expect((await ada.get(CONNECTIONS)).status).toBe(200);
  expect(asked()).toBe(2);
  expect((await site.journal()).slice(journalled).map(({ outcome }) => outcome)).toEqual(['done']);

  asked = busyOnce();
  expectProblem(await ada.patch(`${CONNECTIONS}/ada-babbage`, { notes: 'x' }), 503, 'wix-unavailable');
  expect(asked()).toBe(1);

  await vi.waitFor(async () => expect((await ada.get(CONNECTIONS)).status).toBe(200), { timeout: 5_000 });
  asked = answering(429, { 'retry-after': '1' });
  expectProblem(await ada.get(CONNECTIONS), 503, 'wix-unavailable');
  expect(asked(), 'and not a third time').toBe(2);
});

describe('the breaker', () => {
  const fail = async (times: number) => {
    for (let index = 0; index < times; index += 1) expect((await ada.get(CONNECTIONS)).status).toBe(503);
  };
  const resting = async () => {
    const { status, body } = await asVisitor(site).get('/api/health/ready');
    expect(status, 'another replica would have no better Wix').toBe(200);
    return body.resting as string[] | undefined;
  };

  test.each([500, 502, 503])(
    'opens after five answers of %i in a row, and closes when Wix is back',
    async (status) => {
      const asked = answering(status);
      await fail(5);
      expect(asked()).toBe(5);
      expect(await resting()).toEqual(['data']);
      const begin = performance.now();
      const given = await ada.post(CONNECTIONS, { name: 'New' });
      expectProblem(given, 503, 'wix-unavailable');
      expect(given.headers.get('retry-after')).toBe('1');
      expect(performance.now() - begin).toBeLessThan(REST_MS);
      expect(asked(), 'nothing was sent').toBe(5);
      expect((await ada.get('/api/me')).status, 'other parts of Wix are asked').toBe(200);

      await new Promise((resolve) => setTimeout(resolve, REST_MS + 50));
      await fail(1);
      expect(asked(), 'one call has tried').toBe(6);
      await fail(1);
      expect(asked()).toBe(6);

      site.trouble(null);
      await new Promise((resolve) => setTimeout(resolve, REST_MS + 50));
      expect((await ada.get(CONNECTIONS)).status).toBe(200);
      expect(await resting()).toBeUndefined();
    },
  );

  test('opens by silence and by refused connections', async () => {
    site.trouble((request, forward) =>
      request.url.includes('/wix-data/') ? Promise.reject(new TypeError('fetch failed')) : forward(request),
    );
    await fail(4);
    expect(await resting()).toBeUndefined();
    site.trouble((request, forward) =>
      request.url.includes('/wix-data/') ? new Promise(() => undefined) : forward(request),
    );
    expectProblem(await ada.get(CONNECTIONS), 504, 'wix-timeout');
    expect(await resting()).toEqual(['data']);
    const begin = performance.now();
    await fail(1);
    expect(performance.now() - begin, 'nobody waits for it any more').toBeLessThan(REST_MS);
  });

  test.each([400, 403, 404, 409, 428])('stays closed however often Wix says %i', async (status) => {
    const asked = answering(status);
    for (let times = 1; times <= 12; times += 1) {
      await ada.get(CONNECTIONS);
      expect(asked()).toBe(times);
    }
    expect(await resting()).toBeUndefined();
  });

  test('FA-07 open for tokens nobody becomes a visitor or the app, and no session ends', async () => {
    const tokens = (request: Request) => request.url.includes('/oauth2/token');
    site.trouble((request, forward) =>
      tokens(request) ? Promise.resolve(new Response(null, { status: 500 })) : forward(request),
    );
    for (let times = 0; times < 5; times += 1)
      expectProblem(await asVisitor(site).post('/api/auth/login', people.grace), 503, 'wix-unavailable');
    expect(await resting()).toEqual(['tokens']);
    site.trouble(null);
    const given = await asVisitor(site).post('/api/auth/login', people.grace);
    expectProblem(given, 503, 'wix-unavailable');
    expect(given.headers.getSetCookie()).toEqual([]);
    expect((await ada.get(CONNECTIONS)).status, 'whose token is good needs no other').toBe(200);
    await vi.waitFor(async () =>
      expect((await asVisitor(site).post('/api/auth/login', people.grace)).status).toBe(200),
    );
  });
});

describe('a write whose end nobody knows is sent once', () => {
  const writes = [
    ['an insert', () => ada.post(CONNECTIONS, { name: 'New' })],
    ['a change', () => ada.patch(`${CONNECTIONS}/ada-babbage`, { notes: 'x' })],
    ['a removal', () => ada.delete(`${CONNECTIONS}/ada-faraday`)],
    ['a bulk', () => ada.post(`${CONNECTIONS}/bulk`, { operations: [{ insert: { name: 'New' } }] })],
  ] as const;
  const ends = [
    ['500', () => Promise.resolve(new Response('{}', { status: 500 }))],
    ['429', () => Promise.resolve(new Response('{}', { status: 429, headers: { 'retry-after': '0' } }))],
    ['a cut connection', () => Promise.reject(new TypeError('terminated'))],
    ['silence', () => new Promise<Response>(() => undefined)],
  ] as const;
  const cases = writes.flatMap(([does, run]) => ends.map(([end, happens]) => ({ does, run, end, happens })));

  test.each(cases)('$does, $end', async ({ run, happens }) => {
    let sent = 0;
    site.trouble((request, forward) => {
      if (!request.url.includes('/wix-data/')) return forward(request);
      sent += 1;
      return happens();
    });
    await run();
    expect(sent).toBe(1);
  });
});
