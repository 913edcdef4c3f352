import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { WixEmulator } from '../../packages/wix-emulator/src/index.ts';
import {
  ada,
  alan,
  app,
  asMember,
  asVisitor,
  callback,
  movableClock,
  sessionTokenOf,
  startWix,
} from './support.ts';
import { Browser } from './browser.ts';

const newcomer = { email: 'katherine@example.com', password: 'johnson-1918' };
const ORIGIN = 'https://www.wixapis.com';

type Options = { prompt?: 'login' | 'none'; responseMode?: 'query' | 'fragment'; redirectUri?: string };

/** What an app does to have somebody sign in: it keeps the OAuth data and sends the browser off. */
async function begin({ prompt = 'login', responseMode = 'query', redirectUri = callback }: Options = {}) {
  const client = asVisitor();
  const oauthData = client.auth.generateOAuthData(redirectUri);
  const { authUrl } = await client.auth.getAuthUrl(oauthData, { prompt, responseMode });
  /** What the app does with the address the browser came back to. */
  const finish = async (address: string) => {
    const { code, state } = client.auth.parseFromUrl(address, responseMode);
    client.auth.setTokens(await client.auth.getMemberTokens(code, state, oauthData));
    return (await client.members.getCurrentMember({ fieldsets: ['FULL'] })).member;
  };
  return { client, authUrl, oauthData, finish };
}

async function atLogin(options?: Options, wix?: WixEmulator) {
  const site = wix ?? (await startWix());
  const flow = await begin(options);
  const browser = new Browser(site);
  await browser.visit(flow.authUrl);
  return { wix: site, browser, ...flow };
}

describe('signing in on a page', () => {
  test.each(['query', 'fragment'] as const)(
    'leads back to the app with a code in the %s',
    async (responseMode) => {
      const { browser, finish } = await atLogin({ responseMode });
      expect(browser.title).toBe('Sign in · Wix emulator');
      await browser.submit(ada);
      expect(browser.left).toMatch(
        responseMode === 'query' ? /^http:\/\/localhost:4321\/callback\?code=/ : /#code=/,
      );
      expect((await finish(browser.left ?? ''))?._id).toBe(ada.id);
    },
  );

  test('keeps the query of the app’s address', async () => {
    const redirectUri = app.redirectUris[1] ?? '';
    const { browser, finish } = await atLogin({ redirectUri });
    await browser.submit(ada);
    expect(browser.left).toMatch(/^https:\/\/app\.example\.test\/callback\?from=wix&code=/);
    expect((await finish(browser.left ?? ''))?._id).toBe(ada.id);
  });

  test.each([
    ['a wrong password', { ...ada, password: 'babbage-1791' }, 'password'],
    ['an unknown address', { ...ada, email: 'nobody@example.com' }, 'email'],
    ['a malformed address', { ...ada, email: 'ada@' }, 'email'],
  ])('%s is told beside its field, and the address stays typed', async (_, typed, field) => {
    const { browser } = await atLogin();
    await browser.submit({ email: typed.email, password: typed.password });
    expect(browser.status).toBe(400);
    expect(browser.html).toContain(`id="${field}-error"`);
    expect(browser.html).toMatch(new RegExp(`id="${field}"[^>]*aria-invalid="true"`));
    expect(browser.field('email')).toBe(typed.email);
    expect(browser.field('password')).toBe('');
    expect(browser.left).toBeUndefined();
    expect(browser.cookies.size).toBe(0);
    await browser.submit({ email: ada.email, password: ada.password });
    expect(browser.left).toContain('code=');
  });

  test('a blocked member is told, and stays', async () => {
    const { wix, browser } = await atLogin();
    wix.members.setStatus(ada.id, 'BLOCKED');
    await browser.submit(ada);
    expect(browser.html).toContain('This account is blocked.');
    expect(browser.left).toBeUndefined();
  });

  test('somebody the owner has not approved is told to wait', async () => {
    const { wix, browser } = await atLogin();
    wix.members.setStatus(ada.id, 'PENDING');
    await browser.submit(ada);
    expect(browser.title).toContain('Waiting for approval');
  });

  test('a member who must choose a new password is sent to do so', async () => {
    const { wix, browser } = await atLogin();
    wix.members.requirePasswordReset(ada.id);
    await browser.submit(ada);
    expect(browser.html).toContain('This account needs a new password.');
  });

  test('a captcha is a box to tick', async () => {
    const wix = await startWix();
    wix.settings.set({ captcha: true });
    const { browser } = await atLogin({}, wix);
    await browser.submit(ada);
    expect(browser.html).toContain('id="captcha-error"');
    expect(browser.left).toBeUndefined();
    await browser.submit({ ...ada, captcha: 'solved' });
    expect(browser.left).toContain('code=');
  });

  test('a code of a page works once', async () => {
    const { browser, finish } = await atLogin();
    await browser.submit(ada);
    await finish(browser.left ?? '');
    await expect(finish(browser.left ?? '')).rejects.toThrow('invalid_grant');
  });

  test('a flow ends with its code: sent again, the form leads nowhere', async () => {
    const { browser } = await atLogin();
    const again = browser.copy();
    await browser.submit(ada);
    await again.submit(ada);
    expect(again.status).toBe(410);
    expect(again.left).toBeUndefined();
  });

  test('a flow is over after an hour', async () => {
    const clock = movableClock();
    const wix = await startWix({ clock: clock.now });
    const { browser } = await atLogin({}, wix);
    clock.forward(3_600);
    await browser.submit(ada);
    expect(browser.status).toBe(410);
    expect(browser.html).toContain('This sign-in is over.');
  });
});

