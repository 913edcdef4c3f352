import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  accessTokenOf,
  actor,
  asBearer,
  asMember,
  asMobileApp,
  asScript,
  asVisitor,
  expectProblem,
  people,
  tokenOf,
  withoutRequestId,
  type Actor,
  type Answer,
} from '../actors.ts';
import { openSite, type Site } from '../harness.ts';

const CONNECTIONS = '/api/collections/SITConnections/items';
const TOKENS = '/api/auth/access-tokens';
const SESSIONS = '/api/auth/sessions';
const DAY = 24 * 60 * 60 * 1000;
const READ = ['SITConnections:query'];
const NOBODYS = '00000000-0000-4000-8000-000000000000';

let site: Site;
let ada: Actor;
let grace: Actor;

beforeAll(async () => {
  site = await openSite();
  ada = await asMobileApp(site, 'ada');
  grace = await asMobileApp(site, 'grace');
});

afterEach(async () => {
  vi.useRealTimers();
  for (const member of [ada, grace]) {
    const { body } = await member.get(TOKENS);
    for (const { id } of body.accessTokens as { id: string }[]) await member.delete(`${TOKENS}/${id}`);
  }
});

afterAll(() => site.stop());

/** RFC 6750 §3.1: refused for want of a scope, which is named where one would do. */
function expectOutOfScope(answer: Answer, scope?: string): void {
  expectProblem(answer, 403, 'insufficient-scope');
  const named = scope === undefined ? '' : `, scope="${scope}"`;
  expect(answer.headers.get('www-authenticate')).toBe(
    `Bearer realm="gatehouse", error="insufficient_scope"${named}`,
  );
}

/** Milliseconds lie between the reading of the request and the writing of the row. */
const daysOf = ({ createdAt, expiresAt }: { createdAt: string; expiresAt: string }) =>
  Math.round(((Date.parse(expiresAt) - Date.parse(createdAt)) / DAY) * 1_000) / 1_000;

const countOf = async (member: Actor) => (await member.get(TOKENS)).body.accessTokens.length as number;

