import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { asMember, asMobileApp, asVisitor, expectProblem, people, tokenOf } from '../actors.ts';
import { openSite, type Site } from '../harness.ts';
import { raw } from '../raw.ts';

const CONNECTIONS = '/api/collections/SITConnections/items';
let site: Site;

beforeAll(async () => {
  site = await openSite();
});

afterAll(() => site.stop());

test('when an address changes hands, the sessions of whoever had it own nothing by it any more', async () => {
  const ada = await asMobileApp(site, 'ada');
  expect((await ada.get(CONNECTIONS)).body.items).not.toEqual([]);
  site.emulator.members.setLoginEmail('ada@example.com', 'countess@example.com', true);
  site.emulator.members.setLoginEmail('alan@example.com', 'ada@example.com', true);
  const alan = await tokenOf(site, { email: 'ada@example.com', password: people.alan.password });
  expect(alan).toMatch(/^gh_s_/);

  expect((await ada.get(CONNECTIONS)).body.items).toEqual([]);
  expectProblem(await ada.post(CONNECTIONS, { name: 'X' }), 403, 'forbidden');
  expectProblem(await ada.delete(`${CONNECTIONS}/ada-babbage`), 404, 'not-found');
  expect((await ada.get('/api/me')).body.email, 'and asking who one is sets it right').toBe(
    'countess@example.com',
  );
  expect((await ada.post(CONNECTIONS, { name: 'Own' })).body.memberEmail).toBe('countess@example.com');
});

test('SE-01 a cookie whose name only looks like ours, planted by a sibling site, is nobody’s', async () => {
  const token = await tokenOf(site, people.grace);
  const statusWith = async (name: string) =>
    (await raw(site, ['GET /api/me HTTP/1.1', `Cookie: ${name}=${token}`])).status;
  expect(await statusWith('__Host-gatehouse')).toBe(200);
  expect(await statusWith('\u00a0__Host-gatehouse')).toBe(401);
});

test('SU-03 what the SDK throws is logged without the tokens inside', async () => {
  const written: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((line) => written.push(String(line)) > 0);
  site.trouble(async (request, forward) => {
    const response = await forward(request);
    const { pathname } = new URL(request.url);
    // With a status the SDK does not know, the whole answer becomes the text of its error.
    return pathname === '/oauth2/token' ? new Response(await response.text(), { status: 202 }) : response;
  });
  const answer = await asVisitor(site).post('/api/auth/login', people.grace);
  site.trouble(null);
  vi.restoreAllMocks();
  expect(answer.status).toBeGreaterThanOrEqual(500);
  const log = written.join('');
  expect(log).toContain('wix-refused');
  expect(log).not.toMatch(/JWS\.[\w-]{8}/);
  expect(log).not.toContain(people.grace.password);
});

test('SR-04 framework services that are not used do not answer', async () => {
  for (const path of ['/_image', '/_image?href=/favicon.svg&f=svg', '/_server-islands/x', '/_actions/x']) {
    expectProblem(await asVisitor(site).get(path), 404, 'not-found');
  }
});

test('the sign-out page ends the session itself, not only the cookie', async () => {
  const grace = await asMember(site, 'grace');
  expect((await grace.send('/logout', { method: 'POST' })).status).toBe(303);
  expectProblem(await grace.get('/api/me'), 401, 'unauthenticated');
});

test('CS-01 a page’s form that cannot prove where it comes from is refused', async () => {
  const body = new URLSearchParams(people.grace).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await asVisitor(site).send('/login', { method: 'POST', body, headers });
  expect(answer.status).toBe(403);
  expect(answer.headers.getSetCookie()).toEqual([]);
});
