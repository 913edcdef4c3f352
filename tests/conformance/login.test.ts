import { describe, expect, test } from 'vitest';
import {
  ada,
  alan,
  app,
  asMember,
  asVisitor,
  authorizeUrl,
  callback,
  failureOf,
  grace,
  memberTokens,
  movableClock,
  send,
  sessionTokenOf,
  startWix,
} from './support.ts';

describe('the login chain of a server', () => {
  test('signs a member in with six requests and reaches members/my as that member', async () => {
    const wix = await startWix();
    const client = await asMember(ada);
    const { member } = await client.members.getCurrentMember({ fieldsets: ['FULL'] });
    expect(member).toMatchObject({
      _id: ada.id,
      loginEmail: ada.email,
      loginEmailVerified: true,
      status: 'APPROVED',
    });
    expect(client.auth.loggedIn()).toBe(true);
    expect(wix.calls.map(({ operation, host, status }) => `${operation} ${host} ${status}`)).toEqual([
      'oauth2.token:anonymous www.wixapis.com 200',
      'identity.login www.wixapis.com 200',
      'redirects.create-session:auth www.wixapis.com 200',
      'oauth2.authorize www.wixapis.com 302',
      'oauth2.token:authorization_code www.wixapis.com 200',
      'members.getCurrentMember edge.wixapis.com 200',
    ]);
  });

  test('finds the member however the e-mail is spelled', async () => {
    await startWix();
    const client = await asMember({ ...ada, email: '  Ada@EXAMPLE.com ' });
    expect((await client.members.getCurrentMember()).member?._id).toBe(ada.id);
  });

  test('lets a member with an unverified e-mail in, and says that it is unverified', async () => {
    await startWix();
    const client = await asMember(alan);
    const { member } = await client.members.getCurrentMember({ fieldsets: ['FULL'] });
    expect(member?.loginEmailVerified).toBe(false);
  });

  test('records the last login', async () => {
    const clock = movableClock(Date.parse('2026-05-01T10:00:00Z'));
    const wix = await startWix({ clock: clock.now });
    await sessionTokenOf(asVisitor(), ada);
    expect(wix.members.find(ada.email)).toMatchObject({ lastLoginDate: '2026-05-01T10:00:00.000Z' });
  });
});

describe('login', () => {
  test.each([
    ['a wrong password', { email: ada.email, password: 'babbage-1791' }, 'invalidPassword'],
    ['an unknown e-mail', { email: 'nobody@example.com', password: 'lovelace-1815' }, 'invalidEmail'],
  ])('%s is a failure with an error code', async (_, credentials, errorCode) => {
    await startWix();
    expect(await asVisitor().auth.login(credentials)).toMatchObject({ loginState: 'FAILURE', errorCode });
  });

  test.each([
    ['a wrong password', { email: ada.email, password: 'x' }, 401, '-19976'],
    ['an unknown e-mail', { email: 'nobody@example.com', password: 'x' }, 404, '-19999'],
  ])('%s has the status and the code seen in the wild', async (_, { email, password }, status, code) => {
    const wix = await startWix();
    const { accessToken } = await asVisitor().auth.generateVisitorTokens();
    const answer = await send(wix, 'POST', '/_api/iam/authentication/v2/login', {
      token: accessToken.value,
      body: { loginId: { email }, password },
    });
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ details: { applicationError: { code } } });
    expect(answer.headers.get('x-wix-request-id')).toMatch(/^\d+\.\d+$/);
  });

  test('a malformed e-mail is a validation error of the type the SDK looks for', async () => {
    const wix = await startWix();
    const { accessToken } = await asVisitor().auth.generateVisitorTokens();
    const answer = await send(wix, 'POST', '/_api/iam/authentication/v2/login', {
      token: accessToken.value,
      body: { loginId: { email: 'not-an-email' }, password: 'x' },
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      details: {
        validationError: { fieldViolations: [{ field: 'loginId.email', data: { type: 'EMAIL' } }] },
      },
    });
  });

  test('needs a visitor token', async () => {
    const wix = await startWix();
    const body = { loginId: { email: ada.email }, password: ada.password };
    expect((await send(wix, 'POST', '/_api/iam/authentication/v2/login', { body })).status).toBe(401);
  });

  test('a blocked member is refused, and let in again once approved', async () => {
    const wix = await startWix();
    wix.members.setStatus(ada.email, 'BLOCKED');
    expect(await asVisitor().auth.login(ada)).toMatchObject({ loginState: 'FAILURE' });
    wix.members.setStatus(ada.id, 'APPROVED');
    expect(await asVisitor().auth.login(ada)).toMatchObject({ loginState: 'SUCCESS' });
  });

  test('tokens of reCAPTCHA are accepted', async () => {
    await startWix();
    const captchaTokens = { recaptchaToken: 'R', invisibleRecaptchaToken: 'I' };
    expect(await asVisitor().auth.login({ ...ada, captchaTokens })).toMatchObject({ loginState: 'SUCCESS' });
  });
});

