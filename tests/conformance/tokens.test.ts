import { siteProperties } from '@wix/business-tools';
import { AppStrategy, createClient, OAuthStrategy } from '@wix/sdk';
import { describe, expect, test } from 'vitest';
import {
  ada,
  app,
  appToken,
  asApp,
  asMember,
  asVisitor,
  authorizeUrl,
  callback,
  failureOf,
  memberTokens,
  movableClock,
  send,
  sessionTokenOf,
  startWix,
} from './support.ts';
import { recorded } from './recorder.ts';
import type { WixEmulator } from '../../packages/wix-emulator/src/index.ts';

/** The app as it stands before it has tokens of its own. */
const asAppWith = (proof: { accessToken: string } | { refreshToken: string }) =>
  recorded(
    createClient({
      auth: AppStrategy({ appId: app.clientId, appSecret: app.clientSecret, ...proof }),
      modules: { siteProperties },
    }),
    ['siteProperties', 'auth'],
  );

const token = (wix: WixEmulator, body: Record<string, unknown>) =>
  send(wix, 'POST', '/oauth2/token', { body });

describe('visitor tokens', () => {
  test('have the prefixes, type and lifetime of Wix’s', async () => {
    const wix = await startWix();
    const answer = await token(wix, { clientId: app.clientId, grantType: 'anonymous' });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      access_token: expect.stringMatching(/^OauthNG\.JWS\.[\w-]+\.[\w-]+\.[\w-]+$/),
      refresh_token: expect.stringMatching(/^JWS\..{40}/),
      token_type: 'Bearer',
      expires_in: 14_400,
    });
  });

  test('hold their data as a string of JSON', async () => {
    await startWix();
    const { accessToken } = await asVisitor().auth.generateVisitorTokens();
    const payload = JSON.parse(
      Buffer.from(accessToken.value.split('.')[3] ?? '', 'base64url').toString('utf8'),
    ) as {
      data: string;
      iat: number;
      exp: number;
    };
    expect(JSON.parse(payload.data)).toMatchObject({
      instance: { instanceId: app.instanceId, appDefId: app.clientId },
    });
    expect(payload.exp - payload.iat).toBe(14_400);
  });

  test('are different visitors every time', async () => {
    const wix = await startWix();
    await asVisitor().items.query('Announcements').find();
    await asVisitor().items.query('Announcements').find();
    const visitors = wix.calls
      .filter(({ operation }) => operation === 'items.query')
      .map(({ subject }) => subject.id);
    expect(new Set(visitors).size).toBe(2);
  });

  test('an unknown client is refused as OAuth refuses', async () => {
    await startWix();
    const failure = await failureOf(() =>
      OAuthStrategy({ clientId: 'someone-else' }).generateVisitorTokens(),
    );
    expect(failure.message).toMatch(
      /^Failed to fetch tokens from OAuth API: .*request id: \d+\.\d+\. .*invalid_client/,
    );
  });
});

