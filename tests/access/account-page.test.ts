import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  accessTokenOf,
  actor,
  asBearer,
  asMobileApp,
  asVisitor,
  people,
  tokenOf,
  type Actor,
} from '../actors.ts';
import { openSite, type Site } from '../harness.ts';

/** The forms of the account page, posted as a browser does; how it looks and feels is in tests/journeys. */

const SESSIONS = '/api/auth/sessions';
const TOKENS = '/api/auth/access-tokens';

let site: Site;
let token: string;
let browser: Actor;
let grace: Actor;

beforeAll(async () => {
  site = await openSite();
  grace = await asMobileApp(site, 'grace');
});

beforeEach(async () => {
  token = await tokenOf(site, people.ada);
  const headers = { cookie: `__Host-gatehouse=${token}`, origin: site.address };
  browser = actor(site, 'ada in a browser', headers);
  await browser.delete(SESSIONS);
});

afterAll(() => site.stop());

const idOf = (of: string) => createHash('sha256').update(of).digest('hex');
const post = (fields: Record<string, string>, who = browser) =>
  who.send('/account', { method: 'POST', body: new URLSearchParams(fields) });

describe('a form of the account page', () => {
  test('that ends a device answers with where to go on, and the device is out', async () => {
    const other = await tokenOf(site, people.ada);
    const answer = await post({ do: 'end-device', id: idOf(other) });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/account?done=device']);
    expect((await asBearer(site, 'the other', other).get('/api/me')).status).toBe(401);
    expect((await browser.get('/account')).status).toBe(200);
  });

  test('that ends the device it was sent from takes the cookie back', async () => {
    const answer = await post({ do: 'end-device', id: idOf(token) });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
    expect(answer.headers.getSetCookie()).toEqual([expect.stringMatching(/^__Host-gatehouse=; .*1970/)]);
    expect((await browser.get('/account')).headers.get('location')).toBe('/login?returnTo=%2Faccount');
  });

  test('cannot end what is another member’s, and says the same of what is not there', async () => {
    const { id } = await accessTokenOf(grace, ['profile:read']);
    const [{ id: device }] = (await grace.get(SESSIONS)).body.sessions;
    const ended = [
      await post({ do: 'end-device', id: device }),
      await post({ do: 'end-device', id: '0'.repeat(64) }),
      await post({ do: 'end-token', id }),
      await post({ do: 'end-token', id: '00000000-0000-4000-8000-000000000000' }),
    ].map(({ status, headers }) => [status, headers.get('location')]);
    expect(ended[0]).toEqual(ended[1]);
    expect(ended[2]).toEqual(ended[3]);
    expect((await grace.get(TOKENS)).body.accessTokens).toHaveLength(1);
  });

  test('SE-19 SE-04 that makes a token shows it in this one answer, which no cache keeps, and nowhere else', async () => {
    const answer = await post({
      do: 'make-token',
      name: '<b>Bold</b>',
      'profile:read': 'on',
      expiresInDays: '7',
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.getSetCookie()).toEqual([]);
    const made = /gh_pat_[\w-]{43}/.exec(answer.text)?.[0] ?? '';
    expect(answer.text.split(made)).toHaveLength(2);
    expect(answer.text).toContain('&lt;b&gt;Bold&lt;/b&gt;');
    expect(answer.text).not.toContain('<b>Bold');
    expect(JSON.stringify([...answer.headers])).not.toContain(made);
    expect((await asBearer(site, 'a script', made).get('/api/me')).body.email).toBe('ada@example.com');
    for (const path of ['/account', '/account?done=token', TOKENS, '/'])
      expect((await browser.get(path)).text, path).not.toContain(made.slice(14));
  });

  test('that is faulty changes nothing and says why', async () => {
    for (const fields of [
      { do: 'make-token', name: 'x', expiresInDays: '30' },
      { do: 'make-token', name: 'x', 'Vault:query': 'on', expiresInDays: '30' },
      { do: 'make-token', name: 'x', 'profile:read': 'on', expiresInDays: '1000' },
      { do: 'end-everything' },
      { do: 'end-others', memberId: '1906face-1209-4000-8000-000000000002' },
    ]) {
      const answer = await post(fields);
      expect(answer.status, JSON.stringify(fields)).toBe(400);
      expect(answer.text).toContain('role="alert"');
    }
    expect((await browser.get(TOKENS)).body.accessTokens).toEqual([]);
    expect((await browser.get(SESSIONS)).body.sessions).toHaveLength(1);
  });

  test('is for members: a visitor is sent to the sign-in, and nothing is read of the form', async () => {
    const visitor = actor(site, 'a visitor', { origin: site.address });
    for (const answer of [await asVisitor(site).get('/account'), await post({ do: 'end-others' }, visitor)])
      expect([answer.status, answer.headers.get('location')]).toEqual([303, '/login?returnTo=%2Faccount']);
  });

  test.each(['/account?done=nonsense', '/register?state=nonsense'])(
    'looks past marks it does not know: %s',
    async (path) => {
      const visitor = actor(site, 'a visitor', { origin: site.address });
      expect((await (path.startsWith('/account') ? browser : visitor).get(path)).status).toBe(200);
    },
  );

  test('knows no other methods', async () => {
    for (const method of ['PUT', 'DELETE', 'PATCH']) {
      const answer = await browser.send('/account', { method });
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, POST, HEAD']);
    }
  });
});

test('when Wix no longer accepts the member, the account page leads to the sign-in', async () => {
  site.trouble(() => Promise.resolve(Response.json({ error: 'invalid_grant' }, { status: 401 })));
  const answer = await browser.get('/account');
  site.trouble(null);
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/login?returnTo=%2Faccount']);
});
