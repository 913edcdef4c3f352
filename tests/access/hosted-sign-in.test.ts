import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { PASSING_CAPTCHA_TOKEN } from '../../packages/wix-emulator/src/index.ts';
import { actor, asBearer, asVisitor, expectProblem, people, tokenOf, type Answer } from '../actors.ts';
import { network, openSite, type Site } from '../harness.ts';
import { formAction, openBrowser, pkce, walkToCallback, type Browser } from '../oauth.ts';
import { raw } from '../raw.ts';

/** Signing in on Wix's own page: the browser is sent there, and what it brings back is judged. */

const SESSION = '__Host-gatehouse';
const ATTEMPT = '__Host-gatehouse-wix';

let site: Site;

beforeAll(async () => {
  site = await openSite();
});

afterEach(() => {
  site.trouble(null);
  site.emulator.settings.set({ captcha: false, emailVerification: false });
  site.emulator.members.setStatus(people.grace.email, 'APPROVED');
});

afterAll(() => site.stop());

async function whoIs(browser: Browser): Promise<string | undefined> {
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const { body } = await actor(site, 'a browser', { cookie }).get('/api/me');
  return body.email as string | undefined;
}

/** A page for people, with a way on, and nobody signed in. */
function expectTurnedAway(answer: Answer, status: number, title: string): void {
  expect(answer.status, answer.text).toBe(status);
  expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(answer.text).toMatch(new RegExp(`<h1[^>]*>${title}</h1>`));
  expect(answer.text).toMatch(/href="\/login/);
  expect(sessionCookies(answer)).toEqual([]);
  expect(answer.text).not.toMatch(/gh_s_|JWS/);
}

const sessionCookies = (answer: Answer) =>
  answer.headers.getSetCookie().filter((line) => line.startsWith(`${SESSION}=`));

describe('there and back', () => {
  test('a member signs in at Wix, is taken on, and holds a session like any other', async () => {
    const browser = openBrowser(site);
    const callback = await walkToCallback(
      browser,
      people.ada,
      '/login/wix?returnTo=/connections?status=lead',
    );
    expect(callback.origin + callback.pathname).toBe(`${site.address}/api/auth/callback`);
    const answer = await browser.get(callback.href);
    expect(answer.status, answer.text).toBe(303);
    expect(answer.headers.get('location')).toBe('/connections?status=lead');
    expect(await whoIs(browser)).toBe(people.ada.email);
    expect([...browser.cookies.keys()].filter((name) => name.startsWith('__Host-'))).toEqual([SESSION]);
  });

  test('SE-07 both cookies are of this host alone, for no script, and the attempt lasts ten minutes', async () => {
    const browser = openBrowser(site);
    const begun = await browser.get('/login/wix');
    expect(begun.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        new RegExp(`^${ATTEMPT}=[\\w.-]+; Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age=600$`),
      ),
    ]);
    const callback = await walkToCallback(browser, people.ada);
    const done = await browser.get(callback.href);
    expect(done.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        new RegExp(`^${SESSION}=gh_s_[\\w-]{43}; Path=/; HttpOnly; Secure; SameSite=Lax; Expires=`),
      ),
      `${ATTEMPT}=; Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age=0`,
    ]);
  });

  test('the request to Wix has a state and an S256 challenge of its own each time, and no verifier', async () => {
    const [one, two] = await Promise.all(
      [1, 2].map(async () => {
        const browser = openBrowser(site);
        const { searchParams } = new URL((await browser.get('/login/wix')).headers.get('location') ?? '');
        return { ...Object.fromEntries(searchParams), cookie: browser.cookies.get(ATTEMPT) ?? '' };
      }),
    );
    for (const asked of [one, two]) {
      expect(asked).toMatchObject({
        redirectUri: `${site.address}/api/auth/callback`,
        responseMode: 'query',
        responseType: 'code',
        codeChallengeMethod: 'S256',
        codeChallenge: expect.stringMatching(/^[\w-]{43}$/),
        state: expect.stringMatching(/^[\w-]{43}$/),
        prompt: 'login',
      });
      expect(Object.keys(asked ?? {})).not.toContain('codeVerifier');
    }
    for (const name of ['state', 'codeChallenge', 'cookie'] as const)
      expect((one as Record<string, string>)[name]).not.toBe((two as Record<string, string>)[name]);
  });

  test('SE-01 the session is a new one, and the one that the browser had before ends', async () => {
    const old = await tokenOf(site, people.grace);
    const browser = openBrowser(site);
    const callback = await walkToCallback(browser, people.ada);
    browser.cookies.set(SESSION, old);
    await browser.get(callback.href);
    expect(browser.cookies.get(SESSION)).not.toBe(old);
    expect(await whoIs(browser)).toBe(people.ada.email);
    expectProblem(await asBearer(site, 'grace', old).get('/api/me'), 401, 'unauthenticated');
  });

  test('SE-01 a session that somebody planted is not the one that is signed in', async () => {
    const planted = `gh_s_${'A'.repeat(43)}`;
    const browser = openBrowser(site);
    const callback = await walkToCallback(browser, people.ada);
    browser.cookies.set(SESSION, planted);
    expect((await browser.get(callback.href)).status).toBe(303);
    expect(browser.cookies.get(SESSION)).not.toBe(planted);
    expectProblem(await asBearer(site, 'the planter', planted).get('/api/me'), 401, 'unauthenticated');
  });

  test('who signed in is what Wix says, nothing that the browser brings', async () => {
    const browser = openBrowser(site);
    const callback = await walkToCallback(browser, people.ada);
    for (const [name, value] of [
      ['email', people.grace.email],
      ['memberId', 'somebody-else'],
    ] as const)
      callback.searchParams.set(name, value);
    expect((await browser.get(callback.href)).status).toBe(303);
    expect(await whoIs(browser)).toBe(people.ada.email);
  });

  test('a member who is signed in already is not sent to Wix again', async () => {
    site.forget();
    const browser = openBrowser(site, [[SESSION, await tokenOf(site, people.ada)]]);
    site.forget();
    const answer = await browser.get('/login/wix?returnTo=/connections');
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/connections']);
    expect(site.wixCalls).toEqual([]);
  });

  test('offline, another name of the laptop goes on under the name that Wix comes back to', async () => {
    const { port } = new URL(site.address);
    const answer = await raw(site, [
      'GET /login/wix?returnTo=/connections HTTP/1.1',
      `Host: localhost:${port}`,
    ]);
    expect(answer.headers.get('location')).toBe(`${site.address}/login/wix?returnTo=/connections`);
    expect(answer.headers.getSetCookie()).toEqual([]);
  });
});

