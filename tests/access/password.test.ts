import SQLite from 'better-sqlite3';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  actor,
  asBearer,
  asMember,
  asVisitor,
  expectProblem,
  people,
  tokenOf,
  withoutRequestId,
  type Actor,
  type Answer,
} from '../actors.ts';
import { network, openSite, type Site } from '../harness.ts';

const RESET = '/api/auth/password-reset';
const CHANGE = '/api/auth/password';
const CONNECTIONS = '/api/collections/SITConnections/items';
const DAY = 24 * 60 * 60 * 1000;
const form = { 'content-type': 'application/x-www-form-urlencoded' };

let site: Site;
let visitor: Actor;
let database: SQLite.Database;

beforeAll(async () => {
  site = await openSite();
  visitor = asVisitor(site);
  database = new SQLite(join(site.dataFolder, 'gatehouse.sqlite'));
});

beforeEach(() => {
  // What goes wrong at Wix is logged, and would drown the report.
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  site.trouble(null);
  site.emulator.settings.set({ emailVerification: false, ownerApproval: false, captcha: false });
});

afterAll(async () => {
  database.close();
  await site.stop();
});

type Somebody = Readonly<{ email: string; password: string; id: string }>;

/** A member whom no other test knows. */
async function somebody(): Promise<Somebody> {
  const newcomer = { email: `${randomUUID()}@example.com`, password: 'the first one' };
  const { status, text, body } = await visitor.post('/api/auth/register', newcomer);
  expect(status, text).toBe(201);
  return { ...newcomer, id: body.member.id };
}

/** What a sign-in takes of somebody. */
const credentials = ({ email, password }: Somebody) => ({ email, password });

const app = async (who: { email: string; password: string }): Promise<Actor> =>
  asBearer(site, who.email, await tokenOf(site, who));

/** A personal access token, put where the site would put it: the sealed tokens are another row's and open nowhere. */
function accessTokenOf({ id }: Somebody): () => number {
  const row = randomUUID();
  database
    .prepare(
      `INSERT INTO access_token (id, hash, prefix, member_id, name, scopes, created_at, wix_tokens)
       VALUES (?, ?, 'gh_pat_', ?, 'A robot', 'profile:read', ?, 'sealed')`,
    )
    .run(row, row, id, Date.now());
  return () => count('access_token WHERE id = ?', row);
}

function count(where: string, ...values: unknown[]): number {
  return (database.prepare(`SELECT count(*) AS rows FROM ${where}`).get(...values) as { rows: number }).rows;
}

const mailsTo = (email: string) => site.emulator.outbox.filter(({ to }) => to === email);

/** Follows the link of the newest mail to Wix's page, as a browser does, and chooses a password there. */
async function chooseByMail(email: string, password: string): Promise<string> {
  const mail = mailsTo(email).at(-1);
  const link = mail?.link ?? '';
  const page = await network(link);
  expect(page.status).toBe(200);
  const answer = await network(link, {
    method: 'POST',
    headers: { ...form, origin: site.address },
    body: new URLSearchParams({ password }),
  });
  expect(answer.status).toBe(200);
  return answer.text();
}

const alive = async (who: Actor) => (await who.get('/api/me')).status;

function comparable(answer: Answer) {
  const headers = [...answer.headers].filter(([name]) => name !== 'x-request-id' && name !== 'date');
  const body = answer.body === undefined ? answer.text : withoutRequestId(answer);
  return { status: answer.status, headers, length: answer.text.length, body };
}

