import SQLite from 'better-sqlite3';
import { createServer, request as httpRequest, type Server } from 'node:http';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { accessTokenStore } from '../../src/lib/auth/access-token-store.ts';
import { budgets, type BudgetName } from '../../src/lib/auth/budgets.ts';
import { openDatabase } from '../../src/lib/store/database.ts';
import { keyring } from '../../src/lib/store/keyring.ts';
import { actor, asBearer, asVisitor, expectProblem, people, tokenOf, type Answer } from '../actors.ts';
import { openSite, type Site, type WixTrouble } from '../harness.ts';

/** What a request may cost, and who pays for it. The site trusts one proxy: this machine. */

let site: Site;
/** What the site wrote to its log since the test began. */
let log: string[];

beforeEach(async () => {
  log = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((line) => log.push(String(line)) > 0);
  site = await openSite({ variables: { RATE_LIMITS: 'on', TRUSTED_PROXIES: '127.0.0.1' } });
  // Time stands still, so that no window ends while a busy machine is at it.
  later(0);
});

afterEach(async () => {
  vi.useRealTimers();
  await site.stop();
  vi.restoreAllMocks();
});

/** Somebody at an address of their own, as the proxy saw them. */
function at(address: string, headers: Record<string, string> = {}) {
  return actor(site, address, { 'x-forwarded-for': address, ...headers });
}

/** The n-th stranger. */
function stranger(number: number): string {
  return `198.18.${number >> 8}.${number & 255}`;
}

type Credentials = Readonly<{ email: string; password: string }>;

function login(address: string, { email, password }: Credentials): Promise<Answer> {
  return at(address).post('/api/auth/login', { email, password });
}

/** Posts a form of a page, as a browser does. */
function submit(address: string, path: string, fields: Record<string, string>): Promise<Answer> {
  return at(address, { origin: site.address }).send(path, {
    method: 'POST',
    body: new URLSearchParams(fields),
  });
}

function later(seconds: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + seconds * 1000 });
}

const wrong = { ...people.ada, password: 'babbage-1791' };

function expectTooMany(answer: Answer, budget: BudgetName): void {
  expectProblem(answer, 429, 'too-many-requests');
  const { quota, windowSeconds } = budgets[budget];
  const seconds = answer.headers.get('retry-after');
  expect(seconds).toMatch(/^[1-9]\d*$/);
  expect(Number(seconds)).toBeLessThanOrEqual(windowSeconds);
  expect(answer.headers.get('ratelimit-policy')).toBe(`"${budget}";q=${quota};w=${windowSeconds}`);
  expect(answer.headers.get('ratelimit')).toBe(`"${budget}";r=0;t=${seconds}`);
}

/** Every status and how often it came. */
function tally(answers: readonly Answer[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** One after the other, so that the order is known. */
async function inTurn(times: number, ask: (index: number) => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let index = 0; index < times; index += 1) answers.push(await ask(index));
  return answers;
}

/** Some at a time, so that a thousand take seconds. */
async function inCrowds(times: number, ask: (index: number) => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let from = 0; from < times; from += 50) {
    const crowd = Array.from({ length: Math.min(50, times - from) }, (_, index) => ask(from + index));
    answers.push(...(await Promise.all(crowd)));
  }
  return answers;
}

const passwordsSent = () => site.wixCalls.filter(({ path }) => path.endsWith('/v2/login')).length;