describe('making an access token', () => {
  test('it is shown once, with what it was made for, and works', async () => {
    const answer = await ada.post(TOKENS, {
      name: '  Nightly export ',
      scopes: ['SITConnections:query', 'profile:read'],
      expiresInDays: 30,
    });
    expect(answer.status, answer.text).toBe(201);
    const { token, ...shown } = answer.body;
    expect(token).toMatch(/^gh_pat_[\w-]{43}$/);
    expect(shown).toEqual({
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      name: 'Nightly export',
      prefix: token.slice(0, 13),
      scopes: ['SITConnections:query', 'profile:read'],
      createdAt: expect.any(String),
      expiresAt: expect.any(String),
      lastUsedAt: null,
    });
    expect(daysOf(shown)).toBe(30);
    expect(answer.headers.get('location')).toBe(`${TOKENS}/${shown.id}`);
    expect(answer.headers.get('cache-control')).toBe('no-store');

    const script = asBearer(site, 'a script', token);
    expect((await script.get('/api/me')).body.email).toBe('ada@example.com');
    const { items } = (await script.get(CONNECTIONS)).body;
    expect(new Set(items.map((item: { memberEmail: string }) => item.memberEmail))).toEqual(
      new Set(['ada@example.com']),
    );

    const listed = await ada.get(TOKENS);
    expect(listed.body.accessTokens).toEqual([{ ...shown, lastUsedAt: expect.any(String) }]);
    expect(listed.text).not.toContain(token.slice(14));
  });

  test('it lives 90 days when nothing is said, and until an instant when one is named', async () => {
    const { body } = await ada.post(TOKENS, { name: 'Default', scopes: READ });
    expect(daysOf(body)).toBe(90);
    const expiresAt = new Date(Date.now() + 5 * DAY).toISOString();
    expect((await ada.post(TOKENS, { name: 'Until', scopes: READ, expiresAt })).body.expiresAt).toBe(
      expiresAt,
    );
  });

  const inDays = (days: number) => new Date(Date.now() + days * DAY).toISOString();
  const faults: [what: string, body: object, path: string][] = [
    ['no name', { scopes: READ }, 'name'],
    ['an empty name', { name: ' ', scopes: READ }, 'name'],
    ['a name of 101 characters', { name: 'x'.repeat(101), scopes: READ }, 'name'],
    ['a name with a line break', { name: 'a\nb', scopes: READ }, 'name'],
    ['a name that turns around', { name: 'a\u202eb', scopes: READ }, 'name'],
    ['a name that is no text', { name: ['x'], scopes: READ }, 'name'],
    ['no scopes', { name: 'x' }, 'scopes'],
    ['an empty list of scopes', { name: 'x', scopes: [] }, 'scopes'],
    ['scopes as a text', { name: 'x', scopes: 'SITConnections:query' }, 'scopes'],
    ['a scope twice', { name: 'x', scopes: [...READ, ...READ] }, 'scopes'],
    ['an unknown action', { name: 'x', scopes: [...READ, 'SITConnections:drop'] }, 'scopes.1'],
    ['an action without a rule', { name: 'x', scopes: ['Venues:insert'] }, 'scopes.0'],
    ['an undeclared collection', { name: 'x', scopes: ['Members/PrivateMembersData:query'] }, 'scopes.0'],
    ['everything', { name: 'x', scopes: ['*'] }, 'scopes.0'],
    ['two scopes in one text', { name: 'x', scopes: ['SITConnections:query profile:read'] }, 'scopes.0'],
    ['a scope that is no text', { name: 'x', scopes: [{}] }, 'scopes.0'],
    ['no days', { name: 'x', scopes: READ, expiresInDays: 0 }, 'expiresInDays'],
    ['fewer than no days', { name: 'x', scopes: READ, expiresInDays: -1 }, 'expiresInDays'],
    ['half a day', { name: 'x', scopes: READ, expiresInDays: 0.5 }, 'expiresInDays'],
    ['366 days', { name: 'x', scopes: READ, expiresInDays: 366 }, 'expiresInDays'],
    ['days as a text', { name: 'x', scopes: READ, expiresInDays: '30' }, 'expiresInDays'],
    ['no end', { name: 'x', scopes: READ, expiresInDays: null }, 'expiresInDays'],
    ['an instant that is over', { name: 'x', scopes: READ, expiresAt: inDays(-1) }, 'expiresAt'],
    ['an instant too far away', { name: 'x', scopes: READ, expiresAt: inDays(366) }, 'expiresAt'],
    ['a day without a time', { name: 'x', scopes: READ, expiresAt: '2099-01-01' }, 'expiresAt'],
    [
      'an instant that never was',
      { name: 'x', scopes: READ, expiresAt: '2027-02-30T00:00:00Z' },
      'expiresAt',
    ],
    ['both', { name: 'x', scopes: READ, expiresInDays: 5, expiresAt: inDays(5) }, 'expiresAt'],
  ];
  test.each(faults)('%s is refused by the name of its field', async (_, body, path) => {
    const answer = await ada.post(TOKENS, body);
    expectProblem(answer, 400, 'invalid-request');
    expect(answer.body.errors[0].path).toBe(path);
    expect(await countOf(ada)).toBe(0);
  });

  test('AU-12 whose token it is comes from the credential; who says otherwise is refused', async () => {
    for (const key of ['memberId', 'userId', 'role', 'permissions', 'token', 'prefix', 'id']) {
      const answer = await ada.post(TOKENS, { name: 'x', scopes: READ, [key]: 'grace@example.com' });
      expectProblem(answer, 400, 'invalid-request');
      expect(answer.body.errors).toEqual([{ path: key, message: 'is not known here' }]);
    }
    for (const key of ['memberId', 'role', 'permissions'])
      expectProblem(
        await asVisitor(site).post('/api/auth/login', { ...people.ada, [key]: 'x' }),
        400,
        'invalid-request',
      );
    expect([await countOf(ada), await countOf(grace)]).toEqual([0, 0]);
  });

  test('AU-13 nobody makes one without a credential, whoever the body names', async () => {
    site.forget();
    const body = { name: 'x', scopes: READ, memberId: '1815ada0-1210-4000-8000-000000000001' };
    expectProblem(await asVisitor(site).post(TOKENS, body), 401, 'unauthenticated');
    expectProblem(await asVisitor(site).get(TOKENS), 401, 'unauthenticated');
    expectProblem(await asVisitor(site).delete(`${TOKENS}/${NOBODYS}`), 401, 'unauthenticated');
    expect(site.wixCalls).toEqual([]);
    expect(await countOf(ada)).toBe(0);
  });

  test('a member has 50 at most, is told so, and may make another when one has ended', async () => {
    const made = await Promise.all(
      Array.from({ length: 60 }, () => ada.post(TOKENS, { name: 'One of many', scopes: READ })),
    );
    const refused = made.filter(({ status }) => status !== 201);
    expect(refused).toHaveLength(10);
    for (const answer of refused) {
      expectProblem(answer, 400, 'invalid-request');
      expect(answer.body.detail).toContain('50 access tokens');
    }
    expect((await grace.post(TOKENS, { name: 'x', scopes: READ })).status).toBe(201);
    const one = made.find(({ status }) => status === 201);
    expect((await ada.delete(`${TOKENS}/${one?.body.id}`)).status).toBe(204);
    expect((await ada.post(TOKENS, { name: 'x', scopes: READ })).status).toBe(201);
  });

  test('CS-13 neither making nor ending one happens by GET', async () => {
    const browser = await asMember(site, 'ada');
    const { id } = await accessTokenOf(ada, READ);
    for (const [path, allow] of [
      [`${TOKENS}/${id}`, 'DELETE, OPTIONS'],
      [`${SESSIONS}/${'a'.repeat(64)}`, 'DELETE, OPTIONS'],
    ] as const) {
      const answer = await browser.get(path);
      expectProblem(answer, 405, 'method-not-allowed');
      expect(answer.headers.get('allow')).toBe(allow);
    }
    for (const query of ['name=x&scopes=profile:read', '_method=POST', '_method=DELETE'])
      expectProblem(await browser.get(`${TOKENS}?${query}`), 400, 'invalid-request');
    expect((await browser.get(`/account?do=end-token&id=${id}`)).status).toBe(200);
    expect(await countOf(ada)).toBe(1);
  });

  test('CS-01 another site makes none with the cookie, and ends none', async () => {
    const { id } = await accessTokenOf(ada, READ);
    const cookie = `__Host-gatehouse=${await tokenOf(site, people.ada)}`;
    for (const origin of ['https://evil.example', 'null', `${site.address}.evil.example`]) {
      const lured = actor(site, 'a lured browser', { cookie, origin, 'sec-fetch-site': 'cross-site' });
      for (const answer of [
        await lured.post(TOKENS, { name: 'x', scopes: READ }),
        await lured.delete(`${TOKENS}/${id}`),
        await lured.delete(SESSIONS),
        await lured.send(TOKENS, { method: 'POST', body: '{}', headers: { 'content-type': 'text/plain' } }),
      ])
        expectProblem(answer, 403, 'cross-site');
      const form = new URLSearchParams({ do: 'end-others' });
      expect((await lured.send('/account', { method: 'POST', body: form })).status).toBe(403);
    }
    expect(await countOf(ada)).toBe(1);
    expect((await actor(site, 'the browser', { cookie }).get('/api/collections')).status).toBe(200);
  });
});

