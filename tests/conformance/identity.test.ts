import { describe, expect, test } from 'vitest';
import { PASSING_CAPTCHA_TOKEN } from '../../packages/wix-emulator/src/index.ts';
import type { WixEmulator } from '../../packages/wix-emulator/src/index.ts';
import {
  ada,
  alan,
  app,
  appToken,
  asApiKey,
  asApp,
  asMember,
  asVisitor,
  failureOf,
  grace,
  memberTokens,
  movableClock,
  send,
  sessionTokenOf,
  startWix,
} from './support.ts';
import type { Person } from './support.ts';

const newcomer = { email: 'katherine@example.com', password: 'johnson-1918' };
const solved = { recaptchaToken: PASSING_CAPTCHA_TOKEN, invisibleRecaptchaToken: PASSING_CAPTCHA_TOKEN };
const code = (failure: Awaited<ReturnType<typeof failureOf>>) => failure.details?.applicationError?.code;

const loginState = async (person: Person) => asVisitor().auth.login(person);

describe('captcha', () => {
  async function careful() {
    const wix = await startWix();
    wix.settings.set({ captcha: true });
    return wix;
  }

  test.each([
    ['none', undefined, 'missingCaptchaToken'],
    ['empty ones', { recaptchaToken: '', invisibleRecaptchaToken: '' }, 'missingCaptchaToken'],
    ['a wrong one', { recaptchaToken: 'made-up' }, 'invalidCaptchaToken'],
    ['a right one beside a wrong one', { ...solved, invisibleRecaptchaToken: 'x' }, 'invalidCaptchaToken'],
  ])('with %s nobody signs in or up', async (_, captchaTokens, errorCode) => {
    const wix = await careful();
    const proof = captchaTokens === undefined ? {} : { captchaTokens };
    expect(await asVisitor().auth.login({ ...ada, ...proof })).toMatchObject({
      loginState: 'FAILURE',
      errorCode,
    });
    expect(await asVisitor().auth.register({ ...newcomer, ...proof })).toMatchObject({
      loginState: 'FAILURE',
      errorCode,
    });
    expect(wix.members.find(newcomer.email)).toBeUndefined();
  });

  test('with the passing one they do', async () => {
    await careful();
    const visitor = asVisitor();
    expect(await visitor.auth.login({ ...ada, captchaTokens: solved })).toMatchObject({
      loginState: 'SUCCESS',
    });
    expect(await visitor.auth.register({ ...newcomer, captchaTokens: solved })).toMatchObject({
      loginState: 'SUCCESS',
    });
  });

  test('a token of a site key of the client’s own counts too', async () => {
    await careful();
    const proof = (token: string) => ({
      password: ada.password,
      captchaTokens: [{ recaptchaForClientSiteKey: { token } }],
    });
    const { authentication } = asVisitor();
    expect(await authentication.loginV2({ email: ada.email }, proof(PASSING_CAPTCHA_TOKEN))).toMatchObject({
      state: 'SUCCESS',
    });
    expect(code(await failureOf(() => authentication.loginV2({ email: ada.email }, proof('x'))))).toBe(
      '-19970',
    );
  });

  test('is asked for before it is said who has an account', async () => {
    await careful();
    expect(await loginState({ email: 'nobody@example.com', password: 'x' })).toMatchObject({
      errorCode: 'missingCaptchaToken',
    });
  });
});