describe('signing in', () => {
  const { quota: perAddress } = budgets.login;
  const { quota: perAccount } = budgets['login-account'];

  test('AU-08: one address that tries many accounts is stopped after the published budget', async () => {
    const answers = await inTurn(perAddress + 10, (index) =>
      login('198.51.100.1', { email: `nobody-${index}@example.com`, password: 'guess-1234' }),
    );
    for (const answer of answers.slice(0, perAddress)) expectProblem(answer, 401, 'invalid-credentials');
    for (const answer of answers.slice(perAddress)) expectTooMany(answer, 'login');
    expect(passwordsSent(), 'what is refused is not asked of Wix').toBe(perAddress);
    expectProblem(await login('198.51.100.2', wrong), 401, 'invalid-credentials');
    later(61);
    expectProblem(await login('198.51.100.1', wrong), 401, 'invalid-credentials');
  });

  test('AU-08: of many tries at once no more are let through than one after the other', async () => {
    const answers = await inCrowds(perAddress * 3, (index) =>
      login('198.51.100.1', { email: `nobody-${index}@example.com`, password: 'guess-1234' }),
    );
    expect(tally(answers)).toEqual({ 401: perAddress, 429: perAddress * 2 });
  });

  test('AU-09: strangers at many addresses do not keep the owner out of a known place', async () => {
    expect((await login('203.0.113.1', people.ada)).status).toBe(200);
    const guesses = await inTurn(perAccount + 5, (index) => login(stranger(index), wrong));
    expect(tally(guesses)).toEqual({ 401: perAccount, 429: 5 });
    expectTooMany(guesses.at(-1) as Answer, 'login-account');
    expectTooMany(await login('203.0.113.2', people.ada), 'login-account');

    expect((await login('203.0.113.1', people.ada)).status, 'at once, from the known place').toBe(200);
    expect((await login('203.0.113.1', wrong)).status, 'also after a slip').toBe(401);
    expect((await login('203.0.113.1', people.ada)).status).toBe(200);
  });

  test('AU-09: from a new place the owner gets in within a minute after the strangers have stopped', async () => {
    await inTurn(perAccount + 5, (index) => login(stranger(index), wrong));
    const refused = await login('203.0.113.2', people.ada);
    expectTooMany(refused, 'login-account');
    later(Number(refused.headers.get('retry-after')));
    expect((await login('203.0.113.2', people.ada)).status).toBe(200);
  });

  test('AU-09: a known place may not guess for ever either, and has its budget for one account only', async () => {
    expect((await login('203.0.113.1', people.ada)).status).toBe(200);
    const guesses = await inTurn(budgets['login-place'].quota + 3, () => login('203.0.113.1', wrong));
    expect(tally(guesses)).toEqual({ 401: budgets['login-place'].quota, 429: 3 });
    expectTooMany(guesses.at(-1) as Answer, 'login-place');
    expect((await login(stranger(1), people.ada)).status, 'other places have their own').toBe(200);
    expect((await login('203.0.113.1', people.grace)).status, 'other accounts too').toBe(200);
  });

  test('a sign-in that succeeds costs nothing and clears what was wrong before', async () => {
    for (let round = 0; round < 3; round += 1) {
      const slips = await inTurn(perAccount - 1, () => login(stranger(round), wrong));
      expect(tally(slips)).toEqual({ 401: perAccount - 1 });
      expect((await login(stranger(round), people.ada)).status).toBe(200);
    }
    const again = await inTurn(perAddress + 5, () => login('203.0.113.1', people.ada));
    expect(tally(again)).toEqual({ 200: perAddress + 5 });
  });

  test('AU-02: spellings of an e-mail are one counter', async () => {
    const spellings = ['ada@example.com', 'Ada@Example.COM', '  ada@example.com ', 'ADA@EXAMPLE.COM\t'];
    const answers = await inTurn(perAccount + 4, (index) =>
      login(stranger(index), { ...wrong, email: spellings[index % spellings.length] as string }),
    );
    expect(tally(answers)).toEqual({ 401: perAccount, 429: 4 });
  });

  test('AU-02: spellings of an e-mail never make a second account', async () => {
    const visitor = asVisitor(site);
    const password = 'difference-engine-1';
    const first = await visitor.post('/api/auth/register', { email: 'mary@example.com', password });
    expect(first.status).toBe(201);
    for (const email of ['Mary@example.com', 'MARY@EXAMPLE.COM', ' mary@example.com ', 'mary@Example.com']) {
      expectProblem(
        await visitor.post('/api/auth/register', { email, password: 'another-password-1' }),
        409,
        'email-already-exists',
      );
      const again = await login('203.0.113.1', { email, password });
      expect(again.body.member.id).toBe(first.body.member.id);
    }
  });

  const outages: [string, WixTrouble][] = [
    ['answers 500', () => Promise.resolve(new Response('{}', { status: 500 }))],
    ['answers 429', () => Promise.resolve(new Response('{}', { status: 429 }))],
    ['cannot be reached', () => Promise.reject(new TypeError('fetch failed'))],
  ];

  test.each(outages)('AU-20: Wix that %s never counts as a wrong password', async (_, trouble) => {
    site.trouble((request, forward) =>
      request.url.endsWith('/v2/login') ? trouble(request, forward) : forward(request),
    );
    const tries = await inTurn(perAddress + perAccount, () => login('203.0.113.1', people.ada));
    expect(tally(tries)).toEqual({ 503: perAddress + perAccount });
    site.trouble(null);
    expect((await login('203.0.113.1', people.ada)).status).toBe(200);
  });

  test('the file of counters tells nobody’s e-mail', async () => {
    await login('203.0.113.1', people.ada);
    await login('203.0.113.2', wrong);
    const read = (suffix: string) => readFile(join(site.dataFolder, `limits.sqlite${suffix}`), 'latin1');
    const text = (await read('')) + (await read('-wal'));
    expect(text).toContain('login-account:');
    expect(text).toContain('known-place:');
    expect(text).not.toContain('ada@');
    expect(text).not.toContain('example.com');
  });
});