describe('a form', () => {
  const form = new URLSearchParams({ email: ada.email, password: ada.password });

  test.each([
    ['another site, as browsers tell', { 'sec-fetch-site': 'cross-site', origin: ORIGIN }],
    ['a neighbouring site', { 'sec-fetch-site': 'same-site', origin: ORIGIN }],
    ['another origin', { origin: 'https://evil.example' }],
    ['no origin', { origin: 'null' }],
    ['nobody knows where', {}],
  ])('sent by %s is refused, and nobody is signed in', async (_, headers) => {
    const { wix, browser } = await atLogin();
    const request = new Request(browser.address, { method: 'POST', headers: { ...headers }, body: form });
    const answer = await wix.fetch(request);
    expect(answer.status).toBe(403);
    expect(answer.headers.get('location')).toBeNull();
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  test.each([
    ['a made-up flow', (address: string) => address.replace(/flow=.*/, 'flow=made-up'), 410],
    ['no flow', (address: string) => address.replace(/\?.*/, ''), 400],
  ])('with %s leads nowhere', async (_, change, status) => {
    const { wix, browser } = await atLogin();
    const request = new Request(change(browser.address), {
      method: 'POST',
      headers: { origin: ORIGIN },
      body: form,
    });
    const answer = await wix.fetch(request);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('location')).toBeNull();
  });

  test.each([
    ['JSON', JSON.stringify(ada), 415],
    ['fields nobody asked for', new URLSearchParams([...form, ['role', 'admin']]), 400],
    ['a field twice', new URLSearchParams([...form, ['email', 'x@example.com']]), 400],
    ['nothing', new URLSearchParams(), 400],
  ])('of %s is refused', async (_, body, status) => {
    const { wix, browser } = await atLogin();
    const answer = await wix.fetch(
      new Request(browser.address, { method: 'POST', headers: { origin: ORIGIN }, body }),
    );
    expect(answer.status).toBe(status);
  });

  test('whatever is typed comes back as text', async () => {
    const { browser } = await atLogin();
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 60 }), async (typed) => {
        const page = browser.copy();
        await page.submit({ email: typed, password: 'x' });
        expect(page.html).not.toContain('<script');
        expect(page.field('email')).toBe(typed);
      }),
      {
        numRuns: process.env['LONG'] ? 500 : 30,
        examples: [['"><script>alert(1)</script>'], ["' autofocus '"]],
      },
    );
  });
});

