import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { asMember, asMobileApp } from '../actors.ts';
import { openSite, type Site } from '../harness.ts';

const DAY = 24 * 60 * 60 * 1000;
let site: Site;

beforeAll(async () => {
  site = await openSite();
});

afterEach(() => {
  vi.useRealTimers();
});

afterAll(() => site.stop());

function inDays(days: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + days * DAY });
}

test('a browser’s cookie lasts as long as the session that its use has extended', async () => {
  const ada = await asMember(site, 'ada');
  expect((await ada.get('/')).headers.getSetCookie(), 'nothing to extend yet').toEqual([]);
  inDays(20);
  const [cookie, ...others] = (await ada.get('/')).headers.getSetCookie();
  expect(others).toEqual([]);
  expect(cookie).toMatch(
    /^__Host-gatehouse=gh_s_[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax; Expires=/,
  );
  const expires = Date.parse(/Expires=(.*)$/.exec(cookie ?? '')?.[1] ?? '');
  expect(expires - Date.now()).toBeGreaterThan(29 * DAY);
});

test('an app’s session slides without any cookie', async () => {
  const ada = await asMobileApp(site, 'ada');
  inDays(20);
  const answer = await ada.get('/api/me');
  expect(answer.status).toBe(200);
  expect(answer.headers.getSetCookie()).toEqual([]);
  inDays(25);
  expect((await ada.get('/api/me')).status, '45 days in all, 25 after the last use').toBe(200);
});

test('SE-11 however busy a client is, it has to sign in again after 90 days', async () => {
  const ada = await asMobileApp(site, 'ada');
  for (const days of [14, 14, 14, 14, 14, 14]) {
    inDays(days);
    expect((await ada.get('/api/collections')).status).toBe(200);
  }
  inDays(7);
  expect((await ada.get('/api/collections')).status, '91 days').toBe(401);
});