describe('loginV2 and registerV2', () => {
  test('give the state, the session token and who it is', async () => {
    await startWix();
    const client = asVisitor();
    const registered = await client.authentication.registerV2(
      { email: newcomer.email },
      {
        password: newcomer.password,
        profile: {
          firstName: 'Katherine',
          company: 'NASA',
          position: 'Mathematician',
          birthdate: '1918-08-26',
        },
      },
    );
    expect(registered).toMatchObject({
      state: 'SUCCESS',
      sessionToken: expect.any(String),
      identity: {
        _id: expect.any(String),
        _createdDate: expect.any(Date),
        identityProfile: { firstName: 'Katherine', nickname: 'Katherine' },
        email: { address: newcomer.email },
        status: { name: 'ACTIVE' },
      },
    });
    const { state, identity } = await client.authentication.loginV2(
      { email: newcomer.email },
      { password: newcomer.password },
    );
    expect({ state, id: identity?._id }).toEqual({ state: 'SUCCESS', id: registered.identity?._id });
  });

  test('a registration’s profile becomes the member’s', async () => {
    const wix = await startWix();
    await asVisitor().authentication.registerV2(
      { email: newcomer.email },
      {
        password: newcomer.password,
        profile: {
          company: 'NASA',
          position: 'Mathematician',
          birthdate: '1918-08-26',
          privacyStatus: 'PUBLIC',
        },
      },
    );
    expect(wix.members.find(newcomer.email)).toMatchObject({
      contact: { company: 'NASA', jobTitle: 'Mathematician', birthdate: '1918-08-26' },
      privacyStatus: 'PUBLIC',
    });
  });

  test('going on by a state token is named as missing', async () => {
    await startWix();
    const { authentication } = asVisitor();
    const failure = await failureOf(() =>
      authentication.loginV2({ email: ada.email }, { password: ada.password, stateToken: 'x' }),
    );
    expect(code(failure)).toBe('NOT_IMPLEMENTED');
  });

  test('are for visitors and members, not for apps', async () => {
    await startWix();
    for (const client of [asApp(), asApiKey()]) {
      const login = () => client.authentication.loginV2({ email: ada.email }, { password: ada.password });
      expect(code(await failureOf(login))).toBe('PERMISSION_DENIED');
      const register = () =>
        client.authentication.registerV2({ email: 'x@example.com' }, { password: 'wxyz' });
      expect(code(await failureOf(register))).toBe('PERMISSION_DENIED');
    }
  });
});

describe('validateEmail', () => {
  test('tells an address from a slip of the pen', async () => {
    await startWix();
    const { authentication } = asVisitor();
    expect(await authentication.validateEmail('ada@example.com')).toMatchObject({
      valid: true,
      formatInvalid: false,
    });
    expect(await authentication.validateEmail('ada@')).toMatchObject({ valid: false, formatInvalid: true });
  });

  test('says nothing of who has an account', async () => {
    await startWix();
    const { authentication } = asVisitor();
    const known = await authentication.validateEmail(ada.email);
    expect(await authentication.validateEmail('nobody@example.com')).toEqual(known);
  });

  test('needs some token', async () => {
    const wix = await startWix();
    const path = '/_api/iam/authentication/v2/validate-email';
    expect((await send(wix, 'POST', path, { body: { email: ada.email } })).status).toBe(401);
  });
});

describe('changePassword', () => {
  test('replaces the member’s own, and the session goes on', async () => {
    await startWix();
    const client = await asMember(ada);
    await client.authentication.changePassword('countess-1852');
    expect(await loginState(ada)).toMatchObject({ errorCode: 'invalidPassword' });
    expect(await loginState({ ...ada, password: 'countess-1852' })).toMatchObject({ loginState: 'SUCCESS' });
    expect((await client.members.getCurrentMember()).member?._id).toBe(ada.id);
    expect((await client.auth.renewToken(client.auth.getTokens().refreshToken)).refreshToken.role).toBe(
      'member',
    );
    expect(await loginState(grace)).toMatchObject({ loginState: 'SUCCESS' });
  });

  test.each(['abc', 'x'.repeat(101)])(
    'refuses a password of a wrong length, and keeps the old: %s',
    async (bad) => {
      await startWix();
      const client = await asMember(ada);
      expect(await failureOf(() => client.authentication.changePassword(bad))).toMatchObject({
        status: 400,
        details: { validationError: { fieldViolations: [{ field: 'newPassword' }] } },
      });
      expect(await loginState(ada)).toMatchObject({ loginState: 'SUCCESS' });
    },
  );

  test('is not for visitors, apps and keys', async () => {
    await startWix();
    for (const client of [asVisitor(), asApp(), asApiKey()]) {
      const failure = await failureOf(() => client.authentication.changePassword('countess-1852'));
      expect(code(failure)).toBe('PERMISSION_DENIED');
    }
  });

  test('is not for a member blocked meanwhile', async () => {
    const wix = await startWix();
    const client = await asMember(ada);
    wix.members.setStatus(ada.id, 'BLOCKED');
    expect(await failureOf(() => client.authentication.changePassword('countess-1852'))).toMatchObject({
      status: 401,
    });
    wix.members.setStatus(ada.id, 'APPROVED');
    expect(await loginState(ada)).toMatchObject({ loginState: 'SUCCESS' });
  });
});

