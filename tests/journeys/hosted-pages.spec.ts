import { createHash, randomBytes } from 'node:crypto';
import type { Page } from '@playwright/test';
import { expect, newcomer, people, test as base } from './actors.ts';
import { openOwnApp, type OwnApp } from './own-app.ts';
import { openOwnEmulator, type OwnEmulator } from './own-emulator.ts';
import { expectReadable } from './readable.ts';

type Settings = Readonly<{ emailVerification?: boolean; ownerApproval?: boolean; captcha?: boolean }>;

/** Wix and an app of its own for all tests of a worker, which are therefore about different people. */
const test = base.extend<object, { app: OwnApp; emulator: OwnEmulator }>({
  app: [
    async ({ browserName: _ }, use) => {
      const app = await openOwnApp();
      await use(app);
      await app.close();
    },
    { scope: 'worker' },
  ],
  emulator: [
    async ({ app }, use) => {
      const emulator = await openOwnEmulator('--redirect-uri', `${app.origin}/callback`);
      await use(emulator);
      await emulator.close();
    },
    { scope: 'worker' },
  ],
});

// The settings of the one emulator belong to one test at a time.
test.describe.configure({ mode: 'default' });

test.afterEach(({ emulator }) =>
  choose(emulator, { emailVerification: false, ownerApproval: false, captcha: false }),
);

const verifier = randomBytes(32).toString('base64url');

test('a member signs in by keyboard and is back at the app with a code for tokens', async ({
  page,
  app,
  emulator,
}) => {
  await page.goto(loginAddress(emulator, app));
  await page.getByLabel('E-mail').press('Tab');
  await page.getByLabel('E-mail').fill(people.ada.email);
  await page.getByLabel('Password').fill('wrong');
  await page.getByLabel('Password').press('Enter');
  await expect(page.getByLabel('Password')).toBeFocused();
  await expect(page.getByLabel('Password')).toHaveAccessibleDescription(
    'This is not the password of this account.',
  );
  await expect(page.getByLabel('E-mail')).toHaveValue(people.ada.email);
  await page.getByLabel('Password').fill(people.ada.password);
  await page.getByLabel('Password').press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Back at the app');
  expect((await exchange(emulator, app, page)).refresh_token).toBeTruthy();

  // The browser is known from here on, until it logs out.
  await page.goto(loginAddress(emulator, app, { prompt: 'none' }));
  expect(new URL(page.url()).searchParams.get('code')).toBeTruthy();
  const { clientId } = emulator;
  const query = new URLSearchParams({ clientId, postFlowUrl: `${app.origin}/goodbye` });
  await page.goto(`${emulator.address}/_api/oauth2/logout?${query}`);
  await expect(page).toHaveURL(`${app.origin}/goodbye`);
  await page.goto(loginAddress(emulator, app, { prompt: 'none' }));
  expect(new URL(page.url()).searchParams.get('error')).toBe('login_required');
});

