import { ApiKeyStrategy, createClient } from '@wix/sdk';
import { members } from '@wix/members';
import { siteProperties } from '@wix/business-tools';
import { describe, expect, test } from 'vitest';
import {
  ada,
  app,
  appToken,
  asApiKey,
  asApp,
  asMember,
  asVisitor,
  failureOf,
  grace,
  movableClock,
  send,
  sessionTokenOf,
  startWix,
} from './support.ts';

const WRONG_KEYS = ['IST.made-up', `${app.apiKey}x`, 'IST.'];

async function visitorToken(): Promise<string> {
  return (await asVisitor().auth.generateVisitorTokens()).accessToken.value;
}

/** A visitor's client, which external login speaks for. */
async function visitorClient() {
  const client = asVisitor();
  client.auth.setTokens(await client.auth.generateVisitorTokens());
  return client;
}

describe('an API key', () => {
  test('acts for the site: no permission of a collection holds it back', async () => {
    const wix = await startWix();
    const client = asApiKey();
    expect((await client.items.query('SITConnections').find()).items.length).toBeGreaterThan(0);
    expect(await client.siteProperties.getSiteProperties()).toMatchObject({ properties: {} });
    const { items: people } = await client.members.queryMembers({ fieldsets: ['FULL'] }).find();
    expect(people.map(({ loginEmail }) => loginEmail)).toContain(ada.email);
    const [subject] = new Set(wix.calls.map((call) => JSON.stringify(call.subject)));
    expect(JSON.parse(subject ?? '')).toEqual({ type: 'USER', id: expect.stringMatching(/^[\da-f-]{36}$/) });
  });

  test('needs no token of its own', async () => {
    const wix = await startWix();
    await asApiKey().siteProperties.getSiteProperties();
    expect(wix.calls.map(({ operation }) => operation)).not.toContain('oauth2.token:anonymous');
    expect(wix.calls).toHaveLength(1);
  });

  test('does not expire', async () => {
    const clock = movableClock();
    await startWix({ clock: clock.now });
    clock.forward(365 * 86_400);
    expect(await asApiKey().siteProperties.getSiteProperties()).toMatchObject({ properties: {} });
  });

  test.each(WRONG_KEYS)('%s is unknown: 401, and nothing is done', async (key) => {
    const wix = await startWix();
    const failure = await failureOf(() => asApiKey(key).items.remove('Announcements', 'x'));
    expect(failure.details?.applicationError?.code).toBe(401);
    expect(wix.calls.at(-1)).toMatchObject({ status: 401, subject: { type: 'NONE' } });
  });

  test.each([
    ['with the scheme in front', `Bearer ${app.apiKey}`],
    ['in other letters', app.apiKey.toUpperCase()],
    ['with a comma behind it', `${app.apiKey},`],
    ['twice', `${app.apiKey},${app.apiKey}`],
  ])('%s is unknown', async (_, token) => {
    const wix = await startWix();
    const headers = { 'wix-site-id': app.instanceId };
    const answer = await send(wix, 'GET', '/site-properties/v4/properties', { token, headers });
    expect(answer.status).toBe(401);
  });

  test('is one of this site only', async () => {
    await startWix({ app: { ...app, apiKey: 'IST.another' } });
    expect(await failureOf(() => asApiKey().siteProperties.getSiteProperties())).toMatchObject({
      status: 401,
    });
  });

  test('names the site by its id as well as by the instance', async () => {
    const wix = await startWix();
    const info = await send(wix, 'POST', '/oauth2/token-info', { body: { token: await appToken(wix) } });
    const { siteId } = (await info.json()) as { siteId: string };
    const client = createClient({
      auth: ApiKeyStrategy({ siteId, apiKey: app.apiKey }),
      modules: { siteProperties },
    });
    expect(await client.siteProperties.getSiteProperties()).toMatchObject({ properties: {} });
  });

  test.each([
    ['without a site', {}, 'wix-site-id'],
    ['with an account only', { 'wix-account-id': 'an-account' }, 'wix-account-id reaches no site'],
    ['with another site', { 'wix-site-id': 'elsewhere' }, 'no site elsewhere'],
  ])('%s reaches nothing: 403', async (_, headers, reason) => {
    const wix = await startWix();
    const answer = await send(wix, 'GET', '/site-properties/v4/properties', { token: app.apiKey, headers });
    expect(answer.status).toBe(403);
    expect(JSON.stringify(await answer.json())).toContain(reason);
  });

  test('of an account is refused by name through the SDK', async () => {
    await startWix();
    const client = createClient({
      auth: ApiKeyStrategy({ accountId: 'an-account', apiKey: app.apiKey }),
      modules: { members },
    });
    const failure = await failureOf(() => client.members.getMember(ada.id));
    expect(failure.details?.applicationError).toMatchObject({ code: 'PERMISSION_DENIED' });
  });

  test('is somebody of the account in token info, not the app', async () => {
    const wix = await startWix();
    const info = await send(wix, 'POST', '/oauth2/token-info', { body: { token: app.apiKey } });
    expect(await info.json()).toEqual({
      active: true,
      subjectType: 'USER',
      subjectId: expect.stringMatching(/^[\da-f-]{36}$/),
      accountId: expect.stringMatching(/^[\da-f-]{36}$/),
    });
    for (const token of [...WRONG_KEYS, `Bearer ${app.apiKey}`]) {
      expect((await send(wix, 'POST', '/oauth2/token-info', { body: { token } })).status).toBe(401);
    }
  });

  test('beside a visitor’s token acts as the key does, without naming the site', async () => {
    const wix = await startWix();
    const path = '/site-properties/v4/properties';
    const pair = `${await visitorToken()},${app.apiKey}`;
    expect((await send(wix, 'GET', path, { token: pair })).status).toBe(200);
    expect(wix.calls.at(-1)?.subject.type).toBe('USER');
    for (const token of [`made-up,${app.apiKey}`, `${await visitorToken()},IST.made-up`]) {
      expect((await send(wix, 'GET', path, { token })).status).toBe(401);
    }
  });
});

