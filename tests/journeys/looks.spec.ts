import type { Page } from '@playwright/test';
import { addConnection, asMember, expect, fillSignIn, people, test } from './actors.ts';
import { expectReadable, overflow } from './readable.ts';

/** Every page in every state a person can meet, and how to get there. */
const states: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  'the home page': (page) => page.goto('/'),
  'the home page of a member': (page) => asMember(page, 'ada'),
  'the sign-in page': (page) => page.goto('/login?returnTo=/connections'),
  async 'the sign-in page after a wrong password'(page) {
    await page.goto('/login');
    await fillSignIn(page, { ...people.ada, password: 'wrong' });
    await expect(page.getByRole('alert')).toBeVisible();
  },
  'the sign-up page': (page) => page.goto('/register'),
  async 'the sign-up page with faults'(page) {
    await page.goto('/register');
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(page.getByRole('alert')).toBeVisible();
  },
  'a sign-in at Wix that is over': (page) => page.goto('/api/auth/callback?code=x&state=x'),
  async 'the question of an app'(page) {
    await asMember(page, 'ada');
    const parameters = new URLSearchParams({
      response_type: 'code',
      redirect_uri: 'http://127.0.0.1:50123/signed-in',
      code_challenge: 'A'.repeat(43),
      code_challenge_method: 'S256',
    });
    await page.goto(`/api/auth/authorize?${parameters}`);
    await expect(page.getByRole('button', { name: 'Allow', exact: true })).toBeVisible();
  },
  'the page of those who wait': (page) => page.goto('/register?state=awaiting-approval'),
  'the code page without a sign-in': (page) => page.goto('/verify'),
  async 'the connections'(page) {
    await asMember(page, 'ada');
    await page.goto('/connections?done=saved');
  },
  async 'the connections with a fault in the form'(page) {
    await asMember(page, 'ada');
    await page.goto('/connections');
    await page.getByRole('button', { name: 'Add connection' }).click();
    await expect(page.getByRole('alert')).toBeVisible();
  },
  async 'connections nobody has'(page) {
    await asMember(page, 'ada');
    await page.goto('/connections?status=forgotten');
  },
  async 'the connections of somebody unverified'(page) {
    await asMember(page, 'alan');
    await page.goto('/connections');
  },
  async 'one connection'(page) {
    await asMember(page, 'ada');
    await page.goto('/connections/ada-babbage');
  },
  async 'the question before a connection is removed'(page) {
    await asMember(page, 'ada');
    await page.goto('/connections/ada-babbage/remove');
  },
  async 'the site’s properties'(page) {
    await asMember(page, 'ada');
    await page.goto('/site');
    await expect(page.getByRole('status')).toContainText('Live:');
  },
  'an address without a page': (page) => page.goto('/nothing/here'),
  'the last resort': (page) => page.goto('/500'),
  async 'the API reference'(page) {
    await page.goto('/docs');
    for (const id of ['login', 'listIntroductions', 'bulkSITConnections'])
      await page.locator(`#${id} summary`).click();
  },
  'all problems': (page) => page.goto('/problems'),
  'one problem': (page) => page.goto('/problems/conflict'),
};

for (const [state, visit] of Object.entries(states)) {
  test(`${state}: readable by everybody, light and dark, on a phone and on a desk`, async ({ page }) => {
    await visit(page);
    await expectReadable(page);
  });
}

test('texts from outside are shown as texts, wherever they stand', async ({ page }) => {
  await asMember(page, 'ada');
  const payload = '"><img src=x onerror=alert(1)><script>alert(1)</script>{{7*7}}';
  await addConnection(page, payload);
  await page.getByRole('link', { name: payload }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(payload);
  await expect(page).toHaveTitle(`${payload} · Gatehouse`);
  await expect(page.getByLabel('Name')).toHaveValue(payload);
  expect(await page.locator('main img, main script').count()).toBe(0);
  await page.getByRole('link', { name: 'Remove…' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Remove ${payload}?`);
  await page.getByRole('button', { name: 'Remove for good' }).click();
  await expect(page.getByRole('status')).toHaveText('Removed.');
});

test('pages carry no inline script or style, and nothing from elsewhere', async ({ page }) => {
  await asMember(page, 'ada');
  for (const path of [
    '/',
    '/connections',
    '/connections/ada-babbage',
    '/site',
    '/problems',
    '/docs',
    '/nothing/here',
    '/500',
    '/404',
  ]) {
    const response = await page.goto(path);
    const policy = await response?.headerValue('content-security-policy');
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(policy).toContain("frame-ancestors 'none'");
    const inline = page.locator('script:not([src]), style, [style], [onclick], [onload]');
    expect(await inline.count(), path).toBe(0);
  }
});

test('on a phone one signs in and finds a connection @phone', async ({ page }) => {
  await page.goto('/connections');
  await fillSignIn(page, people.ada);
  await page.getByRole('link', { name: 'Michael Faraday' }).click();
  await expect(page.getByLabel('Company')).toHaveValue('Royal Institution');
  expect(await overflow(page)).toBe(0);
});