describe('what an access token may do', () => {
  test('only what it was made for, and the answer names what is missing', async () => {
    const script = await asScript(site, 'ada', READ);
    expect((await script.get(CONNECTIONS)).status).toBe(200);
    expect((await script.get(`${CONNECTIONS}/ada-babbage`)).status).toBe(200);
    expect((await script.get('/api/connections?email=ada@example.com')).status).toBe(200);
    site.forget();
    expectOutOfScope(await script.post(CONNECTIONS, { name: 'x' }), 'SITConnections:insert');
    expectOutOfScope(
      await script.patch(`${CONNECTIONS}/ada-babbage`, { name: 'x' }),
      'SITConnections:update',
    );
    expectOutOfScope(await script.delete(`${CONNECTIONS}/ada-babbage`), 'SITConnections:remove');
    expectOutOfScope(await script.get('/api/collections/Announcements/items'), 'Announcements:query');
    expectOutOfScope(await script.get('/api/me'), 'profile:read');
    expectOutOfScope(await script.get('/api/site-properties'), 'site-properties:read');
    expect(site.wixCalls).toEqual([]);
  });

  test('a collection says what this token may do with it', async () => {
    const script = await asScript(site, 'ada', ['SITConnections:query', 'SITConnections:insert']);
    const { body } = await script.get('/api/collections');
    expect(body.collections.map(({ name, actions }: Record<string, unknown>) => [name, actions])).toEqual([
      ['SITConnections', ['query', 'insert']],
      ['Announcements', []],
      ['Venues', []],
      ['Introductions', []],
    ]);
  });

  test('devices and tokens are for somebody who has signed in, whatever its scopes', async () => {
    const every = [
      'profile:read',
      'site-properties:read',
      ...['query', 'insert', 'update', 'remove'].map((action) => `SITConnections:${action}`),
      'Announcements:query',
    ];
    const { id, token } = await accessTokenOf(ada, every);
    const script = asBearer(site, 'a script', token);
    const [{ id: device }] = (await ada.get(SESSIONS)).body.sessions;
    site.forget();
    for (const answer of [
      await script.get(TOKENS),
      await script.post(TOKENS, { name: 'x', scopes: READ }),
      await script.delete(`${TOKENS}/${id}`),
      await script.delete(`${TOKENS}/${NOBODYS}`),
      await script.get(SESSIONS),
      await script.delete(`${SESSIONS}/${device}`),
      await script.delete(SESSIONS),
    ])
      expectOutOfScope(answer);
    const page = await script.get('/account');
    expect(page.status).toBe(403);
    expect(page.text).not.toContain(id);
    expect(site.wixCalls).toEqual([]);
    expect(await countOf(ada)).toBe(1);
  });

  test('AZ-01 another member’s rows are not there for it', async () => {
    const script = await asScript(
      site,
      'ada',
      ['query', 'update', 'remove'].map((action) => `SITConnections:${action}`),
    );
    const before = (await grace.get(`${CONNECTIONS}/grace-aiken`)).body;
    for (const run of [
      (id: string) => script.get(`${CONNECTIONS}/${id}`),
      (id: string) => script.patch(`${CONNECTIONS}/${id}`, { status: 'taken' }),
      (id: string) => script.delete(`${CONNECTIONS}/${id}`),
    ]) {
      const [foreign, missing] = [await run('grace-aiken'), await run('nobody-has-this')];
      expectProblem(foreign, 404, 'not-found');
      expect(withoutRequestId(foreign)).toEqual(withoutRequestId(missing));
    }
    expect((await grace.get(`${CONNECTIONS}/grace-aiken`)).body).toEqual(before);
  });

  test('it speaks to Wix in the member’s own name, after the session it was made in has ended', async () => {
    const phone = await asMobileApp(site, 'ada');
    const { token } = await accessTokenOf(phone, ['profile:read']);
    expect((await phone.post('/api/auth/logout')).status).toBe(204);
    const script = asBearer(site, 'a script', token);
    expect((await script.get('/api/me')).body.email).toBe('ada@example.com');
    // The copy of Wix's access token lives four hours, so that it has to be renewed from the copy of its own.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60 * DAY });
    site.forget();
    expect((await script.get('/api/me')).body.email).toBe('ada@example.com');
    expect(site.wixCalls.map(({ path }) => path)).toContain('/oauth2/token');
  });

  test('SE-17 nor does it make anybody somebody else', async () => {
    const { token } = await accessTokenOf(ada, ['profile:read', ...READ]);
    const claiming = actor(site, 'a script', {
      authorization: `Bearer ${token}`,
      'x-member-id': '1906face-1209-4000-8000-000000000002',
      'x-user': 'grace@example.com',
      'x-scopes': 'SITConnections:remove',
    });
    expect((await claiming.get('/api/me')).body.email).toBe('ada@example.com');
    expect((await claiming.get(CONNECTIONS)).text).not.toContain('grace@example.com');
    expectOutOfScope(await claiming.delete(`${CONNECTIONS}/ada-babbage`), 'SITConnections:remove');
    for (const query of ['memberId=grace', 'scope=SITConnections:remove'])
      expectProblem(await claiming.get(`/api/me?${query}`), 400, 'invalid-request');
  });

  test('SE-10 SE-09 the header is read as for a session, and both credentials at once are refused', async () => {
    const { token } = await accessTokenOf(ada, READ);
    const withHeader = (authorization: string) => actor(site, 'a script', { authorization }).get(CONNECTIONS);
    for (const value of [`bearer ${token}`, `BEARER   ${token}`])
      expect((await withHeader(value)).status).toBe(200);
    for (const value of [
      `Bearer\t${token}`,
      `Bearer ${token} x`,
      `Bearer ${token},`,
      `Token ${token}`,
      token,
    ])
      expectProblem(await withHeader(value), 401, 'unauthenticated');
    const cookie = `__Host-gatehouse=${await tokenOf(site, people.grace)}`;
    const both = actor(site, 'both', { cookie, authorization: `Bearer ${token}`, origin: site.address });
    site.forget();
    for (const answer of [await both.get(CONNECTIONS), await both.post(TOKENS, { name: 'x', scopes: READ })])
      expectProblem(answer, 400, 'invalid-request');
    expect(site.wixCalls).toEqual([]);
  });

  test('SE-14 no kind of credential passes as another', async () => {
    const session = await tokenOf(site, people.ada);
    const { id, token } = await accessTokenOf(ada, ['profile:read']);
    const [{ id: device }] = (await ada.get(SESSIONS)).body.sessions;
    const secret = (text: string) => text.replace(/^gh_(s|pat)_/, '');
    const swaps: Record<string, string> = {
      'a session as an access token': `gh_pat_${secret(session)}`,
      'an access token as a session': `gh_s_${secret(token)}`,
      'an access token as a one-time code': `gh_code_${secret(token)}`,
      'a session as a one-time code': `gh_code_${secret(session)}`,
      'an id of an access token': id,
      'an id of an access token behind its prefix': `gh_pat_${id}`,
      'an id of a device': device,
      'the beginning of an access token': token.slice(0, 13),
      'made up': `gh_pat_${randomBytes(32).toString('base64url')}`,
      'a webhook’s JWT': `eyJhbGciOiJSUzI1NiJ9.${randomBytes(64).toString('base64url')}.${secret(token)}`,
    };
    for (const [swap, text] of Object.entries(swaps)) {
      for (const answer of [
        await asBearer(site, swap, text).get('/api/me'),
        await actor(site, swap, { cookie: `__Host-gatehouse=${text}` }).get('/api/me'),
      ])
        expectProblem(answer, 401, 'unauthenticated');
    }
    // In the cookie an access token is somebody else's who planted it there.
    const planted = actor(site, 'a browser', { cookie: `__Host-gatehouse=${token}` });
    expectProblem(await planted.get('/api/me'), 401, 'unauthenticated');
    expect((await planted.get('/account')).status).toBe(303);
    // And none verifies an address.
    for (const verificationToken of [token, session])
      expectProblem(
        await asVisitor(site).post('/api/auth/verify', { verificationToken, code: '123456' }),
        400,
        'invalid-request',
      );
    for (const right of [session, token])
      expect((await asBearer(site, 'ada', right).get('/api/me')).status).toBe(200);
  });

  test('SE-04 in a query, a path, a body or a form it is not accepted, and not shown again', async () => {
    const { token } = await accessTokenOf(ada, ['profile:read', ...READ]);
    const visitor = asVisitor(site);
    for (const answer of [
      ...(await Promise.all(
        ['token', 'access_token', 'authorization'].flatMap((key) =>
          ['/api/me', CONNECTIONS, '/account', '/login'].map((path) =>
            visitor.get(`${path}?${key}=${token}`),
          ),
        ),
      )),
      await visitor.get(`${TOKENS}/${token}`),
      await visitor.delete(`${TOKENS}/${token}`),
      await ada.delete(`${TOKENS}/${token}`),
      await visitor.get(`/${token}`),
      await visitor.post(TOKENS, { name: 'x', scopes: READ, access_token: token }),
    ]) {
      expect(answer.text).not.toContain('ada@example.com');
      const shown = answer.text + JSON.stringify([...answer.headers].filter(([name]) => name !== 'location'));
      expect(shown).not.toContain(token);
    }
  });

  test('SE-04 it is in no log', async () => {
    const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const { token } = await accessTokenOf(ada, READ);
    const script = asBearer(site, 'a script', token);
    await script.get('/api/me');
    await script.get(`/api/me?token=${token}`);
    const lines = written.mock.calls.map(([line]) => String(line)).join('');
    written.mockRestore();
    expect(lines).not.toContain(token.slice(13));
  });

  test('SE-05 our files hold its hash and its beginning only', async () => {
    const { token } = await accessTokenOf(ada, READ);
    await asBearer(site, 'a script', token).get(CONNECTIONS);
    const names = (await readdir(site.dataFolder, { recursive: true })).filter((name) =>
      /^gatehouse\.sqlite|\.jsonl$/.test(name),
    );
    const everything = Buffer.concat(
      await Promise.all(names.map((name) => readFile(join(site.dataFolder, name)))),
    );
    expect(everything.includes(token.slice(0, 13))).toBe(true);
    const secret = token.slice('gh_pat_'.length);
    const bytes = Buffer.from(secret, 'base64url');
    for (const spelling of [secret, secret.slice(6, 24), bytes.toString('hex'), bytes.toString('base64')])
      expect(everything.includes(spelling), 'a token in the clear').toBe(false);
  });
});

