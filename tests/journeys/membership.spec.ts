import { asMember, expect, fillSignIn, newcomer, people, removeConnection, test } from './actors.ts';

test('somebody signs up, proves their address, keeps a connection for a while, and leaves', async ({
  page,
  ownSite,
}) => {
  await ownSite.set({ emailVerification: true });
  const { email, password } = newcomer();

  await page.goto(`${ownSite.address}/connections`);
  await page.getByRole('main').getByRole('link', { name: 'Create one' }).click();
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByLabel('First name').fill('Mary');
  await page.getByRole('button', { name: 'Create account' }).click();

  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Check your e-mail');
  await page.getByLabel('Code').fill('000');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('alert')).toBeFocused();
  await page.getByLabel('Code').fill(await ownSite.codeFor(email));
  await page.getByRole('button', { name: 'Continue' }).click();

  await expect(page).toHaveURL(`${ownSite.address}/connections`);
  await expect(page.getByRole('banner')).toContainText(email);
  await expect(page.getByText('Nobody here yet.')).toBeVisible();

  await page.getByLabel('Name').fill('Caroline Herschel');
  await page.getByLabel('Status').selectOption('Lead');
  await page.getByLabel('Last contact').fill('2026-03-16');
  await page.getByRole('button', { name: 'Add connection' }).click();
  const row = page.getByRole('listitem').filter({ hasText: 'Caroline Herschel' });
  await expect(row).toContainText('Lead');
  await expect(row).toContainText('16 March 2026');

  await page.getByRole('link', { name: 'Caroline Herschel' }).click();
  await expect(page.getByLabel('Last contact')).toHaveValue('2026-03-16');
  await page.getByLabel('Company').fill('Royal Astronomical Society');
  await page.getByLabel('Status').selectOption('Active');
  await page.getByLabel('Last contact').fill('');
  await page.getByRole('button', { name: 'Save changes' }).click();
  await expect(page.getByRole('status')).toHaveText('Your changes are saved.');
  await expect(row).toContainText('Royal Astronomical Society');
  await expect(row).toContainText('Active');
  await expect(row).not.toContainText('Last contact');

  await removeConnection(page, 'Caroline Herschel');
  await expect(page.getByText('Nobody here yet.')).toBeVisible();

  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('banner').getByRole('link', { name: 'Sign in' })).toBeVisible();
  expect(await page.context().cookies()).toEqual([]);
});

test('somebody signs up on the demo site and keeps a connection at once', async ({ page }) => {
  const { email, password } = newcomer();
  await page.goto('/register');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByRole('banner')).toContainText(email);

  await page.goto('/connections');
  await page.getByLabel('Name').fill('Caroline Herschel');
  await page.getByRole('button', { name: 'Add connection' }).click();
  await expect(page.getByRole('link', { name: 'Caroline Herschel' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('main').getByRole('listitem').filter({ hasText: 'Caroline' })).toHaveCount(1);
});

test('where the owner lets members in by hand, a newcomer is told to wait', async ({ page, ownSite }) => {
  await ownSite.set({ ownerApproval: true });
  const { email, password } = newcomer();
  await page.goto(`${ownSite.address}/register`);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Waiting for approval');
  expect(await page.context().cookies()).toEqual([]);
});

test('somebody whose address is not verified is told why the list is empty, and offered nothing that fails', async ({
  page,
}) => {
  await asMember(page, 'alan');
  await page.getByRole('link', { name: 'Connections', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Verify your address first' })).toBeVisible();
  await expect(page.getByLabel('Name')).toHaveCount(0);
});

test('Ada cannot open what is Grace’s, and nothing of it shows', async ({ page }) => {
  await asMember(page, 'ada');
  for (const path of [
    '/connections/grace-aiken',
    '/connections/grace-aiken/remove',
    '/connections/nobody-at-all',
  ]) {
    const response = await page.goto(path);
    expect(response?.status()).toBe(404);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('There is nothing here');
    expect(await page.content()).not.toMatch(/grace|aiken|harvard|mark i\b/i);
  }
  await page.goto('/connections');
  await expect(page.getByRole('link', { name: 'Charles Babbage' })).toBeVisible();
  expect(await page.content()).not.toMatch(/grace|aiken|holberton/i);
});

test('a form sent to Grace’s connection changes nothing of hers', async ({ page, browser }) => {
  const grace = await asMember(await (await browser.newContext()).newPage(), 'grace');
  await asMember(page, 'ada');
  for (const path of ['/connections/grace-campbell', '/connections/grace-campbell/remove']) {
    const headers = { origin: new URL(page.url()).origin };
    const answer = await page.request.post(path, {
      headers,
      form: path.endsWith('remove') ? {} : { name: 'Ada was here' },
    });
    expect(answer.status()).toBe(404);
  }
  await grace.goto('/connections/grace-campbell');
  await expect(grace.getByLabel('Name')).toHaveValue('Robert Campbell');
  await grace.context().close();
});

test('after signing out, a members’ page asks for sign-in and goes on from there', async ({ page }) => {
  await asMember(page, 'ada');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.goto('/connections?status=active');
  await expect(page).toHaveURL('/login?returnTo=%2Fconnections%3Fstatus%3Dactive');
  await fillSignIn(page, people.ada);
  await expect(page).toHaveURL('/connections?status=active');
  await expect(page.getByRole('link', { name: 'Charles Babbage' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Michael Faraday' })).toHaveCount(0);
});

test('a list of more than a page is read to its end, every row once', async ({ page }) => {
  await asMember(page, 'grace');
  const headers = { origin: new URL(page.url()).origin };
  for (let number = 10; number < 31; number += 1) {
    const data = { name: `Page ${number}` };
    const answer = await page.request.post('/api/collections/SITConnections/items', { headers, data });
    expect(answer.status()).toBe(201);
  }
  await page.goto('/connections');
  const list = page.getByRole('region', { name: 'Your connections' });
  const seen = await list.getByRole('heading', { level: 3 }).allInnerTexts();
  await page.getByRole('link', { name: 'Next page' }).click();
  await expect(page.getByRole('link', { name: 'First page' })).toBeVisible();
  seen.push(...(await list.getByRole('heading', { level: 3 }).allInnerTexts()));
  await expect(page.getByRole('link', { name: 'Next page' })).toHaveCount(0);
  expect(seen).toEqual(expect.arrayContaining(['Betty Holberton', 'Page 10', 'Page 30', 'Robert Campbell']));
  expect(seen).toHaveLength(24);
  expect(new Set(seen).size).toBe(24);
});
