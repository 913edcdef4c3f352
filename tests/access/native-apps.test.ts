import SQLite from 'better-sqlite3';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { actor, asBearer, asVisitor, expectProblem, people, tokenOf, type Answer } from '../actors.ts';
import { openSite, type Site } from '../harness.ts';
import { formAction, openBrowser, pkce, requestToken, walkToCallback, type Browser } from '../oauth.ts';
import { raw } from '../raw.ts';

/** Native apps sign in through the system's browser: authorization code with PKCE. RFC 6749 §4.1, 7636, 8252. */

const SESSION = '__Host-gatehouse';
const AUTHORIZE = '/api/auth/authorize';
const TOKEN = '/api/auth/token';
const APP = 'com.example.app:/signed-in';
const CLAIMED = 'https://app.example.com/signed-in?from=gatehouse';
const LOOPBACK = 'http://127.0.0.1/signed-in';

let site: Site;
let adaToken: string;

beforeAll(async () => {
  site = await openSite({
    variables: { APP_REDIRECT_URIS: `${APP}, ${CLAIMED}, ${LOOPBACK}, http://[::1]/signed-in` },
  });
});

beforeEach(async () => {
  adaToken = await tokenOf(site, people.ada);
  site.forget();
});

afterEach(() => site.trouble(null));

afterAll(() => site.stop());

type Parameters = Readonly<Record<string, string | undefined>>;

/** The address an app opens in the system's browser. */
function authorizeAddress(challenge: string, changes: Parameters = {}): string {
  const parameters: Parameters = {
    response_type: 'code',
    redirect_uri: APP,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    state: 'af0ifjsldkj',
    ...changes,
  };
  const given = Object.entries(parameters).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return `${AUTHORIZE}?${new URLSearchParams(given)}`;
}

function browserOf(token = adaToken): Browser {
  return openBrowser(site, [[SESSION, token]]);
}

/** Where an answer leads, taken apart. */
function led(answer: Answer): { to: string; query: Record<string, string> } {
  expect(answer.status, answer.text).toBe(303);
  const location = answer.headers.get('location') ?? '';
  const at = location.lastIndexOf('?');
  return {
    to: location.slice(0, at),
    query: Object.fromEntries(new URLSearchParams(location.slice(at + 1))),
  };
}

/** Ada agrees in her browser: the code that goes to the app, and the verifier the app has kept. */
async function codeFor(changes: Parameters = {}): Promise<{ code: string; verifier: string }> {
  const { verifier, challenge } = pkce();
  const answer = await browserOf().post(authorizeAddress(challenge, changes), { decision: 'allow' });
  return { code: led(answer).query['code'] ?? '', verifier };
}

const exchange = (code: string, verifier: string, changes: Record<string, string> = {}) =>
  requestToken(site, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: APP,
    code_verifier: verifier,
    ...changes,
  });

/** RFC 6749 §5.2, and nothing that would let anybody in. */
function expectOAuthError(answer: Answer, status: number, error: string): void {
  expect({ status: answer.status, error: answer.body?.error }, answer.text).toEqual({ status, error });
  expect(answer.headers.get('content-type')).toBe('application/json');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.body.error_description).toMatch(/^[\x20-\x7e]+$/);
  expect(answer.headers.getSetCookie()).toEqual([]);
  expect(answer.text).not.toMatch(/gh_s_|gh_code_|JWS/);
}

/** A page for the person; the app, whoever it is, hears nothing. */
function expectShownOnly(answer: Answer, status: number): void {
  expect(answer.status, answer.text).toBe(status);
  expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(answer.headers.get('location')).toBeNull();
  expect(answer.text).not.toMatch(/gh_code_|gh_s_/);
}