describe('a request nested thousands deep', () => {
  /** As text, since JSON.stringify runs out of stack itself. */
  const deep = '{"a":'.repeat(5_000) + '1' + '}'.repeat(5_000);

  test('is refused as such at a login', async () => {
    const wix = await startWix();
    const { accessToken } = await asVisitor().auth.generateVisitorTokens();
    const body = `{"loginId":{"email":"${ada.email}"},"password":"x","clientMetaData":{"deep":${deep}}}`;
    await expectRefusal(wix, '/_api/iam/authentication/v2/login', accessToken.value, body);
  });

  test('is refused as such when a member is created, and creates nobody', async () => {
    const wix = await startWix();
    const contact = `{"customFields":{"deep":${deep}}}`;
    const body = `{"member":{"loginEmail":"${newcomer.email}","contact":${contact}}}`;
    await expectRefusal(wix, '/members/v1/members', await appToken(wix), body);
    expect(wix.members.find(newcomer.email)).toBeUndefined();
  });

  async function expectRefusal(wix: WixEmulator, path: string, authorization: string, body: string) {
    const headers = { 'content-type': 'application/json', authorization };
    const request = new Request(`https://www.wixapis.com${path}`, { method: 'POST', headers, body });
    const answer = await wix.fetch(request);
    expect(answer.status).toBe(400);
    const description = expect.stringContaining('nested deeper than 128 levels') as unknown;
    expect(await answer.json()).toMatchObject({
      details: { validationError: { fieldViolations: [{ field: 'body', description }] } },
    });
  }
});

describe('a required password reset', () => {
  test('is not met by changing the password, nor got around by tokens, codes and sessions from before', async () => {
    const wix = await startWix();
    const client = await asMember(ada);
    const sessionToken = await sessionTokenOf(asVisitor(), ada);
    const { refreshToken } = client.auth.getTokens();
    wix.members.requirePasswordReset(ada.id);

    const change = () => client.authentication.changePassword('countess-1852');
    expect(await failureOf(change)).toMatchObject({ status: 401 });
    expect(code(await failureOf(change))).toBe('-19973');
    expect(await loginState(ada)).toMatchObject({ errorCode: 'resetPassword' });
    const body = {
      grant_type: 'refresh_token',
      refresh_token: refreshToken.value,
      client_id: app.clientId,
    };
    expect((await send(wix, 'POST', '/oauth2/token', { body })).status).toBe(400);
    await expect(memberTokens(asVisitor(), sessionToken)).rejects.toThrow();

    const visitor = asVisitor();
    await visitor.recovery.sendRecoveryEmail(ada.email);
    await visitor.recovery.recover(wix.outbox.at(-1)?.code ?? '', { password: 'countess-1852' });
    expect((await send(wix, 'POST', '/oauth2/token', { body })).status).toBe(200);
  });

  test('keeps the right and the wrong password out until a recovery has chosen a new one', async () => {
    const wix = await startWix();
    wix.members.requirePasswordReset(ada.email);
    expect(await loginState(ada)).toMatchObject({ loginState: 'FAILURE', errorCode: 'resetPassword' });
    expect(await loginState({ ...ada, password: 'x' })).toMatchObject({ errorCode: 'resetPassword' });
    expect(await loginState(grace)).toMatchObject({ loginState: 'SUCCESS' });

    const visitor = asVisitor();
    await visitor.recovery.sendRecoveryEmail(ada.email);
    await visitor.recovery.recover(wix.outbox.at(-1)?.code ?? '', { password: 'countess-1852' });
    expect(await loginState({ ...ada, password: 'countess-1852' })).toMatchObject({ loginState: 'SUCCESS' });
  });

  test('does not show on the member', async () => {
    const wix = await startWix();
    const before = wix.members.find(ada.id);
    wix.members.requirePasswordReset(ada.id);
    expect(wix.members.find(ada.id)).toEqual(before);
  });
});

