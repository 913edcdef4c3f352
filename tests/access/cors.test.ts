import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { actor, expectProblem, people, tokenOf, type Actor } from '../actors.ts';
import { openSite, type Site } from '../harness.ts';

const APP = 'https://app.example.com';
const ITEMS = '/api/collections/SITConnections/items';

let site: Site;
let token: string;

beforeAll(async () => {
  site = await openSite({ variables: { CORS_ORIGINS: `${APP}, http://localhost:8081` } });
  token = await tokenOf(site, people.ada);
});

afterAll(() => site.stop());

/** The browser of somebody who has the page of this origin open. */
const browserAt = (origin: string, headers: Record<string, string> = {}): Actor =>
  actor(site, `a browser at ${origin}`, { origin, 'sec-fetch-site': 'cross-site', ...headers });
const preflight = (origin: string, path: string, method: string) =>
  browserAt(origin).send(path, {
    method: 'OPTIONS',
    headers: {
      'access-control-request-method': method,
      'access-control-request-headers': 'authorization,content-type',
    },
  });
const corsHeaders = (headers: Headers) =>
  [...headers.keys()].filter((name) => name.startsWith('access-control-'));

test('an app on a named origin signs in and works with its token', async () => {
  const asked = await preflight(APP, '/api/auth/login', 'POST');
  expect(asked.status).toBe(204);
  expect(asked.headers.get('access-control-allow-origin')).toBe(APP);
  expect(asked.headers.get('access-control-allow-methods')).toContain('POST');
  expect(asked.headers.get('access-control-allow-headers')).toContain('authorization');
  const signedIn = await browserAt(APP).post('/api/auth/login', people.ada);
  expect(signedIn.status, signedIn.text).toBe(200);
  const app = browserAt(APP, { authorization: `Bearer ${signedIn.body.token}` });
  const inserted = await app.post(ITEMS, { name: 'From an app' });
  expect(inserted.status).toBe(201);
  expect(inserted.headers.get('access-control-allow-origin')).toBe(APP);
  expect(inserted.headers.get('access-control-expose-headers')).toContain('etag');
  expect(inserted.headers.get('vary')).toMatch(/origin/i);
});

test('it may read why it was refused', async () => {
  const answer = await browserAt(APP, { authorization: 'Bearer gone' }).get(ITEMS);
  expectProblem(answer, 401, 'unauthenticated');
  expect(answer.headers.get('access-control-allow-origin')).toBe(APP);
});

describe('CS-06', () => {
  const foreign = [
    'https://evil.example',
    'null',
    `${APP}.evil.example`,
    'https://app.example.com:444',
    'http://app.example.com',
    'https://APP.example.com',
    `${APP}/`,
  ];

  test.each(foreign)('%s is told nothing, whatever it asks', async (origin) => {
    const bearer = { authorization: `Bearer ${token}` };
    const login = await browserAt(origin).post('/api/auth/login', people.ada);
    const answers = [
      login,
      await preflight(origin, ITEMS, 'POST'),
      await preflight(origin, '/api/auth/login', 'POST'),
      await browserAt(origin, bearer).get(ITEMS),
      await browserAt(origin).get('/api/collections'),
    ];
    for (const { headers } of answers) expect(corsHeaders(headers)).toEqual([]);
    expectProblem(login, 403, 'cross-site');
  });

  test('a cookie is never welcome from elsewhere, not even from a named origin', async () => {
    const cookie = { cookie: `__Host-gatehouse=${token}` };
    const write = await browserAt(APP, cookie).post(ITEMS, { name: 'Planted' });
    expectProblem(write, 403, 'cross-site');
    const answers = [write, await browserAt(APP, cookie).get(ITEMS), await preflight(APP, ITEMS, 'POST')];
    for (const { headers } of answers) expect(headers.get('access-control-allow-credentials')).toBeNull();
  });

  test('pages are for nobody elsewhere', async () => {
    for (const path of ['/', '/login', '/nothing']) {
      expect(corsHeaders((await browserAt(APP).get(path)).headers), path).toEqual([]);
    }
    const form = await browserAt(APP).send('/login', {
      method: 'POST',
      body: new URLSearchParams(people.ada).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(form.status).toBe(403);
  });
});