describe('the whole way', () => {
  test('an app opens the browser, the person agrees, and the app holds a session of its own', async () => {
    const { verifier, challenge } = pkce();
    const browser = browserOf();
    const address = authorizeAddress(challenge, { client_id: 'pixel' });
    const page = await browser.get(address);
    expect(page.status).toBe(200);
    expect(page.text).toContain('Allow com.example.app to sign in?');
    expect(page.text).toContain(people.ada.email);

    const { to, query } = led(await browser.post(formAction(page), { decision: 'allow' }));
    expect(to).toBe(APP);
    expect(query).toEqual({
      code: expect.stringMatching(/^gh_code_[\w-]{43}$/),
      state: 'af0ifjsldkj',
      iss: site.address,
    });

    const answer = await exchange(query['code'] ?? '', verifier, { client_id: 'pixel', device: 'Pixel 9' });
    expect(answer.status, answer.text).toBe(200);
    expect(answer.body).toEqual({
      access_token: expect.stringMatching(/^gh_s_[\w-]{43}$/),
      token_type: 'Bearer',
      expires_in: expect.any(Number),
      member: expect.objectContaining({ email: people.ada.email, emailVerified: true }),
    });
    expect(answer.body.expires_in).toBeGreaterThan(29.9 * 86_400);
    expect(answer.body.expires_in).toBeLessThanOrEqual(30 * 86_400);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('pragma')).toBe('no-cache');
    expect(answer.headers.getSetCookie()).toEqual([]);

    const app = asBearer(site, 'the app', answer.body.access_token);
    expect((await app.get('/api/collections/SITConnections/items?limit=1')).status).toBe(200);
    expect((await app.post('/api/auth/logout')).status).toBe(204);
    expect((await asBearer(site, 'ada', adaToken).get('/api/me')).status, 'her browser stays').toBe(200);
  });

  test('somebody who is not signed in signs in on our page first, and is still asked', async () => {
    const { challenge } = pkce();
    const browser = openBrowser(site);
    const address = authorizeAddress(challenge, { state: 'a b/c%2F\\d"' });
    const login = await browser.follow(await browser.get(address));
    expect(login.text).toContain('Sign in first');
    const { email, password } = people.ada;
    const asked = await browser.follow(await browser.post(formAction(login), { email, password }));
    expect(asked.text).toContain('Allow com.example.app to sign in?');
    const { query } = led(await browser.post(formAction(asked), { decision: 'allow' }));
    expect(query['state']).toBe('a b/c%2F\\d"');
  });

  test('or through Wix, and is still asked', async () => {
    const { verifier, challenge } = pkce();
    const browser = openBrowser(site);
    const login = await browser.follow(await browser.get(authorizeAddress(challenge)));
    const [, start = ''] = /href="(\/login\/wix[^"]*)"/.exec(login.text) ?? [];
    const callback = await walkToCallback(browser, people.grace, start.replaceAll('&amp;', '&'));
    const asked = await browser.follow(await browser.get(callback.href));
    expect(asked.text).toContain(people.grace.email);
    const { query } = led(await browser.post(formAction(asked), { decision: 'allow' }));
    const { body } = await exchange(query['code'] ?? '', verifier);
    expect(body.member.email).toBe(people.grace.email);
  });

  test('SE-01 the app’s session is a new one, and never the browser’s', async () => {
    const { code, verifier } = await codeFor();
    const { body } = await exchange(code, verifier);
    expect(body.access_token).not.toBe(adaToken);
    await asBearer(site, 'ada', adaToken).post('/api/auth/logout');
    expect((await asBearer(site, 'the app', body.access_token).get('/api/me')).status).toBe(200);
  });
});