describe('recovery', () => {
  const chosen = { ...ada, password: 'countess-1852' };

  async function mailed(person: Person = ada) {
    const clock = movableClock();
    const wix = await startWix({ clock: clock.now });
    const visitor = asVisitor();
    await visitor.recovery.sendRecoveryEmail(person.email, {
      redirect: { url: 'http://localhost:4321/after', clientId: app.clientId },
    });
    const mail = wix.outbox.at(-1);
    const recover = (token = mail?.code ?? '', password = chosen.password) =>
      visitor.recovery.recover(token, { password });
    return { wix, visitor, clock, mail, recover };
  }

  test('mails a token, a link to a page of the site and where to go afterwards', async () => {
    const { mail } = await mailed();
    expect(mail).toEqual({
      kind: 'password-reset',
      to: ada.email,
      code: expect.stringMatching(/.{40}/),
      link: `https://www.wixapis.com/_hosted/reset-password?token=${mail?.code}`,
      returnUrl: 'http://localhost:4321/after',
      sentDate: expect.any(String),
    });
  });

  test('sets the password and signs in', async () => {
    const { visitor, recover } = await mailed();
    const { state, sessionToken } = await recover();
    expect(state).toBe('SUCCESS');
    visitor.auth.setTokens(await memberTokens(visitor, sessionToken ?? ''));
    expect((await visitor.members.getCurrentMember()).member?._id).toBe(ada.id);
    expect(await loginState(ada)).toMatchObject({ errorCode: 'invalidPassword' });
    expect(await loginState(chosen)).toMatchObject({ loginState: 'SUCCESS' });
  });

  test('shows whose address it is', async () => {
    const { wix, recover } = await mailed(alan);
    wix.settings.set({ emailVerification: true });
    expect((await recover()).state).toBe('SUCCESS');
    expect(wix.members.find(alan.email)?.loginEmailVerified).toBe(true);
  });

  test('a token works once, and ends the older ones', async () => {
    const { wix, visitor, recover } = await mailed();
    const older = wix.outbox[0]?.code;
    await visitor.recovery.sendRecoveryEmail(ada.email);
    const newer = wix.outbox.at(-1)?.code;
    await recover(newer);
    expect(code(await failureOf(() => recover(newer, 'another-one')))).toBe('-19988');
    expect(code(await failureOf(() => recover(older, 'another-one')))).toBe('-19988');
    expect(await loginState(chosen)).toMatchObject({ loginState: 'SUCCESS' });
  });

  test('a token of somebody else stays', async () => {
    const { wix, visitor, recover } = await mailed();
    await visitor.recovery.sendRecoveryEmail(grace.email);
    await recover(wix.outbox[0]?.code);
    expect((await recover(wix.outbox[1]?.code, 'cobol-1959')).state).toBe('SUCCESS');
  });

  test('a token is over after an hour', async () => {
    const { clock, recover } = await mailed();
    clock.forward(3_600);
    expect(code(await failureOf(() => recover()))).toBe('-19988');
    expect(await loginState(ada)).toMatchObject({ loginState: 'SUCCESS' });
  });

  test('a refused password does not use the token up', async () => {
    const { recover } = await mailed();
    expect(await failureOf(() => recover(undefined, 'abc'))).toMatchObject({
      details: { validationError: { fieldViolations: [{ field: 'options.password' }] } },
    });
    expect((await recover()).state).toBe('SUCCESS');
  });

  test('a blocked member stays blocked, and the password the old one', async () => {
    const { wix, recover } = await mailed();
    wix.members.setStatus(ada.id, 'BLOCKED');
    expect(code(await failureOf(() => recover()))).toBe('-19958');
    wix.members.setStatus(ada.id, 'APPROVED');
    expect(await loginState(ada)).toMatchObject({ loginState: 'SUCCESS' });
  });

  test('a member removed meanwhile has nothing to recover', async () => {
    const { wix, recover } = await mailed();
    wix.members.remove(ada.id);
    expect(code(await failureOf(() => recover()))).toBe('-19988');
  });

  test('a mail to an address that is no longer the member’s neither sets a password nor verifies the new one', async () => {
    const { wix, recover } = await mailed();
    wix.members.setLoginEmail(ada.id, 'boss@new.example');
    expect(code(await failureOf(() => recover()))).toBe('-19988');
    expect(wix.members.find(ada.id)?.loginEmailVerified).toBe(false);
    const moved = { ...ada, email: 'boss@new.example' };
    expect(await loginState(moved)).toMatchObject({ loginState: 'SUCCESS' });
  });

  test('somebody the owner has not approved still waits', async () => {
    const { wix, recover } = await mailed();
    wix.members.setStatus(ada.id, 'PENDING');
    expect(await recover()).toMatchObject({ state: 'REQUIRE_OWNER_APPROVAL' });
  });

  test.each([
    ['an unknown address', 'nobody@example.com', {}, 404],
    ['a malformed address', 'ada@', {}, 400],
    ['another client', ada.email, { redirect: { url: 'http://localhost:4321/', clientId: 'x' } }, 400],
  ])('no mail goes out for %s', async (_, email, options, status) => {
    const wix = await startWix();
    expect(await failureOf(() => asVisitor().recovery.sendRecoveryEmail(email, options))).toMatchObject({
      status,
    });
    expect(wix.outbox).toEqual([]);
  });

  test('the data file keeps no token, only its hash', async () => {
    const { wix, mail } = await mailed();
    const tickets = [...wix.exportState()].filter((line) => !line.includes('password-reset'));
    expect(tickets.join('\n')).not.toContain(mail?.code);
  });

  test('is not for apps', async () => {
    await startWix();
    const { recovery } = asApp();
    expect(code(await failureOf(() => recovery.sendRecoveryEmail(ada.email)))).toBe('PERMISSION_DENIED');
    expect(code(await failureOf(() => recovery.recover('x', { password: 'wxyz' })))).toBe(
      'PERMISSION_DENIED',
    );
  });
});

