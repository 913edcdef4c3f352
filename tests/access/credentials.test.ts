import SQLite from 'better-sqlite3';
import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
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

const CONNECTIONS = '/api/collections/SITConnections/items';
const ADA = '1815ada0-1210-4000-8000-000000000001';
const DAY = 24 * 60 * 60 * 1000;

let site: Site;
/** Every token Wix gave the site, by what it was given for. */
const wixTokens: Record<string, string[]> = {};

/** Two sessions of Ada's and one of Grace's, opened once: each sign-in costs a password hash. */
let ada: string;
let adaToo: string;
let grace: string;

beforeAll(async () => {
  site = await openSite();
  site.trouble(async (request, forward) => {
    const { pathname } = new URL(request.url);
    const sent = pathname === '/oauth2/token' ? await request.clone().text() : '';
    const response = await forward(request);
    const text = await response.clone().text();
    const kind = /anonymous|authorization_code|client_credentials/.exec(sent)?.[0] ?? 'login';
    for (const [, token = ''] of text.matchAll(/"(?:access_token|refresh_token|sessionToken)":"([^"]+)"/g)) {
      (wixTokens[kind] ??= []).push(token);
    }
    return response;
  });
  ada = await tokenOf(site, people.ada);
  adaToo = await tokenOf(site, people.ada);
  grace = await tokenOf(site, people.grace);
  // An elevated call, so that there is an app token too.
  await asBearer(site, 'ada', ada).get(CONNECTIONS);
});

beforeEach(() => site.forget());

afterEach(() => {
  vi.useRealTimers();
});

afterAll(() => site.stop());

const withCookie = (token: string, more: Record<string, string> = {}): Actor =>
  actor(site, 'a browser', { cookie: `__Host-gatehouse=${token}`, origin: site.address, ...more });

const withAuthorization = (value: string): Actor => actor(site, 'an app', { authorization: value });

/** Refused, with a hint how to do better, and without a word to Wix. */
function expectTurnedAway(answer: Answer): void {
  expectProblem(answer, 401, 'unauthenticated');
  expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm="gatehouse"/);
  expect(answer.headers.getSetCookie()).toEqual([]);
  expect(site.wixCalls).toEqual([]);
}

describe('the Authorization header', () => {
  test.each(['Bearer', 'bearer', 'BEARER', 'bEaReR'])(
    'SE-10 the scheme may be written %s',
    async (scheme) => {
      expect((await withAuthorization(`${scheme} ${ada}`).get('/api/me')).body.id).toBe(ADA);
    },
  );

  test('SE-10 more than one space before the token is still one token', async () => {
    expect((await withAuthorization(`Bearer   ${ada}`).get('/api/me')).body.id).toBe(ADA);
  });

  const malformed: [what: string, value: (token: string) => string][] = [
    ['a tab', (token) => `Bearer\t${token}`],
    ['no space', (token) => `Bearer${token}`],
    ['no scheme', (token) => token],
    ['text behind it', (token) => `Bearer ${token} extra`],
    ['a second token', (token) => `Bearer ${token}, Bearer ${token}`],
    ['a comma', (token) => `Bearer ${token},`],
    ['quotes', (token) => `Bearer "${token}"`],
    ['a parameter', (token) => `Bearer token=${token}`],
    ['another scheme', (token) => `Token ${token}`],
    ['padding', (token) => `Bearer ${token}==`],
    ['upper case', (token) => `Bearer ${token.toUpperCase()}`],
    ['its last character missing', (token) => `Bearer ${token.slice(0, -1)}`],
    ['a character more', (token) => `Bearer ${token}A`],
    ['percent encoding', (token) => `Bearer ${token.replace('_', '%5F')}`],
  ];
  test.each(malformed)('SE-10 a valid token with %s is refused', async (_, value) => {
    expectTurnedAway(await withAuthorization(value(ada)).get('/api/me'));
    expectTurnedAway(await withAuthorization(value(ada)).get(CONNECTIONS));
  });

  test('SE-10 a control character inside is refused', async () => {
    for (const character of ['\0', '\x0b', '\x7f', '\xa0']) {
      const answer = await raw(site, ['GET /api/me HTTP/1.1', `Authorization: Bearer ${ada}${character}`]);
      expect([400, 401]).toContain(answer.status);
      expect(answer.text).not.toContain(ADA);
    }
    expect(site.wixCalls).toEqual([]);
  });

  test.each([
    ['the same token', () => [ada, ada]],
    ['a valid and a wrong one', () => [ada, 'gh_s_wrong']],
    ['two members', () => [ada, grace]],
  ])('SE-10 two Authorization headers with %s are refused', async (_, tokens) => {
    const lines = tokens().map((token) => `Authorization: Bearer ${token}`);
    const answer = await raw(site, ['GET /api/me HTTP/1.1', ...lines]);
    expect([400, 401]).toContain(answer.status);
    expect(answer.text).not.toContain('@example.com');
    expect(site.wixCalls).toEqual([]);
  });

  test.each([
    'Basic YWRhOmxvdmVsYWNl',
    'Digest username="ada"',
    'Negotiate YII',
    'Bearer',
    'Bearer ',
    'Bearer ==',
  ])('AU-19 %j gets a Bearer challenge', async (value) =>
    expectTurnedAway(await withAuthorization(value).get('/api/me')),
  );

  test('AU-19 an empty header gets one too', async () => {
    expectTurnedAway(await raw(site, ['GET /api/me HTTP/1.1', 'Authorization:']));
  });

  test('AU-19 so does one of 8 kB, also where anybody may read', async () => {
    for (const value of ['a'.repeat(8192), '=~'.repeat(4096), ' '.repeat(4000) + 'a'.repeat(4000)]) {
      for (const path of ['/api/me', '/api/collections/Announcements/items']) {
        expectTurnedAway(await withAuthorization(`Bearer ${value}`).get(path));
      }
    }
  });

  test('a header that cannot be used is never overlooked in favour of being a visitor', async () => {
    for (const path of ['/api/collections', '/api/collections/Announcements/items']) {
      expectTurnedAway(await withAuthorization('Basic YTpi').get(path));
      expectTurnedAway(await withAuthorization(`Bearer gh_s_${'A'.repeat(43)}`).get(path));
    }
  });
});