describe('where a code may go', () => {
  test.each([
    APP,
    CLAIMED,
    LOOPBACK,
    'http://127.0.0.1:1024/signed-in',
    'http://127.0.0.1:65535/signed-in',
    'http://[::1]:50123/signed-in',
  ])('to %s', async (redirectUri) => {
    const { verifier, challenge } = pkce();
    const answer = await browserOf().post(authorizeAddress(challenge, { redirect_uri: redirectUri }), {
      decision: 'allow',
    });
    const location = answer.headers.get('location') ?? '';
    expect(location.startsWith(`${redirectUri}${redirectUri.includes('?') ? '&' : '?'}code=`)).toBe(true);
    const code = new URLSearchParams(location.slice(location.indexOf('code='))).get('code') ?? '';
    expect((await exchange(code, verifier, { redirect_uri: redirectUri })).status).toBe(200);
  });

  test.each([
    [undefined],
    [''],
    ['com.example.app:/signed-in/'],
    ['com.example.app:/signed-in?a=b'],
    ['com.example.app:/Signed-in'],
    ['COM.example.app:/signed-in'],
    ['com.example.app:signed-in'],
    ['com.example.app.evil:/signed-in'],
    ['com.example.app://evil.example/signed-in'],
    ['https://app.example.com/signed-in'],
    ['https://app.example.com:444/signed-in?from=gatehouse'],
    ['https://app.example.com.evil.example/signed-in?from=gatehouse'],
    ['https://app.example.com@evil.example/signed-in?from=gatehouse'],
    ['http://app.example.com/signed-in?from=gatehouse'],
    ['http://127.0.0.1:50123/'],
    ['http://127.0.0.1:50123/signed-in/../other'],
    ['http://127.0.0.1:50123@evil.example/signed-in'],
    ['http://127.0.0.1.evil.example/signed-in'],
    ['http://127.0.0.1:99999/signed-in'],
    ['http://127.0.0.2:50123/signed-in'],
    ['http://localhost:50123/signed-in'],
    ['https://127.0.0.1:50123/signed-in'],
    ['http://127.0.0.1:50123/signed-in#part'],
    [' http://127.0.0.1/signed-in'],
    ['http://127.0.0.1\\@evil.example/signed-in'],
    ['javascript:alert(1)'],
    ['/signed-in'],
  ])('not to %j: the person is told, and nobody is redirected', async (redirectUri) => {
    const { challenge } = pkce();
    for (const browser of [browserOf(), openBrowser(site)]) {
      const address = authorizeAddress(challenge, { redirect_uri: redirectUri });
      expectShownOnly(await browser.get(address), 400);
      expectShownOnly(await browser.post(address, { decision: 'allow' }), 400);
      expectShownOnly(await browser.post(address, { decision: 'deny' }), 400);
    }
  });

  test('not when two are named, of which one is right', async () => {
    const { challenge } = pkce();
    for (const pair of [
      [APP, 'https://evil.example/'],
      ['https://evil.example/', APP],
      [APP, APP],
    ]) {
      const more = pair.map((uri) => `&redirect_uri=${encodeURIComponent(uri)}`).join('');
      const address = authorizeAddress(challenge, { redirect_uri: undefined }) + more;
      expectShownOnly(await browserOf().post(address, { decision: 'allow' }), 400);
    }
  });
});