describe('asking for a reset', () => {
  test('Wix mails a link that leads back to our sign-in page', async () => {
    const { email } = await somebody();
    const answer = await visitor.post(RESET, { email: ` ${email.toUpperCase()} ` });
    expect(answer.status, answer.text).toBe(202);
    expect(answer.body).toEqual({ state: 'PASSWORD_RESET_REQUESTED' });
    expect(mailsTo(email)).toEqual([
      expect.objectContaining({ kind: 'password-reset', returnUrl: `${site.address}/login?reset=done` }),
    ]);
  });

  test('AU-01 whether the address belongs to somebody shows in nothing: not in answer, time or calls', async () => {
    const { email } = await somebody();
    const ask = async (address: string) => {
      site.forget();
      const started = performance.now();
      const answer = await visitor.post(RESET, { email: address });
      const took = performance.now() - started;
      return { answer, took, calls: site.wixCalls.map(({ method, path }) => `${method} ${path}`) };
    };
    const known = await ask(email);
    const unknown = await ask('nobody-at-all@example.com');
    expect(known.answer.status).toBe(202);
    expect(comparable(unknown.answer)).toEqual(comparable(known.answer));
    expect(unknown.calls).toEqual(known.calls);
    for (const { took } of [known, unknown]) expect(took).toBeGreaterThan(995);
    for (const address of [email, 'nobody-at-all@example.com'])
      expect(count('password_reset WHERE email = ?', address)).toBe(1);
    expect(mailsTo('nobody-at-all@example.com')).toEqual([]);
  });

  test('so it is on the page, which works without scripts', async () => {
    const { email } = await somebody();
    const send = (address: string) =>
      visitor.send('/forgot-password', {
        method: 'POST',
        headers: { ...form, origin: site.address },
        body: new URLSearchParams({ email: address }),
      });
    const [known, unknown] = await Promise.all([send(email), send('nobody-here@example.com')]);
    expect(known.status).toBe(303);
    expect(known.headers.get('location')).toBe('/forgot-password?state=asked');
    expect(comparable(unknown)).toEqual(comparable(known));
    const asked = await visitor.get('/forgot-password?state=asked');
    expect(asked.text).toContain('Look into your mail');
    expect(asked.text).not.toContain('@');
    const faulty = await send('nonsense');
    expect(faulty.status).toBe(400);
    expect(faulty.text).toContain('is not an e-mail address');
    expect((await visitor.get('/login')).text).toContain('href="/forgot-password"');
  });

  test('AU-17 the way back in the mail is the configured origin, whatever the request names', async () => {
    const { email } = await somebody();
    const claims: Record<string, string>[] = [
      { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
      { forwarded: 'host=evil.example;proto=https', 'x-original-host': 'evil.example' },
      { referer: 'https://evil.example/', 'x-forwarded-prefix': '/evil' },
    ];
    for (const headers of claims) {
      expect((await actor(site, 'mallory', headers).post(RESET, { email })).status).toBe(202);
    }
    expect(mailsTo(email).map(({ returnUrl }) => returnUrl)).toEqual(
      claims.map(() => `${site.address}/login?reset=done`),
    );
    expect(JSON.stringify(site.emulator.outbox)).not.toContain('evil');

    // Node's own client sets Host by itself, so a name of ours that is not the configured one stands in for it.
    const other = site.address.replace('127.0.0.1', 'localhost');
    const answer = await network(other + RESET, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email }),
    }).catch(() => null);
    if (answer) expect(answer.status).toBe(202);
    for (const { returnUrl } of mailsTo(email)) expect(returnUrl).toBe(`${site.address}/login?reset=done`);
  });

  test.each([
    ['500', () => Promise.resolve(new Response(null, { status: 500 })), 503, 'wix-unavailable'],
    ['429', () => Promise.resolve(new Response(null, { status: 429 })), 503, 'wix-unavailable'],
    ['a lost connection', () => Promise.reject(new TypeError('fetch failed')), 503, 'wix-unavailable'],
    [
      'the page of a firewall',
      () => Promise.resolve(new Response('<h1>No</h1>', { status: 403 })),
      502,
      'wix-refused',
    ],
    [
      'a redirect address it does not know',
      () =>
        Promise.resolve(
          Response.json(
            { message: 'x', details: { validationError: { fieldViolations: [{ field: 'redirect.url' }] } } },
            { status: 400 },
          ),
        ),
      502,
      'wix-refused',
    ],
    [
      'a wish for a captcha',
      () =>
        Promise.resolve(
          Response.json({ message: 'x', details: { applicationError: { code: '-19971' } } }, { status: 400 }),
        ),
      403,
      'captcha-required',
    ],
  ])('AU-20 when Wix answers %s, everybody is told so alike', async (_, happens, status, code) => {
    site.trouble((request, forward) => (request.url.includes('/recovery/') ? happens() : forward(request)));
    const [known, unknown] = await Promise.all([
      visitor.post(RESET, { email: people.grace.email }),
      visitor.post(RESET, { email: 'nobody-at-all@example.com' }),
    ]);
    expectProblem(known, status, code);
    expect(comparable(unknown)).toEqual(comparable(known));
    expect(mailsTo(people.grace.email)).toEqual([]);
  });

  test.each([
    ['AU-04', {}],
    ['AU-04', { email: 7 }],
    ['AU-04', { email: ['ada@example.com'] }],
    ['AU-04', { email: 'ada' }],
    ['AU-12', { email: 'ada@example.com', redirect: 'https://evil.example' }],
    ['AU-12', { email: 'ada@example.com', memberId: '1' }],
  ])('%s %j is refused before Wix is asked', async (_, body) => {
    site.forget();
    expectProblem(await visitor.post(RESET, body), 400, 'invalid-request');
    expect(site.wixCalls).toEqual([]);
  });

  test('another site cannot ask through somebody’s browser', async () => {
    const evil = actor(site, 'another site', { origin: 'https://evil.example' });
    expectProblem(await evil.post(RESET, { email: 'ada@example.com' }), 403, 'cross-site');
  });
});

