import { describe, expect, test } from 'vitest';
import { BASE, FakeAdapter } from '../../packages/wix-emulator/test/fake-adapter/adapter.ts';
import type { FakeAdapterOptions } from '../../packages/wix-emulator/test/fake-adapter/adapter.ts';
import { connected } from './external-support.ts';
import {
  ada,
  app,
  appToken,
  asApiKey,
  asApp,
  asMember,
  asVisitor,
  failureOf,
  openCollection,
  owner,
  send,
  startWix,
} from './support.ts';

type Client = ReturnType<typeof asVisitor>;

/** New each time: the SDK renames keys inside the object it is given. */
const shop = () => ({
  name: 'shop',
  endpoint: 'https://db.example.test/wix',
  configuration: { secretKey: 'open sesame', nested: { tenant: 7 } },
});

/** The emulator calls no other machine by itself. */
const unreached = {
  successful: false,
  causeOfFailure: 'DESTINATION_HOST_UNREACHABLE',
  hasCollections: 'UNKNOWN',
};
const notFound = { status: 404, details: { applicationError: { code: 'NOT_FOUND' } } };

describe('external database connections', () => {
  test('are created, tried, and say how that went', async () => {
    await startWix();
    const { externalDatabaseConnections: connections } = asApp();
    const created = await connections.createExternalDatabaseConnection(shop(), 'STANDALONE');
    expect(created).toEqual({ ...shop(), connectionStatus: unreached });
    expect(await connections.getExternalDatabaseConnection('shop')).toEqual(created);
  });

  test('need no endpoint when a service plugin answers, and say that there is none', async () => {
    await startWix();
    const { externalDatabaseConnections: connections } = asApiKey();
    const plugin = await connections.createExternalDatabaseConnection({ name: 'p' }, 'WIX_SERVICE_PLUGIN');
    expect(plugin).toEqual({
      name: 'p',
      connectionStatus: { ...unreached, causeOfFailure: 'DESTINATION_ENDPOINT_NOT_DEFINED' },
    });
  });

  test('exist once', async () => {
    await startWix();
    const { externalDatabaseConnections: connections } = asApp();
    await connections.createExternalDatabaseConnection(shop(), 'STANDALONE');
    const again = { ...shop(), endpoint: 'https://elsewhere.example.test' };
    const create = () => connections.createExternalDatabaseConnection(again, 'STANDALONE');
    expect(await failureOf(create)).toMatchObject({
      status: 409,
      details: { applicationError: { code: 'ALREADY_EXISTS' } },
    });
    expect(await connections.getExternalDatabaseConnection('shop')).toMatchObject({
      endpoint: shop().endpoint,
    });
  });

  test.each<[string, object, string]>([
    ['no endpoint', { endpoint: undefined }, 'STANDALONE'],
    ['an endpoint that is no web address', { endpoint: 'file:///etc/passwd' }, 'STANDALONE'],
    ['an endpoint that is no address', { endpoint: 'db' }, 'STANDALONE'],
    ['a name with a slash', { name: 'a/b' }, 'STANDALONE'],
    ['an empty name', { name: '' }, 'STANDALONE'],
    ['a configuration that is no object', { configuration: 'x' }, 'STANDALONE'],
    ['a type nobody knows', {}, 'PROTOCOL_V3'],
    ['a key nobody knows', { colour: 'red' }, 'STANDALONE'],
  ])('with %s are refused', async (_, wrong, type) => {
    await startWix();
    const { externalDatabaseConnections: connections } = asApp();
    const create = () =>
      connections.createExternalDatabaseConnection({ ...shop(), ...wrong }, type as 'STANDALONE');
    expect(await failureOf(create)).toMatchObject({ status: 400 });
    expect((await connections.listExternalDatabaseConnections()).externalDatabaseConnections).toEqual([]);
  });

  test('are listed in pages, in the order of their names', async () => {
    await startWix();
    const { externalDatabaseConnections: connections } = asApp();
    for (const name of ['c', 'a', 'b']) {
      await connections.createExternalDatabaseConnection({ ...shop(), name }, 'STANDALONE');
    }
    const all = await connections.listExternalDatabaseConnections();
    expect(all.externalDatabaseConnections?.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    const page = await connections.listExternalDatabaseConnections({ paging: { limit: 1, offset: 1 } });
    expect(page.externalDatabaseConnections).toMatchObject([{ name: 'b', connectionStatus: unreached }]);
    expect(page.pagingMetadata).toMatchObject({ count: 1, offset: 1, total: 3 });
  });

  test('are replaced as a whole', async () => {
    await startWix();
    const { externalDatabaseConnections: connections } = asApp();
    await connections.createExternalDatabaseConnection(shop(), 'STANDALONE');
    const endpoint = 'https://db2.example.test';
    const updated = await connections.updateExternalDatabaseConnection('shop', { endpoint });
    expect(updated).toEqual({ name: 'shop', endpoint, connectionStatus: unreached });
    expect(await connections.getExternalDatabaseConnection('shop')).toEqual(updated);
    const update = () => connections.updateExternalDatabaseConnection('shop', {});
    expect(await failureOf(update)).toMatchObject({ status: 400 });
    expect(await connections.getExternalDatabaseConnection('shop')).toEqual(updated);
  });

  test('are deleted', async () => {
    await startWix();
    const { externalDatabaseConnections: connections } = asApp();
    await connections.createExternalDatabaseConnection(shop(), 'STANDALONE');
    await connections.deleteExternalDatabaseConnection('shop');
    expect(await failureOf(() => connections.getExternalDatabaseConnection('shop'))).toMatchObject(notFound);
  });

  test('that do not exist are NOT_FOUND', async () => {
    await startWix();
    const { externalDatabaseConnections: connections } = asApp();
    for (const call of [
      () => connections.getExternalDatabaseConnection('nope'),
      () => connections.updateExternalDatabaseConnection('nope', { endpoint: shop().endpoint }),
      () => connections.deleteExternalDatabaseConnection('nope'),
    ]) {
      expect(await failureOf(call)).toMatchObject(notFound);
    }
  });

  test('survive a reset no longer than items do', async () => {
    const wix = await startWix();
    await asApp().externalDatabaseConnections.createExternalDatabaseConnection(shop(), 'STANDALONE');
    await wix.reset();
    const token = await appToken(wix);
    const answer = await send(wix, 'GET', '/wix-data/v1/external-database-connections', { token });
    expect(await answer.json()).toMatchObject({ externalDatabaseConnections: [] });
  });

  test.each<[string, (connections: Client['externalDatabaseConnections']) => Promise<unknown>]>([
    [
      'create',
      (connections) => connections.createExternalDatabaseConnection({ ...shop(), name: 'x' }, 'STANDALONE'),
    ],
    ['get', (connections) => connections.getExternalDatabaseConnection('shop')],
    ['list', (connections) => connections.listExternalDatabaseConnections()],
    [
      'replace',
      (connections) =>
        connections.updateExternalDatabaseConnection('shop', { endpoint: 'https://x.example' }),
    ],
    ['delete', (connections) => connections.deleteExternalDatabaseConnection('shop')],
  ])('%s: for apps only, and no secret in the refusal', async (_, call) => {
    await startWix();
    await asApp().externalDatabaseConnections.createExternalDatabaseConnection(shop(), 'STANDALONE');
    for (const client of [asVisitor(), await asMember(ada), await asMember(owner)]) {
      const failure = await failureOf(() => call(client.externalDatabaseConnections));
      expect(failure).toMatchObject({ status: 403 });
      expect(failure.message).not.toContain('open sesame');
    }
    const { externalDatabaseConnections } =
      await asApp().externalDatabaseConnections.listExternalDatabaseConnections();
    expect(externalDatabaseConnections).toEqual([{ ...shop(), connectionStatus: unreached }]);
  });
});

describe('a connection that is made', () => {
  const reachable = async (adapterOptions: FakeAdapterOptions = {}) => {
    const adapter = new FakeAdapter({ secretKey: 'open sesame', appId: app.clientId, ...adapterOptions });
    await startWix({ fetchAdapter: adapter.fetch });
    return { adapter, connections: asApp().externalDatabaseConnections };
  };
  const base = { name: 'shop', endpoint: BASE };

  test('legacy: provision and the list of schemas are asked for, and decide', async () => {
    const { adapter, connections } = await reachable();
    const made = await connections.createExternalDatabaseConnection(
      { ...base, configuration: { secretKey: 'open sesame' } },
      'STANDALONE',
    );
    expect(made).toMatchObject({
      connectionStatus: { successful: true, causeOfFailure: 'NONE', hasCollections: 'YES' },
      protocolVersion: 'V2',
    });
    expect(adapter.requests.map(({ path }) => path)).toEqual(['provision', 'schemas/list']);
  });

  test('legacy: a wrong secret is UNAUTHORIZED, and the connection is kept as it is', async () => {
    const { connections } = await reachable();
    const wrong = { ...base, configuration: { secretKey: 'wrong' } };
    const unauthorized = { connectionStatus: { successful: false, causeOfFailure: 'UNAUTHORIZED' } };
    expect(await connections.createExternalDatabaseConnection(wrong, 'STANDALONE')).toMatchObject(
      unauthorized,
    );
    expect(await connections.getExternalDatabaseConnection('shop')).toMatchObject(unauthorized);
    const right = { ...base, configuration: { secretKey: 'open sesame' } };
    expect(await connections.updateExternalDatabaseConnection('shop', right)).toMatchObject({
      connectionStatus: { successful: true },
    });
  });

  test('present generation: capabilities and collections are asked for; another’s key is not accepted', async () => {
    const keys: { publicKey?: string } = {};
    const adapter = new FakeAdapter({
      appId: app.clientId,
      publicKey: () => keys.publicKey ?? '',
      tables: {},
    });
    const wix = await startWix({ fetchAdapter: adapter.fetch });
    const { externalDatabaseConnections: connections } = asApp();
    expect(
      await connections.createExternalDatabaseConnection({ ...base }, 'WIX_SERVICE_PLUGIN'),
    ).toMatchObject({
      connectionStatus: { successful: false, causeOfFailure: 'UNAUTHORIZED' },
    });
    keys.publicKey = wix.publicKey;
    expect(await connections.updateExternalDatabaseConnection('shop', { endpoint: BASE })).toMatchObject({
      connectionStatus: { successful: true, hasCollections: 'NO' },
      protocolVersion: 'V3',
      capabilities: { collectionModificationsSupported: true },
    });
    expect(adapter.requests.map(({ path }) => path)).toEqual(['v3/capabilities/get', 'v3/collections/get']);
  });
});

describe('collections of an external database', () => {
  const unsupported = { details: { applicationError: { code: 'NOT_IMPLEMENTED' } } };

  test('are described by their adapter, and cannot be managed', async () => {
    const { adapter } = await connected('v3');
    adapter.v3Operations = ['QUERY', 'UPDATE'];
    const { collections } = asApp();
    const trips = await collections.getDataCollection('Trips');
    expect(trips).toMatchObject({
      _id: 'Trips',
      collectionType: 'EXTERNAL',
      capabilities: { dataOperations: ['FIND', 'GET', 'UPDATE', 'BULK_UPDATE', 'PATCH', 'BULK_PATCH'] },
      permissions: { read: 'ANYONE' },
      pagingModes: ['OFFSET'],
    });
    expect(trips.fields?.find(({ key }) => key === 'seats')).toMatchObject({ type: 'NUMBER' });
    const shown = await asVisitor().collections.getDataCollection('Trips');
    expect(Object.keys(shown).toSorted()).toEqual(['_id', 'displayName', 'fields', 'plugins']);
    const permissions = { read: 'ANYONE', insert: 'ANYONE', update: 'ANYONE', remove: 'ANYONE' } as const;
    const orders = { _id: 'depot/orders', fields: [{ key: 'a', type: 'TEXT' as const }], permissions };
    expect(await failureOf(() => collections.createDataCollection(orders))).toMatchObject(unsupported);
    expect(await failureOf(() => collections.deleteDataCollection('Trips'))).toMatchObject(unsupported);
  });

  test('leave other collections with a slash alone', async () => {
    await startWix({ seed: { collections: [openCollection('Stores/Products', [{ _id: 'a' }])] } });
    await asApp().externalDatabaseConnections.createExternalDatabaseConnection(shop(), 'STANDALONE');
    expect((await asVisitor().items.query('Stores/Products').find()).length).toBe(1);
    const failure = await failureOf(() => asVisitor().items.query('Stores/Nope').find());
    expect(failure.details?.applicationError?.code).toBe('WDE0025');
  });
});
