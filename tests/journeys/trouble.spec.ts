import { asMember, expect, fillSignIn, people, test } from './actors.ts';

test('while Wix is down every page of a member says so, names the request, and works again afterwards', async ({
  page,
  ownSite,
}) => {
  await page.goto(`${ownSite.address}/login`);
  await fillSignIn(page, people.ada);
  await expect(page.getByRole('banner')).toContainText(people.ada.email);

  await ownSite.wixIs('down');
  const home = await page.goto(ownSite.address);
  expect(home?.status(), 'news that everybody may read were read before').toBe(200);
  await expect(page.getByRole('heading', { name: 'Spring supper on the bridge' })).toBeVisible();
  for (const path of ['/connections', '/connections/ada-babbage', '/site']) {
    const response = await page.goto(ownSite.address + path);
    expect(response?.status()).toBe(503);
    expect(await response?.headerValue('retry-after')).toBe('7');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Wix cannot be reached');
    await expect(page.getByText((await response?.headerValue('x-request-id')) ?? 'no id')).toBeVisible();
  }

  await ownSite.wixIs('slow');
  const late = await page.goto(`${ownSite.address}/connections`);
  expect(late?.status()).toBe(504);

  await ownSite.wixIs('none');
  await page.getByRole('link', { name: 'Try again' }).click();
  await expect(page.getByRole('link', { name: 'Charles Babbage' })).toBeVisible();
});

test('an outage is no wrong password, and what was typed stays', async ({ page, ownSite }) => {
  await page.goto(`${ownSite.address}/login`);
  await ownSite.wixIs('down');
  await fillSignIn(page, people.ada);
  await expect(page.getByRole('alert')).toContainText('Wix cannot answer at the moment');
  await expect(page.getByLabel('E-mail')).toHaveValue(people.ada.email);
  await ownSite.wixIs('none');
  await fillSignIn(page, people.ada);
  await expect(page.getByRole('banner')).toContainText(people.ada.email);
});

test('every problem the API names has its page', async ({ page }) => {
  const answer = await page.request.get('/api/collections/Nothing/items');
  const { type } = (await answer.json()) as { type: string };
  await page.goto(type);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('There is nothing here');
  await page.goto('/problems');
  const links = page.getByRole('main').getByRole('listitem').getByRole('link');
  const titles = await links.allInnerTexts();
  expect(titles.length).toBeGreaterThan(15);
  for (const [index, title] of titles.entries()) {
    await links.nth(index).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(title);
    await page.goBack();
  }
});

test('two credentials are refused on a page as well', async ({ page }) => {
  await asMember(page, 'ada');
  await page.setExtraHTTPHeaders({ authorization: `Bearer gh_s_${'A'.repeat(43)}` });
  const response = await page.goto('/connections');
  expect(response?.status()).toBe(400);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('The request is not valid');
});