describe('the other doors', () => {
  test('the sign-in page and the API have one lock', async () => {
    const { quota } = budgets['login-account'];
    const posted = await inTurn(quota, (index) => submit(stranger(index), '/login', wrong));
    expect(tally(posted)).toEqual({ 401: quota });
    expectTooMany(await login('203.0.113.1', people.ada), 'login-account');
    const refused = await submit('203.0.113.1', '/login', people.ada);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    expect(refused.headers.getSetCookie()).toEqual([]);
    expect(refused.text).toMatch(/That was too often\. Wait \d+ seconds, then try again\./);
    expect(refused.text, 'the e-mail need not be typed again').toContain('value="ada@example.com"');
  });

  test('one address makes so many accounts in an hour, by page and API together', async () => {
    const { quota } = budgets.register;
    site.trouble((request, forward) =>
      request.url.endsWith('/v2/register')
        ? Promise.resolve(
            Response.json(
              { details: { applicationError: { code: 'EMAIL_EXISTS', description: '' } } },
              { status: 409 },
            ),
          )
        : forward(request),
    );
    const password = 'analytical-1837';
    const answers = await inTurn(quota + 4, (index) => {
      const email = `nobody-${index}@example.com`;
      return index % 2 === 0
        ? at('203.0.113.1').post('/api/auth/register', { email, password })
        : submit('203.0.113.1', '/register', { email, password, firstName: '', lastName: '' });
    });
    expect(answers.slice(0, quota).filter(({ status }) => status === 429)).toEqual([]);
    expect(tally(answers.slice(quota))).toEqual({ 429: 4 });
    expectTooMany(answers[quota] as Answer, 'register');
    const answer = await at('203.0.113.2').post('/api/auth/register', {
      email: 'mary@example.com',
      password,
    });
    expect(answer.status, 'another address').not.toBe(429);
  });

  test('codes are tried so often from one address, and a nonsensical token counts', async () => {
    const { quota } = budgets.verify;
    const answers = await inTurn(quota + 2, () =>
      at('203.0.113.1').post('/api/auth/verify', { verificationToken: 'nonsense', code: '123456' }),
    );
    expect(tally(answers)).toEqual({ 400: quota, 429: 2 });
    expectTooMany(answers.at(-1) as Answer, 'verify');
    const page = await submit('203.0.113.1', '/verify', { verificationToken: 'nonsense', code: '123456' });
    expect(page.status).toBe(429);
    expect(page.text).toContain('That was too often.');
  });

  test('the code of one sign-in may be guessed five times, from wherever, however its token is spelt', async () => {
    site.emulator.settings.set({ emailVerification: true });
    const email = 'mary@example.com';
    const asked = await at('203.0.113.1').post('/api/auth/register', { email, password: 'verified-2026' });
    const verificationToken = asked.body.verificationToken as string;
    const { code } = site.emulator.outbox.findLast(({ to }) => to === email) ?? { code: '' };
    const guess = String((Number(code) + 1) % 1_000_000).padStart(6, '0');
    const spellings = [verificationToken, `${verificationToken}=`, `${verificationToken} `];
    const { quota } = budgets['verify-code'];
    const answers = await inTurn(quota + 3, (index) =>
      at(stranger(index)).post('/api/auth/verify', {
        verificationToken: spellings[index % spellings.length],
        code: guess,
      }),
    );
    expect(tally(answers)).toEqual({ 400: quota, 429: 3 });
    expectTooMany(answers.at(-1) as Answer, 'verify-code');
    expectTooMany(
      await at('203.0.113.1').post('/api/auth/verify', { verificationToken, code }),
      'verify-code',
    );
    later(budgets['verify-code'].windowSeconds + 1);
    site.forget();
    const late = await at('203.0.113.1').post('/api/auth/verify', { verificationToken, code });
    expect(late.status, 'then Wix is asked again').not.toBe(429);
    expect(site.wixCalls.length).toBeGreaterThan(0);
  });
});