describe('one credential only', () => {
  test('SE-09 the cookie of one member with the bearer of another: 400, and nothing is done', async () => {
    const both = withCookie(ada, { authorization: `Bearer ${grace}` });
    for (const answer of [
      await both.get('/api/me'),
      await both.get(CONNECTIONS),
      await both.post(CONNECTIONS, { name: 'Nobody' }),
      await both.post('/api/auth/logout'),
      await both.post('/api/auth/login', people.ada),
    ]) {
      expectProblem(answer, 400, 'invalid-request');
    }
    expect(site.wixCalls).toEqual([]);
    for (const token of [ada, grace]) {
      expect((await asBearer(site, 'whoever', token).get('/api/me')).status).toBe(200);
    }
  });

  test('SE-09 one’s own cookie and bearer together are two as well', async () => {
    expectProblem(
      await withCookie(ada, { authorization: `Bearer ${ada}` }).get('/api/me'),
      400,
      'invalid-request',
    );
  });

  test.each(['Basic YTpi', '', 'Bearer nonsense'])(
    'SE-10 the header %j never falls back to the cookie',
    async (authorization) => {
      const answer = await raw(site, [
        'GET /api/me HTTP/1.1',
        `Cookie: __Host-gatehouse=${ada}`,
        `Authorization: ${authorization}`,
      ]);
      expectProblem(answer, 400, 'invalid-request');
      expect(site.wixCalls).toEqual([]);
    },
  );

  test('two cookies of our name are refused, in one header or in two', async () => {
    const [one, other] = [`__Host-gatehouse=${ada}`, `__Host-gatehouse=${grace}`];
    for (const lines of [[`Cookie: ${one}; ${other}`], [`Cookie: ${one}`, `Cookie: ${other}`]]) {
      expectProblem(await raw(site, ['GET /api/me HTTP/1.1', ...lines]), 400, 'invalid-request');
    }
    expect(site.wixCalls).toEqual([]);
  });

  test.each([
    'gatehouse',
    'auth_session',
    'session',
    '__Secure-gatehouse',
    '__host-gatehouse',
    'x__Host-gatehouse',
  ])('a cookie called %s is nothing to us', async (name) => {
    const answer = await actor(site, 'a browser', { cookie: `${name}=${ada}` }).get('/api/me');
    expectTurnedAway(answer);
  });
});

