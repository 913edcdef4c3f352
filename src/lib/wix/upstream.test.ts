import { afterEach, expect, test, vi } from 'vitest';
import { SPARING } from './sparing.ts';
import { upstream, WixPaused } from './upstream.ts';

const DATA = new URL('https://www.wixapis.com/wix-data/v2/items/query');
const TOKENS = new URL('https://www.wixapis.com/oauth2/token');
const SIGN_IN = new URL('https://www.wixapis.com/_api/iam/authentication/v2/login');

afterEach(() => {
  vi.useRealTimers();
});

/** One Wix, a clock, and how often something was sent. */
function wix() {
  const at = { clock: 1_000_000, sent: 0 };
  const { ask, resting } = upstream(SPARING, () => at.clock);
  const answer = (status: number, retryAfter?: string, address = DATA) =>
    ask(address, () => {
      at.sent += 1;
      const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
      return Promise.resolve(new Response(null, { status, headers }));
    });
  const refuse = (address = DATA) => ask(address, () => Promise.reject(new TypeError('fetch failed')));
  return { at, ask, answer, refuse, resting };
}

const pausedFor = (seconds: number) => expect.objectContaining({ retryAfter: seconds });

test('after a 429 nothing more is sent until the time that Wix named', async () => {
  const { at, answer, resting } = wix();
  expect((await answer(429, '7')).status).toBe(429);
  await expect(answer(200)).rejects.toThrow(WixPaused);
  at.clock += 6_001;
  await expect(answer(200)).rejects.toEqual(pausedFor(1));
  expect(at.sent).toBe(1);
  expect(resting(), 'Wix is busy, not broken').toEqual([]);
  at.clock += 999;
  expect((await answer(200)).status).toBe(200);
});

test('but never longer than a minute; and a 429 that names no time keeps nothing back', async () => {
  const { at, answer } = wix();
  await answer(429, '86400');
  await expect(answer(200)).rejects.toEqual(pausedFor(60));
  at.clock += 60_000;
  await answer(429);
  await answer(429, 'soon');
  expect((await answer(200)).status).toBe(200);
});

test('a later 429 with a shorter time does not cut an earlier one short', async () => {
  const { at, ask, answer } = wix();
  const late = Promise.withResolvers<Response>();
  const slow = ask(DATA, () => late.promise);
  await answer(429, '30');
  late.resolve(new Response(null, { status: 429, headers: { 'retry-after': '1' } }));
  await slow;
  at.clock += 2_000;
  await expect(answer(200)).rejects.toEqual(pausedFor(28));
});

test('what strangers bring about at the sign-in stops neither tokens nor data', async () => {
  const { answer } = wix();
  await answer(429, '60', SIGN_IN);
  expect((await answer(200, undefined, TOKENS)).status).toBe(200);
  expect((await answer(200)).status).toBe(200);
  await expect(answer(200, undefined, SIGN_IN)).rejects.toThrow(WixPaused);
});

test('five outages in a row open the breaker; one call tries, and closes it or lets the rest begin anew', async () => {
  const { at, ask, answer, refuse, resting } = wix();
  for (const status of [500, 503]) await answer(status);
  for (let times = 0; times < 3; times += 1) await expect(refuse()).rejects.toThrow('fetch failed');
  expect(resting()).toEqual(['data']);
  await expect(answer(200)).rejects.toEqual(pausedFor(5));
  expect(at.sent).toBe(2);
  expect((await answer(200, undefined, TOKENS)).status, 'the rest of Wix is not concerned').toBe(200);

  at.clock += 5_000;
  await answer(502);
  await expect(answer(200), 'the trial failed').rejects.toEqual(pausedFor(5));

  at.clock += 5_000;
  const trial = Promise.withResolvers<Response>();
  const trying = ask(DATA, () => trial.promise);
  const before = at.sent;
  await expect(answer(200), 'the others do not wait for it').rejects.toEqual(pausedFor(1));
  expect(at.sent).toBe(before);
  trial.resolve(new Response('here again'));
  expect(await (await trying).text()).toBe('here again');
  expect((await answer(200)).status).toBe(200);
  expect(resting()).toEqual([]);
});

test('refusals are answers, and an answer in between begins the count anew', async () => {
  const { answer, resting } = wix();
  for (let times = 0; times < 20; times += 1)
    for (const status of [400, 401, 403, 404, 409, 428, 429, 501]) await answer(status);
  for (let times = 0; times < 20; times += 1) await answer(times % 5 === 4 ? 404 : 500);
  expect(resting()).toEqual([]);
});

test('FA-08 a clock that is set back or forth makes a rest no longer and no shorter', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { at, answer } = wix();
  for (let times = 0; times < 5; times += 1) await answer(500);
  for (const hours of [-24, 24]) {
    vi.setSystemTime(Date.now() + hours * 60 * 60 * 1000);
    await expect(answer(200)).rejects.toThrow(WixPaused);
  }
  vi.setSystemTime(Date.now() - 48 * 60 * 60 * 1000);
  at.clock += 5_000;
  expect((await answer(200)).status).toBe(200);
});