describe('faults of the request are told to the app', () => {
  const faults: [what: string, changes: Parameters, error: string][] = [
    ['no response type', { response_type: undefined }, 'invalid_request'],
    ['an empty response type', { response_type: '' }, 'invalid_request'],
    ['a token instead of a code', { response_type: 'token' }, 'unsupported_response_type'],
    ['a fragment', { response_mode: 'fragment' }, 'invalid_request'],
    ['a scope', { scope: 'SITConnections:query' }, 'invalid_scope'],
    ['no challenge', { code_challenge: undefined }, 'invalid_request'],
    ['a short challenge', { code_challenge: 'abc' }, 'invalid_request'],
    ['a challenge with padding', { code_challenge: `${'A'.repeat(43)}=` }, 'invalid_request'],
    ['no method, which means plain', { code_challenge_method: undefined }, 'invalid_request'],
    ['the method plain', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['another method', { code_challenge_method: 's256' }, 'invalid_request'],
    ['a client id out of all bounds', { client_id: 'x'.repeat(513) }, 'invalid_request'],
    ['an address too long to come back to', { more: 'x'.repeat(2000) }, 'invalid_request'],
  ];
  test.each(faults)('%s', async (_, changes, error) => {
    const { challenge } = pkce();
    for (const browser of [browserOf(), openBrowser(site)]) {
      const { to, query } = led(await browser.get(authorizeAddress(challenge, changes)));
      expect(to).toBe(APP);
      expect(query).toEqual({
        error,
        error_description: expect.stringMatching(/^[\x20-\x7e]+$/),
        state: 'af0ifjsldkj',
        iss: site.address,
      });
    }
    const posted = led(await browserOf().post(authorizeAddress(challenge, changes), { decision: 'allow' }));
    expect(posted.query['error']).toBe(error);
    expect(site.wixCalls).toEqual([]);
  });

  test('a parameter that comes twice', async () => {
    const { challenge } = pkce();
    for (const name of ['response_type', 'client_id', 'state', 'code_challenge', 'code_challenge_method']) {
      const address = `${authorizeAddress(challenge, { client_id: 'x' })}&${name}=another`;
      const { query } = led(await browserOf().get(address));
      expect(query['error'], name).toBe('invalid_request');
      expect(query['state'], name).toBe(name === 'state' ? undefined : 'af0ifjsldkj');
    }
  });

  test('AZ-13 a parameter that nobody knows is ignored here, as RFC 6749 demands', async () => {
    const { challenge } = pkce();
    const address = authorizeAddress(challenge, { prompt: 'login', nonce: 'x', audience: 'y' });
    expect((await browserOf().get(address)).status).toBe(200);
  });
});

describe('the question', () => {
  test('a code is never handed out without it, however often the address is opened', async () => {
    const { challenge } = pkce();
    for (const method of ['GET', 'HEAD']) {
      const answer = await actor(site, 'ada', { cookie: `${SESSION}=${adaToken}` }).send(
        authorizeAddress(challenge, { prompt: 'none', decision: 'allow' }),
        { method },
      );
      expect([answer.status, answer.headers.get('location')]).toEqual([200, null]);
      expect(answer.text).not.toContain('gh_code_');
    }
  });

  test('a no is told to the app, and makes no code', async () => {
    const { challenge } = pkce();
    const { to, query } = led(await browserOf().post(authorizeAddress(challenge), { decision: 'deny' }));
    expect(to).toBe(APP);
    expect(query).toEqual({
      error: 'access_denied',
      error_description: expect.any(String),
      state: 'af0ifjsldkj',
      iss: site.address,
    });
  });

  test.each([{}, { decision: '' }, { decision: 'ALLOW' }, { decision: 'allow', more: 'x' }])(
    'what is neither yes nor no is neither: %j',
    async (fields) => {
      const { challenge } = pkce();
      const answer = await browserOf().post(authorizeAddress(challenge), fields);
      expectShownOnly(answer, 400);
    },
  );

  test('CS-01 no other site can answer it', async () => {
    const { challenge } = pkce();
    const address = authorizeAddress(challenge);
    const cookie = `${SESSION}=${adaToken}`;
    const foreign: Record<string, string>[] = [
      {},
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: site.address.replace('127.0.0.1', 'evil.127.0.0.1') },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
      { origin: site.address, 'sec-fetch-site': 'cross-site' },
    ];
    for (const headers of foreign) {
      for (const type of [
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
        'text/plain',
      ]) {
        const answer = await actor(site, 'another site', { cookie, ...headers }).send(address, {
          method: 'POST',
          body: 'decision=allow',
          headers: { 'content-type': type },
        });
        expectShownOnly(answer, 403);
      }
    }
    expect(site.wixCalls).toEqual([]);
  });

  test('CS-07 nobody may frame it, and its form leads to ourselves and this app alone', async () => {
    const { challenge } = pkce();
    const targets: [redirectUri: string, target: string][] = [
      [APP, 'com.example.app:'],
      [CLAIMED, 'https://app.example.com'],
      ['http://127.0.0.1:50123/signed-in', 'http://127.0.0.1:50123'],
      ['http://[::1]:50123/signed-in', 'http:'],
    ];
    for (const [redirectUri, target] of targets) {
      const page = await browserOf().get(authorizeAddress(challenge, { redirect_uri: redirectUri }));
      const policy = page.headers.get('content-security-policy');
      const actions = policy?.split('; ').find((directive) => directive.startsWith('form-action'));
      expect(actions).toBe(`form-action 'self' ${target}`);
      expect(policy).toContain("frame-ancestors 'none'");
    }
    const elsewhere = await browserOf().get('/login');
    expect(elsewhere.headers.get('content-security-policy') ?? '').not.toMatch(/form-action 'self' \S/);
  });

  test('CS-10 what the app calls itself is shown nowhere, and what it sends is escaped', async () => {
    const { challenge } = pkce();
    const payload = '"><script>alert(1)</script>';
    const page = await browserOf().get(authorizeAddress(challenge, { state: payload, client_id: payload }));
    expect(page.status).toBe(200);
    expect(page.text).not.toContain('<script>alert(1)');
    expect(
      page.text.match(/alert\(1\)/g)?.length ?? 0,
      'only in the address of the form',
    ).toBeLessThanOrEqual(2);
    const { query } = led(await browserOf().post(formAction(page), { decision: 'allow' }));
    expect(query['state']).toBe(payload);
  });

  test('AU-21 a member whom Wix no longer accepts gets no code, and their session is over', async () => {
    // Shorter than the margin before which a token is renewed.
    site.emulator.settings.set({ accessTokenSeconds: 30 });
    const token = await tokenOf(site, people.grace);
    site.emulator.settings.set({ accessTokenSeconds: 14_400 });
    site.emulator.members.revokeRefreshTokens(people.grace.email);
    const { challenge } = pkce();
    const answer = await browserOf(token).post(authorizeAddress(challenge), { decision: 'allow' });
    expect(answer.headers.get('location')).toMatch(/^\/login\?returnTo=/);
    expect(answer.headers.get('location')).not.toContain('gh_code_');
    expectProblem(await asBearer(site, 'grace', token).get('/api/collections'), 401, 'unauthenticated');
  });

  test('FA-07 while Wix is down a yes gives no code, and the question can be answered again', async () => {
    site.emulator.settings.set({ accessTokenSeconds: 30 });
    const browser = browserOf(await tokenOf(site, people.ada));
    site.emulator.settings.set({ accessTokenSeconds: 14_400 });
    site.trouble(() => Promise.resolve(new Response(null, { status: 503, headers: { 'retry-after': '7' } })));
    const address = authorizeAddress(pkce().challenge);
    const refused = await browser.post(address, { decision: 'allow' });
    expectShownOnly(refused, 503);
    expect(refused.text).toContain('Wix cannot answer at the moment');
    site.trouble(null);
    const { query } = led(await browser.post(formAction(refused), { decision: 'allow' }));
    expect(query['code']).toMatch(/^gh_code_/);
  });

  test('a member whose session has ended signs in again before they are asked', async () => {
    const { challenge } = pkce();
    const browser = browserOf();
    await asBearer(site, 'ada', adaToken).post('/api/auth/logout');
    const answer = await browser.post(authorizeAddress(challenge), { decision: 'allow' });
    expect(answer.headers.get('location')).toMatch(/^\/login\?returnTo=%2Fapi%2Fauth%2Fauthorize/);
  });
});

