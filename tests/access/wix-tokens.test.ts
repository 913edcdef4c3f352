import SQLite from 'better-sqlite3';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
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

/** The members’ tokens at Wix: renewed once, kept, sealed, ended when Wix says so, and never shown. */

const ANNOUNCEMENTS = '/api/collections/Announcements/items';
const CONNECTIONS = '/api/collections/SITConnections/items';
const FIVE_HOURS = 5 * 60 * 60 * 1000;

const written: string[] = [];

beforeEach(() => {
  written.length = 0;
  vi.spyOn(process.stderr, 'write').mockImplementation((line) => written.push(String(line)) > 0);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('a member’s token that has run out', () => {
  let site: Site;
  let ada: Actor;

  beforeAll(async () => {
    site = await openSite({ variables: { WIX_TIMEOUT_MS: '1000' } });
  });

  beforeEach(async () => {
    ada = asBearer(site, 'ada', await tokenOf(site, people.ada));
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + FIVE_HOURS });
    site.forget();
  });

  afterEach(() => site.trouble(null));

  afterAll(() => site.stop());

  const renewals = () => site.wixCalls.filter(({ path }) => path === '/oauth2/token').length;

  const onRenewal = (happens: () => Promise<Response>) =>
    site.trouble(async (request, forward) => {
      const { pathname } = new URL(request.url);
      const isRenewal =
        pathname === '/oauth2/token' && (await request.clone().text()).includes('refresh_token');
      return isRenewal ? happens() : forward(request);
    });

  test('is renewed once for 100 requests at once, on several routes, and kept for the next', async () => {
    const paths = ['/api/me', ANNOUNCEMENTS];
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) => ada.get(paths[index % 2] as string)),
    );
    for (const { status, text } of answers) expect(status, text).toBe(200);
    expect(renewals()).toBe(1);
    expect((await ada.get('/api/me')).status).toBe(200);
    expect(renewals()).toBe(1);
  });

  const said = (status: number, body: object) => () => Promise.resolve(Response.json(body, { status }));
  test.each([
    ['400', said(400, { error: 'invalid_grant', error_description: 'gone' })],
    ['401', said(401, { message: 'no', details: {} })],
    ['403', said(403, { message: 'no', details: { applicationError: { code: 'PERMISSION_DENIED' } } })],
  ])('AU-21 refused by Wix with %s and its JSON, the credential ends with 401', async (_, happens) => {
    onRenewal(happens);
    expectProblem(await ada.get('/api/me'), 401, 'unauthenticated');
    site.trouble(null);
    site.forget();
    for (const path of ['/api/me', ANNOUNCEMENTS, CONNECTIONS, '/api/collections'])
      expectProblem(await ada.get(path), 401, 'unauthenticated');
    expect(site.wixCalls).toEqual([]);
  });

  const page = (status: number, text: string, type = 'text/html') => {
    return () => Promise.resolve(new Response(text, { status, headers: { 'content-type': type } }));
  };
  test.each([
    ['a firewall’s page with 403', page(403, '<h1>Blocked</h1>'), 503],
    ['a proxy’s page with 401', page(401, '<h1>Log in to the proxy</h1>'), 503],
    ['a page with 400', page(400, '<h1>Bad request</h1>'), 503],
    ['nothing with 403', page(403, ''), 503],
    ['JSON that is not Wix’s with 403', page(403, '{"blocked":true}', 'application/json'), 503],
    ['a text that says it is JSON with 403', page(403, '"no"', 'application/json'), 503],
    ['404', page(404, '<h1>Not found</h1>'), 502],
    ['500', page(500, '{"message":"x"}', 'application/json'), 503],
    ['429', page(429, '{"message":"x"}', 'application/json'), 503],
    ['a lost connection', () => Promise.reject(new TypeError('fetch failed')), 503],
    ['silence', () => new Promise<never>(() => undefined), 504],
  ])(
    'AU-21 %s is an outage: the credential lives, and nothing goes on as a visitor',
    async (_, happens, status) => {
      onRenewal(happens);
      const answers = await Promise.all([ada.get('/api/me'), ada.get(ANNOUNCEMENTS)]);
      for (const answer of answers) expect(answer.status, answer.text).toBe(status);
      expect(site.wixCalls.filter(({ path }) => path !== '/oauth2/token')).toEqual([]);
      site.trouble(null);
      expect((await ada.get('/api/me')).status).toBe(200);
    },
  );
});