describe('external login', () => {
  test('gives the tokens of the member whose id is named', async () => {
    const wix = await startWix();
    const client = await visitorClient();
    const tokens = await client.auth.getMemberTokensForExternalLogin(ada.id, app.apiKey);
    client.auth.setTokens(tokens);
    expect(client.auth.loggedIn()).toBe(true);
    expect((await client.members.getCurrentMember()).member?._id).toBe(ada.id);
    expect((await client.auth.renewToken(tokens.refreshToken)).refreshToken.role).toBe('member');
    expect(wix.calls.map(({ operation }) => operation)).toContain('oauth2.token:authorized_client');
  });

  test('works for a client that never was a visitor', async () => {
    await startWix();
    const tokens = await asVisitor().auth.getMemberTokensForExternalLogin(ada.id, app.apiKey);
    expect(tokens.refreshToken.role).toBe('member');
  });

  test.each(WRONG_KEYS)('refuses the key %s', async (key) => {
    await startWix();
    const client = await visitorClient();
    const failure = await failureOf(() => client.auth.getMemberTokensForExternalLogin(ada.id, key));
    expect(failure.message).toContain('the API key is unknown');
    expect(client.auth.loggedIn()).toBe(false);
  });

  test('refuses a visitor whose token has expired', async () => {
    const clock = movableClock();
    await startWix({ clock: clock.now });
    const client = await visitorClient();
    clock.forward(14_400);
    const failure = await failureOf(() => client.auth.getMemberTokensForExternalLogin(ada.id, app.apiKey));
    expect(failure.message).toContain('has expired');
  });

  test.each([
    ['unknown', 'nobody', undefined],
    ['blocked', grace.id, 'BLOCKED'],
    ['not approved', grace.id, 'PENDING'],
  ] as const)('gives nothing for a member who is %s', async (_, id, status) => {
    const wix = await startWix();
    if (status) wix.members.setStatus(grace.id, status);
    const client = await visitorClient();
    const failure = await failureOf(() => client.auth.getMemberTokensForExternalLogin(id, app.apiKey));
    expect(failure.message).toContain('invalid_grant');
  });

  test('is refused to apps, members and nobody', async () => {
    const wix = await startWix();
    const member = (await asMember(ada)).auth.getTokens().accessToken.value;
    const body = { grant_type: 'authorized_client', member_id: grace.id };
    for (const token of [undefined, await appToken(wix), member]) {
      const answer = await send(wix, 'POST', '/oauth2/token', {
        body,
        ...(token !== undefined && { token }),
      });
      expect(answer.status).toBe(401);
    }
  });

  test('takes forms, and the key alone when it names the site', async () => {
    const wix = await startWix();
    const request = (headers: Record<string, string>) =>
      wix.fetch(
        new Request('https://www.wixapis.com/oauth2/token', {
          method: 'POST',
          headers: { authorization: app.apiKey, ...headers },
          body: new URLSearchParams({ grantType: 'authorized_client', memberId: ada.id }),
        }),
      );
    expect((await request({ 'wix-site-id': app.instanceId })).status).toBe(200);
    expect((await request({})).status).toBe(403);
  });
});

