import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { actor, asBearer, asVisitor, expectProblem, tokenOf, type Actor } from '../actors.ts';
import { openSite, type Site } from '../harness.ts';
import { openBrowser, walkToCallback } from '../oauth.ts';

/** Signing in takes Wix several answers: what was shown at the first one may be worth nothing at the last. */

const SESSION = '__Host-gatehouse';

let site: Site;
let visitor: Actor;

beforeAll(async () => {
  site = await openSite();
  visitor = asVisitor(site);
});

afterEach(() => site.trouble(null));

afterAll(() => site.stop());

type Somebody = Readonly<{ email: string; password: string }>;

async function somebody(): Promise<Somebody> {
  const newcomer = { email: `${randomUUID()}@example.com`, password: 'the first one' };
  expect((await visitor.post('/api/auth/register', newcomer)).status).toBe(201);
  return newcomer;
}

const app = async (who: Somebody): Promise<Actor> => asBearer(site, who.email, await tokenOf(site, who));

const alive = async (who: Actor): Promise<number> => (await who.get('/api/me')).status;

async function changePassword(asking: Actor, from: string, to: string): Promise<void> {
  const answer = await asking.post('/api/auth/password', { currentPassword: from, newPassword: to });
  expect(answer.status, answer.text).toBe(204);
}

/** Holds the next question to Wix who has signed in: the password is proven by then, and nobody is in yet. */
function holdTheNextSignIn(): { held: Promise<void>; goOn: () => void } {
  const held = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  let isHeld = false;
  site.trouble(async (request, forward) => {
    if (!isHeld && new URL(request.url).pathname.endsWith('/members/my')) {
      isHeld = true;
      held.resolve();
      await goOn.promise;
    }
    return forward(request);
  });
  return { held: held.promise, goOn: () => goOn.resolve() };
}

describe('SE-03 with the old password nobody is let in after the new one', () => {
  test('who was on the way in over the API is turned away, and the owner stays', async () => {
    const who = await somebody();
    const asking = await app(who);
    const { held, goOn } = holdTheNextSignIn();
    const intruding = visitor.post('/api/auth/login', who);
    await held;
    await changePassword(asking, who.password, 'the second one');
    goOn();
    expectProblem(await intruding, 401, 'invalid-credentials');
    expect(await alive(asking)).toBe(200);
    const { body } = await asking.get('/api/auth/sessions');
    expect(body.sessions).toHaveLength(1);
    expect(await alive(await app({ ...who, password: 'the second one' }))).toBe(200);
  });

  test('nor is an answer of Wix’s page kept for later', async () => {
    const who = await somebody();
    const asking = await app(who);
    const browser = openBrowser(site);
    const callback = await walkToCallback(browser, who);
    await changePassword(asking, who.password, 'the second one');
    const answer = await browser.get(callback.href);
    expect(answer.status, answer.text).toBe(401);
    expect(answer.text).toMatch(/<h1[^>]*>This sign-in is over<\/h1>/);
    expect(browser.cookies.has(SESSION)).toBe(false);
    expect(await alive(asking)).toBe(200);
    expect((await asking.get('/api/auth/sessions')).body.sessions).toHaveLength(1);
  });

  test('nor one that was kept until the owner came in after a reset', async () => {
    const who = await somebody();
    const browser = openBrowser(site);
    const callback = await walkToCallback(browser, who);
    await visitor.post('/api/auth/password-reset', { email: who.email });
    const owner = await app(who);
    const answer = await browser.get(callback.href);
    expect(answer.status, answer.text).toBe(401);
    expect(browser.cookies.has(SESSION)).toBe(false);
    expect(await alive(owner)).toBe(200);
  });

  test('whoever begins afterwards gets in, on Wix’s page too', async () => {
    const who = await somebody();
    await changePassword(await app(who), who.password, 'the second one');
    const browser = openBrowser(site);
    const callback = await walkToCallback(browser, { ...who, password: 'the second one' });
    expect((await browser.get(callback.href)).status).toBe(303);
    const cookie = `${SESSION}=${browser.cookies.get(SESSION)}`;
    expect(await alive(actor(site, 'a browser', { cookie }))).toBe(200);
  });
});