describe('passwords', () => {
  test('AU-09: mails to set a new one are counted by account and by address, on page and API alike', async () => {
    const ask = (address: string, email: string) => at(address).post('/api/auth/password-reset', { email });
    const { quota } = budgets['reset-account'];
    const answers = await inTurn(quota + 2, (index) =>
      ask(stranger(index), index % 2 === 0 ? 'ada@example.com' : ' ADA@example.com'),
    );
    expect(tally(answers)).toEqual({ 202: quota, 429: 2 });
    expectTooMany(answers.at(-1) as Answer, 'reset-account');
    expect(site.emulator.outbox.filter(({ to }) => to === 'ada@example.com')).toHaveLength(quota);
    const unknown = await inTurn(quota + 2, (index) => ask(stranger(index), 'nobody@example.com'));
    expect(tally(unknown), 'as of an address that nobody has').toEqual({ 202: quota, 429: 2 });
    const page = await submit('203.0.113.1', '/forgot-password', { email: 'ada@example.com' });
    expect(page.status).toBe(429);
    expect(page.text).toContain('That was too often.');
  }, 60_000);

  test('guessing the old one from a stolen session is stopped; changing it costs nothing', async () => {
    const app = asBearer(site, 'ada', await tokenOf(site, people.ada));
    const change = (currentPassword: string, newPassword: string) =>
      app.post('/api/auth/password', { currentPassword, newPassword });
    let current: string = people.ada.password;
    for (const next of ['analytical-1', 'analytical-2', 'analytical-3']) {
      expect((await change(current, next)).status).toBe(204);
      current = next;
    }
    const { quota } = budgets.password;
    const answers = await inTurn(quota + 2, (index) => change(`guess-${index}`, 'stolen-2026'));
    expect(tally(answers)).toEqual({ 400: quota, 429: 2 });
    expectTooMany(answers.at(-1) as Answer, 'password');
    expectTooMany(await change(current, 'analytical-4'), 'password');
    later(budgets.password.windowSeconds + 1);
    expect((await change(current, 'analytical-4')).status).toBe(204);
  });
});