describe('what comes back', () => {
  test('AU-11 an answer without the cookie of its attempt signs nobody in (login CSRF)', async () => {
    const attacker = openBrowser(site);
    const callback = await walkToCallback(attacker, people.grace);
    const victim = openBrowser(site);
    site.forget();
    expectTurnedAway(await victim.get(callback.href), 400, 'This sign-in is over');
    expect(await whoIs(victim)).toBeUndefined();
    expect(
      site.wixCalls.filter(({ path }) => path === '/oauth2/token'),
      'the code is not even tried',
    ).toEqual([]);
  });

  test('AU-11 nor does an answer to somebody else’s attempt, and the attempt under way goes on', async () => {
    const attacker = openBrowser(site);
    const foreign = await walkToCallback(attacker, people.grace);
    const victim = openBrowser(site);
    const own = await walkToCallback(victim, people.ada);
    expectTurnedAway(await victim.get(foreign.href), 400, 'This sign-in is over');
    // The attacker's code with the victim's state: PKCE tells them apart.
    const mixed = new URL(own);
    mixed.searchParams.set('code', foreign.searchParams.get('code') ?? '');
    const other = openBrowser(site, victim.cookies);
    expectTurnedAway(await other.get(mixed.href), 400, 'This sign-in is over');
    expect((await victim.get(own.href)).status).toBe(303);
    expect(await whoIs(victim)).toBe(people.ada.email);
  });

  test.each([
    ['no state', (url: URL) => url.searchParams.delete('state')],
    ['another state', (url: URL) => url.searchParams.set('state', 'A'.repeat(43))],
    ['an empty state', (url: URL) => url.searchParams.set('state', '')],
    ['no code', (url: URL) => url.searchParams.delete('code')],
    ['a code of nobody', (url: URL) => url.searchParams.set('code', 'nobody')],
  ])('AU-11 an answer with %s signs nobody in', async (_, change) => {
    const browser = openBrowser(site);
    const callback = await walkToCallback(browser, people.ada);
    change(callback);
    expectTurnedAway(await browser.get(callback.href), 400, 'This sign-in is over');
    expect(await whoIs(browser)).toBeUndefined();
  });

  test.each(['code', 'state'])('a %s that comes twice is refused, on a page', async (name) => {
    const browser = openBrowser(site);
    const callback = await walkToCallback(browser, people.ada);
    callback.searchParams.append(name, 'another');
    const answer = await browser.get(callback.href);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('is given twice');
    expect(await whoIs(browser)).toBeUndefined();
  });

  test('an answer works once: not again in the same browser, not with a copy of its cookies', async () => {
    const browser = openBrowser(site);
    const callback = await walkToCallback(browser, people.ada);
    const copy = openBrowser(site, browser.cookies);
    expect((await browser.get(callback.href)).status).toBe(303);
    expectTurnedAway(await browser.get(callback.href), 400, 'This sign-in is over');
    expectTurnedAway(await copy.get(callback.href), 400, 'This sign-in is over');
    expect(await whoIs(browser), 'the session stays').toBe(people.ada.email);
  });

  test('of many copies of one answer at once a single one signs in', async () => {
    const browser = openBrowser(site);
    const callback = await walkToCallback(browser, people.ada);
    const copies = Array.from({ length: 8 }, () => openBrowser(site, browser.cookies));
    const statuses = await Promise.all(copies.map(async (copy) => (await copy.get(callback.href)).status));
    expect(statuses.filter((status) => status === 303)).toHaveLength(1);
    expect(statuses.filter((status) => status === 400)).toHaveLength(7);
  });

  test('an attempt whose cookie was changed, doubled or taken from elsewhere is none', async () => {
    const browser = openBrowser(site);
    const callback = await walkToCallback(browser, people.ada);
    const sealed = browser.cookies.get(ATTEMPT) ?? '';
    const session = await tokenOf(site, people.ada);
    for (const value of [
      sealed.slice(0, -2),
      `${sealed.slice(0, -1)}${sealed.endsWith('A') ? 'B' : 'A'}`,
      `${sealed}; ${ATTEMPT}=${sealed}`,
      session,
      '{}',
    ]) {
      const other = openBrowser(site, [[ATTEMPT, value]]);
      expectTurnedAway(await other.get(callback.href), 400, 'This sign-in is over');
    }
  });

  test('somebody who calls it off at Wix is told so, and may begin again', async () => {
    const browser = openBrowser(site);
    const callback = await walkToCallback(browser, people.ada, '/login/wix?returnTo=/connections');
    callback.searchParams.delete('code');
    callback.searchParams.set('error', 'access_denied');
    callback.searchParams.set('error_description', '<script>alert(1)</script>');
    const answer = await browser.get(callback.href);
    expectTurnedAway(answer, 403, 'You were not signed in');
    expect(answer.text).toContain('/login?returnTo=%2Fconnections');
    expect(answer.text).not.toContain('alert(1)');
    expect(browser.cookies.has(ATTEMPT)).toBe(false);
  });

  test('AU-11 an error from elsewhere ends no attempt', async () => {
    const browser = openBrowser(site);
    const callback = await walkToCallback(browser, people.ada);
    const answer = await browser.get('/api/auth/callback?error=access_denied&state=guessed');
    expectTurnedAway(answer, 400, 'This sign-in is over');
    expect((await browser.get(callback.href)).status).toBe(303);
  });

  test('a member whom the owner blocked meanwhile is not let in', async () => {
    const browser = openBrowser(site);
    const callback = await walkToCallback(browser, people.grace);
    site.emulator.members.setStatus(people.grace.email, 'BLOCKED');
    expectTurnedAway(await browser.get(callback.href), 400, 'This sign-in is over');
  });

  test.each(['POST', 'PUT', 'DELETE'])('CS-01 %s of the callback signs nobody in', async (method) => {
    const browser = openBrowser(site);
    const callback = await walkToCallback(browser, people.ada);
    const answer = await actor(site, 'a form', {
      cookie: `${ATTEMPT}=${browser.cookies.get(ATTEMPT)}`,
      origin: site.address,
    }).send(callback.pathname + callback.search, { method });
    expect(answer.status).toBe(405);
    expect(sessionCookies(answer)).toEqual([]);
  });

  test('SE-04 no token is in any address on the way', async () => {
    const browser = openBrowser(site);
    const begun = await browser.get('/login/wix');
    const callback = await walkToCallback(browser, people.ada);
    const done = await browser.get(callback.href);
    for (const address of [begun.headers.get('location'), callback.href, done.headers.get('location')])
      expect(address).not.toMatch(/gh_s_|OauthNG|sessionToken|verifier/i);
    expect([...callback.searchParams.keys()].toSorted()).toEqual(['code', 'state']);
  });
});