describe('after a reset', () => {
  test('SE-03 the sign-in with the new password ends every older session and token', async () => {
    const who = await somebody();
    const [phone, browser] = [await app(who), await app(who)];
    const hasToken = accessTokenOf(who);
    await visitor.post(RESET, { email: who.email });
    // Whoever knows the old password comes in once more before it changes.
    const intruder = await app(who);
    expect(await chooseByMail(who.email, 'the second one')).toContain(`${site.address}/login?reset=done`);

    expectProblem(await visitor.post('/api/auth/login', credentials(who)), 401, 'invalid-credentials');
    const fresh = await app({ ...who, password: 'the second one' });
    for (const older of [phone, browser, intruder]) {
      expectProblem(await older.get('/api/me'), 401, 'unauthenticated');
      expectProblem(await older.get(CONNECTIONS), 401, 'unauthenticated');
    }
    expect(hasToken()).toBe(0);
    expect(await alive(fresh)).toBe(200);
  });

  test('every way in counts: registering is none, verifying by code is one', async () => {
    const who = await somebody();
    const phone = await app(who);
    await visitor.post(RESET, { email: who.email });
    site.emulator.settings.set({ emailVerification: true });
    site.emulator.members.setLoginEmailVerified(who.email, false);
    const { body } = await visitor.post('/api/auth/login', credentials(who));
    expect(await alive(phone), 'nobody is in yet').toBe(200);
    const verification = { verificationToken: body.verificationToken, code: mailsTo(who.email).at(-1)?.code };
    expect((await visitor.post('/api/auth/verify', verification)).status).toBe(200);
    expect(await alive(phone)).toBe(401);
  });

  test('SE-03 what somebody asks for another’s address ends nothing until that one signs in, and nobody else’s', async () => {
    const [victim, bystander] = [await somebody(), await somebody()];
    const [phone, other] = [await app(victim), await app(bystander)];
    for (let time = 0; time < 3; time += 1) await visitor.post(RESET, { email: victim.email });
    expect(await alive(phone), 'asking alone does nothing').toBe(200);
    expectProblem(
      await visitor.post('/api/auth/login', { email: victim.email, password: 'guess' }),
      401,
      'invalid-credentials',
    );
    expect(await alive(phone), 'nor does a failed sign-in').toBe(200);
    await app(bystander);
    expect(await alive(phone)).toBe(200);
    // The old password still works: a mail that nobody follows changes nothing.
    const laptop = await app(victim);
    expect([await alive(phone), await alive(laptop), await alive(other)]).toEqual([401, 200, 200]);
  });

  test('a day later it is forgotten', async () => {
    const who = await somebody();
    await visitor.post(RESET, { email: who.email });
    const phone = await app(who);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + DAY - 60_000 });
    const laptop = await app(who);
    expect(await alive(phone)).toBe(401);
    vi.setSystemTime(Date.now() + 2 * 60_000);
    await app(who);
    expect(await alive(laptop)).toBe(200);
  });
});