describe('what is not a session token', () => {
  test('SE-01 a cookie planted before the sign-in is not adopted, and never valid', async () => {
    const planted = `gh_s_${randomBytes(32).toString('base64url')}`;
    expectTurnedAway(await withCookie(planted).get('/api/me'));
    const answer = await withCookie(planted).post('/api/auth/login', people.ada);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.body.token).not.toBe(planted);
    expect(answer.headers.getSetCookie()).toEqual([]);
    site.forget();
    expectTurnedAway(await withCookie(planted).get('/api/me'));
    expectTurnedAway(await asBearer(site, 'the planter', planted).get('/api/me'));
  });

  test('SE-04 a token in the query is neither accepted nor shown again', async () => {
    const visitor = asVisitor(site);
    for (const key of ['token', 'access_token', 'authorization', 'session', '__Host-gatehouse']) {
      for (const path of ['/api/me', '/api/collections', CONNECTIONS]) {
        const answer = await visitor.get(`${path}?${key}=${ada}`);
        expect([400, 401]).toContain(answer.status);
        expect(answer.text + JSON.stringify([...answer.headers])).not.toContain(ada);
      }
    }
    expect(site.wixCalls).toEqual([]);
  });

  test('SE-04 nor in the path, in a body or in a form', async () => {
    const visitor = asVisitor(site);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    for (const answer of [
      await visitor.get(`${CONNECTIONS}/${ada}`),
      await visitor.get(`/api/${ada}`),
      await visitor.get(`/${ada}`),
      await visitor.post('/api/auth/logout', { token: ada }),
      await visitor.post(CONNECTIONS, { name: 'X', token: ada }),
      await visitor.send('/api/auth/logout', { method: 'POST', body: `token=${ada}`, headers: form }),
      await visitor.send(CONNECTIONS, { method: 'POST', body: `access_token=${ada}`, headers: form }),
    ]) {
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.text + JSON.stringify([...answer.headers])).not.toContain(ada);
      expect(answer.text).not.toContain('ada@example.com');
    }
    expect((await asBearer(site, 'ada', ada).get('/api/me')).status).toBe(200);
  });

  test('SE-14 Wix’s tokens, secrets of the site and other kinds of ours are not accepted', async () => {
    const keys = JSON.parse(await readFile(join(site.dataFolder, 'offline-keys.json'), 'utf8')) as {
      app: Record<string, string>;
      secretsKey: string;
    };
    const kinds: Record<string, string[]> = {
      ...wixTokens,
      hash: [createHash('sha256').update(ada).digest('hex')],
      'hash with our prefix': [`gh_s_${createHash('sha256').update(ada).digest('base64url')}`],
      'access token of ours': [ada.replace('gh_s_', 'gh_pat_')],
      'without prefix': [ada.slice('gh_s_'.length)],
      'member id': [ADA],
      secrets: [...Object.values(keys.app), keys.secretsKey],
      'made up': [`gh_s_${randomBytes(32).toString('base64url')}`],
    };
    expect(Object.keys(wixTokens).toSorted()).toEqual([
      'anonymous',
      'authorization_code',
      'client_credentials',
      'login',
    ]);
    for (const token of Object.values(kinds).flat()) {
      expect(token.length).toBeGreaterThan(8);
      expectTurnedAway(await asBearer(site, 'a thief', token).get('/api/me'));
      expectTurnedAway(await withCookie(token).get('/api/me'));
    }
  });

  test('SE-17 nobody is believed who they say they are', async () => {
    const claims = {
      'x-member-id': '1906face-1209-4000-8000-000000000002',
      'x-user': 'grace@example.com',
      'x-user-id': '1906face-1209-4000-8000-000000000002',
      'x-wix-member-id': '1906face-1209-4000-8000-000000000002',
      'x-forwarded-user': 'grace@example.com',
      'x-remote-user': 'owner@example.com',
      'x-role': 'admin',
      'wix-member': 'grace',
    };
    const claiming = actor(site, 'ada', { authorization: `Bearer ${ada}`, ...claims });
    expect((await claiming.get('/api/me')).body.id).toBe(ADA);
    const list = await claiming.get(CONNECTIONS);
    expect(list.text).toContain('ada@example.com');
    expect(list.text).not.toContain('grace@example.com');
    site.forget();
    expectTurnedAway(await actor(site, 'a visitor', claims).get('/api/me'));

    for (const key of ['memberId', 'userId', 'email', 'as']) {
      expectProblem(
        await asBearer(site, 'ada', ada).get(`/api/me?${key}=grace@example.com`),
        400,
        'invalid-request',
      );
      expectProblem(
        await asBearer(site, 'ada', ada).post(CONNECTIONS, { name: 'X', [key]: 'grace@example.com' }),
        400,
        'invalid-request',
      );
    }
    expect(site.wixCalls).toEqual([]);
  });

  test('SE-21 the wixSession cookie of somebody gives no identity, alone or beside ours', async () => {
    const [accessToken = '', refreshToken = ''] = wixTokens['authorization_code']?.slice(-2) ?? [];
    const tokens = {
      accessToken: { value: accessToken, expiresAt: 4_000_000_000 },
      refreshToken: { value: refreshToken, role: 'member' },
    };
    for (const value of [{ clientId: 'x', tokens }, tokens]) {
      const cookie = `wixSession=${encodeURIComponent(JSON.stringify(value))}`;
      expectTurnedAway(await actor(site, 'a browser', { cookie }).get('/api/me'));
      const beside = actor(site, 'ada', { cookie: `${cookie}; __Host-gatehouse=${ada}` });
      const me = await beside.get('/api/me');
      expect(me.body.id).toBe(ADA);
      const home = await beside.get('/');
      for (const answer of [me, home]) expect(answer.headers.getSetCookie()).toEqual([]);
      site.forget();
    }
  });

  test('SE-19 what a browser is shown never holds its token', async () => {
    const browser = withCookie(ada);
    for (const path of [
      '/',
      '/login',
      '/connections',
      '/site',
      '/api/me',
      '/api/collections',
      CONNECTIONS,
      '/nothing',
    ]) {
      const answer = await browser.get(path);
      expect(answer.text + JSON.stringify([...answer.headers]), path).not.toContain(ada);
    }
  });
});