describe('exchanging a code', () => {
  test('it works once: the second use is refused, and ends the session that came of the first', async () => {
    const { code, verifier } = await codeFor();
    const first = await exchange(code, verifier);
    const app = asBearer(site, 'the app', first.body.access_token);
    expect((await app.get('/api/me')).status).toBe(200);
    expectOAuthError(await exchange(code, verifier), 400, 'invalid_grant');
    expectProblem(await app.get('/api/me'), 401, 'unauthenticated');
    expect((await asBearer(site, 'ada', adaToken).get('/api/me')).status, 'her browser stays').toBe(200);
  });

  test('the second use ends the session also without the verifier', async () => {
    const { code, verifier } = await codeFor();
    const { body } = await exchange(code, verifier);
    expectOAuthError(await exchange(code, 'A'.repeat(43)), 400, 'invalid_grant');
    expectProblem(await asBearer(site, 'the app', body.access_token).get('/api/me'), 401, 'unauthenticated');
  });

  test('a second use while the first is under way leaves neither with a session', async () => {
    const { code, verifier } = await codeFor();
    const before = sessionCount();
    const [asked, answerNow] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    site.trouble(async (request, forward) => {
      asked.resolve();
      await answerNow.promise;
      return forward(request);
    });
    const first = exchange(code, verifier);
    await asked.promise;
    expectOAuthError(await exchange(code, verifier), 400, 'invalid_grant');
    answerNow.resolve();
    expectOAuthError(await first, 400, 'invalid_grant');
    expect(sessionCount()).toBe(before);
  });

  test('of many uses at once no more than one gets a session, and none keeps it', async () => {
    const { code, verifier } = await codeFor();
    const answers = await Promise.all(Array.from({ length: 12 }, () => exchange(code, verifier)));
    const tokens = answers.flatMap(({ body }) => (body.access_token ? [body.access_token as string] : []));
    expect(tokens.length).toBeLessThanOrEqual(1);
    for (const token of tokens)
      expectProblem(await asBearer(site, 'a thief', token).get('/api/me'), 401, 'unauthenticated');
    expectOAuthError(await exchange(code, verifier), 400, 'invalid_grant');
  });

  test.each([
    ['another verifier', { code_verifier: 'A'.repeat(43) }],
    ['a verifier too short to be one', { code_verifier: 'x' }],
    ['the challenge for a verifier', { code_verifier: '' }],
    ['another redirect URI', { redirect_uri: LOOPBACK }],
    ['another client id', { client_id: 'somebody-else' }],
  ])('shown with %s it is refused, and burnt for the right one too', async (what, changes) => {
    const { verifier, challenge } = pkce();
    const answer = await browserOf().post(authorizeAddress(challenge), { decision: 'allow' });
    const code = led(answer).query['code'] ?? '';
    const wrong = what.startsWith('the challenge') ? { code_verifier: challenge } : changes;
    expectOAuthError(await exchange(code, verifier, wrong), 400, 'invalid_grant');
    expectOAuthError(await exchange(code, verifier), 400, 'invalid_grant');
  });

  test('a client id that was named when the code was asked for must be named again', async () => {
    const { code, verifier } = await codeFor({ client_id: 'pixel' });
    expectOAuthError(await exchange(code, verifier), 400, 'invalid_grant');
  });

  test('the port of a loopback address is the one that was asked with', async () => {
    const { code, verifier } = await codeFor({ redirect_uri: 'http://127.0.0.1:50123/signed-in' });
    expectOAuthError(
      await exchange(code, verifier, { redirect_uri: 'http://127.0.0.1:50124/signed-in' }),
      400,
      'invalid_grant',
    );
  });

  test('SE-14 no other token passes for a code, and a code for no other token', async () => {
    const { code, verifier } = await codeFor();
    for (const token of [adaToken, `gh_pat_${'A'.repeat(43)}`, `gh_code_${'A'.repeat(43)}`, 'x', '%00'])
      expectOAuthError(await exchange(token, verifier), 400, 'invalid_grant');
    expectProblem(await asBearer(site, 'a thief', code).get('/api/me'), 401, 'unauthenticated');
    const cookie = await actor(site, 'a thief', { cookie: `${SESSION}=${code}` }).get('/api/me');
    expectProblem(cookie, 401, 'unauthenticated');
    expect((await exchange(code, verifier)).status, 'it was not used by that').toBe(200);
  });

  test.each([
    ['no grant type', { grant_type: '' }, 'invalid_request'],
    ['another grant type', { grant_type: 'password' }, 'unsupported_grant_type'],
    ['a refresh token', { grant_type: 'refresh_token' }, 'unsupported_grant_type'],
    ['no code', { code: '' }, 'invalid_request'],
    ['no redirect URI', { redirect_uri: '' }, 'invalid_request'],
    ['no verifier', { code_verifier: '' }, 'invalid_request'],
    ['a secret', { client_secret: 'x' }, 'invalid_client'],
    ['a verifier out of all bounds', { code_verifier: 'x'.repeat(2000) }, 'invalid_request'],
  ])('a request with %s is refused, and the code is still good', async (_, changes, error) => {
    const { code, verifier } = await codeFor();
    expectOAuthError(await exchange(code, verifier, changes), 400, error);
    expect((await exchange(code, verifier)).status).toBe(200);
  });

  test('AZ-40 a parameter that comes twice is refused, an unknown one is ignored', async () => {
    const { code, verifier } = await codeFor();
    const body = new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: APP,
      code_verifier: verifier,
      resource: 'https://x.example',
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' };
    const send = (text: string) => asVisitor(site).send(TOKEN, { method: 'POST', body: text, headers });
    expectOAuthError(await send(`${body}&code=another`), 400, 'invalid_request');
    expect((await send(body.toString())).status).toBe(200);
  });

  test('the body is a form, and nothing comes in the query', async () => {
    const { code, verifier } = await codeFor();
    const fields = { grant_type: 'authorization_code', code, redirect_uri: APP, code_verifier: verifier };
    const visitor = asVisitor(site);
    expectOAuthError(await visitor.post(TOKEN, fields), 400, 'invalid_request');
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    expectOAuthError(await visitor.send(TOKEN, { method: 'POST', body: form }), 400, 'invalid_request');
    expectOAuthError(await visitor.send(TOKEN, { method: 'POST' }), 400, 'invalid_request');
    const inQuery = `${TOKEN}?${new URLSearchParams(fields)}`;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expectOAuthError(
      await visitor.send(inQuery, { method: 'POST', body: '', headers }),
      400,
      'invalid_request',
    );
    expectOAuthError(
      await visitor.send(TOKEN, { method: 'POST', body: `code=${'x'.repeat(70_000)}`, headers }),
      400,
      'invalid_request',
    );
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const answer = await visitor.send(TOKEN, { method });
      expectProblem(answer, 405, 'method-not-allowed');
    }
    expect((await exchange(code, verifier)).status).toBe(200);
  });

  test('who tries to prove a client by header is told so in kind', async () => {
    for (const authorization of ['Basic cGl4ZWw6', `Bearer ${adaToken}`]) {
      const fields = { grant_type: 'authorization_code', code: 'x', redirect_uri: APP, code_verifier: 'x' };
      const answer = await requestToken(site, fields, { authorization });
      expectOAuthError(answer, 401, 'invalid_client');
      expect(answer.headers.get('www-authenticate')).toBe('Basic realm="gatehouse"');
    }
  });

  test('CS-01 a page of another site exchanges nothing', async () => {
    const { code, verifier } = await codeFor();
    const fields = { grant_type: 'authorization_code', code, redirect_uri: APP, code_verifier: verifier };
    const answer = await requestToken(site, fields, { origin: 'https://evil.example' });
    expectProblem(answer, 403, 'cross-site');
    expect((await exchange(code, verifier)).status).toBe(200);
  });

  test('FA-07 while Wix is down nobody is signed in, and the code is still good afterwards', async () => {
    const { code, verifier } = await codeFor();
    site.trouble(() => Promise.resolve(new Response(null, { status: 503, headers: { 'retry-after': '7' } })));
    const answer = await exchange(code, verifier);
    expectOAuthError(answer, 503, 'temporarily_unavailable');
    expect(answer.headers.get('retry-after')).toBe('7');
    site.trouble(null);
    expect((await exchange(code, verifier)).status).toBe(200);
  });

  test('who the app is signed in as is what Wix says at that moment', async () => {
    const { code, verifier } = await codeFor();
    site.trouble(async (request, forward) => {
      if (!new URL(request.url).pathname.endsWith('/members/my')) return forward(request);
      const answer = (await (await forward(request)).json()) as { member: { loginEmailVerified: boolean } };
      answer.member.loginEmailVerified = false;
      return Response.json(answer);
    });
    expect((await exchange(code, verifier)).body.member.emailVerified).toBe(false);
    site.trouble(null);
    await tokenOf(site, people.ada);
  });

  test('SE-04 no token is in any address: what travels there is the code, and only to the app', async () => {
    const { challenge } = pkce();
    const browser = browserOf();
    const page = await browser.get(authorizeAddress(challenge));
    const answer = await browser.post(formAction(page), { decision: 'allow' });
    expect(page.text).not.toMatch(/gh_/);
    expect(answer.text).not.toMatch(/gh_/);
    expect(answer.headers.get('location')).not.toMatch(/gh_s_|JWS/);
    expect(answer.headers.get('referrer-policy')).toBe('same-origin');
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });
});