describe('sendActivationEmail', () => {
  test('lets a member without a password choose one', async () => {
    const wix = await startWix();
    await asApiKey().authentication.signOn({ email: newcomer.email });
    const id = wix.members.find(newcomer.email)?.id ?? '';
    expect(await loginState(newcomer)).toMatchObject({ errorCode: 'invalidPassword' });

    await asApp().recovery.sendActivationEmail(id, {
      emailOptions: { redirect: { url: 'http://localhost:4321/hello' } },
    });
    const mail = wix.outbox.at(-1);
    expect(mail).toMatchObject({
      kind: 'activation',
      to: newcomer.email,
      link: expect.stringContaining('/_hosted/reset-password?token='),
      returnUrl: 'http://localhost:4321/hello',
    });
    await asVisitor().recovery.recover(mail?.code ?? '', { password: newcomer.password });
    expect(await loginState(newcomer)).toMatchObject({ loginState: 'SUCCESS' });
    expect(wix.members.find(id)?.loginEmailVerified).toBe(true);
  });

  test('is for the site itself, about somebody who exists', async () => {
    const wix = await startWix();
    for (const client of [asVisitor(), await asMember(ada)]) {
      expect(code(await failureOf(() => client.recovery.sendActivationEmail(ada.id)))).toBe(
        'PERMISSION_DENIED',
      );
    }
    expect(code(await failureOf(() => asApp().recovery.sendActivationEmail('nobody')))).toBe('-19999');
    expect(wix.outbox).toEqual([]);
  });
});