describe('the end of a session', () => {
  test('logging out ends it for bearer and cookie at once, and for nothing else', async () => {
    for (const leave of [
      (token: string) => asBearer(site, 'an app', token).post('/api/auth/logout'),
      (token: string) => withCookie(token).post('/api/auth/logout'),
    ]) {
      const token = await tokenOf(site, people.ada);
      const answer = await leave(token);
      expect(answer.status, answer.text).toBe(204);
      expect(answer.text).toBe('');
      site.forget();
      expectTurnedAway(await asBearer(site, 'an app', token).get('/api/me'));
      expectTurnedAway(await withCookie(token).get('/api/me'));
      expectTurnedAway(await leave(token));
      expect((await asBearer(site, 'another device', adaToo).get('/api/me')).body.id).toBe(ADA);
    }
  });

  test('SE-02 none of 200 replays after the logout is accepted, though 50 were under way', async () => {
    const token = await tokenOf(site, people.ada);
    const [bearer, cookie] = [asBearer(site, 'an app', token), withCookie(token)];
    const underWay = Array.from({ length: 50 }, () => bearer.get('/api/me'));
    expect((await bearer.post('/api/auth/logout')).status).toBe(204);
    await Promise.all(underWay);
    site.forget();
    const replays = await Promise.all(
      Array.from({ length: 100 }, () => [
        bearer.get(CONNECTIONS),
        cookie.post(CONNECTIONS, { name: 'Too late' }),
      ]).flat(),
    );
    expect(replays).toHaveLength(200);
    for (const answer of replays) expectTurnedAway(answer);
  });

  test('it ends by itself after 30 idle days, and not before', async () => {
    const token = await tokenOf(site, people.ada);
    const app = asBearer(site, 'an app', token);
    // The site keeps its own copy of Wix's access token; a day off keeps that one out of the way.
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(Date.now() + 29 * DAY);
    expect((await app.get('/api/collections')).status).toBe(200);
    vi.setSystemTime(Date.now() + 31 * DAY);
    site.forget();
    expectTurnedAway(await app.get('/api/collections'));
    vi.useRealTimers();
    expectTurnedAway(await app.get('/api/collections'));
  });

  test('SE-11 an app in daily use has to sign in again after 90 days', async () => {
    const token = await tokenOf(site, people.ada);
    const app = asBearer(site, 'an app', token);
    const start = Date.now();
    vi.useFakeTimers({ toFake: ['Date'] });
    for (let day = 1; day < 90; day += 1) {
      vi.setSystemTime(start + day * DAY);
      expect((await app.get('/api/collections')).status, `day ${day}`).toBe(200);
    }
    vi.setSystemTime(start + 90 * DAY + 1000);
    site.forget();
    expectTurnedAway(await app.get('/api/collections'));
  });
});