describe('refresh', () => {
  test('gives a new access token of the same member, and the same refresh token', async () => {
    const wix = await startWix();
    const client = await asMember(ada);
    const { refreshToken } = client.auth.getTokens();
    const answer = await token(wix, {
      clientId: app.clientId,
      grantType: 'refresh_token',
      refreshToken: refreshToken.value,
    });
    const renewed = (await answer.json()) as { access_token: string; refresh_token: string };
    expect(renewed.refresh_token).toBe(refreshToken.value);
    expect(renewed.access_token).not.toBe(client.auth.getTokens().accessToken.value);
    expect(wix.calls.at(-1)).toMatchObject({
      operation: 'oauth2.token:refresh_token',
      subject: { type: 'MEMBER', id: ada.id },
    });
  });

  test('works without the client id', async () => {
    const wix = await startWix();
    const { refreshToken } = await asVisitor().auth.generateVisitorTokens();
    expect((await token(wix, { grantType: 'refresh_token', refreshToken: refreshToken.value })).status).toBe(
      200,
    );
  });

  test('works again and again with the same token', async () => {
    await startWix();
    const client = await asMember(ada);
    const { refreshToken } = client.auth.getTokens();
    for (let time = 0; time < 3; time += 1) {
      expect((await client.auth.renewToken(refreshToken)).refreshToken.role).toBe('member');
    }
  });

  test.each([
    ['made up', () => undefined],
    ['of a blocked member', (wix: WixEmulator) => wix.members.setStatus(ada.id, 'BLOCKED')],
    ['of a deleted member', (wix: WixEmulator) => wix.members.remove(ada.id)],
    ['revoked', (wix: WixEmulator) => void wix.members.revokeRefreshTokens(ada.id)],
  ])('a refresh token %s is refused', async (kind, happen) => {
    const wix = await startWix();
    const client = await asMember(ada);
    happen(wix);
    const { refreshToken } = client.auth.getTokens();
    const shown = kind === 'made up' ? { ...refreshToken, value: 'JWS.made-up' } : refreshToken;
    expect((await failureOf(() => client.auth.renewToken(shown))).message).toContain('invalid_grant');
  });

  test('after a refused refresh the SDK goes on as a visitor, which is why servers compare roles', async () => {
    const clock = movableClock();
    const wix = await startWix({ clock: clock.now });
    const client = await asMember(ada);
    wix.members.setStatus(ada.id, 'BLOCKED');
    const { accessToken, refreshToken } = client.auth.getTokens();
    client.auth.setTokens({ accessToken: { ...accessToken, expiresAt: 1 }, refreshToken });
    expect((await failureOf(() => client.members.getCurrentMember())).message).toContain('PERMISSION_DENIED');
    expect(wix.calls.at(-1)).toMatchObject({ subject: { type: 'VISITOR' }, status: 403 });
  });
});

describe('access tokens', () => {
  test('are refused with 401 once expired', async () => {
    const clock = movableClock();
    const wix = await startWix({ clock: clock.now });
    const client = await asMember(ada);
    clock.forward(14_399);
    expect((await client.members.getCurrentMember()).member?._id).toBe(ada.id);
    clock.forward(1);
    expect(await failureOf(() => client.members.getCurrentMember())).toMatchObject({ status: 401 });
    expect(wix.calls.at(-1)).toMatchObject({ status: 401, subject: { type: 'NONE' } });
  });

  test('are renewed by the SDK when its own clock says so, and live as long as the settings say', async () => {
    const wix = await startWix();
    const client = await asMember(ada);
    wix.settings.set({ accessTokenSeconds: 1 });
    const renewed = await client.auth.renewToken(client.auth.getTokens().refreshToken);
    expect(Math.abs(renewed.accessToken.expiresAt - (Date.now() / 1000 + 1))).toBeLessThan(5);
    // Expired to the SDK: it renews before it asks.
    client.auth.setTokens({ ...renewed, accessToken: { ...renewed.accessToken, expiresAt: 1 } });
    expect((await client.members.getCurrentMember()).member?._id).toBe(ada.id);
    expect(wix.calls.slice(-2).map(({ operation }) => operation)).toEqual([
      'oauth2.token:refresh_token',
      'members.getCurrentMember',
    ]);
  });

  test('expire by the clock that tests move', async () => {
    const wix = await startWix();
    const client = await asMember(ada);
    wix.clock.forward(14_399_000);
    expect((await client.members.getCurrentMember()).member?._id).toBe(ada.id);
    wix.clock.forward(1_000);
    expect(await failureOf(() => client.members.getCurrentMember())).toMatchObject({ status: 401 });
  });

  test('live as long as the emulator is told', async () => {
    const clock = movableClock();
    await startWix({ clock: clock.now, accessTokenSeconds: 60 });
    const client = asVisitor();
    const tokens = await client.auth.generateVisitorTokens();
    expect(Math.abs(tokens.accessToken.expiresAt - (Date.now() / 1000 + 60))).toBeLessThan(5);
    client.auth.setTokens(tokens);
    clock.forward(61);
    expect((await failureOf(() => client.items.query('Announcements').find())).message).toContain(
      'Unauthorized',
    );
  });

  test.each([
    ['with the scheme in front', (value: string) => `Bearer ${value}`],
    ['without its prefix', (value: string) => value.replace('OauthNG.JWS.', '')],
    ['made up', () => 'OauthNG.JWS.a.b.c'],
    [
      'with a changed signature',
      (value: string) => `${value.slice(0, -2)}${value.endsWith('AA') ? 'BB' : 'AA'}`,
    ],
    ['without a signature', (value: string) => `${value.split('.').slice(0, -1).join('.')}.`],
    ['an API key', () => 'IST.key'],
  ])('%s are unknown: 401', async (_, change) => {
    const wix = await startWix();
    const answer = await send(wix, 'GET', '/site-properties/v4/properties', {
      token: change(await appToken(wix)),
    });
    expect(answer.status).toBe(401);
  });

  test('claims changed by hand are noticed', async () => {
    const wix = await startWix();
    const { accessToken } = await asVisitor().auth.generateVisitorTokens();
    const [prefix, jws, header, , signature] = accessToken.value.split('.');
    const claims = {
      data: JSON.stringify({ instance: { appDefId: app.clientId } }),
      iat: 1,
      exp: 9_999_999_999,
    };
    const forged = Buffer.from(JSON.stringify(claims)).toString('base64url');
    const answer = await send(wix, 'GET', '/site-properties/v4/properties', {
      token: [prefix, jws, header, forged, signature].join('.'),
    });
    expect(answer.status).toBe(401);
  });

  test('of another site are unknown', async () => {
    const other = await startWix();
    const foreign = await appToken(other);
    const wix = await startWix();
    expect((await send(wix, 'GET', '/site-properties/v4/properties', { token: foreign })).status).toBe(401);
  });

  test('a call without any is refused', async () => {
    const wix = await startWix();
    const answer = await send(wix, 'POST', '/wix-data/v2/items/query', {
      body: { dataCollectionId: 'Announcements' },
    });
    expect(answer.status).toBe(401);
  });
});

