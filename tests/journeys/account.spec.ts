import type { Browser, Page } from '@playwright/test';
import { asMember, expect, newcomer, test } from './actors.ts';
import { expectReadable } from './readable.ts';

/** Somebody of this test's own, signed in: what one test ends is missed by no other. */
async function asNewcomer(page: Page): Promise<ReturnType<typeof newcomer>> {
  const person = newcomer();
  await page.goto('/register');
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('main').getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByText(person.email)).toBeVisible();
  return person;
}

/** The same person on another device. */
async function elsewhere(browser: Browser, person: ReturnType<typeof newcomer>): Promise<Page> {
  const context = await browser.newContext({
    userAgent: 'Mozilla/5.0 (Android 16; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0',
  });
  return asMember(await context.newPage(), person);
}

test.afterEach(async ({ browser, context }) => {
  for (const other of browser.contexts()) if (other !== context) await other.close();
});

const openAccount = async (page: Page) => {
  await page.getByRole('banner').getByRole('link', { name: 'Account of' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Account');
};
const rowOf = (page: Page, name: string) => page.getByRole('listitem').filter({ hasText: name });

/** Makes a token by the form of the account page that is open, and gives it. */
async function makeToken(page: Page, name: string): Promise<string> {
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByRole('group', { name: 'Connections' }).getByLabel('Read').check();
  await page.getByLabel('Your profile').check();
  await page.getByLabel('Ends after').selectOption('30 days');
  await page.getByRole('button', { name: 'Make access token' }).click();
  return page.getByLabel(`Token of “${name}”`).inputValue();
}

test('a device that is signed out elsewhere is out with its next step', async ({ page, browser }) => {
  const person = await asNewcomer(page);
  const phone = await elsewhere(browser, person);
  await openAccount(page);
  await expect(rowOf(page, 'Chrome on Windows')).toContainText('This device');
  await expect(rowOf(page, 'Chrome on Windows').getByRole('button')).toHaveCount(0);
  await page.getByRole('button', { name: 'Sign out Firefox on Android' }).click();
  await expect(page.getByRole('status')).toHaveText('That device is signed out.');
  await phone.goto('/connections');
  await expect(phone).toHaveURL('/login?returnTo=%2Fconnections');
  await expect(rowOf(page, 'Firefox on Android')).toHaveCount(0);
  await page.reload();
  await expect(rowOf(page, 'Chrome on Windows')).toContainText('This device');
});

test('SE-03 signing out everywhere else ends other browsers and every access token, and this page goes on', async ({
  page,
  browser,
  request,
}) => {
  const person = await asNewcomer(page);
  const phone = await elsewhere(browser, person);
  await openAccount(page);
  const token = await makeToken(page, 'Nightly export');
  await page.getByRole('button', { name: 'Sign out everywhere else' }).click();
  await expect(page.getByRole('status')).toContainText('Every other device is signed out');
  await expect(page.getByText('No access token yet.')).toBeVisible();
  await phone.goto('/account');
  await expect(phone).toHaveURL('/login?returnTo=%2Faccount');
  const answer = await request.get('/api/me', { headers: { authorization: `Bearer ${token}` } });
  expect(answer.status()).toBe(401);
});

test('a new token is copied by a button, or selected where the browser forbids it', async ({
  page,
  context,
}) => {
  await asNewcomer(page);
  await openAccount(page);
  const token = await makeToken(page, 'Nightly export');
  await page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed'));
  });
  await page.getByRole('button', { name: 'Copy' }).click();
  await expect(page.getByRole('status')).toContainText('copy it by hand');
  expect(await page.evaluate(() => getSelection()?.toString())).toBe(token);

  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const another = await makeToken(page, 'Daily export');
  await page.getByRole('button', { name: 'Copy' }).click();
  await expect(page.getByRole('status')).toHaveText('Copied.');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(another);
});