describe('every page', () => {
  test('says what it is, holds no scripts and may be neither kept nor framed', async () => {
    const { browser } = await atLogin();
    expect(browser.html).toContain('This is not Wix.');
    expect(browser.html).not.toMatch(/<script|<style|style=|\son\w+=/i);
    expect(browser.header('content-security-policy')).toBe(
      "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; style-src 'self'; form-action 'self' http://localhost:4321",
    );
    expect(browser.header('cache-control')).toBe('no-store');
    expect(browser.header('x-frame-options')).toBe('DENY');
    expect(browser.header('x-content-type-options')).toBe('nosniff');
    expect(browser.header('referrer-policy')).toBe('same-origin');
  });

  test('a form may lead to an app with a scheme of its own, or with an address in numbers', async () => {
    const wix = await startWix({
      app: { ...app, redirectUris: ['myapp://callback', 'http://[::1]:4321/callback'] },
    });
    const own = await atLogin({ redirectUri: 'myapp://callback' }, wix);
    expect(own.browser.header('content-security-policy')).toContain("form-action 'self' myapp:");
    await own.browser.submit(ada);
    expect(own.browser.left).toMatch(/^myapp:\/\/callback\?code=/);
    const numbers = await atLogin({ redirectUri: 'http://[::1]:4321/callback' }, wix);
    expect(numbers.browser.header('content-security-policy')).toContain("form-action 'self' http:");
  });

  test('has one style sheet', async () => {
    const { wix, browser } = await atLogin();
    const [, path = ''] = /<link rel="stylesheet" href="([^"]+)"/.exec(browser.html) ?? [];
    const answer = await wix.fetch(new Request(new URL(path, ORIGIN)));
    expect(answer.headers.get('content-type')).toBe('text/css; charset=utf-8');
    expect(await answer.text()).toContain('prefers-color-scheme: dark');
  });

  test('a person who followed a wrong address gets a page too, and no way on', async () => {
    const { wix, authUrl } = await atLogin();
    const url = new URL(authUrl);
    url.searchParams.set('redirectUri', 'https://evil.example/');
    const browser = new Browser(wix);
    await browser.visit(url.href);
    expect(browser.status).toBe(400);
    expect(browser.title).toContain('Not possible');
    expect(browser.html).not.toContain('evil.example');
  });
});

describe('signing up on a page', () => {
  async function atSignUp(settings: Parameters<WixEmulator['settings']['set']>[0] = {}) {
    const walk = await atLogin();
    walk.wix.settings.set(settings);
    await walk.browser.follow('Create an account');
    return walk;
  }

  test('makes a member and leads back signed in', async () => {
    const { browser, finish } = await atSignUp();
    await browser.submit({ ...newcomer, nickname: ' Kat ' });
    expect(await finish(browser.left ?? '')).toMatchObject({
      loginEmail: newcomer.email,
      profile: { nickname: 'Kat' },
    });
  });

  test.each([
    ['a taken address', { ...newcomer, email: ' ADA@example.com' }, 'email'],
    ['a malformed address', { ...newcomer, email: 'katherine' }, 'email'],
    ['a short password', { ...newcomer, password: 'abc' }, 'password'],
  ])('%s is told beside its field, and nobody is made', async (_, typed, field) => {
    const { wix, browser } = await atSignUp();
    await browser.submit({ ...typed, nickname: 'Kat' });
    expect(browser.status).toBe(400);
    expect(browser.html).toContain(`id="${field}-error"`);
    expect(browser.field('nickname')).toBe('Kat');
    expect(wix.members.find(newcomer.email)).toBeUndefined();
  });

  test('waits for a mailed code when the site asks for one', async () => {
    const { wix, browser, finish } = await atSignUp({ emailVerification: true });
    await browser.submit({ ...newcomer, nickname: '' });
    expect(browser.title).toContain('Enter the code');
    expect(browser.left).toBeUndefined();
    const code = wix.outbox.at(-1)?.code ?? '';
    await browser.submit({ code: code === '000000' ? '111111' : '000000' });
    expect(browser.html).toContain('This is not the code we sent.');
    await browser.submit({ code: ` ${code} ` });
    expect(await finish(browser.left ?? '')).toMatchObject({ loginEmailVerified: true });
  });

  test('five wrong codes end it, also for the right one', async () => {
    const { wix, browser } = await atSignUp({ emailVerification: true });
    await browser.submit({ ...newcomer, nickname: '' });
    const code = wix.outbox.at(-1)?.code ?? '';
    for (let attempt = 0; attempt < 5; attempt += 1) await browser.submit({ code: 'wrong' });
    await browser.submit({ code });
    expect(browser.html).toContain('mistyped too often');
    expect(browser.left).toBeUndefined();
    expect(wix.members.find(newcomer.email)?.loginEmailVerified).toBe(false);
  });

  test('waits for the owner when the site says so', async () => {
    const { wix, browser } = await atSignUp({ ownerApproval: true });
    await browser.submit({ ...newcomer, nickname: '' });
    expect(browser.title).toContain('Waiting for approval');
    expect(wix.members.find(newcomer.email)?.status).toBe('PENDING');
    expect(browser.cookies.size).toBe(0);
  });

  test('leads back to signing in', async () => {
    const { browser } = await atSignUp();
    await browser.follow('Sign in');
    expect(browser.title).toContain('Sign in');
  });
});