describe('authorization code', () => {
  async function code() {
    const clock = movableClock();
    const wix = await startWix({ clock: clock.now });
    const client = asVisitor();
    const oauthData = client.auth.generateOAuthData(callback);
    const answer = await fetch(await authorizeUrl(client, oauthData, await sessionTokenOf(client, ada)), {
      redirect: 'manual',
    });
    const back = client.auth.parseFromUrl(answer.headers.get('location') ?? '', 'query');
    return { wix, client, clock, oauthData, ...back };
  }

  test('gives tokens of a member', async () => {
    const { client, code: value, state, oauthData } = await code();
    expect((await client.auth.getMemberTokens(value, state, oauthData)).refreshToken.role).toBe('member');
  });

  test('works once', async () => {
    const { client, code: value, state, oauthData } = await code();
    await client.auth.getMemberTokens(value, state, oauthData);
    const again = await failureOf(() => client.auth.getMemberTokens(value, state, oauthData));
    expect(again.message).toContain('invalid_grant');
  });

  test('does not work with another verifier, and not with the right one afterwards', async () => {
    const { client, code: value, state, oauthData } = await code();
    const other = { ...oauthData, codeVerifier: 'v'.repeat(43) };
    expect((await failureOf(() => client.auth.getMemberTokens(value, state, other))).message).toContain(
      'codeVerifier',
    );
    expect((await failureOf(() => client.auth.getMemberTokens(value, state, oauthData))).message).toContain(
      'invalid_grant',
    );
  });

  test.each([['http://localhost:4321/elsewhere'], [''], ['https://app.example.test/callback?from=wix']])(
    'does not work with another redirect address: %j',
    async (redirectUri) => {
      const { client, code: value, state, oauthData } = await code();
      const failure = await failureOf(() =>
        client.auth.getMemberTokens(value, state, { ...oauthData, redirectUri }),
      );
      expect(failure.message).toContain('redirectUri');
    },
  );

  test('is over after two minutes', async () => {
    const { client, clock, code: value, state, oauthData } = await code();
    clock.forward(121);
    expect((await failureOf(() => client.auth.getMemberTokens(value, state, oauthData))).message).toContain(
      'expired',
    );
  });

  test('does not work for a member blocked in between', async () => {
    const { wix, client, code: value, state, oauthData } = await code();
    wix.members.setStatus(ada.id, 'BLOCKED');
    expect((await failureOf(() => client.auth.getMemberTokens(value, state, oauthData))).message).toContain(
      'may not sign in',
    );
  });
});