describe('what is kept', () => {
  /** Our own files: the emulator's are Wix's, and the keys are where keys belong. */
  async function ourFiles(): Promise<Record<string, Buffer>> {
    const names = await readdir(site.dataFolder, { recursive: true });
    const ours = names.filter((name) => /^gatehouse\.sqlite|\.jsonl$/.test(name));
    const entries = ours.map(async (name) => [name, await readFile(join(site.dataFolder, name))] as const);
    return Object.fromEntries(await Promise.all(entries));
  }

  /** Every way a token might be written down. */
  function spellings(token: string): string[] {
    const secret = token.replace(/^gh_s_/, '');
    const decoded = Buffer.from(secret, 'base64url');
    return [
      token,
      secret,
      ...[Buffer.from(token), Buffer.from(secret), decoded].flatMap((bytes) => [
        bytes.toString('hex'),
        bytes.toString('hex').toUpperCase(),
        bytes.toString('base64').replace(/=+$/, ''),
        bytes.toString('base64url'),
        bytes.toString('latin1'),
      ]),
      // A third of a token is enough to be worth finding.
      secret.slice(0, Math.max(16, Math.floor(secret.length / 3))),
    ];
  }

  test('SE-05 neither our tokens nor Wix’s are in the database, its log or the journal', async () => {
    const files = await ourFiles();
    expect(Object.keys(files).filter((name) => name.endsWith('.sqlite'))).toHaveLength(1);
    expect(Object.keys(files).some((name) => name.endsWith('-wal'))).toBe(true);
    expect(Object.keys(files).some((name) => name.endsWith('.jsonl'))).toBe(true);
    const everything = Buffer.concat(Object.values(files));

    // The search finds what is there.
    expect(everything.includes(createHash('sha256').update(ada).digest('hex'))).toBe(true);
    expect(everything.includes('ada@example.com')).toBe(true);

    const secrets = [ada, adaToo, grace, ...Object.values(wixTokens).flat()];
    expect(secrets.length).toBeGreaterThan(10);
    for (const secret of secrets) {
      for (const spelling of spellings(secret)) {
        expect(everything.includes(Buffer.from(spelling, 'latin1')), 'a token in the clear').toBe(false);
      }
    }
    for (const { password } of Object.values(people)) expect(everything.includes(password)).toBe(false);
  });

  /** Reaches around the site, as somebody with the file could. */
  function inDatabase(sql: string, ...values: string[]): void {
    const database = new SQLite(join(site.dataFolder, 'gatehouse.sqlite'));
    database.prepare(sql).run(...values);
    database.close();
  }

  test('the Wix tokens of one session do not open in the row of another', async () => {
    const token = await tokenOf(site, people.grace);
    const idOf = (of: string) => createHash('sha256').update(of).digest('hex');
    inDatabase(
      'UPDATE session SET wix_tokens = (SELECT wix_tokens FROM session WHERE id = ?) WHERE id = ?',
      idOf(ada),
      idOf(token),
    );
    site.forget();
    expectTurnedAway(await asBearer(site, 'grace', token).get('/api/me'));
  });

  test('while our database cannot answer nobody is taken for a visitor, and nothing of it is told', async () => {
    const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    inDatabase('ALTER TABLE session RENAME TO out_of_reach');
    const answers = [
      await asBearer(site, 'ada', ada).get('/api/me'),
      await asBearer(site, 'ada', ada).get('/api/collections/Announcements/items'),
      await withCookie(ada).get(CONNECTIONS),
      await withCookie(ada).post('/api/auth/logout'),
    ];
    inDatabase('ALTER TABLE out_of_reach RENAME TO session');
    const log = written.mock.calls.map(([line]) => String(line)).join('');
    written.mockRestore();
    for (const answer of answers) {
      expectProblem(answer, 500, 'unexpected');
      expect(answer.body.detail).toBe('Something went wrong');
      expect(answer.text).not.toMatch(/table|sqlite|session/i);
      expect(answer.headers.getSetCookie()).toEqual([]);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(log).toContain(answer.body.requestId);
    }
    expect(site.wixCalls).toEqual([]);
    expect(log).not.toContain(ada);
    expect((await asBearer(site, 'ada', ada).get('/api/me')).status).toBe(200);
  });
});