describe('SR-01 where one is taken afterwards', () => {
  test.each([
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    'https:evil.example',
    'javascript:alert(1)',
    'user@evil.example',
    '/\t/evil.example',
    '/%2Fevil.example',
    '/..//evil.example',
  ])('%j leads home', async (returnTo) => {
    const browser = openBrowser(site);
    const start = `/login/wix?returnTo=${encodeURIComponent(returnTo)}`;
    const callback = await walkToCallback(browser, people.ada, start);
    const answer = await browser.get(callback.href);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
    const again = await browser.get(start);
    expect([again.status, again.headers.get('location')], 'signed in already').toEqual([303, '/']);
  });

  test('the answer itself cannot name another place', async () => {
    const browser = openBrowser(site);
    const callback = await walkToCallback(browser, people.ada);
    callback.searchParams.set('returnTo', 'https://evil.example/');
    expect((await browser.get(callback.href)).headers.get('location')).toBe('/');
  });
});

describe('when Wix is in trouble', () => {
  test('FA-07 the way there says so, and begins nothing', async () => {
    site.trouble(() => Promise.resolve(new Response(null, { status: 503, headers: { 'retry-after': '7' } })));
    const answer = await openBrowser(site).get('/login/wix');
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('7');
    expect(answer.text).toContain('Wix cannot be reached');
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  test('FA-07 the way back says so, signs nobody in, and the same answer works once Wix is well again', async () => {
    const browser = openBrowser(site);
    const callback = await walkToCallback(browser, people.ada);
    site.trouble(() => Promise.resolve(new Response(null, { status: 503, headers: { 'retry-after': '7' } })));
    const answer = await browser.get(callback.href);
    expectTurnedAway(answer, 503, 'Wix did not answer as it should');
    expect(answer.headers.get('retry-after')).toBe('7');
    expect(answer.text).toContain('Wix cannot answer at the moment. Try again later.');
    expect(await whoIs(browser)).toBeUndefined();
    site.trouble(null);
    expect((await browser.get(callback.href)).status).toBe(303);
  });

  test('nonsense from Wix signs nobody in', async () => {
    for (const nonsense of ['{}', '<html>', '{"access_token":7,"refresh_token":"x","expires_in":1}']) {
      const browser = openBrowser(site);
      const callback = await walkToCallback(browser, people.ada);
      site.trouble(async (request, forward) =>
        new URL(request.url).pathname === '/oauth2/token' ? new Response(nonsense) : forward(request),
      );
      expectTurnedAway(await browser.get(callback.href), 502, 'Wix did not answer as it should');
      site.trouble(null);
    }
  });

  test('an address that Wix cannot have meant is not followed', async () => {
    site.trouble(async (request, forward) => {
      if (!request.url.includes('redirect-session')) return forward(request);
      return Response.json({
        redirectSession: { fullUrl: 'javascript:alert(1)', urlDetails: { endpoint: 'x', searchParams: {} } },
      });
    });
    const answer = await openBrowser(site).get('/login/wix');
    expect(answer.status).toBe(502);
    expect(answer.headers.get('location')).toBeNull();
  });
});

describe('captchas', () => {
  test('the sign-in page explains, and leads to Wix’s own page with the way on kept', async () => {
    site.emulator.settings.set({ captcha: true });
    for (const page of ['/login', '/register']) {
      const answer = await openBrowser(site).post(`${page}?returnTo=/connections`, {
        email: 'newcomer@example.com',
        password: people.ada.password,
      });
      expect(answer.status, page).toBe(403);
      expect(answer.text).toContain('A captcha must be solved first');
      expect(answer.text).toContain('only Wix’s own page can ask for it');
      expect(answer.text).toContain('href="/login/wix?returnTo=%2Fconnections"');
      expect(sessionCookies(answer)).toEqual([]);
    }
  });

  test('Wix’s page shows the captcha, and solving it lets the member in', async () => {
    site.emulator.settings.set({ captcha: true });
    const browser = openBrowser(site);
    const page = await browser.follow(await browser.get('/login/wix'));
    expect(page.text).toContain('I am not a robot');
    const { email, password } = people.ada;
    const refused = await browser.post(formAction(page), { email, password });
    expect([refused.status, refused.headers.get('location')]).toEqual([400, null]);
    const passed = await browser.post(formAction(page), { email, password, captcha: 'solved' });
    expect((await browser.get(passed.headers.get('location') ?? '')).status).toBe(303);
    expect(await whoIs(browser)).toBe(email);
  });

  test('over the API the token of a captcha is passed on to Wix', async () => {
    site.emulator.settings.set({ captcha: true });
    const visitor = asVisitor(site);
    const { email, password } = people.ada;
    const login = (more: object) => visitor.post('/api/auth/login', { email, password, ...more });
    expectProblem(await login({}), 403, 'captcha-required');
    expectProblem(await login({ captchaToken: 'wrong' }), 403, 'captcha-required');
    expect((await login({ captchaToken: PASSING_CAPTCHA_TOKEN })).status).toBe(200);
  });
});

describe('SU-07 of the embedded Wix a browser reaches', () => {
  const of = (path: string, init: RequestInit = {}) =>
    network(site.address + path, { redirect: 'manual', ...init });

  test('its pages and their style', async () => {
    const style = await of('/_hosted/style.css');
    expect([style.status, style.headers.get('content-type')]).toEqual([200, 'text/css; charset=utf-8']);
    for (const path of ['/_hosted/login', '/_hosted/sign-up', '/_hosted/verify', '/_hosted/reset-password'])
      expect(await (await of(path)).text(), path).toMatch(/Wix emulator|message/);
  });

  test('the page of a mailed link for a new password', async () => {
    const { email } = people.grace;
    const browser = openBrowser(site);
    const page = await browser.follow(await browser.get('/login/wix'));
    const forgot = formAction(page).replace('/login?', '/forgot-password?');
    await browser.post(forgot, { email });
    const { link = '' } = site.emulator.outbox.findLast(({ to }) => to === email) ?? {};
    expect(link.startsWith(`${site.address}/_hosted/reset-password?token=`)).toBe(true);
    expect((await browser.get(link)).text).toContain('Choose a password');
  });

  test.each([
    '/_emulator',
    '/_emulator/',
    '/_emulator/api/state',
    '/_emulator/api/outbox',
    '/_hosted/../_emulator/api/state',
    '/_hosted/%2e%2e/_emulator',
    '/_hosted',
    '/_hosted/',
    '/_hosted/login/',
    '/_HOSTED/login',
    '/oauth2/token',
    '/oauth2/token-info',
    '/_api/redirects-api/v1/redirect-session',
    '/_api/iam/authentication/v2/login',
    '/wix-data/v2/items/query',
    '/members/v1/members/my',
  ])('not %s', async (path) => {
    const lines = [`GET ${path} HTTP/1.1`, 'Accept: text/html', 'X-Wix-Original-Host: www.wixapis.com'];
    const answer = await raw(site, lines);
    expect(answer.status).toBe(404);
    expect(answer.text).not.toMatch(/Wix emulator|OauthNG/);
    const posted = await raw(
      site,
      [
        `POST ${path} HTTP/1.1`,
        `Origin: ${site.address}`,
        'Content-Type: application/json',
        'Content-Length: 2',
      ],
      '{}',
    );
    expect([404, 405]).toContain(posted.status);
    expect(posted.text).not.toMatch(/Wix emulator|OauthNG|access_token/);
  });

  test('nothing under a name that is not this machine’s', async () => {
    for (const path of ['/_hosted/style.css', '/_hosted/login', '/_api/oauth2/authorize']) {
      const answer = await raw(site, [`GET ${path} HTTP/1.1`, 'Host: evil.example']);
      expect(answer.status, path).toBe(421);
      expect(answer.text).not.toContain('<form');
    }
  });

  test('a code only for the site’s own callback, to the letter', async () => {
    const begun = await openBrowser(site).get('/login/wix');
    const address = new URL(begun.headers.get('location') ?? '');
    for (const redirectUri of ['https://evil.example/', `${site.address}/api/auth/callback/`, site.address]) {
      address.searchParams.set('redirectUri', redirectUri);
      const answer = await of(address.pathname + address.search);
      expect([answer.status, answer.headers.get('location')], redirectUri).toEqual([400, null]);
    }
  });
});

test('offline, a program on this machine may try the sign-in of apps without any setting, and nothing else', async () => {
  const browser = openBrowser(site, [[SESSION, await tokenOf(site, people.ada)]]);
  const ask = (redirectUri: string) => {
    const query = { response_type: 'code', code_challenge: pkce().challenge, code_challenge_method: 'S256' };
    const parameters = new URLSearchParams({ ...query, redirect_uri: redirectUri });
    return browser.get(`/api/auth/authorize?${parameters}`);
  };
  const page = await ask('http://127.0.0.1:50123/signed-in');
  expect(page.text).toContain('Allow a program on this device (127.0.0.1:50123) to sign in?');
  for (const elsewhere of ['http://127.0.0.1:50123/', 'com.example.app:/signed-in', 'https://evil.example/'])
    expect((await ask(elsewhere)).status, elsewhere).toBe(400);
});