function sessionCount(): number {
  const database = new SQLite(join(site.dataFolder, 'gatehouse.sqlite'), { readonly: true });
  const { count } = database.prepare('SELECT count(*) AS count FROM session').get() as { count: number };
  database.close();
  return count;
}

/** A personal access token that may list connections, made as a database has it. */
function accessTokenOfAda(): string {
  const token = `gh_pat_${randomBytes(32).toString('base64url')}`;
  const database = new SQLite(join(site.dataFolder, 'gatehouse.sqlite'));
  database
    .prepare(
      `INSERT INTO access_token (id, hash, prefix, member_id, name, scopes, created_at, wix_tokens)
       SELECT ?, ?, 'gh_pat_', id, 'a program', 'SITConnections:query', 0, '' FROM member WHERE email = ?`,
    )
    .run(randomUUID(), createHash('sha256').update(token).digest('hex'), people.ada.email);
  database.close();
  return token;
}

test('a personal access token cannot ask for a session of its own', async () => {
  const program = asBearer(site, 'a program', accessTokenOfAda());
  const items = await program.get('/api/collections/SITConnections/items?limit=1');
  expect(items.status, 'it is a token that works').toBe(200);
  const address = authorizeAddress(pkce().challenge);
  expectShownOnly(await program.get(address), 403);
  const agreed = { method: 'POST', body: new URLSearchParams({ decision: 'allow' }) };
  expectShownOnly(await program.send(address, agreed), 403);
});