describe('methods', () => {
  test.each(['/api/auth/logout', '/api/auth/login', '/api/auth/register', '/api/auth/verify'])(
    'CS-13 GET of %s changes nothing',
    async (path) => {
      const answer = await withCookie(adaToo).get(path);
      expectProblem(answer, 405, 'method-not-allowed');
      expect(answer.headers.get('allow')).toBe('POST, OPTIONS');
      expect((await withCookie(adaToo).get('/api/me')).status).toBe(200);
    },
  );

  test('AZ-34 a method named in a header, a query or a body is not the method', async () => {
    const path = `${CONNECTIONS}/ada-babbage`;
    for (const header of [
      'x-http-method-override',
      'x-http-method',
      'x-method-override',
      'x-method',
      '_method',
    ]) {
      const overriding = actor(site, 'ada', { authorization: `Bearer ${ada}`, [header]: 'DELETE' });
      expect((await overriding.get(path)).body._id).toBe('ada-babbage');
      expectProblem(await overriding.post(path, {}), 405, 'method-not-allowed');
    }
    const app = asBearer(site, 'ada', ada);
    expectProblem(await app.get(`${path}?_method=DELETE`), 400, 'invalid-request');
    expectProblem(await app.post(`${path}?_method=DELETE`, { _method: 'DELETE' }), 405, 'method-not-allowed');
    expect((await app.get(path)).status).toBe(200);
    expect(site.wixCalls.map(({ path: called }) => called)).not.toContain('/wix-data/v2/items/remove');
  });

  const routes: [path: string, allow: string][] = [
    ['/api/me', 'GET, HEAD, OPTIONS'],
    ['/api/collections', 'GET, HEAD, OPTIONS'],
    [CONNECTIONS, 'GET, POST, HEAD, OPTIONS'],
    [`${CONNECTIONS}/ada-babbage`, 'GET, PATCH, PUT, DELETE, HEAD, OPTIONS'],
    [`${CONNECTIONS}/bulk`, 'POST, OPTIONS'],
    ['/api/site-properties', 'GET, HEAD, OPTIONS'],
    ['/api/connections', 'GET, HEAD, OPTIONS'],
    ['/api/auth/login', 'POST, OPTIONS'],
    ['/api/auth/logout', 'POST, OPTIONS'],
    ['/api/health/live', 'GET, HEAD, OPTIONS'],
    ['/api/health/ready', 'GET, HEAD, OPTIONS'],
  ];

  test.each(routes)('AZ-35 OPTIONS of %s says %s, and nothing about other origins', async (path, allow) => {
    const answer = await asVisitor(site).send(path, {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'DELETE' },
    });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('allow')).toBe(allow);
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect(site.wixCalls).toEqual([]);
  });

  test.each(routes)('AZ-35 %s knows no other methods', async (path, allow) => {
    for (const method of ['PUT', 'QUERY', 'PROPFIND', 'TRACE', 'PURGE', 'LINK']) {
      if (allow.split(', ').includes(method)) continue;
      const answer = await raw(site, [`${method} ${path} HTTP/1.1`, `Authorization: Bearer ${ada}`]);
      expectProblem(answer, 405, 'method-not-allowed');
      expect(answer.headers.get('allow')).toBe(allow);
      expect(answer.text).not.toContain(ada);
    }
    expect(site.wixCalls).toEqual([]);
  });

  test('AZ-35 a method in lower case or of no known name never gets in', async () => {
    for (const method of ['get', 'Get', 'delete', 'FOO', 'GETX', 'G ET', 'CONNECT']) {
      const line = `${method} ${CONNECTIONS}/ada-babbage HTTP/1.1`;
      const answer = await raw(site, [line, `Authorization: Bearer ${ada}`]).catch(() => null);
      // No answer at all is also a refusal: that is what the HTTP server does with CONNECT.
      if (answer) expect([400, 405], method).toContain(answer.status);
      expect(answer?.text ?? '').not.toContain('ada-babbage');
    }
    expect(site.wixCalls).toEqual([]);
    expect((await asBearer(site, 'ada', ada).get(`${CONNECTIONS}/ada-babbage`)).status).toBe(200);
  });

  test('AZ-35 HEAD runs the same policy as GET and leaves the body out', async () => {
    for (const path of [
      '/api/me',
      CONNECTIONS,
      `${CONNECTIONS}/ada-babbage`,
      `${CONNECTIONS}/grace-aiken`,
      '/api/nothing',
    ]) {
      for (const someone of [asVisitor(site), asBearer(site, 'ada', ada)]) {
        const got = await someone.get(path);
        const head = await someone.send(path, { method: 'HEAD' });
        expect(head.status, path).toBe(got.status);
        expect(head.headers.get('content-type')).toBe(got.headers.get('content-type'));
        expect(head.text).toBe('');
      }
    }
  });
});