describe('client credentials', () => {
  const right = {
    grant_type: 'client_credentials',
    client_id: app.clientId,
    client_secret: app.clientSecret,
    instance_id: app.instanceId,
  };

  test('give the app a token and no refresh token', async () => {
    const wix = await startWix();
    const answer = await token(wix, right);
    expect(await answer.json()).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 14_400,
    });
    expect(wix.calls.at(-1)?.subject).toEqual({ type: 'APP', id: app.clientId });
  });

  test('are asked for once by one strategy', async () => {
    const wix = await startWix();
    const client = asApp();
    await client.siteProperties.getSiteProperties();
    await client.siteProperties.getSiteProperties();
    expect(wix.calls.filter(({ operation }) => operation === 'oauth2.token:client_credentials')).toHaveLength(
      1,
    );
  });

  test.each([
    ['another secret', { client_secret: 'app-secreT' }, 'invalid_client'],
    ['no secret', { client_secret: '' }, 'invalid_request'],
    ['another client', { client_id: 'x' }, 'invalid_client'],
    ['another instance', { instance_id: 'x' }, 'invalid_request'],
    ['an unknown field', { extra: 'x' }, 'invalid_request'],
  ])('are refused with %s', async (_, change, error) => {
    const wix = await startWix();
    const answer = await token(wix, { ...right, ...change });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error, error_description: expect.any(String) });
  });

  test('are accepted as a form too', async () => {
    const wix = await startWix();
    const answer = await wix.fetch(
      new Request('https://www.wixapis.com/oauth2/token', {
        method: 'POST',
        body: new URLSearchParams(right),
      }),
    );
    expect(answer.status).toBe(200);
  });

  test('are refused when a field is given in both spellings', async () => {
    const wix = await startWix();
    expect((await token(wix, { ...right, clientId: app.clientId })).status).toBe(400);
  });
});

describe('strip_bound_session', () => {
  test('leaves a visitor of a member, and an app of an app', async () => {
    const wix = await startWix();
    const member = (await asMember(ada)).auth.getTokens().accessToken.value;
    const strip = (access_token: string, client_secret = app.clientSecret) =>
      token(wix, { grant_type: 'strip_bound_session', client_secret, access_token });
    expect((await strip(member)).status).toBe(200);
    expect(wix.calls.at(-1)?.subject.type).toBe('VISITOR');
    await strip(await appToken(wix));
    expect(wix.calls.at(-1)?.subject.type).toBe('APP');
    expect(await (await strip(member, 'wrong')).json()).toMatchObject({ error: 'invalid_client' });
    expect(await (await strip('OauthNG.JWS.x')).json()).toMatchObject({ error: 'invalid_grant' });
  });
});

describe('other grants', () => {
  test.each([
    ['password', { grant_type: 'password', username: ada.email, password: ada.password }, 400],
    ['none', {}, 400],
  ])('%s', async (_, body, status) => {
    const wix = await startWix();
    expect((await token(wix, body)).status).toBe(status);
  });

  test('an unknown grant is named as OAuth names it', async () => {
    const wix = await startWix();
    expect(await (await token(wix, { grant_type: 'password' })).json()).toMatchObject({
      error: 'unsupported_grant_type',
    });
  });

  test.each([
    ['not JSON', '{'],
    ['a list', '[]'],
    ['nothing', ''],
  ])('a body that is %s is refused', async (_, body) => {
    const wix = await startWix();
    const answer = await wix.fetch(
      new Request('https://www.wixapis.com/oauth2/token', { method: 'POST', body }),
    );
    expect(answer.status).toBe(400);
  });
});

