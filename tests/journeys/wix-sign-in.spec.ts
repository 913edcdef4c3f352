import type { Page } from '@playwright/test';
import { asMember, expect, fillSignIn, people, test as base } from './actors.ts';
import { openOwnNativeApp, type OwnNativeApp } from './own-native-app.ts';

const test = base.extend<{ app: OwnNativeApp }>({
  app: async ({ browserName: _ }, use) => {
    const app = await openOwnNativeApp();
    await use(app);
    await app.close();
  },
});

/** From the sign-in page to Wix's own. */
async function continueWithWix(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Continue with Wix' }).first().click();
  await expect(page.getByText('This is not Wix.')).toBeVisible();
}

test('a member signs in on Wix’s page and comes back to where they were going', async ({ page, context }) => {
  await page.goto('/connections');
  await continueWithWix(page);
  await fillSignIn(page, { ...people.ada, password: 'wrong' });
  await fillSignIn(page, people.ada);
  await expect(page).toHaveURL(/\/connections$/);
  await expect(page.getByRole('banner')).toContainText(people.ada.email);
  const names = (await context.cookies()).map(({ name }) => name);
  expect(names.filter((name) => name.startsWith('__Host-'))).toEqual(['__Host-gatehouse']);
  expect(await page.evaluate(() => document.cookie)).toBe('');
});

test('it works without a mouse', async ({ page }) => {
  await page.goto('/login');
  await page.getByRole('link', { name: 'Continue with Wix' }).press('Enter');
  await page.getByLabel('E-mail').fill(people.grace.email);
  await page.getByLabel('Password').fill(people.grace.password);
  await page.getByLabel('Password').press('Enter');
  await expect(page.getByRole('banner')).toContainText(people.grace.email);
});

test('a captcha that our page cannot show is solved on Wix’s', async ({ page, ownSite }) => {
  await ownSite.set({ captcha: true });
  await page.goto(`${ownSite.address}/login?returnTo=/connections`);
  await fillSignIn(page, people.ada);
  await expect(page.getByRole('alert')).toContainText('A captcha must be solved first');
  await page.getByRole('alert').getByRole('link', { name: 'Continue with Wix' }).click();
  await page.getByLabel('I am not a robot').check();
  await fillSignIn(page, people.ada);
  await expect(page).toHaveURL(`${ownSite.address}/connections`);
});

test('while Wix is down the way back says so, and works when it is tried again', async ({
  page,
  ownSite,
}) => {
  await page.goto(`${ownSite.address}/login`);
  await continueWithWix(page);
  await ownSite.wixIs('down');
  await fillSignIn(page, people.ada);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Wix did not answer as it should');
  await expect(page.getByRole('banner')).not.toContainText(people.ada.email);
  await ownSite.wixIs('none');
  await page.getByRole('link', { name: 'Try again' }).click();
  await expect(page.getByRole('banner')).toContainText(people.ada.email);
});

test('an app on this device has the member sign in, ask for nothing twice, and holds a session', async ({
  page,
  app,
  ownSite,
}) => {
  await page.goto(app.address(ownSite.address));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in');
  await fillSignIn(page, people.ada);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(
    /^Allow a program on this device \(127\.0\.0\.1:\d+\) to sign in\?$/,
  );
  await page.getByRole('button', { name: 'Allow', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Back at the app');
  expect(app.answer().get('iss')).toBe(ownSite.address);

  const { access_token, token_type, member } = await app.exchange(ownSite.address);
  expect(token_type).toBe('Bearer');
  expect(member).toMatchObject({ email: people.ada.email });
  const items = await fetch(`${ownSite.address}/api/collections/SITConnections/items?limit=1`, {
    headers: { authorization: `Bearer ${String(access_token)}` },
  });
  expect(items.status).toBe(200);
  expect(await app.exchange(ownSite.address)).toMatchObject({ error: 'invalid_grant' });
});

test('through Wix as well, and a member who says no is believed', async ({ page, app, ownSite }) => {
  await page.goto(app.address(ownSite.address));
  await continueWithWix(page);
  await fillSignIn(page, people.grace);
  await expect(page.getByText(people.grace.email).first()).toBeVisible();
  await page.getByRole('button', { name: 'Do not allow' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Back at the app');
  expect([...app.answer().keys()]).not.toContain('code');
  expect(app.answer().get('error')).toBe('access_denied');
});

test('an app with an address that nobody knows learns nothing', async ({ page, app }) => {
  await asMember(page, 'ada');
  const address = new URL(app.address('http://gatehouse.invalid'));
  address.searchParams.set('redirect_uri', 'http://127.0.0.1:1/elsewhere');
  await page.goto(address.pathname + address.search);
  await expect(page.getByRole('main')).toContainText(
    'the address it wants you to be sent back to is not known',
  );
  await expect(page.getByRole('button', { name: 'Allow' })).toHaveCount(0);
  expect(() => app.answer()).toThrow('the browser came 0 times');
});
