import { addConnection, asMember, expect, fillSignIn, people, removeConnection, test } from './actors.ts';

test.use({ javaScriptEnabled: false });

test('without scripts one signs in, adds a connection, sees it and removes it', async ({ page }) => {
  await page.goto('/connections');
  await fillSignIn(page, people.ada);
  await expect(page).toHaveURL('/connections');
  const name = await addConnection(page);
  await expect(page.getByRole('link', { name })).toBeVisible();
  await removeConnection(page, name);
  await expect(page.getByRole('link', { name })).toHaveCount(0);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('banner').getByRole('link', { name: 'Sign in' })).toBeVisible();
});

test('without scripts the site’s properties are those the server put there, and the page says so', async ({
  page,
}) => {
  await asMember(page, 'ada');
  await page.goto('/site');
  await expect(page.getByText('Lantern Bridge Introductions Ltd')).toBeVisible();
  await expect(page.getByRole('status')).toContainText('put into the page by the server');
  await expect(page.getByRole('button', { name: 'Ask again' })).toBeHidden();
});