describe('a forgotten password', () => {
  async function mailed(email = ada.email) {
    const clock = movableClock();
    const walk = await atLogin({}, await startWix({ clock: clock.now }));
    await walk.browser.follow('Forgot your password?');
    await walk.browser.submit({ email });
    return { ...walk, clock, mail: walk.wix.outbox.at(-1) };
  }

  test('is chosen anew by the link in the mail, and a way back to the app is offered', async () => {
    const { wix, browser, mail } = await mailed();
    expect(browser.title).toContain('Look into your mail');
    expect(mail).toMatchObject({ kind: 'password-reset', to: ada.email, returnUrl: 'http://localhost:4321' });
    await browser.visit(mail?.link ?? '');
    await browser.submit({ password: 'countess-1852' });
    expect(browser.title).toContain('Password set');
    expect(browser.html).toContain('href="http://localhost:4321"');

    const again = await atLogin({}, wix);
    await again.browser.submit(ada);
    expect(again.browser.status).toBe(400);
    await again.browser.submit({ ...ada, password: 'countess-1852' });
    expect(again.browser.left).toContain('code=');
  });

  test('the page tells nobody who has an account', async () => {
    const known = await mailed();
    const unknown = await mailed('nobody@example.com');
    expect(unknown.mail).toBeUndefined();
    const withoutFlow = (html: string) => html.replaceAll(/flow=[\w.-]+/g, '');
    expect(withoutFlow(unknown.browser.html)).toBe(withoutFlow(known.browser.html));
    expect(unknown.browser.status).toBe(known.browser.status);
  });

  test('a malformed address is told', async () => {
    const { wix, browser } = await mailed('ada@');
    expect(browser.html).toContain('id="email-error"');
    expect(wix.outbox).toEqual([]);
  });

  test('looking at the page does not use the link up, a refused password neither, a chosen one does', async () => {
    const { browser, mail } = await mailed();
    await browser.visit(mail?.link ?? '');
    await browser.visit(mail?.link ?? '');
    await browser.submit({ password: 'abc' });
    expect(browser.html).toContain('id="password-error"');
    await browser.submit({ password: 'countess-1852' });
    await browser.visit(mail?.link ?? '');
    expect(browser.status).toBe(410);
  });

  test('the link is over after an hour', async () => {
    const { browser, clock, mail } = await mailed();
    await browser.visit(mail?.link ?? '');
    clock.forward(3_600);
    await browser.submit({ password: 'countess-1852' });
    expect(browser.status).toBe(410);
  });

  test('somebody the owner has not approved is told to wait', async () => {
    const { wix, browser, mail } = await mailed();
    wix.members.setStatus(ada.id, 'PENDING');
    await browser.visit(mail?.link ?? '');
    await browser.submit({ password: 'countess-1852' });
    expect(browser.title).toContain('Waiting for approval');
  });

  test.each(['https://evil.example/', 'javascript:alert(1)', 'not an address'])(
    'no way back is offered to what is no site of the app: %s',
    async (url) => {
      const wix = await startWix();
      await asVisitor().auth.sendPasswordResetEmail(ada.email, url);
      const browser = new Browser(wix);
      await browser.visit(wix.outbox.at(-1)?.link ?? '');
      await browser.submit({ password: 'countess-1852' });
      expect(browser.title).toContain('Password set');
      expect(browser.html).not.toContain('<a ');
    },
  );
});

