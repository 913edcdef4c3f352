import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { actor, asMember, asVisitor, people, tokenOf, type Actor, type Answer } from '../actors.ts';
import { openSite, type Site } from '../harness.ts';
import { pkce } from '../oauth.ts';

/** The pages one signs in on and looks after an account on: what they show, and what can be made of them. */

const PAYLOAD = '"><img src=x onerror=alert(1)><script>alert(1)</script>';
const APP = 'com.example.app:/signed-in';

let site: Site;
let visitor: Actor;
let ada: Actor;

beforeAll(async () => {
  site = await openSite({ variables: { APP_REDIRECT_URIS: APP } });
  visitor = asVisitor(site);
  ada = await asMember(site, 'ada');
});

afterEach(() => site.emulator.settings.set({ captcha: false }));

afterAll(() => site.stop());

const authorize = (more: Record<string, string> = {}) =>
  `/api/auth/authorize?${new URLSearchParams({
    response_type: 'code',
    redirect_uri: APP,
    code_challenge: pkce().challenge,
    code_challenge_method: 'S256',
    ...more,
  })}`;

/** Posted from a page of ours. */
const posted = (who: Actor, path: string, fields: Record<string, string>): Promise<Answer> =>
  who.send(path, {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: { origin: site.address, 'sec-fetch-site': 'same-origin' },
  });

/** In an attribute a quote would end it; in a text an angle bracket would begin something. */
function expectHarmless({ text }: Answer): void {
  const withoutValues = text.replaceAll(/="[^"]*"/g, '');
  expect(withoutValues).not.toMatch(/<img|onerror=(?!alert\(1\)&gt;)|alert\(1\)(?!&gt;|&lt;)/);
  expect(withoutValues).not.toMatch(/<script(?! type src>)[^>]*>[^<]/);
}

const pages: [what: string, status: number, ask: () => Promise<Answer>][] = [
  ['the sign-in', 200, () => visitor.get('/login')],
  ['a refused sign-in', 401, () => posted(visitor, '/login', { ...people.ada, password: 'wrong' })],
  ['signing up', 200, () => visitor.get('/register')],
  ['the code from the mail', 200, () => visitor.get('/verify')],
  ['a forgotten password', 200, () => visitor.get('/forgot-password')],
  ['a reset that was asked for', 200, () => visitor.get('/forgot-password?state=asked')],
  ['a sign-in that did not begin here', 400, () => visitor.get('/api/auth/callback?code=x&state=y')],
  ['a question of an app', 200, () => ada.get(authorize())],
  ['an app that nobody knows', 400, () => ada.get(authorize({ redirect_uri: 'https://evil.example/' }))],
  ['the account', 200, () => ada.get('/account')],
  ['changing the password', 200, () => ada.get('/account/password')],
  [
    'a form from another site',
    403,
    () => ada.send('/account', { method: 'POST', headers: { origin: 'null' } }),
  ],
  ['a wrong method', 405, () => ada.send('/login', { method: 'PUT', body: 'x' })],
];

test.each(pages)('CS-07 CS-11 CS-15 %s (%i): no frame, no inline code', async (_, status, ask) => {
  const answer = await ask();
  expect(answer.status, answer.text).toBe(status);
  expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
  const policy = answer.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/unsafe|\*/);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.get('referrer-policy')).toBe('same-origin');
  expect(answer.text).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+="/i);
});

test('an address for people is one with a slash behind it too: a visitor is led to the sign-in', async () => {
  const address = authorize().replace('?', '/?');
  const answer = await visitor.get(address);
  expect(answer.status, answer.text).toBe(303);
  expect(answer.headers.get('location')).toBe(`/login?returnTo=${encodeURIComponent(address)}`);
  expect((await ada.get(address)).text).toContain('Allow com.example.app to sign in?');
});

