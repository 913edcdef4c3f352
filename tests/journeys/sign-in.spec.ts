import { asMember, expect, fillSignIn, people, test } from './actors.ts';

test('a wrong password is told at the top, keeps the e-mail, and never the password', async ({ page }) => {
  await page.goto('/login?returnTo=/site');
  const answered = page.waitForResponse((response) => response.request().method() === 'POST');
  await fillSignIn(page, { ...people.ada, password: 'babbage-1791' });
  const answer = await answered;
  expect(answer.status()).toBe(401);
  expect(await answer.text()).not.toContain('babbage-1791');
  await expect(page.getByRole('alert')).toHaveText('E-mail or password is wrong');
  await expect(page.getByRole('alert')).toBeFocused();
  await expect(page).toHaveTitle(/^Error: /);
  await expect(page.getByLabel('E-mail')).toHaveValue(people.ada.email);
  await expect(page.getByLabel('Password')).toHaveValue('');

  await fillSignIn(page, people.ada);
  await expect(page).toHaveURL('/site');
});

test('faulty fields say so beside themselves, and the summary leads to them', async ({ page }) => {
  await page.goto('/login');
  await fillSignIn(page, { email: '<b>nobody</b>', password: '' });
  await expect(page.getByLabel('E-mail')).toHaveAccessibleDescription('This is not an e-mail address.');
  await expect(page.getByLabel('E-mail')).toHaveValue('<b>nobody</b>');
  await expect(page.getByLabel('Password')).toHaveAccessibleDescription('Fill this in.');
  await page.getByRole('link', { name: 'Password: Fill this in.' }).click();
  await expect(page.getByLabel('Password')).toBeFocused();
});

test('signing in works without a mouse', async ({ page }) => {
  await page.goto('/login');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(page.getByLabel('E-mail')).toBeFocused();
  await page.keyboard.type(people.ada.email);
  await page.keyboard.press('Tab');
  await page.keyboard.type(people.ada.password);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('banner')).toContainText(people.ada.email);
});

test('the session is not readable by scripts, and its token stands on no page', async ({ page, context }) => {
  await asMember(page, 'ada');
  const [session, ...others] = await context.cookies();
  expect(others).toEqual([]);
  expect(session).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Lax', path: '/' });
  expect(await page.evaluate(() => document.cookie)).toBe('');
  for (const path of ['/', '/connections', '/site']) {
    await page.goto(path);
    expect(await page.content()).not.toContain(session?.value);
  }
});

test('a cookie planted before signing in never becomes a session', async ({ request, baseURL }) => {
  const planted = `gh_s_${'A'.repeat(43)}`;
  const headers = { cookie: `__Host-gatehouse=${planted}`, origin: baseURL ?? '' };
  const answer = await request.post('/login', { headers, form: people.ada, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
  expect(answer.headers()['set-cookie']).toMatch(/^__Host-gatehouse=gh_s_/);
  expect(answer.headers()['set-cookie']).not.toContain(planted);
  const api = { authorization: `Bearer ${planted}`, cookie: '' };
  expect((await request.get('/api/me', { headers: api })).status()).toBe(401);
});

test('signing in again ends the session before it', async ({ page, context, baseURL }) => {
  await asMember(page, 'ada');
  const [before] = await context.cookies();
  const headers = { origin: new URL(page.url()).origin };
  const answer = await page.request.post('/login', { headers, form: people.grace, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
  const bearer = { authorization: `Bearer ${before?.value}` };
  await context.clearCookies();
  expect((await page.request.get(`${baseURL}/api/me`, { headers: bearer })).status()).toBe(401);
});

test('somebody who is signed in has no use for the sign-in page', async ({ page }) => {
  await asMember(page, 'ada');
  await page.goto('/login?returnTo=/connections');
  await expect(page).toHaveURL('/connections');
});

for (const returnTo of [
  'https://evil.example/',
  '//evil.example',
  '/\\evil.example',
  'javascript:alert(1)',
]) {
  test(`signing in never leads to ${returnTo}`, async ({ page, baseURL }) => {
    await page.goto(`/login?returnTo=${encodeURIComponent(returnTo)}`);
    await fillSignIn(page, people.ada);
    await expect(page).toHaveURL(`${baseURL}/`);
  });
}

test('another site cannot sign anybody in', async ({ page, context, baseURL }) => {
  await page.route('http://evil.example/', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<form method="post" action="${baseURL}/login">
        <input name="email" value="${people.ada.email}"><input name="password" value="${people.ada.password}">
        <button>You have won</button></form>`,
    }),
  );
  await page.goto('http://evil.example/');
  const answered = page.waitForResponse(`${baseURL}/login`);
  await page.getByRole('button').click();
  const answer = await answered;
  expect(answer.status()).toBe(403);
  expect(await answer.headerValue('set-cookie')).toBeNull();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This request came from another site');
  expect(await context.cookies()).toEqual([]);
});

test('nobody is signed out by a link', async ({ page }) => {
  await asMember(page, 'ada');
  const response = await page.goto('/logout');
  expect(response?.status()).toBe(405);
  expect(await response?.headerValue('allow')).toBe('POST');
  await page.goto('/connections');
  await expect(page.getByRole('link', { name: 'Charles Babbage' })).toBeVisible();
});