test('a newcomer signs up, types the mailed code, and is back at the app', async ({
  page,
  app,
  emulator,
}) => {
  await choose(emulator, { emailVerification: true, captcha: true });
  const someone = newcomer();
  await page.goto(loginAddress(emulator, app));
  await page.getByRole('link', { name: 'Create an account' }).click();
  await page.getByLabel('E-mail').fill(someone.email);
  await page.getByLabel('Password').fill(someone.password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByLabel('I am not a robot')).toHaveAccessibleDescription(/not a robot/);
  await page.getByLabel('I am not a robot').check();
  await page.getByLabel('Password').fill(someone.password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByLabel('Code').fill((await mailTo(emulator, someone.email)).code);
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Back at the app');
  expect((await exchange(emulator, app, page)).refresh_token).toBeTruthy();
});

test('somebody who forgot the password chooses another by the mailed link', async ({
  page,
  app,
  emulator,
}) => {
  const { email } = people.grace;
  await page.goto(loginAddress(emulator, app));
  await page.getByRole('link', { name: 'Forgot your password?' }).click();
  await page.getByLabel('E-mail').fill(email);
  await page.getByRole('button', { name: 'Send the link' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Look into your mail');
  const { link = '' } = await mailTo(emulator, email);
  await page.goto(link);
  await page.getByLabel('New password').fill('cobol-1959');
  await page.getByRole('button', { name: 'Set password' }).click();
  await page.getByRole('link', { name: /Back to/ }).click();
  await expect(page).toHaveURL(`${app.origin}/`);

  await page.goto(loginAddress(emulator, app));
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill('cobol-1959');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Back at the app');
});

test('a page of the app signs in through a hidden frame, a strange page does not', async ({
  page,
  app,
  emulator,
  complaints,
}) => {
  const address = loginAddress(emulator, app, {
    prompt: 'none',
    responseMode: 'web_message',
    redirectUri: undefined,
    sessionToken: await sessionToken(emulator),
  });
  await page.goto(app.origin);
  expect(await messageOfFrame(page, address)).toEqual({ code: expect.any(String), state: 'a-state' });
  await page.goto(app.origin.replace('127.0.0.1', 'localhost'));
  expect(await messageOfFrame(page, address)).toBeUndefined();
  expect(complaints.splice(0).join()).toContain('frame-ancestors');
});

const states: Readonly<Record<string, (page: Page, emulator: OwnEmulator) => Promise<unknown>>> = {
  'the sign-in page': () => Promise.resolve(),
  async 'the sign-in page with faults'(page, emulator) {
    await choose(emulator, { captcha: true });
    await page.reload();
    await page.getByLabel('E-mail').fill('nobody@example.com');
    await page.getByLabel('Password').fill('x');
    await page.getByRole('button', { name: 'Sign in' }).click();
  },
  async 'the code page after too many attempts'(page, emulator) {
    const { email, password } = newcomer();
    await choose(emulator, { emailVerification: true });
    await signUp(page, { email, password });
    for (let attempt = 0; attempt < 6; attempt += 1) {
      await page.getByLabel('Code').fill('wrong');
      await page.getByRole('button', { name: 'Go on' }).click();
    }
  },
  'the sign-up page': (page) => page.getByRole('link', { name: 'Create an account' }).click(),
  async 'the code page'(page, emulator) {
    await choose(emulator, { emailVerification: true });
    await signUp(page, newcomer());
  },
  async 'the page of those who wait'(page, emulator) {
    await choose(emulator, { ownerApproval: true });
    await signUp(page, newcomer());
  },
  'the page of a forgotten password': (page) =>
    page.getByRole('link', { name: 'Forgot your password?' }).click(),
  async 'the page after a mail'(page) {
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    await page.getByLabel('E-mail').fill('nobody@example.com');
    await page.getByRole('button', { name: 'Send the link' }).click();
  },
  async 'the page of a new password'(page, emulator) {
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    await page.getByLabel('E-mail').fill('alan@example.com');
    await page.getByRole('button', { name: 'Send the link' }).click();
    await page.goto((await mailTo(emulator, 'alan@example.com')).link ?? '');
  },
  'a link that is over': (page, emulator) =>
    page.goto(`${emulator.address}/_hosted/reset-password?token=gone`),
};

for (const [state, visit] of Object.entries(states)) {
  test(`${state} of the emulator: readable by everybody, light and dark, on a phone and on a desk`, async ({
    page,
    app,
    emulator,
  }) => {
    await page.goto(loginAddress(emulator, app));
    await visit(page, emulator);
    await expect(page.getByText('This is not Wix.')).toBeVisible();
    await expectReadable(page);
  });
}

function loginAddress(
  { address, clientId }: OwnEmulator,
  app: OwnApp,
  changes: Readonly<Record<string, string | undefined>> = {},
): string {
  const query: Readonly<Record<string, string | undefined>> = {
    clientId,
    redirectUri: `${app.origin}/callback`,
    responseType: 'code',
    responseMode: 'query',
    state: 'a-state',
    codeChallenge: createHash('sha256').update(verifier).digest('base64url'),
    codeChallengeMethod: 'S256',
    prompt: 'login',
    ...changes,
  };
  const named = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return `${address}/_api/oauth2/authorize?${new URLSearchParams(named)}`;
}

/** What the app does with the code it was given. */
async function exchange(
  { address, clientId }: OwnEmulator,
  app: OwnApp,
  page: Page,
): Promise<{ refresh_token?: string }> {
  const code = new URL(page.url()).searchParams.get('code');
  const body = { clientId, grantType: 'authorization_code', code, codeVerifier: verifier };
  return post(`${address}/oauth2/token`, { ...body, redirectUri: `${app.origin}/callback` });
}

async function sessionToken({ address, clientId }: OwnEmulator): Promise<string> {
  const { access_token: visitor = '' } = await post<{ access_token?: string }>(`${address}/oauth2/token`, {
    clientId,
    grantType: 'anonymous',
  });
  const { email, password } = people.ada;
  const login = { loginId: { email }, password };
  const answer = await post<{ sessionToken?: string }>(
    `${address}/_api/iam/authentication/v2/login`,
    login,
    visitor,
  );
  return answer.sessionToken ?? '';
}

/** What a hidden frame tells the page within a second. */
function messageOfFrame(page: Page, address: string): Promise<unknown> {
  return page.evaluate((src) => {
    const told = new Promise((resolve) => {
      window.addEventListener('message', ({ data }) => resolve(data));
      setTimeout(resolve, 1_000);
    });
    const frame = document.createElement('iframe');
    frame.src = src;
    document.body.append(frame);
    return told;
  }, address);
}

async function signUp(page: Page, { email, password }: { email: string; password: string }): Promise<void> {
  await page.getByRole('link', { name: 'Create an account' }).click();
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Create account' }).click();
}

async function choose({ address }: OwnEmulator, settings: Settings): Promise<void> {
  await post(`${address}/_emulator/api/settings`, settings);
}

type Sent = { to: string; code: string; link?: string };

/** The newest mail to somebody. */
async function mailTo({ address }: OwnEmulator, email: string): Promise<Sent> {
  const answer = (await (await fetch(`${address}/_emulator/api/outbox`)).json()) as { mails: Sent[] };
  const mail = answer.mails.findLast(({ to }) => to === email);
  if (!mail) throw new Error(`no mail went to ${email}`);
  return mail;
}

async function post<Answer>(url: string, body: object, authorization?: string): Promise<Answer> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization !== undefined && { authorization }) },
    body: JSON.stringify(body),
  });
  if (answer.status !== 200) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Answer;
}
