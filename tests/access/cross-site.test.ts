import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  actor,
  asBearer,
  asVisitor,
  expectProblem,
  people,
  tokenOf,
  type Actor,
  type Answer,
} from '../actors.ts';
import { openSite, type Site } from '../harness.ts';
import { jsonLines, raw } from '../raw.ts';

/**
 * What another site can make a member's browser send. The cookie goes along by itself, so every write that comes with
 * it has to prove that it started on a page of ours.
 */

const CONNECTIONS = '/api/collections/SITConnections/items';
const ROW = `${CONNECTIONS}/ada-babbage`;

let site: Site;
let token: string;
let before: unknown;

beforeAll(async () => {
  site = await openSite();
  token = await tokenOf(site, people.ada);
  before = await everything();
});

beforeEach(() => site.forget());

afterEach(async () => {
  expect(await everything(), 'Ada is still signed in, and her rows are as they were').toEqual(before);
});

afterAll(() => site.stop());

/** Ada's rows, asked for by her app. */
async function everything(): Promise<unknown> {
  const { status, body } = await asBearer(site, 'ada', token).get(`${CONNECTIONS}?limit=100`);
  expect(status).toBe(200);
  return body.items;
}

/** Ada's browser, with the headers that the page it shows makes it send. */
const browserOn = (headers: Record<string, string>): Actor =>
  actor(site, 'ada’s browser', { cookie: `__Host-gatehouse=${token}`, ...headers });

const writes: [what: string, run: (browser: Actor) => Promise<Answer>][] = [
  ['inserts', (browser) => browser.post(CONNECTIONS, { name: 'Planted' })],
  ['changes', (browser) => browser.patch(ROW, { status: 'planted' })],
  ['removes', (browser) => browser.delete(ROW)],
  ['signs her out', (browser) => browser.post('/api/auth/logout')],
  ['signs somebody in', (browser) => browser.post('/api/auth/login', people.grace)],
  [
    'registers',
    (browser) => browser.post('/api/auth/register', { email: 'x@example.com', password: 'x-2026' }),
  ],
  ['posts where nothing is', (browser) => browser.post('/api/nothing', {})],
  ['uses a method of its own', (browser) => browser.send(ROW, { method: 'UNLOCK' })],
];

function expectRefused(answer: Answer): void {
  expectProblem(answer, 403, 'cross-site');
  expect(answer.headers.getSetCookie()).toEqual([]);
  expect(answer.text).not.toContain('evil');
  expect(site.wixCalls).toEqual([]);
}

const origins: [what: string, origin: (own: URL) => string][] = [
  ['no origin at all', () => 'null'],
  ['a foreign site', () => 'https://evil.example'],
  ['a sibling', ({ host }) => `http://evil.${host}`],
  ['our name as a prefix', ({ host }) => `http://${host}.evil.example`],
  ['our name as a suffix', ({ host }) => `http://evil${host}`],
  ['our name as its user', ({ host }) => `http://${host}@evil.example`],
  ['another port', ({ hostname, port }) => `http://${hostname}:${Number(port) + 1}`],
  ['a longer port', ({ host }) => `http://${host}0`],
  ['no port', ({ hostname }) => `http://${hostname}`],
  ['https', ({ host }) => `https://${host}`],
  ['another scheme', ({ host }) => `ws://${host}`],
  ['a trailing slash', ({ host }) => `http://${host}/`],
  ['a path', ({ host }) => `http://${host}/evil`],
  ['two origins', ({ origin }) => `${origin} https://evil.example`],
  ['a list', ({ origin }) => `${origin}, https://evil.example`],
  ['capitals in the scheme', ({ host }) => `HTTP://${host}`],
  ['nothing', () => ''],
];