describe('verification', () => {
  async function waiting() {
    const wix = await startWix();
    wix.settings.set({ emailVerification: true });
    const client = asVisitor();
    const { stateToken } = await client.authentication.loginV2(
      { email: alan.email },
      { password: alan.password },
    );
    return { wix, client, stateToken: stateToken ?? '', mailedCode: () => wix.outbox.at(-1)?.code ?? '' };
  }

  test('a started one mails a new code, which alone goes with the state token', async () => {
    const { wix, client, stateToken, mailedCode } = await waiting();
    const first = mailedCode();
    const { verificationId } = await client.verification.start({ identityId: alan.id, target: 'EMAIL' });
    expect(verificationId).toMatch(/^[\da-f-]{36}$/);
    expect(wix.outbox.map(({ to }) => to)).toEqual([alan.email, alan.email]);
    const second = mailedCode();
    if (first !== second) {
      const old = () => client.verification.verifyDuringAuthentication(first, { stateToken });
      expect(code(await failureOf(old))).toBe('-19990');
    }
    const verified = await client.verification.verifyDuringAuthentication(second, { stateToken });
    expect(verified).toMatchObject({ state: 'SUCCESS', identity: { email: { isVerified: true } } });
  });

  test('a verification id is no state token', async () => {
    const { client, mailedCode } = await waiting();
    const { verificationId: stateToken = '' } = await client.verification.start({ identityId: alan.id });
    const verify = () => client.verification.verifyDuringAuthentication(mailedCode(), { stateToken });
    expect(code(await failureOf(verify))).toBe('-19989');
  });

  test('a new code wins no new attempts', async () => {
    const { client, stateToken, mailedCode } = await waiting();
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const wrong = () => client.verification.verifyDuringAuthentication('wrong', { stateToken });
      expect(code(await failureOf(wrong))).toBe('-19990');
    }
    await client.verification.start({ identityId: alan.id });
    const verify = () => client.verification.verifyDuringAuthentication(mailedCode(), { stateToken });
    expect(code(await failureOf(verify))).toBe('-19989');
  });

  test('a code sent to the old address does not verify the new one, a new code does', async () => {
    const { wix, client, stateToken, mailedCode } = await waiting();
    wix.members.setLoginEmail(alan.id, 'boss@new.example');
    const verify = () => client.verification.verifyDuringAuthentication(mailedCode(), { stateToken });
    expect(code(await failureOf(verify))).toBe('-19989');
    expect(wix.members.find(alan.id)?.loginEmailVerified).toBe(false);
    await client.verification.start({ identityId: alan.id });
    expect(wix.outbox.at(-1)?.to).toBe('boss@new.example');
    expect(await verify()).toMatchObject({ state: 'SUCCESS' });
  });

  test('without a login that waits it is named as missing, and nothing is mailed', async () => {
    const wix = await startWix();
    const start = () => asVisitor().verification.start({ identityId: ada.id });
    expect(code(await failureOf(start))).toBe('NOT_IMPLEMENTED');
    expect(wix.outbox).toEqual([]);
  });

  test('is about somebody who exists', async () => {
    await startWix();
    const { verification } = asVisitor();
    expect(code(await failureOf(() => verification.start({ identityId: 'nobody' })))).toBe('-19999');
    expect(await failureOf(() => verification.start())).toMatchObject({ status: 400 });
  });

  test('is not for apps', async () => {
    await startWix();
    const verify = () => asApp().verification.verifyDuringAuthentication('1', { stateToken: 'x' });
    expect(code(await failureOf(verify))).toBe('PERMISSION_DENIED');
  });
});