describe('changing SECRETS_KEY', () => {
  const [A, B] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];
  let dataFolder: string;

  beforeAll(async () => {
    dataFolder = await mkdtemp(join(tmpdir(), 'gatehouse-rotation-'));
  });

  afterAll(() => rm(dataFolder, { recursive: true }));

  /** A site over the same data, with these keys. */
  async function withKeys<Value>(
    variables: Record<string, string>,
    work: (site: Site) => Promise<Value>,
  ): Promise<Value> {
    const site = await openSite({ dataFolder, variables });
    try {
      return await work(site);
    } finally {
      await site.stop();
    }
  }

  function sealed(): string[] {
    const database = new SQLite(join(dataFolder, 'gatehouse.sqlite'), { readonly: true });
    const rows = database.prepare('SELECT wix_tokens FROM session').pluck().all() as string[];
    database.close();
    return rows;
  }

  const keyIds = () => new Set(sealed().map((text) => text.split('.')[0]));

  test('signs nobody out while both are known, seals the rows again, and then the old one can go', async () => {
    const token = await withKeys({ SECRETS_KEY: A }, (site) => tokenOf(site, people.ada));
    const [before] = [...keyIds()];
    const meOf = async (site: Site) => (await asBearer(site, 'ada', token).get('/api/me')).body?.email;

    await withKeys({ SECRETS_KEY: B, PREVIOUS_SECRETS_KEYS: A }, async (site) => {
      expect(await meOf(site)).toBe(people.ada.email);
      await vi.waitFor(() => expect(keyIds()).not.toContain(before), { timeout: 10_000 });
    });
    expect(keyIds().size).toBe(1);
    await withKeys({ SECRETS_KEY: B }, async (site) => {
      expect(await meOf(site)).toBe(people.ada.email);
      expect((await asBearer(site, 'ada', token).get(CONNECTIONS)).status).toBe(200);
    });
  });

  test('a key that went at once ends what it sealed with a clean 401, never a 500', async () => {
    const token = await withKeys({ SECRETS_KEY: A }, (site) => tokenOf(site, people.grace));
    await withKeys({ SECRETS_KEY: B }, async (site) => {
      const grace = asBearer(site, 'grace', token);
      expectProblem(await grace.get('/api/me'), 401, 'unauthenticated');
      for (const path of ['/api/me', CONNECTIONS, '/api/collections'])
        expectProblem(await grace.get(path), 401, 'unauthenticated');
      expect((await asBearer(site, 'grace', await tokenOf(site, people.grace)).get('/api/me')).status).toBe(
        200,
      );
    });
  });
});

test('SU-03 no token of Wix’s leaves the server, in answers, headers, pages, logs or files', async () => {
  const site = await openSite({ variables: { LOG_LEVEL: 'info' } });
  const secrets = new Set<string>();
  site.trouble(async (request, forward) => {
    const response = await forward(request);
    const text = await response.clone().text();
    for (const [, secret = ''] of text.matchAll(
      /"(?:access_token|refresh_token|sessionToken|stateToken)":"([^"]+)"/g,
    ))
      secrets.add(secret);
    return response;
  });
  const given: Answer[] = [];
  const keep = async (answer: Promise<Answer>) => {
    given.push(await answer);
    return given.at(-1) as Answer;
  };
  const visitor = asVisitor(site);
  const form = { 'content-type': 'application/x-www-form-urlencoded', origin: site.address };
  const submit = (who: Actor, path: string, fields: Record<string, string>) =>
    keep(who.send(path, { method: 'POST', headers: form, body: new URLSearchParams(fields) }));

  const login = await keep(visitor.post('/api/auth/login', people.ada));
  const ada = asBearer(site, 'ada', login.body.token);
  const signedIn = await submit(visitor, '/login', people.ada);
  const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const browser = actor(site, 'ada in a browser', { cookie, origin: site.address });
  for (const path of [
    '/',
    '/login',
    '/login?reset=done',
    '/register',
    '/verify',
    '/forgot-password',
    '/connections',
    '/connections/ada-babbage',
    '/connections/grace-aiken',
    '/site',
    '/account/password',
    '/problems',
    '/nothing/here',
  ]) {
    await keep(browser.get(path));
    await keep(visitor.get(path));
  }
  for (const path of [
    '/api/me',
    '/api/collections',
    CONNECTIONS,
    `${CONNECTIONS}/ada-babbage`,
    `${CONNECTIONS}/grace-aiken`,
    ANNOUNCEMENTS,
    '/api/site-properties',
    '/api/connections?email=ada@example.com',
    '/api/health/ready',
    '/api/nothing',
  ]) {
    await keep(ada.get(path));
    await keep(visitor.get(path));
  }
  await keep(ada.post(CONNECTIONS, { name: 'New' }));
  await keep(visitor.post('/api/auth/login', { ...people.ada, password: 'wrong' }));
  await keep(visitor.post('/api/auth/password-reset', { email: people.ada.email }));
  site.emulator.settings.set({ emailVerification: true });
  const pending = await keep(visitor.post('/api/auth/login', people.alan));
  await keep(
    visitor.post('/api/auth/verify', { verificationToken: pending.body.verificationToken, code: '000000' }),
  );
  await keep(
    ada.post('/api/auth/password', { currentPassword: people.ada.password, newPassword: 'countess-1852' }),
  );
  // Wix in trouble puts its own words, tokens among them, into what the SDK throws.
  site.emulator.members.revokeRefreshTokens(people.ada.email);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + FIVE_HOURS });
  await keep(ada.get('/api/me'));
  const [leak = ''] = secrets;
  site.trouble(() => Promise.resolve(Response.json({ message: leak, access_token: leak }, { status: 500 })));
  await keep(visitor.post('/api/auth/login', people.grace));
  await keep(ada.post('/api/auth/logout'));

  const files = await filesIn(site.dataFolder);
  await site.stop();
  expect(given.length).toBeGreaterThan(50);
  expect(secrets.size).toBeGreaterThan(10);
  const shown = given.map(({ text, headers }) => text + JSON.stringify([...headers])).join('\n');
  const log = written.join('');
  expect(log).toContain('wix-unavailable');
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(20);
    for (const [where, text] of Object.entries({ shown, log, ...files }))
      expect(text.includes(secret), where).toBe(false);
  }
  for (const { password } of Object.values(people)) expect(shown + log).not.toContain(password);
});

/** What the site itself keeps; the emulator’s file plays the part of Wix. */
async function filesIn(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => /^gatehouse|jsonl$/.test(name));
  const texts = await Promise.all(
    names.map(async (name) => [name, await readFile(join(folder, name), 'latin1')] as const),
  );
  expect(names.length).toBeGreaterThan(1);
  return Object.fromEntries(texts);
}