describe('any request', () => {
  test('every answer of the API says what is left', async () => {
    const visitor = at('203.0.113.1');
    const { quota, windowSeconds } = budgets.visitor;
    const [first, second] = [await visitor.get('/api/collections'), await visitor.get('/api/me')];
    expect([first.status, second.status]).toEqual([200, 401]);
    for (const [answer, left] of [
      [first, quota - 1],
      [second, quota - 2],
    ] as const) {
      expect(answer.headers.get('ratelimit-policy')).toBe(`"visitor";q=${quota};w=${windowSeconds}`);
      expect(answer.headers.get('ratelimit')).toMatch(new RegExp(`^"visitor";r=${left};t=60$`));
      expect(answer.headers.get('retry-after')).toBeNull();
    }
    const token = (await login('203.0.113.1', people.ada)).body.token as string;
    const answer = await asBearer(site, 'ada', token).get('/api/me');
    expect(answer.headers.get('ratelimit-policy')).toBe('"api";q=1200;w=60');
    expect(answer.headers.get('ratelimit')).toMatch(/^"api";r=1199;t=60$/);
  });

  test('RL-08: a member has one budget, whichever credential, door and address they use', async () => {
    const tokens = [await tokenOf(site, people.ada), await tokenOf(site, people.ada)] as const;
    const cookie = { cookie: `__Host-gatehouse=${tokens[1]}` };
    const doors = [
      at('203.0.113.1', { authorization: `Bearer ${tokens[0]}` }),
      at('203.0.113.2', cookie),
      at('203.0.113.3', { authorization: `Bearer ${await accessTokenOfAda()}` }),
    ];
    const { quota } = budgets.api;
    const answers = await inCrowds(quota - 1, (index) =>
      (doors[index % doors.length] as (typeof doors)[number]).get('/api/collections'),
    );
    expect(tally(answers)).toEqual({ 200: quota - 1 });
    expect((await at('203.0.113.2', cookie).get('/problems')).status, 'a page counts too').toBe(200);
    for (const door of doors) expectTooMany(await door.get('/api/collections'), 'api');
    const page = await at('203.0.113.2', cookie).get('/problems');
    expect(page.status).toBe(429);
    expect(page.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    expect(page.text).toContain('Too many requests');
    expect(page.text).toContain('Try again');

    const grace = asBearer(site, 'grace', await tokenOf(site, people.grace));
    expect((await grace.get('/api/collections')).status, 'nobody else pays').toBe(200);
    expect((await at('203.0.113.1').get('/api/collections')).status).toBe(200);
  });

  test('RL-01: whoever rotates X-Forwarded-For is counted by what the trusted proxy saw', async () => {
    const { quota } = budgets.visitor;
    const answers = await inCrowds(quota + 20, (index) =>
      actor(site, 'a liar', { 'x-forwarded-for': `${stranger(index)}, 203.0.113.9` }).get('/api/collections'),
    );
    expect(tally(answers)).toEqual({ 200: quota, 429: 20 });
    expect((await at('203.0.113.10').get('/api/collections')).status, 'a neighbour').toBe(200);
  });

  test('RL-03: other spellings of an address are one bucket', async () => {
    const visitor = at('203.0.113.1');
    const left = async (path: string) => {
      await visitor.get(path);
      const { headers } = await visitor.get('/api/collections');
      return Number(/r=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1]);
    };
    const before = await left('/api/collections');
    const paths = ['/api/collections/', '/API/collections', '//api/collections', '/api//collections'];
    let expected = before;
    for (const path of paths) expect(await left(path), path).toBe((expected -= 2));
  });

  test('RL-03: no spelling of the sign-in address has a budget of its own', async () => {
    const paths = [
      '/api/auth/login',
      '/api/auth/login/',
      '/API/auth/login',
      '//api/auth/login',
      '/api/auth//login',
    ];
    const { quota } = budgets['login-account'];
    await inTurn(quota * 3, (index) =>
      at(stranger(index), { origin: site.address }).post(paths[index % paths.length] as string, wrong),
    );
    expect(passwordsSent()).toBeLessThanOrEqual(quota);
    expectTooMany(await login('203.0.113.1', people.ada), 'login-account');
  });

  test('RL-09: thousands of anonymous hits ask next to nothing of Wix and are 401, not 500', async () => {
    const { quota } = budgets.visitor;
    site.forget();
    const anonymous = await inCrowds(1000, () => at('203.0.113.1').get('/api/me'));
    const foreign = await inCrowds(1000, (index) =>
      at('203.0.113.2', { authorization: `Bearer foreign-${index}` }).get('/api/me'),
    );
    expect(quota).toBeGreaterThanOrEqual(1000);
    expect(tally([...anonymous, ...foreign])).toEqual({ 401: 2000 });
    expect(site.wixCalls.length).toBeLessThanOrEqual(2);
    const more = await inCrowds(quota, (index) =>
      at('203.0.113.2', { authorization: `Bearer foreign-${index}` }).get('/api/me'),
    );
    expect(tally(more), 'tokens that are none are counted by address').toEqual({
      401: quota - 1000,
      429: 1000,
    });
  });

  test('what asks whether the process is well is never refused', async () => {
    const answers = await inCrowds(budgets.visitor.quota + 10, () =>
      at('203.0.113.1').get('/api/health/live'),
    );
    expect(tally(answers)).toEqual({ 200: budgets.visitor.quota + 10 });
    expect(answers[0]?.headers.get('ratelimit')).toBeNull();
  });
});

describe('without a proxy that is trusted', () => {
  test('RL-01: whoever rotates X-Forwarded-For is counted by their socket', async () => {
    await site.stop();
    site = await openSite({ variables: { RATE_LIMITS: 'on' } });
    const { quota } = budgets.login;
    const answers = await inTurn(quota + 5, (index) =>
      login(stranger(index), { email: `nobody-${index}@example.com`, password: 'guess-1234' }),
    );
    expect(tally(answers)).toEqual({ 401: quota, 429: 5 });
  });

  test('RL-07: whoever has no address at all is still limited', async () => {
    const path = join(site.dataFolder, 'site.sock');
    const server = await behindSocket(path);
    const host = new URL(site.address).host;
    const body = (index: number) =>
      JSON.stringify({ email: `nobody-${index}@example.com`, password: 'guess-1234' });
    const statuses: number[] = [];
    for (let index = 0; index < budgets.login.quota + 3; index += 1) {
      statuses.push(await postTo(path, host, body(index)));
    }
    expect(statuses.slice(0, -3).every((status) => status === 401)).toBe(true);
    expect(statuses.slice(-3)).toEqual([429, 429, 429]);
    server.closeAllConnections();
    server.close();
  });
});

