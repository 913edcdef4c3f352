import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type * as Client from '../../packages/client/src/index.ts';
import { asMember, expect, people, test } from './actors.ts';

test('the reference is tried as the demo member, by token and without the cookie, and nothing comes from elsewhere', async ({
  page,
  baseURL,
}) => {
  await asMember(page, 'grace');
  const foreign: string[] = [];
  const sent: Record<string, string>[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(`${baseURL}/`)) foreign.push(request.url());
    if (new URL(request.url()).pathname.startsWith('/api/')) sent.push(request.headers());
  });
  await page.goto('/docs');
  await page.getByRole('button', { name: 'Sign in as the demo member' }).click();
  await expect(page.getByText(`Signed in as ${people.ada.email}.`)).toBeVisible();

  const operation = page.locator('#listSITConnections');
  await operation.locator('summary').click();
  await operation.getByLabel('limit').fill('100');
  await operation.getByRole('button', { name: 'Send' }).click();
  await expect(operation.getByRole('status')).toContainText('200 in');
  await expect(operation.getByLabel('Answer')).toContainText('ada@example.com');
  await expect(operation.getByLabel('Answer')).not.toContainText('grace@example.com');
  expect(sent).toHaveLength(2);
  for (const headers of sent) expect(headers['cookie']).toBeUndefined();
  expect(sent[1]?.['authorization']).toMatch(/^Bearer gh_s_/);
  expect(foreign).toEqual([]);
});

test('what the API refuses is shown as it is, and as text', async ({ page, complaints }) => {
  await page.goto('/docs');
  const operation = page.locator('#getSITConnectionsItem');
  await operation.locator('summary').click();
  await operation.getByLabel('id', { exact: false }).first().fill('../../me');
  await operation.getByRole('button', { name: 'Send' }).click();
  await expect(operation.getByRole('status')).toContainText('400 in');
  await expect(operation.getByLabel('Answer')).toContainText('"code": "invalid-request"');
  expect(complaints.splice(0)).toEqual([expect.stringContaining('400')]);
});

test('every operation of the document is on the page, and can be read without a script', async ({
  browser,
  baseURL,
}) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${baseURL}/docs`);
  const document = (await (await context.request.get(`${baseURL}/api/openapi.json`)).json()) as {
    paths: Record<string, Record<string, { operationId: string }>>;
  };
  const ids = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  );
  const shown = await page.locator('details.operation').evaluateAll((all) => all.map(({ id }) => id));
  expect(shown.toSorted()).toEqual(ids.toSorted());
  await expect(page.getByRole('button', { name: 'Send' })).toHaveCount(0);
  await context.close();
});

test('the client runs in a browser, under this site’s own policy', async ({ page, baseURL }) => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../../packages/client/src/index.ts', import.meta.url))],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    write: false,
  });
  await page.route('**/client-under-test.js', (route) =>
    route.fulfill({ contentType: 'text/javascript', body: outputFiles[0]?.text ?? '' }),
  );
  await page.goto('/docs');
  const seen = await page.evaluate(
    async ({ origin, credentials }) => {
      const address = `${origin}/client-under-test.js`;
      const client = (await import(address)) as typeof Client;
      const app = () => new client.Gatehouse({ baseUrl: origin, storage: client.webStorage(sessionStorage) });
      await app().login(credentials);
      const later = app();
      const connections = later.collection('SITConnections');
      const { result } = await connections.insert({ name: 'From a browser' });
      const id = String(result['_id']);
      const statuses = [(await connections.get(id)).status, (await connections.get(id)).status];
      const names: unknown[] = [];
      for await (const { name } of connections.items({ filter: { name: 'From a browser' }, limit: 1 }))
        names.push(name);
      await connections.remove(id);
      await later.logout();
      return { statuses, names, kept: await app().restore() };
    },
    { origin: baseURL ?? '', credentials: people.ada },
  );
  expect(seen).toEqual({ statuses: [200, 304], names: ['From a browser'], kept: false });
});