describe('register', () => {
  const newcomer = { email: 'Katherine@Example.com ', password: 'johnson-1918' };

  test('makes a member who is signed in at once, with an unverified e-mail', async () => {
    const wix = await startWix();
    wix.settings.set({ trustSignUps: false });
    const client = asVisitor();
    const state = await client.auth.register({
      ...newcomer,
      profile: { firstName: 'Katherine', lastName: 'Johnson', nickname: 'Kat', phones: ['+1 304 555 0100'] },
    });
    if (state.loginState !== 'SUCCESS') throw new Error(JSON.stringify(state));
    client.auth.setTokens(await memberTokens(client, state.data.sessionToken));
    const { member } = await client.members.getCurrentMember({ fieldsets: ['FULL'] });
    expect(member).toMatchObject({
      loginEmail: 'katherine@example.com',
      loginEmailVerified: false,
      status: 'APPROVED',
      contact: { firstName: 'Katherine', lastName: 'Johnson' },
      profile: { nickname: 'Kat' },
    });
    expect(wix.outbox).toEqual([]);
  });

  test('a site for demonstrations may count the e-mail as verified, but not one that asks for a code', async () => {
    const wix = await startWix();
    expect(wix.settings.get()).toMatchObject({ trustSignUps: true });
    expect(await asVisitor().auth.register(newcomer)).toMatchObject({ loginState: 'SUCCESS' });
    expect(wix.members.find('katherine@example.com')).toMatchObject({ loginEmailVerified: true });

    wix.settings.set({ emailVerification: true });
    const careful = await asVisitor().auth.register({ ...newcomer, email: 'dorothy@example.com' });
    expect(careful).toMatchObject({ loginState: 'EMAIL_VERIFICATION_REQUIRED' });
    expect(wix.members.find('dorothy@example.com')).toMatchObject({ loginEmailVerified: false });
  });

  test('an e-mail that is taken is refused, however it is spelled', async () => {
    await startWix();
    expect(
      await asVisitor().auth.register({ email: ' ADA@example.com', password: 'whatever' }),
    ).toMatchObject({
      loginState: 'FAILURE',
      errorCode: 'emailAlreadyExists',
    });
  });

  test('of two registrations at once for one e-mail, one wins', async () => {
    await startWix();
    const states = await Promise.all([
      asVisitor().auth.register(newcomer),
      asVisitor().auth.register(newcomer),
    ]);
    expect(states.map(({ loginState }) => loginState).toSorted()).toEqual(['FAILURE', 'SUCCESS']);
  });

  test('a malformed e-mail is refused', async () => {
    await startWix();
    expect(await asVisitor().auth.register({ email: 'not-an-email', password: 'whatever' })).toMatchObject({
      loginState: 'FAILURE',
      errorCode: 'invalidEmail',
    });
  });

  test('a password below four characters is refused', async () => {
    await startWix();
    expect(await asVisitor().auth.register({ ...newcomer, password: 'abc' })).toMatchObject({
      loginState: 'FAILURE',
    });
  });

  test('waits for the owner when the site says so', async () => {
    const wix = await startWix();
    wix.settings.set({ ownerApproval: true });
    expect(await asVisitor().auth.register(newcomer)).toMatchObject({
      loginState: 'OWNER_APPROVAL_REQUIRED',
    });
    expect(await asVisitor().auth.login(newcomer)).toMatchObject({ loginState: 'OWNER_APPROVAL_REQUIRED' });
    wix.members.setStatus(newcomer.email, 'APPROVED');
    expect(await asVisitor().auth.login(newcomer)).toMatchObject({ loginState: 'SUCCESS' });
  });
});