describe('CS-10 what came with the request', () => {
  const q = encodeURIComponent(PAYLOAD);
  const reflections: [what: string, ask: () => Promise<Answer>][] = [
    [
      'in returnTo',
      () => visitor.get(`/login?returnTo=${encodeURIComponent(`/connections?status=${PAYLOAD}`)}`),
    ],
    ['in a returnTo that is none', () => visitor.get(`/register?returnTo=${q}`)],
    ['in the e-mail', () => posted(visitor, '/login', { email: PAYLOAD, password: 'x' })],
    ['in a password', () => posted(visitor, '/login', { email: 'a@example.com', password: PAYLOAD })],
    ['in a name', () => posted(visitor, '/register', { email: 'x', firstName: PAYLOAD, password: 'x' })],
    ['in a verification token', () => posted(visitor, '/verify', { verificationToken: PAYLOAD, code: 'x' })],
    ['in a reset', () => posted(visitor, '/forgot-password', { email: PAYLOAD })],
    [
      'in what Wix answered',
      () => visitor.get(`/api/auth/callback?error=${q}&state=${q}&error_description=${q}`),
    ],
    ['in a redirect URI', () => ada.get(authorize({ redirect_uri: `javascript:${PAYLOAD}` }))],
    ['in a field of the account', () => posted(ada, '/account', { do: 'make-token', name: PAYLOAD })],
    ['in the name of a field', () => posted(ada, '/account', { do: 'make-token', [PAYLOAD]: 'on' })],
    ['in what a form is to do', () => posted(ada, '/account', { do: PAYLOAD })],
    ['in an address that is none', () => visitor.get(`/login/${q}`)],
  ];

  test.each(reflections)('%s is a text', async (_, ask) => {
    const answer = await ask();
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expectHarmless(answer);
  });
});

test('CS-08 what was kept is a text on the account page: names, devices, access tokens', async () => {
  const newcomer = { email: 'payload@example.com', password: 'payload-2026' };
  const profile = { firstName: PAYLOAD, lastName: PAYLOAD, nickname: PAYLOAD };
  expect((await visitor.post('/api/auth/register', { ...newcomer, profile, device: PAYLOAD })).status).toBe(
    201,
  );
  const headers = {
    cookie: `__Host-gatehouse=${await tokenOf(site, newcomer)}`,
    origin: site.address,
    'sec-fetch-site': 'same-origin',
  };
  const member = actor(site, 'somebody with a name', headers);
  const made = await posted(member, '/account', { do: 'make-token', name: PAYLOAD, 'profile:read': 'on' });
  expect(made.status, made.text).toBe(200);
  expectHarmless(made);
  const page = await member.get('/account');
  expectHarmless(page);
  // Shown all the same: both names, the nickname, the device and the token.
  expect(page.text.split('&lt;script&gt;alert(1)&lt;/script&gt;').length - 1).toBeGreaterThanOrEqual(5);
});

describe('CS-13 nothing of an account changes by GET', () => {
  test.each([
    '/api/auth/login',
    '/api/auth/register',
    '/api/auth/verify',
    '/api/auth/token',
    '/api/auth/logout',
    '/api/auth/password',
    '/api/auth/password-reset',
    '/logout',
  ])('%s is 405 with Allow', async (path) => {
    const answer = await ada.get(path);
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toContain('POST');
    expect((await ada.get('/api/me')).status).toBe(200);
  });

  test('a form’s fields in an address are not read', async () => {
    const other = await asMember(site, 'ada');
    await ada.get('/account?do=end-others');
    expect((await other.get('/api/me')).status).toBe(200);
    const asked = await ada.get(`${authorize()}&decision=allow`);
    expect(asked.status).toBe(200);
    expect(asked.text).not.toMatch(/gh_code_/);
    await ada.get(`/account/password?currentPassword=${people.ada.password}&newPassword=changed-2026`);
    expect(await tokenOf(site, people.ada)).toMatch(/^gh_s_/);
  });
});