test('SE-04 SE-19 an access token is shown once and in no address, works, and is revoked', async ({
  page,
  request,
}) => {
  const person = await asNewcomer(page);
  const addresses: string[] = [];
  page.on('request', (sent) => addresses.push(sent.url(), sent.headers()['referer'] ?? ''));
  await openAccount(page);
  const token = await makeToken(page, 'Nightly export');
  expect(token).toMatch(/^gh_pat_[\w-]{43}$/);
  await expect(page.getByLabel('Token of')).toBeFocused();
  await expect(page.getByText('it is shown this once')).toBeVisible();

  const headers = { authorization: `Bearer ${token}` };
  const me = await request.get('/api/me', { headers });
  expect(await me.json()).toMatchObject({ email: person.email });
  const refused = await request.post('/api/collections/SITConnections/items', {
    headers,
    data: { name: 'x' },
  });
  expect(refused.status()).toBe(403);
  expect(refused.headers()['www-authenticate']).toContain('scope="SITConnections:insert"');

  await page.goto('/account');
  expect(await page.content()).not.toContain(token.slice(14));
  const row = rowOf(page, 'Nightly export');
  await expect(row).toContainText(`${token.slice(0, 13)}…`);
  await expect(row).toContainText('SITConnections:query');
  await expect(row).not.toContainText('never');
  await page.getByRole('button', { name: 'Revoke Nightly export' }).click();
  await expect(page.getByRole('status')).toHaveText('The access token is revoked.');
  expect((await request.get('/api/me', { headers })).status()).toBe(401);
  expect(addresses.join('\n')).not.toContain(token.slice(14));
});

test('a form that is not filled in says what is missing, and keeps what was chosen', async ({ page }) => {
  await asNewcomer(page);
  await openAccount(page);
  await page.getByLabel('Your profile').check();
  await page.getByRole('button', { name: 'Make access token' }).click();
  await expect(page.getByRole('alert')).toContainText('Name: Fill this in.');
  await expect(page.getByLabel('Your profile')).toBeChecked();
  await page.getByLabel('Your profile').uncheck();
  await page.getByLabel('Name', { exact: true }).fill('Export');
  await page.getByRole('button', { name: 'Make access token' }).click();
  await page.getByRole('alert').getByRole('link', { name: 'What it may do: Choose at least one.' }).click();
  await expect(page.getByRole('group', { name: 'What it may do' })).toBeFocused();
  await expect(page.getByText('No access token yet.')).toBeVisible();
});

test('by keyboard alone one makes a token and takes it back', async ({ page }) => {
  await asNewcomer(page);
  await page.goto('/account');
  await page.getByLabel('Name', { exact: true }).focus();
  await page.keyboard.type('By hand');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Token of “By hand”')).toBeFocused();
  await page.getByRole('button', { name: 'Revoke By hand' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status')).toHaveText('The access token is revoked.');
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('one makes a token, revokes it and signs out everywhere else', async ({ page }) => {
    await asNewcomer(page);
    await openAccount(page);
    expect(await makeToken(page, 'Plain')).toMatch(/^gh_pat_/);
    await page.getByRole('button', { name: 'Revoke Plain' }).click();
    await expect(page.getByRole('status')).toHaveText('The access token is revoked.');
    await page.getByRole('button', { name: 'Sign out everywhere else' }).click();
    await expect(page.getByRole('status')).toContainText('Every other device is signed out');
  });
});

test('while Wix is away one still sees one’s devices and signs them out', async ({ page, ownSite }) => {
  await page.goto(`${ownSite.address}/login`);
  await page.getByLabel('E-mail').fill('ada@example.com');
  await page.getByLabel('Password').fill('lovelace-1815');
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByText('ada@example.com')).toBeVisible();
  await ownSite.wixIs('down');
  await page.goto(`${ownSite.address}/account`);
  await expect(page.getByText('Wix, which knows it, cannot be reached.')).toBeVisible();
  await page.getByRole('button', { name: 'Sign out everywhere else' }).click();
  await expect(page.getByRole('status')).toContainText('Every other device is signed out');
});

/** The account in every state a person can meet, and how to get there. */
const states: Readonly<Record<string, (page: Page, browser: Browser) => Promise<unknown>>> = {
  async 'the account with devices and tokens'(page, browser) {
    const person = await asNewcomer(page);
    await elsewhere(browser, person);
    await openAccount(page);
    await makeToken(
      page,
      'A name as long as names of tokens can be, which is a hundred characters, and not one more than that',
    );
    await page.goto('/account?done=token');
  },
  async 'a token that was just made'(page) {
    await asNewcomer(page);
    await openAccount(page);
    await makeToken(page, 'Nightly export');
  },
  async 'the account with faults in the form'(page) {
    await asNewcomer(page);
    await openAccount(page);
    await page.getByRole('button', { name: 'Make access token' }).click();
    await expect(page.getByRole('alert')).toBeVisible();
  },
  async 'the account of somebody unverified'(page) {
    await asMember(page, 'alan');
    await page.goto('/account');
  },
};

for (const [state, visit] of Object.entries(states)) {
  test(`${state}: readable by everybody, light and dark, on a phone and on a desk`, async ({
    page,
    browser,
  }) => {
    await visit(page, browser);
    await expectReadable(page);
  });
}