describe('the end of an access token', () => {
  test('ended by its member it is dead at once; ended again it is missing', async () => {
    const { id, token } = await accessTokenOf(ada, READ);
    const answer = await ada.delete(`${TOKENS}/${id}`);
    expect([answer.status, answer.text]).toEqual([204, '']);
    site.forget();
    const after = await asBearer(site, 'a script', token).get(CONNECTIONS);
    expectProblem(after, 401, 'unauthenticated');
    expect(after.headers.get('www-authenticate')).toBe('Bearer realm="gatehouse", error="invalid_token"');
    expect(site.wixCalls).toEqual([]);
    expectProblem(await ada.delete(`${TOKENS}/${id}`), 404, 'not-found');
  });

  test('AZ-02 another member’s token and none at all answer alike, and it lives on', async () => {
    const { id, token } = await accessTokenOf(grace, READ);
    const answers = [
      await ada.delete(`${TOKENS}/${id}`),
      await ada.delete(`${TOKENS}/${NOBODYS}`),
      await ada.delete(`${TOKENS}/nothing`),
    ];
    for (const answer of answers) {
      expectProblem(answer, 404, 'not-found');
      expect(withoutRequestId(answer)).toEqual(withoutRequestId(answers[0] as Answer));
    }
    expect((await asBearer(site, 'a script', token).get(CONNECTIONS)).status).toBe(200);
    expect((await ada.get(TOKENS)).text).not.toContain(id);
  });

  test('it ends by itself at its time, and is listed no longer', async () => {
    const { body } = await ada.post(TOKENS, { name: 'Short', scopes: READ, expiresInDays: 2 });
    const script = asBearer(site, 'a script', body.token);
    const end = Date.parse(body.expiresAt);
    vi.useFakeTimers({ toFake: ['Date'], now: end - 60_000 });
    expect((await script.get('/api/collections')).status).toBe(200);
    vi.setSystemTime(end);
    expectProblem(await script.get('/api/collections'), 401, 'unauthenticated');
    expect(await countOf(ada)).toBe(0);
  });

  test('it may end itself by signing out, and only itself', async () => {
    const [one, other] = [await accessTokenOf(ada, READ), await accessTokenOf(ada, READ)];
    expect((await asBearer(site, 'a script', one.token).post('/api/auth/logout')).status).toBe(204);
    expectProblem(await asBearer(site, 'a script', one.token).get(CONNECTIONS), 401, 'unauthenticated');
    expect((await asBearer(site, 'a script', other.token).get(CONNECTIONS)).status).toBe(200);
    expect((await ada.get('/api/collections')).status).toBe(200);
  });

  test('it does not end because somebody who sent it signs in on a page', async () => {
    const { token } = await accessTokenOf(ada, READ);
    const headers = { authorization: `Bearer ${token}`, origin: site.address };
    const body = new URLSearchParams(people.ada);
    const answer = await actor(site, 'a script', headers).send('/login', { method: 'POST', body });
    expect(answer.status).toBe(303);
    expect((await asBearer(site, 'a script', token).get(CONNECTIONS)).status).toBe(200);
  });

  test('AU-21 when Wix no longer renews it, the token ends with 401 and never becomes a visitor', async () => {
    const { id, token } = await accessTokenOf(ada, ['profile:read', 'Announcements:query']);
    const script = asBearer(site, 'a script', token);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 10 * DAY });
    site.trouble((request, forward) =>
      new URL(request.url).pathname === '/oauth2/token'
        ? Promise.resolve(Response.json({ error: 'invalid_grant' }, { status: 400 }))
        : forward(request),
    );
    expectProblem(await script.get('/api/me'), 401, 'unauthenticated');
    site.trouble(null);
    expectProblem(await script.get('/api/collections/Announcements/items'), 401, 'unauthenticated');
    expectProblem(await ada.delete(`${TOKENS}/${id}`), 404, 'not-found');
  });

  test('SE-16 ended while in constant use, no request that begins after the answer gets in', async () => {
    const { id, token } = await accessTokenOf(ada, READ);
    const script = asBearer(site, 'a script', token);
    let answered = Infinity;
    let [before, late, refused] = [0, 0, 0];
    const stop = Date.now() + 3_500;
    const lane = async () => {
      while (Date.now() < stop) {
        const began = Date.now();
        const { status } = await script.get('/api/collections');
        if (status === 401) refused += 1;
        else if (began > answered) late += 1;
        else before += 1;
      }
    };
    const end = async () => {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      expect((await ada.delete(`${TOKENS}/${id}`)).status).toBe(204);
      answered = Date.now();
    };
    await Promise.all([end(), ...Array.from({ length: 16 }, lane)]);
    expect(before).toBeGreaterThan(100);
    expect(refused).toBeGreaterThan(100);
    // Stricter than a second: nothing that begins after the answer gets in.
    expect(late).toBe(0);
  });
});
