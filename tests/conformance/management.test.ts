import { describe, expect, test } from 'vitest';
import { app, asApp, asVisitor, failureOf, openCollection, send, startWix } from './support.ts';

/** Some methods are exported and sent, but left out of the published types. */
const untyped = (module: object) =>
  module as Readonly<Record<string, (id: string, options?: object) => Promise<unknown>>>;

describe('what is not there yet says so', () => {
  test.each([
    ['POST', '/oauth/access'],
    ['GET', '/nothing/at/all'],
  ])('%s %s', async (method, path) => {
    const wix = await startWix();
    const answer = await send(wix, method, path, method === 'GET' ? {} : { body: {} });
    expect(answer.status).toBe(501);
    expect(await answer.json()).toMatchObject({
      message: expect.stringContaining(`${method} ${path.split('?')[0]}`),
    });
  });

  test.each([
    'restoreDataCollection',
    'addCatalogPlugin',
    'addDraftItemsPlugin',
    'addMultilingualPlugin',
    'addPublishPlugin',
    'addUrlizedPlugin',
    'deleteCatalogPlugin',
    'deleteDraftItemsPlugin',
    'deleteMultilingualPlugin',
    'deletePublishPlugin',
    'deleteUrlizedPlugin',
  ])('collections.%s', async (method) => {
    await startWix();
    const call = untyped(asApp().collections)[method];
    expect(await failureOf(async () => call?.('SITConnections', {}))).toMatchObject({
      status: 501,
      details: { applicationError: { description: expect.stringContaining(`collections.${method}`) } },
    });
  });

  test('another host', async () => {
    const wix = await startWix();
    const answer = await send(wix, 'GET', '/', { host: 'www.example.com' });
    expect(answer.status).toBe(501);
    expect(await answer.json()).toMatchObject({ message: expect.stringContaining('www.example.com') });
  });
});

test('the plugin that concerns the dashboard alone is there, under its own name as well', async () => {
  await startWix({ seed: { collections: [openCollection('Notes')] } });
  const { collections } = asApp();
  await untyped(collections)['addCmsPlugin']?.('Notes', { cmsOptions: {} });
  const pluginsOf = async () => (await collections.getDataCollection('Notes')).plugins ?? [];
  expect(await pluginsOf()).toMatchObject([{ type: 'CMS' }]);
  await untyped(collections)['deleteCmsPlugin']?.('Notes');
  expect(await pluginsOf()).toEqual([]);
});

test('what may still be indexed is told by the SDK', async () => {
  await startWix({ seed: { collections: [openCollection('Notes')] } });
  expect(await untyped(asApp().indexes)['listAvailableIndexes']?.('Notes')).toMatchObject({ total: 4 });
});

test('a redirect session is made by its own package too', async () => {
  await startWix();
  const { redirectSession } = await asVisitor().redirects.createRedirectSession({
    logout: { clientId: app.clientId },
    callbacks: { postFlowUrl: 'http://localhost:4321/callback' },
  });
  expect(redirectSession?.fullUrl).toContain('postFlowUrl=');
});