describe('headers of every answer', () => {
  const expected = {
    'content-security-policy': expect.stringMatching(/default-src 'none'.*frame-ancestors 'none'/),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': expect.any(String),
    'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    'cache-control': expect.stringMatching(/no-store/),
  };

  const answers: [what: string, status: number, ask: () => Promise<Answer>][] = [
    ['an answer', 200, () => asBearer(site, 'ada', ada).get('/api/me')],
    ['a list', 200, () => asBearer(site, 'ada', ada).get(CONNECTIONS)],
    ['an insert', 201, () => asBearer(site, 'ada', ada).post(CONNECTIONS, { name: 'New' })],
    ['a probe', 200, () => asVisitor(site).get('/api/health/ready')],
    ['OPTIONS', 204, () => asVisitor(site).send('/api/me', { method: 'OPTIONS' })],
    ['a malformed request', 400, () => asVisitor(site).get('/api/collections?x=1')],
    ['two credentials', 400, () => withCookie(ada, { authorization: 'Bearer x' }).get('/api/me')],
    ['signed out', 401, () => asVisitor(site).get('/api/me')],
    ['not allowed', 403, () => asBearer(site, 'ada', ada).post('/api/collections/Announcements/items', {})],
    ['cross-site', 403, () => withCookie(ada, { origin: 'https://evil.example' }).post('/api/auth/logout')],
    ['a missing row', 404, () => asBearer(site, 'ada', ada).get(`${CONNECTIONS}/nothing`)],
    ['a missing route', 404, () => asVisitor(site).get('/api/nothing/here')],
    ['a wrong method', 405, () => asVisitor(site).send('/api/me', { method: 'PUT' })],
    ['too large a body', 413, () => asVisitor(site).post('/api/auth/login', { x: 'x'.repeat(20_000) })],
    ['a wrong type', 415, () => asVisitor(site).send('/api/auth/login', { method: 'POST', body: 'x' })],
    ['a wrong host', 421, () => raw(site, ['GET /api/me HTTP/1.1', 'Host: evil.example'])],
    ['the home page', 200, () => asVisitor(site).get('/')],
    ['the sign-in page', 200, () => asVisitor(site).get('/login')],
    ['a page that wants a member', 303, () => asVisitor(site).get('/connections')],
    ['a missing page', 404, () => asVisitor(site).get('/nothing/here')],
    ['a page for a wrong host', 421, () => raw(site, ['GET / HTTP/1.1', 'Host: evil.example'])],
    [
      'a cross-site form on a page',
      403,
      () =>
        withCookie(ada, { origin: 'https://evil.example' }).send('/login', {
          method: 'POST',
          body: new URLSearchParams({ email: 'a' }),
        }),
    ],
  ];

  test.each(answers)('CS-15 %s (%i) carries the security headers', async (_, status, ask) => {
    const answer = await ask();
    expect(answer.status, answer.text).toBe(status);
    expect(Object.fromEntries(answer.headers)).toMatchObject(expected);
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).not.toMatch(/unsafe-inline|unsafe-eval|\*/);
    expect(answer.headers.get('server')).toBeNull();
    expect(answer.headers.get('x-powered-by')).toBeNull();
  });
});

test('CS-15 a file is what its type says, and nothing else', async () => {
  const { status, headers } = await asVisitor(site).get('/favicon.svg');
  expect(status).toBe(200);
  expect(headers.get('content-type')).toMatch(/^image\/svg/);
  expect(headers.get('x-content-type-options')).toBe('nosniff');
});