describe('changing the password', () => {
  const change = (from: string, to: string) => ({ currentPassword: from, newPassword: to });

  test('SE-03 every other session and token ends at once; the one that asked stays', async () => {
    const who = await somebody();
    const [phone, browser, asking] = [await app(who), await app(who), await app(who)];
    const hasToken = accessTokenOf(who);
    site.forget();
    const answer = await asking.post(CHANGE, change(who.password, 'the second one'));
    expect(answer.status, answer.text).toBe(204);
    expect(site.wixCalls.length).toBe(13);
    expect(site.wixCalls.filter(({ rights }) => rights === 'app')).toEqual([]);
    for (const older of [phone, browser]) {
      expectProblem(await older.get('/api/me'), 401, 'unauthenticated');
      expectProblem(await older.get(CONNECTIONS), 401, 'unauthenticated');
    }
    expect(hasToken()).toBe(0);
    expect(await alive(asking)).toBe(200);
    expectProblem(await visitor.post('/api/auth/login', credentials(who)), 401, 'invalid-credentials');
    expect(await alive(await app({ ...who, password: 'the second one' }))).toBe(200);
    // Not a reset: signing in elsewhere ends nothing from here on.
    expect(await alive(asking)).toBe(200);
  });

  test('SE-03 the session goes on with new tokens where Wix takes the old ones back with the password', async () => {
    const who = await somebody();
    const asking = await app(who);
    site.trouble(async (request, forward) => {
      const answer = await forward(request);
      if (request.url.endsWith('/change-password')) site.emulator.members.revokeRefreshTokens(who.email);
      return answer;
    });
    expect((await asking.post(CHANGE, change(who.password, 'the second one'))).status).toBe(204);
    site.trouble(null);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 5 * 60 * 60 * 1000 });
    expect(await alive(asking), 'five hours later, when the token has to be renewed').toBe(200);
  });

  test('a wrong current password is 400 and changes nothing', async () => {
    const who = await somebody();
    const [phone, asking] = [await app(who), await app(who)];
    const answer = await asking.post(CHANGE, change('a guess', 'the second one'));
    expectProblem(answer, 400, 'invalid-request');
    expect(answer.body.errors).toEqual([
      { path: 'currentPassword', message: 'is not your current password' },
    ]);
    expect([await alive(phone), await alive(asking)]).toEqual([200, 200]);
    await app(who);
    expect(await alive(phone), 'nor does it count as a reset').toBe(200);
  });

  test('a new password that Wix does not accept is 400 and changes nothing', async () => {
    const who = await somebody();
    const [phone, asking] = [await app(who), await app(who)];
    const answer = await asking.post(CHANGE, change(who.password, 'abc'));
    expectProblem(answer, 400, 'invalid-request');
    expect(answer.body.errors).toMatchObject([{ path: 'newPassword' }]);
    await app(who);
    expect([await alive(phone), await alive(asking)]).toEqual([200, 200]);
  });

  test('whose password is proven is the member’s, not whoever has their old address by now', async () => {
    const [who, heir] = [await somebody(), await somebody()];
    const asking = await app(who);
    const moved = `${randomUUID()}@example.com`;
    site.trouble(async (request, forward) => {
      const answer = await forward(request);
      if (!request.url.includes('/members/my')) return answer;
      const { member } = (await answer.json()) as { member: { id: string } };
      // Wix names the heir's address for this member, for as long as a rename takes.
      return Response.json({ member: { ...member, loginEmail: member.id === who.id ? heir.email : moved } });
    });
    const answer = await asking.post(CHANGE, change(heir.password, 'the second one'));
    expect(answer.status).toBeGreaterThanOrEqual(500);
    site.trouble(null);
    for (const each of [who, heir]) expect(await alive(await app(each))).toBe(200);
  });

  test('is for somebody who has signed in', async () => {
    const body = change('lovelace-1815', 'another one');
    expectProblem(await visitor.post(CHANGE, body), 401, 'unauthenticated');
    const evil = actor(site, 'another site', {
      cookie: `__Host-gatehouse=${await tokenOf(site, people.ada)}`,
      origin: 'https://evil.example',
    });
    expectProblem(await evil.post(CHANGE, body), 403, 'cross-site');
    const page = await visitor.get('/account/password');
    expect([page.status, page.headers.get('location')]).toEqual([
      303,
      '/login?returnTo=%2Faccount%2Fpassword',
    ]);
  });

  test.each([
    {},
    { currentPassword: 'x' },
    { currentPassword: '', newPassword: 'x' },
    { currentPassword: ['x'], newPassword: 'x' },
    { currentPassword: 'x', newPassword: 'y'.repeat(1025) },
    { currentPassword: 'x', newPassword: 'y', email: 'grace@example.com' },
  ])('AU-12 %j is refused before Wix is asked', async (body) => {
    const ada = asBearer(site, 'ada', await tokenOf(site, people.ada));
    site.forget();
    expectProblem(await ada.post(CHANGE, body), 400, 'invalid-request');
    expect(site.wixCalls).toEqual([]);
  });

  test.each(['/members/my', '/v2/login', '/redirect-session', '/change-password'])(
    'AU-20 Wix down at %s is an outage, and no wrong password; the old one still does',
    async (path) => {
      const who = await somebody();
      const [phone, asking] = [await app(who), await app(who)];
      site.trouble((request, forward) =>
        request.url.includes(path) ? Promise.resolve(new Response(null, { status: 503 })) : forward(request),
      );
      expectProblem(
        await asking.post(CHANGE, change(who.password, 'the second one')),
        503,
        'wix-unavailable',
      );
      site.trouble(null);
      expect([await alive(phone), await alive(asking)]).toEqual([200, 200]);
      expect(await alive(await app(who))).toBe(200);
    },
  );

  test('SE-03 should Wix do it without our hearing of it, the next sign-in ends the others', async () => {
    const who = await somebody();
    const [phone, asking] = [await app(who), await app(who)];
    site.trouble(async (request, forward) => {
      const answer = await forward(request);
      return request.url.endsWith('/change-password') ? new Response(null, { status: 502 }) : answer;
    });
    expectProblem(await asking.post(CHANGE, change(who.password, 'the second one')), 503, 'wix-unavailable');
    site.trouble(null);
    await app({ ...who, password: 'the second one' });
    expect([await alive(phone), await alive(asking)]).toEqual([401, 401]);
  });

  test('the page does the same without scripts, and never shows a password again', async () => {
    const ada = await asMember(site, 'ada');
    const elsewhere = await app(people.ada);
    const send = (fields: Record<string, string>) =>
      ada.send('/account/password', { method: 'POST', headers: form, body: new URLSearchParams(fields) });
    const refused = await send(change('a wild guess', 'countess-1852'));
    expect(refused.status).toBe(400);
    expect(refused.text).toContain('Current password: This is not your current password.');
    expect(refused.text).not.toMatch(/a wild guess|countess-1852/);
    const done = await send(change(people.ada.password, 'countess-1852'));
    expect([done.status, done.headers.get('location')]).toEqual([303, '/account?done=password']);
    expect((await ada.get('/account?done=password')).text).toContain('Your password is changed.');
    expect(await alive(elsewhere)).toBe(401);
    await send(change('countess-1852', people.ada.password));
    expect((await visitor.post('/api/auth/login', people.ada)).status).toBe(200);
  });
});