describe('external login with a session', () => {
  const newcomer = 'katherine@example.com';

  test('makes the member who is missing, with the profile', async () => {
    const wix = await startWix();
    const client = await visitorClient();
    client.auth.setTokens(
      await client.auth.getMemberTokensForExternalLoginWithSession(' Katherine@Example.com', app.apiKey, {
        profile: { firstName: 'Katherine', lastName: 'Johnson' },
        verifyEmail: true,
      }),
    );
    const { member } = await client.members.getCurrentMember({ fieldsets: ['FULL'] });
    expect(member).toMatchObject({
      loginEmail: newcomer,
      loginEmailVerified: true,
      status: 'APPROVED',
      contact: { firstName: 'Katherine', lastName: 'Johnson' },
      profile: { nickname: 'Katherine' },
    });
    expect(wix.outbox).toEqual([]);
  });

  test('verifies nobody’s address unless told to, whatever the site’s settings', async () => {
    const wix = await startWix();
    wix.settings.set({ trustSignUps: true, emailVerification: true, ownerApproval: true, captcha: true });
    await asApiKey().authentication.signOn({ email: newcomer });
    expect(wix.members.find(newcomer)).toMatchObject({ loginEmailVerified: false, status: 'APPROVED' });
  });

  test('merges the profile into a member who is there, and changes nothing else', async () => {
    const wix = await startWix();
    const before = wix.members.find(ada.id);
    const client = await visitorClient();
    await client.auth.getMemberTokensForExternalLoginWithSession(ada.email, app.apiKey, {
      profile: { nickname: 'Countess', customFields: [{ name: 'rank', value: { strValue: 'countess' } }] },
    });
    const after = wix.members.find(ada.id);
    expect(after).toEqual({
      ...before,
      profile: { ...before?.profile, nickname: 'Countess' },
      contact: { ...before?.contact, customFields: { rank: { strValue: 'countess' } } },
      updatedDate: after?.updatedDate,
      lastLoginDate: after?.lastLoginDate,
    });
    expect(await asVisitor().auth.login(ada)).toMatchObject({ loginState: 'SUCCESS' });
  });

  test('an e-mail once verified stays so', async () => {
    const wix = await startWix();
    await asApiKey().authentication.signOn({ email: ada.email }, { verifyEmail: false });
    expect(wix.members.find(ada.id)?.loginEmailVerified).toBe(true);
  });

  test('its session token is one like a login’s', async () => {
    await startWix();
    const { sessionToken, identity } = await asApiKey().authentication.signOn({ email: ada.email });
    expect(identity?._id).toBe(ada.id);
    expect(sessionToken).toMatch(/^JWS\../);
  });

  test.each([
    ['blocked', 'BLOCKED', '-19958'],
    ['not approved', 'PENDING', '-19957'],
  ] as const)('is refused for a member who is %s', async (_, status, code) => {
    const wix = await startWix();
    wix.members.setStatus(grace.id, status);
    const signOn = () => asApiKey().authentication.signOn({ email: grace.email });
    expect((await failureOf(signOn)).details?.applicationError?.code).toBe(code);
  });

  test.each([
    ['a malformed address', { email: 'katherine@' }],
    ['no address', {}],
  ])('is refused for %s', async (_, loginId) => {
    await startWix();
    expect(await failureOf(() => asApiKey().authentication.signOn(loginId))).toMatchObject({ status: 400 });
  });

  test('gives nobody the slug of somebody else, and lets everybody keep their own', async () => {
    const wix = await startWix();
    const signOn = (email: string, slug?: string) =>
      asApiKey().authentication.signOn({ email }, { profile: { ...(slug !== undefined && { slug }) } });
    const adas = wix.members.find(ada.id)?.profile.slug ?? '';
    for (const email of [grace.email, newcomer]) {
      const failure = await failureOf(() => signOn(email, adas));
      expect(failure.details?.applicationError?.code).toBe('SLUG_ALREADY_EXISTS');
    }
    expect(wix.members.find(newcomer)).toBeUndefined();
    expect((await signOn(ada.email, adas)).identity?.identityProfile?.slug).toBe(adas);
  });

  test('is for the site itself', async () => {
    const wix = await startWix();
    await asApp().authentication.signOn({ email: newcomer });
    for (const client of [asVisitor(), await asMember(ada)]) {
      const failure = await failureOf(() => client.authentication.signOn({ email: 'mary@example.com' }));
      expect(failure.details?.applicationError?.code).toBe('PERMISSION_DENIED');
    }
    const client = await visitorClient();
    await failureOf(() =>
      client.auth.getMemberTokensForExternalLoginWithSession('mary@example.com', 'IST.made-up'),
    );
    expect(wix.members.find('mary@example.com')).toBeUndefined();
  });

  test('a session of somebody else, an expired or a made-up one gives nothing', async () => {
    const clock = movableClock();
    const wix = await startWix({ clock: clock.now });
    const graces = await sessionTokenOf(asVisitor(), grace);
    const request = (session_token: string) =>
      send(wix, 'POST', '/oauth2/token', {
        token: app.apiKey,
        headers: { 'wix-site-id': app.instanceId },
        body: { grant_type: 'authorized_client', member_id: ada.id, session_token },
      });
    expect(await (await request(graces)).json()).toMatchObject({ error: 'invalid_grant' });
    expect(await (await request('JWS.made-up')).json()).toMatchObject({ error: 'invalid_grant' });
    const adas = await sessionTokenOf(asVisitor(), ada);
    expect((await request(adas)).status).toBe(200);
    clock.forward(600);
    expect(await (await request(adas)).json()).toMatchObject({ error: 'invalid_grant' });
  });
});
