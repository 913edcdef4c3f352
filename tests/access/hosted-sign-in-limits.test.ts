import { afterAll, beforeAll, expect, test } from 'vitest';
import { people } from '../actors.ts';
import { openSite, type Site } from '../harness.ts';
import { openBrowser, walkToCallback } from '../oauth.ts';

let site: Site;

beforeAll(async () => {
  site = await openSite({ variables: { RATE_LIMITS: 'on' } });
});

afterAll(() => site.stop());

test('RL-09 no visitor makes us ask Wix without end: sixty sign-ins on its page in five minutes from one address', async () => {
  const browser = openBrowser(site);
  const callback = await walkToCallback(browser, people.ada);
  const wrong = new URL(callback);
  wrong.searchParams.set('code', 'guessed');
  const attempt = [...browser.cookies].filter(([name]) => name === '__Host-gatehouse-wix');
  site.forget();
  // An attempt stands in a cookie, which somebody may send as often as they like.
  const ways = await Promise.all(
    Array.from({ length: 70 }, (_, index) =>
      openBrowser(site, attempt).get(index % 2 === 0 ? '/login/wix' : wrong.href),
    ),
  );
  const refused = ways.filter(({ status }) => status === 429);
  expect(refused).toHaveLength(70 - 59);
  // The way there takes two requests, the way back one.
  expect(site.wixCalls.length).toBeLessThanOrEqual(2 * 59);
  for (const answer of refused) {
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
  }

  const late = openBrowser(site, attempt);
  const answer = await late.get(callback.href);
  expect(answer.status).toBe(429);
  expect(answer.text).toMatch(/<h1[^>]*>Too many sign-ins<\/h1>/);
  expect(answer.text).toContain('Try again');
  expect(late.cookies.has('__Host-gatehouse-wix'), 'the same answer is good once there is room').toBe(true);
});
