import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  accessTokenOf,
  actor,
  asBearer,
  asMember,
  asMobileApp,
  asVisitor,
  expectProblem,
  people,
  tokenOf,
  withoutRequestId,
  type Actor,
  type Answer,
} from '../actors.ts';
import { openSite, type Site } from '../harness.ts';

const SESSIONS = '/api/auth/sessions';
const CONNECTIONS = '/api/collections/SITConnections/items';
const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;

let site: Site;
let ada: Actor;
let grace: Actor;

beforeAll(async () => {
  site = await openSite();
  grace = await asMobileApp(site, 'grace');
});

beforeEach(async () => {
  ada = await asMobileApp(site, 'ada');
  await ada.delete(SESSIONS);
  site.forget();
});

afterEach(() => {
  vi.useRealTimers();
});

afterAll(() => site.stop());

type Device = { id: string; device: string | null; lastSeenAt: string; expiresAt: string; current: boolean };
const devicesOf = async (member: Actor) => (await member.get(SESSIONS)).body.sessions as Device[];
const idOf = (token: string) => createHash('sha256').update(token).digest('hex');
const login = (headers: Record<string, string>, more: object = {}) =>
  actor(site, 'somebody', headers).post('/api/auth/login', { ...people.ada, ...more });

function expectOver(answer: Answer): void {
  expectProblem(answer, 401, 'unauthenticated');
  expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"');
}

describe('the list of devices', () => {
  test('says of each when it came and was seen, until when it lasts, and which one asks', async () => {
    const other = await login({ 'user-agent': 'curl/8.5.0' });
    const sessions = await devicesOf(ada);
    expect(sessions).toHaveLength(2);
    expect(sessions[0]?.current).toBe(true);
    expect(sessions[1]).toEqual({
      id: idOf(other.body.token),
      device: 'curl',
      createdAt: expect.any(String),
      lastSeenAt: expect.any(String),
      expiresAt: other.body.expiresAt,
      current: false,
    });
    expect(site.wixCalls.filter(({ path }) => path.includes('sessions'))).toEqual([]);
  });

  test('holds nobody else’s, and none that has ended or run out', async () => {
    const early = await devicesOf(ada);
    expect(early).toHaveLength(1);
    expect((await devicesOf(grace)).map(({ id }) => id)).not.toContain(early[0]?.id);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31 * DAY });
    const back = await asMobileApp(site, 'ada');
    expect((await devicesOf(back)).map(({ current }) => current)).toEqual([true]);
  });

  test('is for members who are signed in', async () => {
    for (const answer of [
      await asVisitor(site).get(SESSIONS),
      await asVisitor(site).delete(SESSIONS),
      await asVisitor(site).delete(`${SESSIONS}/${'a'.repeat(64)}`),
    ])
      expectProblem(answer, 401, 'unauthenticated');
    expectProblem(await ada.get(`${SESSIONS}?memberId=grace`), 400, 'invalid-request');
  });

  test('says to the hour when a device was seen, and asks nothing of Wix', async () => {
    const start = Date.now();
    const seenAfter = async (minutes: number) => {
      vi.useFakeTimers({ toFake: ['Date'], now: start + minutes * 60_000 });
      const [device] = await devicesOf(ada);
      return Math.round(Math.abs(Date.parse(device?.lastSeenAt ?? '') - start) / 60_000);
    };
    expect(await seenAfter(59)).toBe(0);
    expect(await seenAfter(61)).toBe(61);
    expect(await seenAfter(119)).toBe(61);
    expect(site.wixCalls).toEqual([]);
  });

  test('SE-11 shows an end that slides with use and stops at 90 days', async () => {
    const start = Date.now();
    const endAfter = async (days: number) => {
      vi.useFakeTimers({ toFake: ['Date'], now: start + days * DAY });
      const [device] = await devicesOf(ada);
      return Math.round((Date.parse(device?.expiresAt ?? '') - start) / DAY);
    };
    expect(await endAfter(0)).toBe(30);
    expect(await endAfter(14)).toBe(30);
    for (const days of [20, 40, 60]) expect(await endAfter(days)).toBe(days + 30);
    expect(await endAfter(80)).toBe(90);
    vi.setSystemTime(start + 90 * DAY + 1_000);
    expectOver(await ada.get(SESSIONS));
  });
});

