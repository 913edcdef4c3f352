import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { asMember, expect, fillSignIn, newcomer, people, test } from './actors.ts';
import type { OwnSite } from './own-site.ts';

test('somebody forgot the password, follows the link in the mail, and is in with a new one', async ({
  page,
  browser,
  ownSite,
}) => {
  const { email, password } = await signUp(page, ownSite);
  // Elsewhere they are signed in still.
  const phone = await (await browser.newContext()).newPage();
  await phone.goto(`${ownSite.address}/login`);
  await fillSignIn(phone, { email, password });
  await expect(phone.getByRole('banner')).toContainText(email);

  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.goto(`${ownSite.address}/login`);
  await page.getByRole('main').getByRole('link', { name: 'Forgot your password?' }).press('Enter');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('E-mail').press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Look into your mail');

  const back = await ownSite.chooseByMail(email, 'a second sentence');
  expect(back).toBe(`${ownSite.address}/login?reset=done`);
  await page.goto(back);
  await expect(page.getByRole('status')).toContainText('new password');
  await fillSignIn(page, { email, password });
  await expect(page.getByRole('alert')).toContainText('E-mail or password is wrong');
  await fillSignIn(page, { email, password: 'a second sentence' });
  await expect(page.getByRole('banner')).toContainText(email);

  await phone.goto(`${ownSite.address}/connections`);
  await expect(phone, 'signed out elsewhere').toHaveURL(/\/login/);
  await phone.context().close();
});

test('a member changes the password by keyboard; other browsers are signed out, this one stays', async ({
  page,
  browser,
  ownSite,
}) => {
  const { email, password } = await signUp(page, ownSite);
  const phone = await (await browser.newContext()).newPage();
  await phone.goto(`${ownSite.address}/login`);
  await fillSignIn(phone, { email, password });
  await expect(phone.getByRole('banner')).toContainText(email);

  await page.goto(`${ownSite.address}/account/password`);
  await page.getByLabel('Current password').fill('a wild guess');
  await page.getByLabel('Current password').press('Tab');
  await expect(page.getByLabel('New password')).toBeFocused();
  await page.keyboard.type('a second sentence');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toBeFocused();
  await expect(page.getByLabel('Current password')).toHaveAccessibleDescription(
    'This is not your current password.',
  );
  await expect(page.getByLabel('New password')).toHaveValue('');

  await page.getByLabel('Current password').fill(password);
  await page.getByLabel('New password').fill('a second sentence');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByRole('status')).toContainText('Your password is changed.');
  await page.goto(`${ownSite.address}/connections`);
  await expect(page.getByText('Nobody here yet.')).toBeVisible();
  await phone.goto(`${ownSite.address}/connections`);
  await expect(phone).toHaveURL(/\/login/);
  await phone.context().close();
});

test('a code that is mistyped too often is over, and the page leads to another one', async ({
  page,
  ownSite,
}) => {
  await ownSite.set({ emailVerification: true });
  const { email, password } = newcomer();
  await page.goto(`${ownSite.address}/register`);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Create account' }).click();
  const first = await ownSite.codeFor(email);
  for (let attempt = 0; attempt < 6; attempt += 1) {
    await page.getByLabel('Code').fill(first === '000000' ? '111111' : '000000');
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page.getByLabel('Code')).toHaveAccessibleDescription('This is wrong or too old.');
  }
  await page.getByLabel('Code').fill(first);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByLabel('Code')).toHaveAccessibleDescription('This is wrong or too old.');
  await page.getByRole('main').getByRole('link', { name: 'Sign in again' }).click();
  await fillSignIn(page, { email, password });
  await page.getByLabel('Code').fill(await ownSite.codeFor(email));
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('banner')).toContainText(email);
});