test('a refused token is told why in the challenge, and who sent none only what to send', async () => {
  const challenge = async (ask: Promise<Answer>) => (await ask).headers.get('www-authenticate');
  expect(await challenge(asVisitor(site).get('/api/me'))).toBe('Bearer realm="gatehouse"');
  const ended = asBearer(site, 'an old app', `gh_s_${'A'.repeat(43)}`);
  expect(await challenge(ended.get('/api/me'))).toBe('Bearer realm="gatehouse", error="invalid_token"');
  const program = asBearer(site, 'a program', accessTokenOfAda());
  expect(await challenge(program.get('/api/me'))).toBe(
    'Bearer realm="gatehouse", error="insufficient_scope", scope="profile:read"',
  );
});

test('SE-05 neither code nor token is in the database or beside it', async () => {
  const { code, verifier } = await codeFor();
  const whole = async () =>
    Buffer.concat(
      await Promise.all(
        (await readdir(site.dataFolder))
          .filter((name) => name.startsWith('gatehouse'))
          .map((name) => readFile(join(site.dataFolder, name))),
      ),
    ).toString('latin1');
  expect(await whole()).toContain(createHash('sha256').update(code).digest('hex'));
  expect(await whole()).not.toContain(code);
  const { body } = await exchange(code, verifier);
  for (const secret of [code, verifier, body.access_token]) expect(await whole()).not.toContain(secret);
});

describe('what the server says of itself (RFC 8414)', () => {
  test('names its endpoints, and that PKCE with S256 is what it takes', async () => {
    const answer = await asVisitor(site).get('/.well-known/oauth-authorization-server');
    expect(answer.status, answer.text).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(answer.body).toEqual({
      issuer: site.address,
      authorization_endpoint: `${site.address}${AUTHORIZE}`,
      token_endpoint: `${site.address}${TOKEN}`,
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: ['authorization_code'],
      token_endpoint_auth_methods_supported: ['none'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
    });
  });

  test('and is not fooled by a Host of somebody else’s', async () => {
    const answer = await raw(site, [
      'GET /.well-known/oauth-authorization-server HTTP/1.1',
      'Host: evil.example',
    ]);
    expect(answer.status).toBe(421);
    expect(answer.text).not.toContain('evil.example');
  });
});
