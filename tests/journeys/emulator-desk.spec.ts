import { expect, test as base } from './actors.ts';
import { openOwnEmulator, type OwnEmulator } from './own-emulator.ts';
import { expectReadable } from './readable.ts';

/** One emulator for all tests of a worker: starting one takes longer than looking at it. */
const test = base.extend<object, { emulator: OwnEmulator }>({
  emulator: [
    async ({ browserName: _ }, use) => {
      const emulator = await openOwnEmulator();
      await use(emulator);
      await emulator.close();
    },
    { scope: 'worker' },
  ],
});

const paths = {
  'the overview': '',
  'the members': '/members',
  'one member': '/members/1815ada0-1210-4000-8000-000000000001',
  'the collections': '/collections',
  'one collection': '/collection?id=SITConnections',
  'the items of a collection': '/items?id=SITConnections',
  'one item': '/item?id=SITConnections&item=ada-babbage',
  'the outbox': '/outbox',
  'the webhooks': '/webhooks',
  'the faults': '/faults?done=set',
  'the calls': '/calls',
  'an address without a page': '/nothing',
} as const;

for (const [name, path] of Object.entries(paths)) {
  test(`${name} of the emulator’s desk: readable by everybody, light and dark, on a phone and on a desk`, async ({
    page,
    emulator,
  }) => {
    await fillTheDesk(emulator);
    await page.goto(`${emulator.address}/_emulator${path}`);
    await expectReadable(page);
  });
}

test('the owner blocks a member, breaks the token endpoint and mends it, by keyboard alone', async ({
  page,
  emulator,
}) => {
  const token = () =>
    fetch(`${emulator.address}/oauth2/token`, {
      method: 'POST',
      body: JSON.stringify({ grantType: 'anonymous', clientId: emulator.clientId }),
    });
  await page.goto(`${emulator.address}/_emulator/members`);
  await page.getByRole('link', { name: 'grace@example.com' }).press('Enter');
  await page.getByLabel('Status').selectOption('BLOCKED');
  await page.getByRole('button', { name: 'Save', exact: true }).press('Enter');
  await expect(page.getByRole('status')).toHaveText('Saved.');
  await page.getByRole('link', { name: 'Members' }).press('Enter');
  await expect(page.getByRole('row', { name: /grace@example.com/ })).toContainText('BLOCKED');

  await page.getByRole('link', { name: 'Faults' }).press('Enter');
  await page.getByRole('button', { name: 'token endpoint down' }).press('Enter');
  await expect(page.getByRole('status')).toHaveText('The fault is set.');
  expect((await token()).status).toBe(503);
  await page.reload();
  await page
    .getByRole('row', { name: /oauth2\/token/ })
    .getByRole('button', { name: 'Remove' })
    .press('Enter');
  await expect(page.getByRole('status')).toHaveText('Removed.');
  expect((await token()).status).toBe(200);

  await page.getByRole('link', { name: 'Calls' }).press('Enter');
  await expect(page.getByRole('row', { name: /oauth2.token:anonymous/ }).first()).toContainText('200');
});

test('a page of somebody else cannot send its forms here', async ({ page, emulator }) => {
  const elsewhere = 'http://elsewhere.example/';
  await page.route(elsewhere, (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<form method="post" action="${emulator.address}/_emulator/members/1815ada0-1210-4000-8000-000000000001/remove"><button>Win</button></form>`,
    }),
  );
  await page.goto(elsewhere);
  await page.getByRole('button', { name: 'Win' }).click();
  await expect(page.getByRole('alert')).toHaveText('The request comes from another site');
  await page.goto(`${emulator.address}/_emulator/members`);
  await expect(page.getByRole('link', { name: 'ada@example.com' })).toBeVisible();
});

/** Something to see on every page. */
async function fillTheDesk({ address }: OwnEmulator): Promise<void> {
  const post = (path: string, body: object) =>
    fetch(`${address}/_emulator/api${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
  await post('/faults', { fault: 'status', path: '/never-asked-for', status: 500 });
  await fetch(`${address}/wix-data/v2/items/query`, { method: 'POST', body: '{}' });
  await fetch(`${address}/_emulator/webhooks`, {
    method: 'POST',
    body: new URLSearchParams({ url: 'http://127.0.0.1:9/a-hook-that-nobody-answers' }),
    redirect: 'manual',
  });
}