describe('the session of a browser', () => {
  async function signedIn() {
    const clock = movableClock();
    const walk = await atLogin({}, await startWix({ clock: clock.now }));
    await walk.browser.submit(ada);
    return { ...walk, clock };
  }

  test('is a cookie no script and no other site gets', async () => {
    const { browser } = await signedIn();
    expect([...browser.cookies.values()]).toEqual([
      expect.stringMatching(
        /^wix_emulator_session=JWS\.[\w-]{43}; Path=\/_api\/oauth2; HttpOnly; Secure; SameSite=Lax$/,
      ),
    ]);
  });

  test('gives a code without a page, for prompt=none', async () => {
    const { browser } = await signedIn();
    const { authUrl, finish } = await begin({ prompt: 'none' });
    await browser.visit(authUrl);
    expect((await finish(browser.left ?? ''))?._id).toBe(ada.id);
  });

  test('does not spare the page, for prompt=login', async () => {
    const { browser } = await signedIn();
    const { authUrl } = await begin({ prompt: 'login' });
    await browser.visit(authUrl);
    expect(browser.title).toContain('Sign in');
    expect(browser.left).toBeUndefined();
  });

  test.each([
    ['another browser has none', () => undefined, true],
    ['after two weeks', ({ clock }: Awaited<ReturnType<typeof signedIn>>) => clock.forward(1_209_600), false],
    [
      'after the member logged out elsewhere',
      async () => void (await (await asMember(ada)).authentication.logout()),
      false,
    ],
  ])('%s: login_required', async (_, happen, isAnother) => {
    const walk = await signedIn();
    await happen(walk);
    const { authUrl } = await begin({ prompt: 'none' });
    const browser = isAnother ? new Browser(walk.wix) : walk.browser;
    await browser.visit(authUrl);
    expect(browser.left).toContain('error=login_required');
  });

  test('of a blocked member gives access_denied', async () => {
    const { wix, browser } = await signedIn();
    wix.members.setStatus(ada.id, 'BLOCKED');
    await browser.visit((await begin({ prompt: 'none' })).authUrl);
    expect(browser.left).toContain('error=access_denied');
  });

  test('ends with logging out, also for who kept the cookie', async () => {
    const { browser, client } = await signedIn();
    const thief = browser.copy();
    const { logoutUrl } = await client.auth.logout('http://localhost:4321/goodbye');
    await browser.visit(logoutUrl);
    expect(browser.left).toBe('http://localhost:4321/goodbye');
    expect(browser.cookies.size).toBe(0);
    await thief.visit((await begin({ prompt: 'none' })).authUrl);
    expect(thief.left).toContain('error=login_required');
  });

  test('a session token that is shown counts instead of it', async () => {
    const { browser } = await signedIn();
    const url = new URL((await begin({ prompt: 'none' })).authUrl);
    url.searchParams.set('sessionToken', 'JWS.made-up');
    await browser.visit(url.href);
    expect(browser.left).toContain('error=login_required');
  });
});

/** The page around a hidden frame, as the SDK needs one: the frame's script runs and tells this page. */
function pageAround(origin: string): void {
  const listeners = new Set<(event: { data: unknown }) => void>();
  const parent = {
    postMessage: (data: unknown, target: string) =>
      target === origin && listeners.forEach((listener) => listener({ data })),
  };
  const load = async ({ src }: { src: string }) => {
    const html = await (await fetch(src)).text();
    const [, script = ''] = /<script[^>]*>([^]*)<\/script>/.exec(html) ?? [];
    runInNewContext(script, { parent });
  };
  vi.stubGlobal('window', {
    addEventListener: (_: string, listener: (event: { data: unknown }) => void) => listeners.add(listener),
    removeEventListener: (_: string, listener: (event: { data: unknown }) => void) =>
      listeners.delete(listener),
  });
  vi.stubGlobal('document', {
    createElement: () => ({ style: {} }),
    body: {
      contains: () => false,
      appendChild(frame: { src: string }) {
        void load(frame);
        return frame;
      },
    },
  });
}

