import { asMember, expect, test } from './actors.ts';

const api = '**/api/site-properties';

test('the browser asks the API and shows what it answered', async ({ page }) => {
  await asMember(page, 'ada');
  const asked = page.waitForResponse(api);
  await page.goto('/site');
  expect((await asked).status()).toBe(200);
  await expect(page.getByRole('status')).toContainText('Live:');
  await expect(page.getByText('Lantern Bridge Introductions Ltd')).toBeVisible();
});

test('a later answer replaces an earlier one', async ({ page }) => {
  await asMember(page, 'ada');
  await page.goto('/site');
  await expect(page.getByRole('status')).toContainText('Live:');
  await page.route(api, (route) => route.fulfill({ json: { siteDisplayName: '<i>Moved</i>', phone: null } }));
  await page.getByRole('button', { name: 'Ask again' }).click();
  await expect(page.getByText('<i>Moved</i>')).toBeVisible();
  await expect(page.getByText('+44 20 7946 0815')).toHaveCount(0);
});

test('an answer that is late, refused or lost is told, and the values stay', async ({ page, complaints }) => {
  await asMember(page, 'ada');
  await page.goto('/site');
  const line = page.getByRole('status');
  await expect(line).toContainText('Live:');

  let answer = () => {};
  await page.route(api, async (route) => {
    await new Promise<void>((resolve) => (answer = resolve));
    await route.fulfill({ json: { siteDisplayName: 'Lantern Bridge' } });
  });
  await page.getByRole('button', { name: 'Ask again' }).click();
  await expect(line).toContainText('Asking');
  await expect(page.getByRole('button', { name: 'Ask again' })).toBeDisabled();
  answer();
  await expect(line).toContainText('Live:');

  await page.unroute(api);
  const problem = { code: 'wix-timeout', detail: 'Wix took too long. Try again.', requestId: 'request-1' };
  await page.route(api, (route) => route.fulfill({ status: 504, json: problem }));
  await page.getByRole('button', { name: 'Ask again' }).click();
  await expect(line).toHaveText('Wix took too long. Try again. Request request-1.');

  await page.unroute(api);
  await page.route(api, (route) => route.abort());
  await page.getByRole('button', { name: 'Ask again' }).click();
  await expect(line).toContainText('could not be reached');
  await expect(page.getByText('Lantern Bridge', { exact: true })).toBeVisible();

  const expected = [expect.stringContaining('504'), expect.stringContaining('ERR_FAILED')];
  expect(complaints.splice(0)).toEqual(expected);
});

test('a session that has ended meanwhile is told, with the way back in', async ({
  page,
  context,
  complaints,
}) => {
  await asMember(page, 'ada');
  await page.goto('/site');
  await expect(page.getByRole('status')).toContainText('Live:');
  await context.clearCookies();
  await page.getByRole('button', { name: 'Ask again' }).click();
  await expect(page.getByRole('status')).toContainText('Your session has ended');
  expect(complaints.splice(0)).toEqual([expect.stringContaining('401')]);
});