describe('writes with the cookie from elsewhere', () => {
  test.each(origins)('CS-04 from a page with %s: every write is refused', async (_, origin) => {
    const browser = browserOn({ origin: origin(new URL(site.address)) });
    for (const [, run] of writes) expectRefused(await run(browser));
  });

  test.each(origins)('CS-04 and Sec-Fetch-Site does not make up for %s', async (_, origin) => {
    const browser = browserOn({
      origin: origin(new URL(site.address)),
      'sec-fetch-site': 'same-origin',
    });
    expectRefused(await browser.delete(ROW));
  });

  test.each(['cross-site', 'same-site', 'SAME-ORIGIN', 'same-origin, cross-site', ''])(
    'CS-04 Sec-Fetch-Site: %j is believed, whatever the Origin says',
    async (value) => {
      const browser = browserOn({ origin: site.address, 'sec-fetch-site': value });
      for (const [, run] of writes) expectRefused(await run(browser));
    },
  );

  test.each(writes)('a browser that says nothing of where it is and %s is refused', async (_, run) => {
    expectRefused(await run(browserOn({})));
    expectRefused(await run(browserOn({ 'sec-fetch-site': 'none' })));
    expectRefused(await run(browserOn({ referer: `${site.address}/connections` })));
  });

  test('an ended session’s cookie is no way round', async () => {
    const ended = await tokenOf(site, people.ada);
    await asBearer(site, 'ada', ended).post('/api/auth/logout');
    site.forget();
    const browser = actor(site, 'a browser', {
      cookie: `__Host-gatehouse=${ended}`,
      origin: 'https://evil.example',
    });
    for (const [, run] of writes) expectRefused(await run(browser));
  });

  test.each([
    ['application/x-www-form-urlencoded', 'name=Planted'],
    [
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="name"\r\n\r\nPlanted\r\n--b--',
    ],
    ['text/plain', '{"name":"Planted"}'],
  ])('CS-01 a form of type %s on another site is refused', async (type, body) => {
    for (const headers of [
      { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      {},
    ]) {
      for (const path of [CONNECTIONS, '/api/auth/logout', '/api/auth/login']) {
        const form = { method: 'POST', body, headers: { 'content-type': type } };
        expectRefused(await browserOn(headers).send(path, form));
      }
    }
  });

  test('CS-02 no media type lets a foreign write in', async () => {
    const types = [
      'application/json',
      'Application/JSON; charset=utf-8',
      'text/plain',
      'application/jsonx',
      '',
    ];
    for (const type of types) {
      const init = { method: 'POST', body: '{"name":"Planted"}', headers: { 'content-type': type } };
      expectRefused(await browserOn({ origin: 'https://evil.example' }).send(CONNECTIONS, init));
    }
  });

  test('AZ-36 no spelling of the address is a way round', async () => {
    for (const path of [
      '/%61pi/auth/logout',
      '//api/auth/logout',
      '/api//auth/logout',
      '/api/auth/logout/',
    ]) {
      const answer = await browserOn({ origin: 'https://evil.example' }).post(path);
      expect(answer.status, path).toBeGreaterThanOrEqual(300);
      expect([204, 200]).not.toContain(answer.status);
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
    expect(site.wixCalls).toEqual([]);
  });
});

describe('what goes on as usual', () => {
  test('a write from a page of ours', async () => {
    for (const headers of [
      { origin: site.address },
      { 'sec-fetch-site': 'same-origin' },
      { origin: site.address, 'sec-fetch-site': 'same-origin' },
    ]) {
      const browser = browserOn(headers);
      const inserted = await browser.post(CONNECTIONS, { name: 'Mine' });
      expect(inserted.status, inserted.text).toBe(201);
      expect((await browser.delete(`${CONNECTIONS}/${inserted.body._id}`)).status).toBe(204);
    }
  });

  test('a laptop’s other names for itself are ours too', async () => {
    const { port } = new URL(site.address);
    for (const name of ['localhost', '127.0.0.1', '[::1]', '10.0.2.2']) {
      const browser = browserOn({ origin: `http://${name}:${port}` });
      expect((await browser.patch(ROW, { status: 'active' })).status, name).toBe(200);
    }
    before = await everything();
  });

  test('CS-02 JSON by any spelling of its type is read; JSON as text is not', async () => {
    const browser = browserOn({ origin: site.address });
    const send = (type: string) =>
      browser.send(CONNECTIONS, {
        method: 'POST',
        body: '{"name":"Mine"}',
        headers: { 'content-type': type },
      });
    for (const type of [
      'application/json',
      'Application/JSON',
      'application/json; charset=UTF-8',
      'application/json ;x=y',
    ]) {
      const { status, body } = await send(type);
      expect(status, type).toBe(201);
      await browser.delete(`${CONNECTIONS}/${body._id}`);
    }
    site.forget();
    for (const type of [
      'text/plain',
      'text/json',
      'application/jsonp',
      'application/x-www-form-urlencoded',
      'application/json, text/plain',
      'text/plain; application/json',
      '',
    ]) {
      expectProblem(await send(type), 415, 'unsupported-media-type');
    }
    const lines = jsonLines(`POST ${CONNECTIONS} HTTP/1.1`, '{"name":"Mine"}', [
      `Cookie: __Host-gatehouse=${token}`,
      `Origin: ${site.address}`,
    ]).filter((line) => !line.startsWith('Content-Type'));
    expectProblem(await raw(site, lines, '{"name":"Mine"}'), 415, 'unsupported-media-type');
    expect(site.wixCalls).toEqual([]);
  });

  test('a bearer token’s write from anywhere: no browser adds one by itself', async () => {
    for (const origin of ['https://evil.example', 'null', 'capacitor://localhost']) {
      const app = actor(site, 'an app', {
        authorization: `Bearer ${token}`,
        origin,
        'sec-fetch-site': 'cross-site',
      });
      const inserted = await app.post(CONNECTIONS, { name: 'By an app' });
      expect(inserted.status, inserted.text).toBe(201);
      expect((await app.delete(`${CONNECTIONS}/${inserted.body._id}`)).status).toBe(204);
      expect([...inserted.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });

  test('an app without Origin signs in; a page of another site does not', async () => {
    expect((await asVisitor(site).post('/api/auth/login', people.ada)).status).toBe(200);
    for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'same-site' }]) {
      const foreign = actor(site, 'a foreign page', headers);
      expectProblem(await foreign.post('/api/auth/login', people.ada), 403, 'cross-site');
    }
  });

  test('CS-06 reading with the cookie goes on, but no other site is told it may look', async () => {
    for (const origin of ['https://evil.example', 'null', site.address]) {
      const browser = browserOn({ origin, 'sec-fetch-site': 'cross-site' });
      for (const answer of [
        await browser.get('/api/me'),
        await browser.get(CONNECTIONS),
        await browser.send('/api/me', { method: 'HEAD' }),
        await browser.send(CONNECTIONS, {
          method: 'OPTIONS',
          headers: {
            'access-control-request-method': 'POST',
            'access-control-request-headers': 'authorization, content-type',
          },
        }),
      ]) {
        expect(answer.status).toBeLessThan(300);
        expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
        expect(answer.headers.get('cross-origin-resource-policy')).toBe('same-origin');
      }
    }
  });
});