describe('what keeps somebody out, in the API and on the page', () => {
  const post = (path: string, fields: Record<string, string>) =>
    visitor.send(path, {
      method: 'POST',
      headers: { ...form, origin: site.address },
      body: new URLSearchParams(fields),
    });

  /** Nobody is in, and nobody is told that the password is wrong. */
  function expectKeptOut(answer: Answer, status: number): void {
    expect(answer.status).toBe(status);
    expect(answer.text).not.toContain('E-mail or password is wrong');
    expect(answer.headers.getSetCookie()).toEqual([]);
  }

  test('the owner has not let them in yet', async () => {
    site.emulator.settings.set({ ownerApproval: true });
    const newcomer = { email: `${randomUUID()}@example.com`, password: 'the first one' };
    const registered = await visitor.post('/api/auth/register', newcomer);
    expect([registered.status, registered.body]).toEqual([202, { state: 'OWNER_APPROVAL_REQUIRED' }]);
    const login = await visitor.post('/api/auth/login', newcomer);
    expect([login.status, login.body]).toEqual([202, { state: 'OWNER_APPROVAL_REQUIRED' }]);
    const page = await post('/login', newcomer);
    expectKeptOut(page, 303);
    expect(page.headers.get('location')).toBe('/register?state=awaiting-approval');
  });

  test('the owner wants a new password: the page leads to the mail, which ends it', async () => {
    const who = await somebody();
    site.emulator.members.requirePasswordReset(who.email);
    expectProblem(await visitor.post('/api/auth/login', credentials(who)), 401, 'password-reset-required');
    const page = await post('/login', credentials(who));
    expectKeptOut(page, 401);
    expect(page.text).toContain('href="/forgot-password">Ask for a link by mail');
    await visitor.post(RESET, { email: who.email });
    await chooseByMail(who.email, 'the second one');
    await app({ ...who, password: 'the second one' });
  });

  test('a captcha is wanted', async () => {
    site.emulator.settings.set({ captcha: true });
    expectProblem(await visitor.post('/api/auth/login', people.ada), 403, 'captcha-required');
    const page = await post('/login', people.ada);
    expectKeptOut(page, 403);
    expect(page.text).toContain('proof that a person is signing in');
  });

  test('the member is blocked, which looks like a wrong password on purpose', async () => {
    const who = await somebody();
    const wrong = await post('/login', { email: who.email, password: 'a guess' });
    site.emulator.members.setStatus(who.email, 'BLOCKED');
    const blocked = await post('/login', credentials(who));
    expect(blocked.status).toBe(401);
    const withoutId = (text: string) => text.replaceAll(/[0-9a-f-]{36}(?!@)/g, '');
    expect(withoutId(blocked.text)).toBe(withoutId(wrong.text));
  });

  test('the code from the mail is missing, wrong, or too old', async () => {
    site.emulator.settings.set({ emailVerification: true });
    const asked = await post('/login', people.alan);
    expectKeptOut(asked, 200);
    const verificationToken = /name="verificationToken" value="([^"]+)"/.exec(asked.text)?.[1] ?? '';
    const code = mailsTo(people.alan.email).at(-1)?.code ?? '';
    const wrong = code === '000000' ? '111111' : '000000';
    for (const [typed, said] of [
      ['', 'Fill this in.'],
      ['ab', 'is not a number'],
      [wrong, 'This is wrong or too old.'],
    ] as const) {
      const page = await post('/verify', { verificationToken, code: typed });
      expectKeptOut(page, 400);
      expect(page.text).toContain(said);
    }
    site.emulator.clock.forward(16 * 60 * 1000);
    const late = await post('/verify', { verificationToken, code });
    expectKeptOut(late, 400);
    expect(late.text).toContain('This is wrong or too old.');
  });

  test.each([
    ['is down', 503, () => Promise.resolve(new Response(null, { status: 500 }))],
    ['is throttling', 503, () => Promise.resolve(new Response(null, { status: 429 }))],
    ['cannot be reached', 503, () => Promise.reject(new TypeError('fetch failed'))],
    ['has a firewall', 502, () => Promise.resolve(new Response('<h1>No</h1>', { status: 403 }))],
  ] as const)('AU-20 Wix %s: neither a wrong password nor a wrong code', async (_, status, happens) => {
    site.emulator.settings.set({ emailVerification: true });
    const asked = await post('/login', people.alan);
    const verificationToken = /name="verificationToken" value="([^"]+)"/.exec(asked.text)?.[1] ?? '';
    site.trouble((request, forward) => (request.url.includes('/_api/iam/') ? happens() : forward(request)));
    for (const page of [
      await post('/login', people.ada),
      await post('/verify', { verificationToken, code: '123456' }),
      await post('/forgot-password', { email: people.ada.email }),
    ]) {
      expectKeptOut(page, status);
      expect(page.text).not.toContain('wrong or too old');
    }
  });
});