describe('what a device is called', () => {
  const lastDevice = async () => (await devicesOf(ada)).find(({ current }) => !current)?.device;

  test.each([
    ['Mozilla/5.0 (Android 16; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0', 'Firefox on Android'],
    ['curl/8.5.0', 'curl'],
    ['<script>alert(1)</script>', null],
    [`Mozilla/5.0 ${'('.repeat(8_000)}`, 'Browser'],
  ])('after its User-Agent %.30s: %s', async (agent, label) => {
    expect((await login({ 'user-agent': agent })).status).toBe(200);
    expect(await lastDevice()).toBe(label);
  });

  test('by the name it gives, without what cannot be seen', async () => {
    await login({ 'user-agent': 'curl/8.5.0' }, { device: ' Ada’s \u202e\u0007Pixel\n9 ' });
    expect(await lastDevice()).toBe('Ada’s Pixel9');
  });

  test('after its User-Agent when of the name nothing is left', async () => {
    await login({ 'user-agent': 'curl/8.5.0' }, { device: '\u0001\u0002' });
    expect(await lastDevice()).toBe('curl');
  });

  test('and on the page it is a text, whatever it holds', async () => {
    const device = '"><img src=x onerror=alert(1)>';
    await login({}, { device });
    const page = await (await asMember(site, 'ada')).get('/account');
    expect(page.text).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(page.text).not.toContain('<img');
  });
});

describe('ending a device', () => {
  test('ends that one, for bearer and cookie, and no other', async () => {
    const token = await tokenOf(site, people.ada);
    const answer = await ada.delete(`${SESSIONS}/${idOf(token)}`);
    expect([answer.status, answer.text]).toEqual([204, '']);
    site.forget();
    expectOver(await asBearer(site, 'the other', token).get('/api/me'));
    expectOver(await actor(site, 'the other', { cookie: `__Host-gatehouse=${token}` }).get('/api/me'));
    expect(site.wixCalls).toEqual([]);
    expect(await devicesOf(ada)).toHaveLength(1);
    expectProblem(await ada.delete(`${SESSIONS}/${idOf(token)}`), 404, 'not-found');
  });

  test('the one that asks is signed out by it', async () => {
    const [{ id } = { id: '' }] = await devicesOf(ada);
    expect((await ada.delete(`${SESSIONS}/${id}`)).status).toBe(204);
    expectOver(await ada.get(SESSIONS));
  });

  test('AZ-02 another member’s device and none at all answer alike, and it stays', async () => {
    const [foreign] = await devicesOf(grace);
    const answers = [
      await ada.delete(`${SESSIONS}/${foreign?.id}`),
      await ada.delete(`${SESSIONS}/${'0'.repeat(64)}`),
      await ada.delete(`${SESSIONS}/nothing`),
      await ada.delete(`${SESSIONS}/%00`),
    ];
    for (const answer of answers) {
      expectProblem(answer, 404, 'not-found');
      expect(withoutRequestId(answer)).toEqual(withoutRequestId(answers[0] as Answer));
    }
    expect((await grace.get(SESSIONS)).status).toBe(200);
  });

  test('SE-03 signing out everywhere else ends all that is older, and spares what asked', async () => {
    const [bearer, cookie] = [await tokenOf(site, people.ada), await tokenOf(site, people.ada)];
    const { token: script } = await accessTokenOf(ada, ['SITConnections:query', 'profile:read']);
    const { token: gracesScript } = await accessTokenOf(grace, ['profile:read']);
    const older = [
      asBearer(site, 'an app', bearer),
      actor(site, 'a browser', { cookie: `__Host-gatehouse=${cookie}`, origin: site.address }),
      asBearer(site, 'a script', script),
    ];
    for (const one of older) expect((await one.get('/api/me')).status).toBe(200);
    expect((await ada.delete(SESSIONS)).status).toBe(204);
    site.forget();
    for (const one of older) {
      expectOver(await one.get('/api/me'));
      expectOver(await one.get(CONNECTIONS));
      expectOver(await one.post(CONNECTIONS, { name: 'Too late' }));
    }
    expect(site.wixCalls).toEqual([]);
    expect((await devicesOf(ada)).map(({ current }) => current)).toEqual([true]);
    expect((await ada.get('/api/auth/access-tokens')).body.accessTokens).toEqual([]);
    for (const spared of [grace, asBearer(site, 'a script', gracesScript)])
      expect((await spared.get('/api/me')).status).toBe(200);
  });

  test('SE-03 no access token slips through that is asked for at the same moment', async () => {
    for (let round = 0; round < 5; round += 1) {
      const phone = await asMobileApp(site, 'ada');
      const asked = Array.from({ length: 5 }, () =>
        phone.post('/api/auth/access-tokens', { name: 'A race', scopes: ['profile:read'] }),
      );
      const [ended, ...made] = await Promise.all([ada.delete(SESSIONS), ...asked]);
      expect(ended.status).toBe(204);
      for (const { status, body } of made) {
        expect([201, 401]).toContain(status);
        if (status === 201) expectOver(await asBearer(site, 'a script', body.token).get('/api/me'));
      }
      expect((await ada.get('/api/auth/access-tokens')).body.accessTokens).toEqual([]);
    }
  });
});