test('whom the owner asks for a new password is led to it; a captcha is told as what it is', async ({
  page,
  ownSite,
}) => {
  await ownSite.requireReset(people.ada.email);
  await page.goto(`${ownSite.address}/login`);
  await fillSignIn(page, people.ada);
  await expect(page.getByRole('alert')).toContainText('The password must be reset first');
  await expect(page.getByRole('alert')).not.toContainText('wrong');
  await page.getByRole('alert').getByRole('link', { name: 'Ask for a link by mail' }).click();
  await expect(page).toHaveURL(`${ownSite.address}/forgot-password`);

  await ownSite.set({ captcha: true });
  await page.goto(`${ownSite.address}/login`);
  await fillSignIn(page, people.grace);
  await expect(page.getByRole('alert')).toContainText('proof that a person is signing in');
  await expect(page.getByRole('alert')).not.toContainText('wrong');
});

test('with Wix down nobody is told that a mail is on its way', async ({ page, ownSite }) => {
  await ownSite.wixIs('down');
  await page.goto(`${ownSite.address}/forgot-password`);
  await page.getByLabel('E-mail').fill(people.ada.email);
  await page.getByRole('button', { name: 'Send the link' }).click();
  await expect(page.getByRole('alert')).toContainText('Wix cannot answer at the moment');
  await expect(page.getByLabel('E-mail')).toHaveValue(people.ada.email);
});

const states: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  'the page of a forgotten password': (page) => page.goto('/forgot-password'),
  async 'the page of a forgotten password with a fault'(page) {
    await page.goto('/forgot-password');
    await page.getByRole('button', { name: 'Send the link' }).click();
    await expect(page.getByRole('alert')).toBeVisible();
  },
  'the page after a mail': (page) => page.goto('/forgot-password?state=asked'),
  'the sign-in page after a reset': (page) => page.goto('/login?reset=done'),
  async 'the page for another password'(page) {
    await asMember(page, 'ada');
    await page.goto('/account/password');
  },
  async 'the page for another password with faults'(page) {
    await asMember(page, 'ada');
    await page.goto('/account/password');
    await page.getByRole('button', { name: 'Change password' }).click();
    await expect(page.getByRole('alert')).toBeVisible();
  },
};

for (const [state, visit] of Object.entries(states)) {
  test(`${state}: readable by everybody, light and dark, on a phone and on a desk`, async ({ page }) => {
    await visit(page);
    for (const size of [
      { width: 390, height: 844 },
      { width: 1280, height: 900 },
    ]) {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.setViewportSize(size);
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
        expect(violations.map(({ id }) => id)).toEqual([]);
        const small = await page.evaluate(
          () =>
            [...document.querySelectorAll('button, .button, input:not([type=hidden])')].filter(
              (control) => control.checkVisibility() && control.getBoundingClientRect().height < 44,
            ).length,
        );
        expect(small, 'too small to touch').toBe(0);
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(width, `scrolls sideways at ${size.width} pixels`).toBeLessThanOrEqual(size.width);
      }
    }
  });
}

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('one asks for a link and changes the password as well', async ({ page, ownSite }) => {
    const { email, password } = await signUp(page, ownSite);
    await page.goto(`${ownSite.address}/account/password`);
    await page.getByLabel('Current password').fill(password);
    await page.getByLabel('New password').fill('a second sentence');
    await page.getByRole('button', { name: 'Change password' }).click();
    await expect(page.getByRole('status')).toContainText('Your password is changed.');
    await page.goto(`${ownSite.address}/forgot-password`);
    await page.getByLabel('E-mail').fill(email);
    await page.getByRole('button', { name: 'Send the link' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Look into your mail');
  });
});

async function signUp(page: Page, { address }: OwnSite): Promise<{ email: string; password: string }> {
  const someone = newcomer();
  await page.goto(`${address}/register`);
  await page.getByLabel('E-mail').fill(someone.email);
  await page.getByLabel('Password').fill(someone.password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByRole('banner')).toContainText(someone.email);
  return someone;
}