describe('token info', () => {
  test('says whom a token speaks for, with numbers as text', async () => {
    const wix = await startWix();
    const client = await asMember(ada);
    const info = await send(wix, 'POST', '/oauth2/token-info', {
      body: { token: client.auth.getTokens().accessToken.value },
    });
    expect(await info.json()).toEqual({
      active: true,
      subjectType: 'MEMBER',
      subjectId: ada.id,
      exp: expect.stringMatching(/^\d+$/),
      iat: expect.stringMatching(/^\d+$/),
      clientId: app.clientId,
      siteId: expect.stringMatching(/^[\da-f-]{36}$/),
      instanceId: app.instanceId,
    });
  });

  test('names each kind of subject', async () => {
    const wix = await startWix();
    const kindOf = async (accessToken: string) => {
      const info = await asAppWith({ accessToken }).auth.getTokenInfo();
      return `${info.subjectType} ${info.subjectId}`;
    };
    const visitor = await asVisitor().auth.generateVisitorTokens();
    expect(await kindOf(visitor.accessToken.value)).toMatch(/^VISITOR [\da-f-]{36}$/);
    const member = await asMember(ada);
    expect(await kindOf(member.auth.getTokens().accessToken.value)).toBe(`MEMBER ${ada.id}`);
    expect(await kindOf(await appToken(wix))).toBe(`APP ${app.clientId}`);
    expect(await kindOf(app.apiKey)).toMatch(/^USER [\da-f-]{36}$/);
  });

  test('lets an app raise the rights of a token that is its own, and of no API key', async () => {
    await startWix();
    const member = (await asMember(ada)).auth.getTokens().accessToken.value;
    const auth = await asAppWith({ accessToken: member }).auth.elevated();
    const elevated = createClient({ auth, modules: { siteProperties } });
    expect(await elevated.siteProperties.getSiteProperties()).toMatchObject({ properties: {} });
    const failure = await failureOf(() => asAppWith({ accessToken: app.apiKey }).auth.elevated());
    expect(failure.message).toContain('not issued for the app');
  });

  test('of an expired token is a refusal', async () => {
    const wix = await startWix();
    const member = (await asMember(ada)).auth.getTokens().accessToken.value;
    wix.clock.forward(14_400_000);
    const failure = await failureOf(() => asAppWith({ accessToken: member }).auth.getTokenInfo());
    expect(failure.message).toContain('401');
  });

  test('rejects a value with the scheme in front like any unknown token', async () => {
    const wix = await startWix();
    const known = await appToken(wix);
    for (const value of [`Bearer ${known}`, 'made-up']) {
      expect((await send(wix, 'POST', '/oauth2/token-info', { body: { token: value } })).status).toBe(401);
    }
  });
});

describe('an app that was installed by the older way', () => {
  test('gets no token from a refresh token: no install gives one here', async () => {
    const wix = await startWix();
    const client = asAppWith({ refreshToken: 'OAUTH2.app-refresh' });
    await failureOf(() => client.siteProperties.getSiteProperties());
    expect(wix.calls.map(({ path, status }) => `${path} ${status}`)).toEqual(['/oauth/access 501']);
  });

  test('gets none from an install code either', async () => {
    await startWix();
    const { auth } = asAppWith({ refreshToken: 'x' });
    const back = 'https://app.example.test/installed?code=C&instanceId=i';
    expect((await failureOf(() => auth.handleOAuthCallback(back))).message).toContain('501');
  });
});

describe('the whole chain', () => {
  test('needs the session token of a login: a member’s own access token is none', async () => {
    await startWix();
    const client = await asMember(ada);
    const failure = await failureOf(() => memberTokens(client, client.auth.getTokens().accessToken.value));
    expect(failure.message).toContain('Missing code');
  });
});