describe('when the counters cannot be written', () => {
  let blocker: SQLite.Database;

  beforeEach(() => {
    blocker = new SQLite(join(site.dataFolder, 'limits.sqlite'));
    // Nobody else writes until this is closed.
    blocker.exec('BEGIN IMMEDIATE');
  });

  test('nobody can sign in, and Wix is not asked', async () => {
    site.forget();
    const answers = [
      await login('203.0.113.1', people.ada),
      await at('203.0.113.1').post('/api/auth/register', {
        email: 'mary@example.com',
        password: 'analytical-1837',
      }),
      await at('203.0.113.1').post('/api/auth/verify', { verificationToken: 'nonsense', code: '123456' }),
    ];
    for (const answer of answers) {
      expectProblem(answer, 503, 'database-unavailable');
      expect(answer.headers.get('retry-after')).toBe('5');
      expect(answer.text).not.toContain('locked');
    }
    expect(site.wixCalls).toEqual([]);
    blocker.close();
    expect((await login('203.0.113.1', people.ada)).status).toBe(200);
  });

  test('who is signed in goes on, and the log says that nobody counts', async () => {
    blocker.exec('COMMIT');
    const ada = asBearer(site, 'ada', (await login('203.0.113.1', people.ada)).body.token as string);
    blocker.exec('BEGIN IMMEDIATE');
    const answer = await ada.get('/api/me');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('ratelimit')).toBeNull();
    expect(log.join('')).toContain('counting a request failed');
    blocker.close();
    expect((await ada.get('/api/me')).headers.get('ratelimit')).toMatch(/^"api"/);
  });
});

test('RATE_LIMITS=off counts nothing', async () => {
  await site.stop();
  site = await openSite({ variables: { RATE_LIMITS: 'off' } });
  const answers = await inTurn(budgets['login-account'].quota + 5, () => login('203.0.113.1', wrong));
  expect(tally(answers)).toEqual({ 401: answers.length });
  expect(answers[0]?.headers.get('ratelimit')).toBeNull();
  expect(await readdir(site.dataFolder)).not.toContain('limits.sqlite');
});

test('the README publishes every budget', async () => {
  const readme = await readFile('README.md', 'utf8');
  for (const { name, quota, windowSeconds } of Object.values(budgets)) {
    const window = windowSeconds < 120 ? `${windowSeconds} seconds` : `${windowSeconds / 60} minutes`;
    expect(readme, name).toMatch(
      new RegExp(`^\\| \`${name}\` +\\| .+ \\| ${quota} +\\| ${window} +\\|`, 'm'),
    );
  }
});

/** Made beside the site, with its database and its keys. */
async function accessTokenOfAda(): Promise<string> {
  const { database } = await openDatabase({ dataFolder: site.dataFolder, poolSize: 1 });
  const { secretsKey } = JSON.parse(await readFile(join(site.dataFolder, 'offline-keys.json'), 'utf8')) as {
    secretsKey: string;
  };
  const { id } = await database.selectFrom('member').select('id').executeTakeFirstOrThrow();
  const { token } = await accessTokenStore(database, keyring(Buffer.from(secretsKey, 'base64'))).create({
    memberId: id,
    wixTokens: { accessToken: 'unused', expiresAt: 0, refreshToken: 'unused' },
    name: 'a script',
    scopes: [],
    expiresAt: null,
  });
  await database.destroy();
  return token;
}

/** The same site on a Unix socket, where nobody has an address. */
async function behindSocket(path: string): Promise<Server> {
  const bundle = new URL('../../dist/server/entry.mjs', import.meta.url).href;
  const { handler } = (await import(bundle)) as { handler: Parameters<typeof createServer>[1] };
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return server;
}

function postTo(socketPath: string, host: string, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { host, 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.1' };
    const request = httpRequest({ socketPath, method: 'POST', path: '/api/auth/login', headers });
    request.on('error', reject);
    request.on('response', (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    request.end(body);
  });
}
