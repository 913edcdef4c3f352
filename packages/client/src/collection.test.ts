import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startFixtureServer, TOKEN, type FixtureServer, type Row } from '../test/fixture-server.ts';
import { Gatehouse } from './index.ts';

let server: FixtureServer;
beforeAll(async () => {
  server = await startFixtureServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.received.length = 0;
});

const connections = () =>
  new Gatehouse<{ SITConnections: Row }>({ baseUrl: server.origin, token: TOKEN }).collection(
    'SITConnections',
  );
const untyped = (name: string) => new Gatehouse({ baseUrl: server.origin, token: TOKEN }).collection(name);

test('making a collection asks the server nothing', () => {
  connections();
  expect(server.received).toEqual([]);
});

test('a bare list has no query string', async () => {
  await connections().list();
  expect(server.last()).toMatchObject({ method: 'GET', url: '/api/collections/SITConnections/items' });
  expect(server.last().headers['content-type']).toBeUndefined();
});

test('filter, sort, fields, limit and cursor travel as the contract has them', async () => {
  const filter = { name: { $startsWith: 'Zü&=+#' }, $or: [{ _id: 'one' }, { memberEmail: null }] };
  await connections().list({
    filter,
    sort: ['-name', '_id'],
    fields: ['_id', 'name'],
    limit: 2,
    cursor: '2',
  });
  const { searchParams } = new URL(server.last().url, server.origin);
  expect(Object.fromEntries(searchParams)).toEqual({
    filter: JSON.stringify(filter),
    sort: '-name,_id',
    fields: '_id,name',
    limit: '2',
    cursor: '2',
  });
});

test('a projection brings the fields asked for, and the id', async () => {
  const { result } = await connections().list({ fields: ['name'], limit: 1 });
  expect(result.items).toEqual([{ _id: 'one', name: 'Analytical Engine' }]);
});

test('one sort key needs no list', async () => {
  await connections().list({ sort: '-name' });
  expect(server.last().url).toBe('/api/collections/SITConnections/items?sort=-name');
});

test('an undefined condition is refused instead of matching everything', async () => {
  const filter = { name: undefined } as unknown as { name: string };
  await expect(connections().list({ filter })).rejects.toThrow('filter: name is undefined');
  await expect(connections().list({ filter: { $and: [filter] } })).rejects.toThrow(
    'filter: name is undefined',
  );
  expect(server.received).toEqual([]);
});

test('get, insert, patch and remove, one request each', async () => {
  const collection = connections();
  expect((await collection.get('one')).result).toMatchObject({ _id: 'one', name: 'Analytical Engine' });

  const inserted = await collection.insert({ name: 'Menabrea' });
  expect(inserted.status).toBe(201);
  expect(inserted.result).toMatchObject({ _id: 'new', name: 'Menabrea' });
  expect(server.last()).toMatchObject({ method: 'POST', body: { name: 'Menabrea' } });

  expect((await collection.patch('one', { name: 'Engine' })).result).toMatchObject({
    _id: 'one',
    name: 'Engine',
  });
  expect(server.last()).toMatchObject({ method: 'PATCH', body: { name: 'Engine' } });

  expect(await collection.remove('one')).toMatchObject({ status: 204, result: undefined });
  expect(server.received.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'GET /api/collections/SITConnections/items/one',
    'POST /api/collections/SITConnections/items',
    'PATCH /api/collections/SITConnections/items/one',
    'DELETE /api/collections/SITConnections/items/one',
  ]);
});

test('a missing item and an undeclared collection are not found', async () => {
  await expect(connections().get('nobody')).rejects.toMatchObject({ isNotFound: true, code: 'not-found' });
  await expect(untyped('Orders').list()).rejects.toMatchObject({ isNotFound: true });
});

test('ids and names are percent-encoded', async () => {
  expect((await connections().get('two/2')).result.name).toBe('Zürich');
  expect(server.last().url).toBe('/api/collections/SITConnections/items/two%2F2');
  await connections()
    .get('a b?c#d%2e/../é')
    .catch(() => {});
  expect(server.last().url).toBe('/api/collections/SITConnections/items/a%20b%3Fc%23d%252e%2F..%2F%C3%A9');
  await untyped('Ord/ers?x')
    .list()
    .catch(() => {});
  expect(server.last().url).toBe('/api/collections/Ord%2Fers%3Fx/items');
});

test('a path part that would lead to another route never leaves', async () => {
  for (const part of ['', '.', '..']) {
    expect(() => untyped(part)).toThrow(TypeError);
    await expect(connections().get(part)).rejects.toThrow(TypeError);
    await expect(connections().patch(part, {})).rejects.toThrow(TypeError);
    await expect(connections().remove(part)).rejects.toThrow(TypeError);
  }
  await expect(connections().remove(undefined as unknown as string)).rejects.toThrow('id must be text');
  expect(server.received).toEqual([]);
});

test('items go through every page, each asked for when it is needed', async () => {
  const names: string[] = [];
  const requestsAt: number[] = [];
  for await (const item of connections().items({ limit: 2, sort: 'name' })) {
    names.push(item.name);
    requestsAt.push(server.received.length);
  }
  expect(names).toEqual(['Analytical Engine', 'Zürich', 'Bernoulli', 'Babbage', 'Menabrea']);
  expect(requestsAt).toEqual([1, 1, 2, 2, 3]);
  expect(server.received.map(({ url }) => url.split('?')[1])).toEqual([
    'sort=name&limit=2',
    'sort=name&limit=2&cursor=2',
    'sort=name&limit=2&cursor=4',
  ]);
});

test('leaving the loop ends the requests', async () => {
  for await (const _item of connections().items({ limit: 2 })) break;
  expect(server.received).toHaveLength(1);
});

test('pages come with their envelope, from the cursor given', async () => {
  const sizes: number[] = [];
  for await (const { result, status } of connections().pages({ limit: 2, cursor: '2' })) {
    expect(status).toBe(200);
    sizes.push(result.items.length);
  }
  expect(sizes).toEqual([2, 1]);
});

test('a failure on a later page reaches the loop', async () => {
  const seen: string[] = [];
  const loop = async () => {
    for await (const { _id } of connections().items({ limit: 2 })) {
      if (seen.push(_id) === 2) server.next((_, response) => response.writeHead(500).end());
    }
  };
  await expect(loop()).rejects.toMatchObject({ status: 500 });
  expect(seen).toEqual(['one', 'two/2']);
});

test('an aborted loop asks for no further page', async () => {
  const controller = new AbortController();
  const loop = async () => {
    for await (const _page of connections().pages({ limit: 2 }, { signal: controller.signal }))
      controller.abort();
  };
  await expect(loop()).rejects.toMatchObject({ kind: 'aborted' });
  expect(server.received).toHaveLength(1);
});