describe('the routes of devices and tokens', () => {
  const routes: [path: string, allow: string][] = [
    [SESSIONS, 'GET, DELETE, HEAD, OPTIONS'],
    [`${SESSIONS}/${'a'.repeat(64)}`, 'DELETE, OPTIONS'],
    ['/api/auth/access-tokens', 'GET, POST, HEAD, OPTIONS'],
    ['/api/auth/access-tokens/00000000-0000-4000-8000-000000000000', 'DELETE, OPTIONS'],
  ];
  test.each(routes)('AZ-35 OPTIONS of %s says %s, and other methods are refused', async (path, allow) => {
    const options = await asVisitor(site).send(path, { method: 'OPTIONS' });
    expect([options.status, options.headers.get('allow')]).toEqual([204, allow]);
    for (const method of ['PUT', 'PATCH', 'QUERY']) {
      const answer = await ada.send(path, { method });
      expectProblem(answer, 405, 'method-not-allowed');
      expect(answer.headers.get('allow')).toBe(allow);
    }
  });

  test('AZ-34 a method named in a header is not the method', async () => {
    const token = await tokenOf(site, people.ada);
    const headers = { authorization: `Bearer ${token}`, 'x-http-method-override': 'DELETE' };
    expect((await actor(site, 'ada', headers).get(SESSIONS)).body.sessions).toHaveLength(2);
    expect(await devicesOf(ada)).toHaveLength(2);
  });
});

describe('a browser that signs in', () => {
  const signIn = (headers: Record<string, string>) =>
    actor(site, 'a browser', { origin: site.address, ...headers }).send('/login', {
      method: 'POST',
      body: new URLSearchParams(people.ada),
    });

  test('SE-01 gets a new cookie, whatever was planted, and the session it had before ends', async () => {
    const planted = await tokenOf(site, people.grace);
    const answer = await signIn({ cookie: `__Host-gatehouse=${planted}` });
    expect(answer.status).toBe(303);
    const fresh = /^__Host-gatehouse=([^;]+)/.exec(answer.headers.getSetCookie()[0] ?? '')?.[1] ?? '';
    expect(fresh).toMatch(/^gh_s_/);
    expect(fresh).not.toBe(planted);
    expectOver(await asBearer(site, 'the planter', planted).get('/api/me'));
    expect((await asBearer(site, 'ada', fresh).get('/api/me')).body.email).toBe('ada@example.com');
  });

  test('is called after its User-Agent', async () => {
    const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
    expect((await signIn({ 'user-agent': agent })).status).toBe(303);
    expect((await devicesOf(ada)).map(({ device }) => device)).toContain('Firefox on Linux');
  });

  test('SE-19 SE-04 is never shown its own token on the account page', async () => {
    const token = await tokenOf(site, people.ada);
    const browser = actor(site, 'a browser', {
      cookie: `__Host-gatehouse=${token}`,
      origin: site.address,
    });
    const page = await browser.get('/account');
    expect(page.status).toBe(200);
    expect(page.text).toContain('This device');
    expect(page.text + JSON.stringify([...page.headers])).not.toContain(token.slice(5));
    expect(page.headers.get('cache-control')).toBe('no-store');
  });

  test('SE-21 a wixSession cookie gives no identity there', async () => {
    const cookie = `wixSession=${encodeURIComponent(JSON.stringify({ clientId: 'x', tokens: {} }))}`;
    const alone = await actor(site, 'a browser', { cookie }).get('/account');
    expect([alone.status, alone.headers.get('location')]).toEqual([303, '/login?returnTo=%2Faccount']);
    const beside = actor(site, 'ada', {
      cookie: `${cookie}; __Host-gatehouse=${await tokenOf(site, people.ada)}`,
    });
    const page = await beside.get('/account');
    expect(page.text).toContain('ada@example.com');
    expect(page.headers.getSetCookie()).toEqual([]);
  });
});