describe('logout', () => {
  test('ends the session tokens of the member, and of nobody else', async () => {
    await startWix();
    const client = await asMember(ada);
    const sessionToken = await sessionTokenOf(asVisitor(), ada);
    const graces = await sessionTokenOf(asVisitor(), grace);
    const answer = await client.authentication.logout();
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toEqual([{ key: 'Set-Cookie', value: expect.stringContaining('Max-Age=0') }]);
    expect((await failureOf(() => memberTokens(asVisitor(), sessionToken))).message).toContain(
      'Missing code',
    );
    expect((await memberTokens(asVisitor(), graces)).refreshToken.role).toBe('member');
  });

  test('leaves the refresh token alone', async () => {
    await startWix();
    const client = await asMember(ada);
    await client.authentication.logout();
    expect((await client.auth.renewToken(client.auth.getTokens().refreshToken)).refreshToken.role).toBe(
      'member',
    );
  });

  test('names the way back to a site of the app', async () => {
    await startWix();
    const postLogoutRedirectUri = 'http://localhost:4321/goodbye';
    const answer = await (
      await asMember(ada)
    ).authentication.logout({ postLogoutRedirectUri, clientId: app.clientId });
    expect(answer.statusCode).toBe(302);
    expect(answer.headers).toContainEqual({ key: 'Location', value: postLogoutRedirectUri });
  });

  test.each([
    ['a strange site', { postLogoutRedirectUri: 'https://evil.example/' }],
    ['a strange client', { clientId: 'x' }],
  ])('refuses %s, and ends nothing', async (_, options) => {
    await startWix();
    const client = await asMember(ada);
    const sessionToken = await sessionTokenOf(asVisitor(), ada);
    expect(await failureOf(() => client.authentication.logout(options))).toMatchObject({ status: 400 });
    expect((await memberTokens(asVisitor(), sessionToken)).refreshToken.role).toBe('member');
  });

  test('a visitor has nothing to end, an app has no session', async () => {
    await startWix();
    expect((await asVisitor().authentication.logout()).statusCode).toBe(200);
    expect(code(await failureOf(() => asApp().authentication.logout()))).toBe('PERMISSION_DENIED');
  });
});

describe('the oauth module', () => {
  const bytes = (value: object) => ({ body: new TextEncoder().encode(JSON.stringify(value)) });
  const read = (body: Uint8Array | undefined) =>
    JSON.parse(new TextDecoder().decode(body)) as Record<string, string>;

  test('wraps a grant and its answer', async () => {
    await startWix();
    const answer = await asVisitor().oauth.token(
      bytes({
        grantType: 'client_credentials',
        client_id: app.clientId,
        client_secret: app.clientSecret,
        instance_id: app.instanceId,
      }),
    );
    expect(answer.statusCode).toBe(200);
    const { access_token: token = '' } = read(answer.body);
    expect(await asVisitor().oauth.tokenInfo(bytes({ token }))).toMatchObject({
      active: true,
      subjectType: 'APP',
      clientId: app.clientId,
    });
  });

  test('wraps a refusal too', async () => {
    await startWix();
    const answer = await asVisitor().oauth.token(bytes({ grantType: 'anonymous', clientId: 'x' }));
    expect(answer.statusCode).toBe(400);
    expect(read(answer.body)).toMatchObject({ error: 'invalid_client' });
  });

  test('an unknown token is refused', async () => {
    await startWix();
    expect(await failureOf(() => asVisitor().oauth.tokenInfo(bytes({ token: 'x' })))).toMatchObject({
      status: 401,
    });
  });

  test('tells a member who they are, and nobody else', async () => {
    await startWix();
    expect(await (await asMember(ada)).oauth.userInfo()).toMatchObject({
      sub: ada.id,
      email: ada.email,
      emailVerified: true,
      givenName: 'Ada',
      familyName: 'Lovelace',
      name: 'Ada Lovelace',
    });
    for (const client of [asVisitor(), asApp(), asApiKey()]) {
      expect(code(await failureOf(() => client.oauth.userInfo()))).toBe('PERMISSION_DENIED');
    }
  });

  test('keys to check tokens with are named as missing: no token here is signed by such', async () => {
    await startWix();
    expect(code(await failureOf(() => asVisitor().oauth.jwks()))).toBe('NOT_IMPLEMENTED');
  });
});

test.each([
  ['/_api/iam/authentication/v2/change-password', { newPassword: 'wxyz', oldPassword: 'x' }],
  ['/_api/iam/authentication/v2/validate-email', {}],
  ['/_api/iam/recovery/v1/recover', { password: 'wxyz' }],
  ['/_api/iam/verification/v1/start', { identityId: ada.id, target: 'SMS' }],
  ['/_api/iam/authentication/v2/register', { loginId: {}, password: 'wxyz' }],
])('a body that makes no sense is a validation error: %s %j', async (path, body) => {
  const wix = await startWix();
  const token = (await asMember(ada)).auth.getTokens().accessToken.value;
  const answer = await send(wix, 'POST', path, { token, body });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ details: { validationError: {} } });
});
