import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { asMobileApp, asVisitor } from '../actors.ts';
import { openSite } from '../harness.ts';
import { askedMeanwhile, p99, P99_MS } from '../meanwhile.ts';

/** More than a site can take, and a site that is told to stop. A process holds one site, so they come one by one. */

const LONG = Boolean(process.env['LONG']);
const CONNECTIONS = '/api/collections/SITConnections/items';

test(
  'DS-06 a flood of sign-ins is held off before Wix is asked, and others are answered meanwhile',
  { timeout: 120_000 },
  async () => {
    const flooded = await openSite({ variables: { RATE_LIMITS: 'on' } });
    try {
      const grace = await asMobileApp(flooded, 'grace');
      flooded.forget();
      const flood = LONG ? 5_000 : 300;
      const statuses = new Map<number, number>();
      let sent = 0;
      let ended = false;
      const lane = async () => {
        while (sent < flood) {
          const email = `nobody-${(sent += 1)}@example.com`;
          const answer = await asVisitor(flooded).post('/api/auth/login', { email, password: 'a-guess-000' });
          statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
          if (answer.status === 429) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
        }
      };
      const [times] = await Promise.all([
        askedMeanwhile(
          () => ended,
          async () => expect((await grace.get('/api/collections')).status).toBe(200),
        ),
        Promise.all(Array.from({ length: 100 }, lane)).finally(() => {
          ended = true;
        }),
      ]);
      expect([...statuses.keys()].toSorted((one, other) => one - other)).toEqual([401, 429]);
      const logins = flooded.wixCalls.filter(({ path }) => path.includes('/authentication/v2/login'));
      expect(logins.length).toBeLessThanOrEqual(20);
      expect(p99(times)).toBeLessThan(P99_MS);
    } finally {
      await flooded.stop();
    }
  },
);

test('FA-11 told to stop, the site finishes what it has accepted', { timeout: 60_000 }, async () => {
  const ending = await openSite();
  const grace = await asMobileApp(ending, 'grace');
  const count = LONG ? 500 : 100;
  const reached: string[] = [];
  ending.trouble(async (request, forward) => {
    reached.push(request.url);
    await pause(300);
    return forward(request);
  });
  // No two are alike: those would share one call.
  const filterOf = (index: number) => encodeURIComponent(JSON.stringify({ name: { $ne: `${index}` } }));
  const answers = Array.from({ length: count }, (_, index) =>
    grace.get(`${CONNECTIONS}?limit=1&filter=${filterOf(index)}`),
  );
  while (reached.length < count) await pause(10);
  const begun = performance.now();
  await ending.stop();
  expect(performance.now() - begun).toBeLessThan(4_000);
  for (const answer of await Promise.all(answers)) expect(answer.status, answer.text).toBe(200);
  await expect(grace.get('/api/me'), 'and takes nothing more').rejects.toThrow('fetch failed');
});