describe('e-mail verification', () => {
  const newcomer = { email: 'katherine@example.com', password: 'johnson-1918' };

  async function registerWithVerification() {
    const clock = movableClock();
    const wix = await startWix({ clock: clock.now });
    wix.settings.set({ emailVerification: true });
    const client = asVisitor();
    const pending = await client.auth.register(newcomer);
    if (pending.loginState !== 'EMAIL_VERIFICATION_REQUIRED') throw new Error(JSON.stringify(pending));
    const mail = wix.outbox.at(-1);
    return { wix, client, clock, pending, code: mail?.code ?? '', mail };
  }

  test('a registration waits for the code that was mailed, and then signs in', async () => {
    const { wix, client, pending, code, mail } = await registerWithVerification();
    expect(mail).toMatchObject({ kind: 'verification', to: newcomer.email });
    const state = await client.auth.processVerification({ verificationCode: code }, pending);
    if (state.loginState !== 'SUCCESS') throw new Error(JSON.stringify(state));
    client.auth.setTokens(await memberTokens(client, state.data.sessionToken));
    expect((await client.members.getCurrentMember()).member).toBeDefined();
    expect(wix.members.find(newcomer.email)?.loginEmailVerified).toBe(true);
  });

  test('works on another strategy object, when the state is passed', async () => {
    const { pending, code } = await registerWithVerification();
    expect(await asVisitor().auth.processVerification({ verificationCode: code }, pending)).toMatchObject({
      loginState: 'SUCCESS',
    });
  });

  test('a wrong code is refused and verifies nothing', async () => {
    const { wix, client, pending, code } = await registerWithVerification();
    const wrong = code === '000000' ? '111111' : '000000';
    const failure = await failureOf(() =>
      client.auth.processVerification({ verificationCode: wrong }, pending),
    );
    expect(failure).toMatchObject({ status: 400 });
    expect(wix.members.find(newcomer.email)?.loginEmailVerified).toBe(false);
  });

  test('five wrong codes end the attempt, also for the right one', async () => {
    const { client, pending, code } = await registerWithVerification();
    const wrong = code === '000000' ? '111111' : '000000';
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await failureOf(() => client.auth.processVerification({ verificationCode: wrong }, pending));
    }
    const failure = await failureOf(() =>
      client.auth.processVerification({ verificationCode: code }, pending),
    );
    expect(failure.message).toContain('tried too often');
  });

  test('a code works once', async () => {
    const { client, pending, code } = await registerWithVerification();
    await client.auth.processVerification({ verificationCode: code }, pending);
    await failureOf(() => client.auth.processVerification({ verificationCode: code }, pending)).then(
      (failure) => expect(failure).toMatchObject({ status: 400 }),
    );
  });

  test('a code is over after a quarter of an hour', async () => {
    const { client, clock, pending, code } = await registerWithVerification();
    clock.forward(901);
    const failure = await failureOf(() =>
      client.auth.processVerification({ verificationCode: code }, pending),
    );
    expect(failure).toMatchObject({ status: 400 });
  });

  test('a login of an unverified member asks for a code too, a verified member is not asked', async () => {
    const wix = await startWix();
    wix.settings.set({ emailVerification: true });
    expect(await asVisitor().auth.login(alan)).toMatchObject({ loginState: 'EMAIL_VERIFICATION_REQUIRED' });
    expect(await asVisitor().auth.login(grace)).toMatchObject({ loginState: 'SUCCESS' });
    expect(wix.outbox.map(({ to }) => to)).toEqual([alan.email]);
  });

  test('verified and unapproved still waits for the owner', async () => {
    const wix = await startWix();
    wix.settings.set({ emailVerification: true, ownerApproval: true });
    const client = asVisitor();
    const pending = await client.auth.register(newcomer);
    if (pending.loginState !== 'EMAIL_VERIFICATION_REQUIRED') throw new Error(JSON.stringify(pending));
    const verificationCode = wix.outbox.at(-1)?.code ?? '';
    expect(await client.auth.processVerification({ verificationCode }, pending)).toMatchObject({
      loginState: 'OWNER_APPROVAL_REQUIRED',
    });
  });
});

describe('password reset', () => {
  test('puts a mail into the outbox', async () => {
    const wix = await startWix();
    await asVisitor().auth.sendPasswordResetEmail(' Ada@example.com', 'https://app.example.test/after');
    expect(wix.outbox).toMatchObject([
      { kind: 'password-reset', to: ada.email, returnUrl: 'https://app.example.test/after' },
    ]);
  });

  test('an unknown e-mail rejects', async () => {
    const wix = await startWix();
    const failure = await failureOf(() =>
      asVisitor().auth.sendPasswordResetEmail('nobody@example.com', 'https://app.example.test/after'),
    );
    expect(failure).toMatchObject({ status: 404, details: { applicationError: { code: '-19999' } } });
    expect(wix.outbox).toEqual([]);
  });
});