describe('the site’s own name', () => {
  const port = () => new URL(site.address).port;

  test('AZ-42 a Host that is not ours is refused, and nothing of it comes back', async () => {
    const hosts = [
      'evil.example',
      `evil.example:${port()}`,
      `127.0.0.1.evil.example:${port()}`,
      `127.0.0.1:${port()}.evil.example`,
      `evil.example@127.0.0.1:${port()}`,
      `127.0.0.1:${port()}/evil.example`,
      '127.0.0.1:1',
      `127.0.0.1:${port()}, evil.example`,
      '',
    ];
    for (const host of hosts) {
      for (const path of ['/api/me', '/api/health/live', '/', '/login']) {
        const lines = [`GET ${path} HTTP/1.1`, `Host: ${host}`, `Authorization: Bearer ${ada}`];
        const answer = await raw(site, lines);
        expect([400, 421], `${host} ${path}`).toContain(answer.status);
        expect(answer.text + JSON.stringify([...answer.headers])).not.toMatch(/evil/);
        expect(answer.headers.get('location')).toBeNull();
      }
    }
    expect(site.wixCalls).toEqual([]);
  });

  test('AZ-42 the problem names no host', async () => {
    const answer = await raw(site, ['GET /api/me HTTP/1.1', 'Host: evil.example']);
    expectProblem(answer, 421, 'misdirected-request');
  });

  test('AZ-42 two Host headers, or none, are refused', async () => {
    const { host } = new URL(site.address);
    for (const lines of [
      ['GET /api/me HTTP/1.1', `Host: ${host}`, 'Host: evil.example'],
      ['GET /api/me HTTP/1.1', 'Host: evil.example', `Host: ${host}`],
    ]) {
      const answer = await raw(site, [...lines, `Authorization: Bearer ${ada}`]);
      expect([400, 421]).toContain(answer.status);
      expect(answer.text).not.toContain(ADA);
    }
    expect(site.wixCalls).toEqual([]);
  });

  test('AZ-42 the names a laptop has for itself are ours', async () => {
    for (const name of ['localhost', '127.0.0.1', '[::1]', '10.0.2.2', 'LOCALHOST']) {
      const answer = await raw(site, ['GET /api/health/live HTTP/1.1', `Host: ${name}:${port()}`]);
      expect(answer.status, name).toBe(200);
    }
  });

  test('AZ-41 what a proxy might say changes nothing when nobody set one up', async () => {
    const forwarded = {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      'x-forwarded-port': '444',
      'x-forwarded-for': '10.0.0.1',
      'x-forwarded-prefix': '/evil',
      forwarded: 'for=10.0.0.1;host=evil.example;proto=https',
      'x-original-url': '/api/me',
      'x-rewrite-url': '/api/me',
      'x-original-host': 'evil.example',
    };
    const behind = actor(site, 'ada', { authorization: `Bearer ${ada}`, ...forwarded });
    expect((await behind.get('/api/me')).body.id).toBe(ADA);
    expect((await behind.get('/api/health/live')).body).toEqual({ status: 'live' });
    const inserted = await behind.post(CONNECTIONS, { name: 'Behind a proxy' });
    expect(inserted.headers.get('location')).toBe(`${CONNECTIONS}/${inserted.body._id}`);
    const page = await actor(site, 'a browser', forwarded).get('/connections');
    expect(page.headers.get('location')).toMatch(/^\/login/);
    for (const answer of [inserted, page]) {
      expect(answer.text + JSON.stringify([...answer.headers])).not.toContain('evil');
    }
    site.forget();
    expectTurnedAway(await actor(site, 'a visitor', forwarded).get('/api/me'));
  });

  test('AZ-41 nor do they make a foreign origin ours', async () => {
    const evil = withCookie(adaToo, {
      origin: 'https://evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
    });
    expectProblem(await evil.post('/api/auth/logout'), 403, 'cross-site');
    expect((await withCookie(adaToo).get('/api/me')).status).toBe(200);
  });

  test('an absolute address in the request line is still ours or refused', async () => {
    const lines = ['GET http://evil.example/api/me HTTP/1.1', `Authorization: Bearer ${ada}`];
    const answer = await raw(site, lines);
    expect(answer.text + JSON.stringify([...answer.headers])).not.toContain('evil');
    expect(answer.headers.get('location')).toBeNull();
  });

  test('a request whose body length is said twice is closed', async () => {
    const body = JSON.stringify({ name: 'Smuggled' });
    const lines = jsonLines(`POST ${CONNECTIONS} HTTP/1.1`, body, [`Authorization: Bearer ${ada}`]);
    for (const extra of ['Transfer-Encoding: chunked', 'Content-Length: 3']) {
      expect((await raw(site, [...lines, extra], body)).status).toBe(400);
    }
    expect(site.wixCalls).toEqual([]);
  });
});