describe('web_message', () => {
  async function framed(change: (url: URL) => void = () => undefined) {
    const wix = await startWix();
    const client = asVisitor();
    const { codeChallenge, state } = client.auth.generateOAuthData(callback);
    const query = {
      clientId: app.clientId,
      responseType: 'code',
      responseMode: 'web_message',
      prompt: 'none',
    };
    const proof = {
      codeChallenge,
      codeChallengeMethod: 'S256',
      sessionToken: await sessionTokenOf(client, ada),
    };
    const url = new URL(
      `${ORIGIN}/_api/oauth2/authorize?${new URLSearchParams({ ...query, ...proof, state })}`,
    );
    change(url);
    const answer = await wix.fetch(new Request(url));
    const html = await answer.text();
    const [, message = '{}'] = /postMessage\((.*?), origin\)/.exec(html) ?? [];
    return { answer, html, state, message: JSON.parse(message) as Record<string, string> };
  }

  test('signs a member in without leaving the page, the way of the SDK’s direct login', async () => {
    await startWix();
    pageAround('http://localhost:4321');
    const client = asVisitor();
    const sessionToken = await sessionTokenOf(client, ada);
    client.auth.setTokens(await client.auth.getMemberTokensForDirectLogin(sessionToken));
    expect((await client.members.getCurrentMember()).member?._id).toBe(ada.id);
  });

  test('tells a session that is none, which the SDK takes for a missing code', async () => {
    await startWix();
    pageAround('https://app.example.test');
    const { auth } = asVisitor();
    await expect(auth.getMemberTokensForDirectLogin('JWS.made-up')).rejects.toThrow('Missing code');
  });

  test('is meant for the sites of the app and for no other page', async () => {
    const { html } = await framed();
    const [, origins = ''] = /of (\[.*?\])\)/.exec(html) ?? [];
    expect(JSON.parse(origins)).toEqual(['http://localhost:4321', 'https://app.example.test']);
  });

  test('may be framed by the app alone, and runs its own script alone', async () => {
    const { answer, html } = await framed();
    const [, nonce = ''] = /<script nonce="([^"]+)"/.exec(html) ?? [];
    expect(answer.headers.get('content-security-policy')).toBe(
      `default-src 'none'; base-uri 'none'; frame-ancestors http://localhost:4321 https://app.example.test; script-src 'nonce-${nonce}'`,
    );
    expect(answer.headers.get('x-frame-options')).toBeNull();
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('never shows a page to sign in on: prompt=login is login_required', async () => {
    const { message, state } = await framed((url) => url.searchParams.set('prompt', 'login'));
    expect(message).toMatchObject({ error: 'login_required', state });
    expect(message).not.toHaveProperty('code');
  });

  test('a state that looks like markup ends no script', async () => {
    const state = '</script><script>alert(1)</script>';
    const { html, message } = await framed((url) => url.searchParams.set('state', state));
    expect(message['state']).toBe(state);
    expect(html.match(/<script/g)).toHaveLength(1);
  });

  test('a redirect address, when there is one, must still be on the list', async () => {
    const { answer } = await framed((url) => url.searchParams.set('redirectUri', 'https://evil.example/'));
    expect(answer.status).toBe(400);
  });
});

test('verification at sign-in walks the same way', async () => {
  const wix = await startWix();
  wix.settings.set({ emailVerification: true });
  const { browser, finish } = await atLogin({}, wix);
  await browser.submit(alan);
  await browser.submit({ code: wix.outbox.at(-1)?.code ?? '' });
  expect((await finish(browser.left ?? ''))?._id).toBe(alan.id);
});