describe('authorize', () => {
  async function authorize(change: (url: URL) => void = () => undefined) {
    const clock = movableClock();
    const wix = await startWix({ clock: clock.now });
    const client = asVisitor();
    const oauthData = client.auth.generateOAuthData(callback);
    const url = new URL(await authorizeUrl(client, oauthData, await sessionTokenOf(client, ada)));
    change(url);
    const answer = await fetch(url, { redirect: 'manual' });
    return { wix, client, clock, oauthData, answer, location: answer.headers.get('location') };
  }

  test('gives code and state to an allowed address', async () => {
    const { location, oauthData } = await authorize();
    const address = new URL(location ?? '');
    expect(address.origin + address.pathname).toBe(callback);
    expect(address.searchParams.get('state')).toBe(oauthData.state);
    expect(address.searchParams.get('code')).toMatch(/.{40}/);
  });

  test('puts them behind the # in fragment mode', async () => {
    const { client, location } = await authorize((url) => url.searchParams.set('responseMode', 'fragment'));
    expect(new URL(location ?? '').search).toBe('');
    expect(client.auth.parseFromUrl(location ?? '', 'fragment').code).toMatch(/.{40}/);
  });

  test('keeps the query of an allowed address', async () => {
    const allowed = app.redirectUris[1] ?? '';
    const { location } = await authorize((url) => url.searchParams.set('redirectUri', allowed));
    expect(location).toMatch(/^https:\/\/app\.example\.test\/callback\?from=wix&code=/);
  });

  test.each([
    ['without a session token', (url: URL) => url.searchParams.delete('sessionToken'), 'login_required'],
    [
      'with an unknown session token',
      (url: URL) => url.searchParams.set('sessionToken', 'JWS.made-up'),
      'login_required',
    ],
    ['without a code challenge', (url: URL) => url.searchParams.delete('codeChallenge'), 'invalid_request'],
    [
      'with a plain code challenge',
      (url: URL) => url.searchParams.set('codeChallengeMethod', 'plain'),
      'invalid_request',
    ],
    ['for a token', (url: URL) => url.searchParams.set('responseType', 'token'), 'unsupported_response_type'],
  ])('%s the address gets an error and the state, and no code', async (_, change, error) => {
    const { client, location, oauthData } = await authorize(change);
    const back = client.auth.parseFromUrl(location ?? '', 'query');
    expect(back).toMatchObject({ error, state: oauthData.state });
    expect(back.errorDescription).toBeTruthy();
    expect(back.code).toBeFalsy();
  });

  test.each([
    ['another port', 'http://localhost:4322/callback'],
    ['a longer path', 'http://localhost:4321/callback/more'],
    ['a trailing slash', 'http://localhost:4321/callback/'],
    ['another scheme', 'https://localhost:4321/callback'],
    ['a query', 'http://localhost:4321/callback?x=1'],
    ['a user name', 'http://localhost:4321@evil.example/callback'],
    ['the SDK’s place holder', 'unused://'],
  ])('never redirects to an address that is not on the list: %s', async (_, redirectUri) => {
    const { answer, location } = await authorize((url) => url.searchParams.set('redirectUri', redirectUri));
    expect(answer.status).toBe(400);
    expect(location).toBeNull();
  });

  test('refuses an unknown client without a redirect', async () => {
    const { answer, location } = await authorize((url) => url.searchParams.set('clientId', 'someone-else'));
    expect(answer.status).toBe(400);
    expect(location).toBeNull();
  });

  test('a session token is over after ten minutes', async () => {
    const clock = movableClock();
    await startWix({ clock: clock.now });
    const client = asVisitor();
    const sessionToken = await sessionTokenOf(client, ada);
    const url = await authorizeUrl(client, client.auth.generateOAuthData(callback), sessionToken);
    clock.forward(601);
    const answer = await fetch(url, { redirect: 'manual' });
    expect(answer.headers.get('location')).toContain('error=login_required');
  });

  test('a member blocked in between gets access_denied', async () => {
    const wix = await startWix();
    const client = asVisitor();
    const url = await authorizeUrl(
      client,
      client.auth.generateOAuthData(callback),
      await sessionTokenOf(client, ada),
    );
    wix.members.setStatus(ada.id, 'BLOCKED');
    const answer = await fetch(url, { redirect: 'manual' });
    expect(answer.headers.get('location')).toContain('error=access_denied');
  });

  test('an identity provider is named as missing', async () => {
    const { answer } = await authorize((url) => url.searchParams.set('idp', 'google'));
    expect(answer.status).toBe(501);
  });
});

describe('logout', () => {
  test('empties the tokens and leads back to the site', async () => {
    await startWix();
    const client = await asMember(ada);
    const { logoutUrl } = await client.auth.logout('http://localhost:4321/goodbye');
    expect(client.auth.loggedIn()).toBe(false);
    const answer = await fetch(logoutUrl, { redirect: 'manual' });
    expect(answer.headers.get('location')).toBe('http://localhost:4321/goodbye');
  });

  test.each(['https://evil.example/', 'javascript:alert(1)', 'otherapp://goodbye'])(
    'does not lead elsewhere: %s',
    async (address) => {
      await startWix({ app: { ...app, redirectUris: [...app.redirectUris, 'myapp://callback'] } });
      const { logoutUrl } = await (await asMember(ada)).auth.logout(address);
      const answer = await fetch(logoutUrl, { redirect: 'manual' });
      expect(answer.status).toBe(400);
      expect(answer.headers.get('location')).toBeNull();
    },
  );
});
