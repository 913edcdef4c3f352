import { describe, expect, test } from 'vitest';
import type { Seed, WixEmulator } from '../../packages/wix-emulator/src/index.ts';
import { connected as connect, dataRequests } from './external-support.ts';
import type { Client } from './external-support.ts';
import {
  ada,
  alan,
  appToken,
  asApp,
  asMember,
  asVisitor,
  failureOf,
  grace,
  owner,
  send,
  startWix,
} from './support.ts';

type Items = Client['items'];

const generations = ['v3', 'legacy'] as const;

let site: WixEmulator;

async function connected(...args: Parameters<typeof connect>) {
  const both = await connect(...args);
  site = both.wix;
  return both;
}

/** How a call failed: the status that Wix answered, which the SDK keeps to itself, and the code. */
async function outcome(call: () => Promise<unknown>) {
  const { details } = await failureOf(call);
  return [site.calls.at(-1)?.status, details?.applicationError?.code];
}

/** Learns what there is to learn, so that only the next answer is wrong. */
async function prepared(
  generation: (typeof generations)[number],
  options: Parameters<typeof connected>[1] = {},
) {
  const { wix, adapter } = await connected(generation, options);
  const { items } = await asMember(ada);
  await items.query('Trips').find();
  adapter.requests.length = 0;
  return { wix, adapter, items };
}

describe.each(generations)('an adapter in trouble, %s', (generation) => {
  const wrong: [string, () => Response, number, string][] = [
    ['fails', () => Response.json({ message: 'x' }, { status: 500 }), 502, 'WDE0116'],
    ['is overloaded', () => new Response('<h1>busy</h1>', { status: 503 }), 502, 'WDE0116'],
    ['sends no JSON', () => new Response('<h1>hello</h1>'), 502, 'WDE0116'],
    ['sends nothing', () => new Response(''), 502, 'WDE0116'],
    [
      'leads elsewhere',
      () => new Response('', { status: 302, headers: { location: 'http://localhost/' } }),
      502,
      'WDE0116',
    ],
    ['sends another shape', () => Response.json({ items: 'none', totalCount: 0 }), 502, 'WDE0116'],
    ['leaves out an _id', () => Response.json({ items: [{ city: 'x' }], totalCount: 1 }), 502, 'WDE0128'],
    ['refuses without a reason', () => new Response('', { status: 418 }), 400, 'WDE0076'],
    ['forbids', () => Response.json({ message: 'no' }, { status: 403 }), 403, 'WDE0027'],
  ];
  test.each(wrong)('that %s', async (_, answer, status, code) => {
    const { adapter, items } = await prepared(generation);
    adapter.answer = answer;
    expect(await outcome(() => items.query('Trips').find())).toEqual([status, code]);
    expect(dataRequests(adapter)).toHaveLength(1);
    adapter.answer = undefined;
    expect((await items.query('Trips').find()).length).toBe(3);
  });

  test('that leaves out the _id of one item, got or written', async () => {
    const { adapter, items } = await prepared(generation);
    const one = { city: 'x' };
    const body = { items: [one], results: [{ item: one }], item: one };
    adapter.answer = () => Response.json(body);
    expect(await outcome(() => items.get('Trips', 'a'))).toEqual([502, 'WDE0128']);
    // A legacy adapter may answer a write with less than the item; the item that was sent stands in for it.
    if (generation === 'v3') {
      expect(await outcome(() => items.insert('Trips', one))).toEqual([502, 'WDE0128']);
    }
  });

  test('that gives no answer in time', async () => {
    const { adapter, items } = await prepared(generation, { adapterTimeoutMs: 500 });
    adapter.answer = () => new Promise(() => {});
    expect(await outcome(() => items.query('Trips').find())).toEqual([504, 'WDE0028']);
  });

  test('that cannot be reached', async () => {
    await connected(generation, { fetchAdapter: () => Promise.reject(new TypeError('fetch failed')) });
    const { items } = await asMember(ada);
    expect(await outcome(() => items.query('Trips').find())).toEqual([502, 'WDE0131']);
  });

  test('what it says of a refusal is told, and nothing of its secret', async () => {
    const { adapter, items } = await prepared(generation);
    const body = {
      message: 'seats must be many',
      errorCode: 'BAD_REQUEST',
      errorMessage: 'seats must be many',
    };
    adapter.answer = () => Response.json(body, { status: 400 });
    const failure = await failureOf(() => items.insert('Trips', { seats: 1 }));
    expect(failure).toMatchObject({ details: { applicationError: { code: 'WDE0076' } } });
    expect(failure.message).toContain('seats must be many');
    expect(JSON.stringify(failure.details)).not.toContain('open sesame');
  });
});

test('an endpoint on another machine is never called, unless a program says how', async () => {
  const seed: Seed = {
    connections: [{ name: 'depot', generation: 'v3', endpoint: 'https://db.example.test/wix' }],
  };
  site = await startWix({ seed });
  const { items } = asApp();
  expect(await outcome(() => items.query('depot/trips').find())).toEqual([502, 'WDE0131']);
});

describe('operations that are not announced are never asked for', () => {
  const calls: [string, string, string, (items: Items) => Promise<unknown>][] = [
    ['QUERY', 'find', 'query', (items) => items.query('Trips').find()],
    ['QUERY', 'get', 'get', (items) => items.get('Trips', 'a')],
    ['COUNT', 'count', 'count', (items) => items.query('Trips').count()],
    [
      'AGGREGATE',
      'aggregate',
      'aggregate',
      (items) => items.aggregate('Trips').group('city').max('seats').run(),
    ],
    ['DISTINCT', 'none', 'distinct', (items) => items.query('Trips').distinct('city')],
    ['INSERT', 'insert', 'insert', (items) => items.insert('Trips', {})],
    ['INSERT', 'insert', 'bulkInsert', (items) => items.bulkInsert('Trips', [{}])],
    ['INSERT', 'insert', 'save', (items) => items.save('Trips', {})],
    ['UPDATE', 'update', 'update', (items) => items.update('Trips', { _id: 'a' })],
    ['UPDATE', 'update', 'bulkUpdate', (items) => items.bulkUpdate('Trips', [{ _id: 'a' }])],
    ['UPDATE', 'update', 'patch', (items) => items.patch('Trips', 'a').setField('city', 'x').run()],
    ['QUERY', 'find', 'patch', (items) => items.patch('Trips', 'a').setField('city', 'x').run()],
    ['REMOVE', 'remove', 'remove', (items) => items.remove('Trips', 'a')],
    ['REMOVE', 'remove', 'bulkRemove', (items) => items.bulkRemove('Trips', ['a'])],
    ['TRUNCATE', 'truncate', 'truncate', (items) => items.truncate('Trips')],
  ];
  test.each(calls)('%s (%s): %s', async (v3, legacy, _, call) => {
    for (const generation of generations) {
      const { adapter } = await connected(generation);
      adapter.v3Operations = adapter.v3Operations.filter((one) => one !== v3);
      adapter.legacyOperations = adapter.legacyOperations.filter((one) => one !== legacy);
      const { items } = asApp();
      expect(await outcome(() => call(items))).toEqual([428, 'WDE0119']);
      expect(dataRequests(adapter)).toEqual([]);
    }
  });

  test.each<[string, (items: Items) => Promise<unknown>]>([
    ['search', (items) => items.search('Trips').expression('Cork').run()],
    ['aggregatePipeline', (items) => items.aggregatePipeline('Trips', { stages: [] })],
    ['asyncRemoveByFilter', (items) => items.asyncRemoveByFilter('Trips', items.filter())],
    ['queryReferenced', (items) => items.queryReferenced('Trips', 'a', 'city')],
    ['insertReference', (items) => items.insertReference('Trips', 'city', 'a', 'b')],
  ])('%s is a 501 by name', async (_, call) => {
    const { adapter } = await connected('v3');
    expect((await outcome(() => call(asApp().items)))[1]).toBe('NOT_IMPLEMENTED');
    expect(dataRequests(adapter)).toEqual([]);
  });
});

describe.each(generations)('permissions, %s', (generation) => {
  const permissions = {
    read: 'SITE_MEMBER',
    insert: 'SITE_MEMBER',
    update: 'SITE_MEMBER_AUTHOR',
    remove: 'ADMIN',
  } as const;

  test('the site’s own hold before the adapter hears of anything', async () => {
    const { adapter } = await connected(generation, { collection: { permissions } });
    const [visitor, member] = [asVisitor().items, (await asMember(ada)).items];
    expect(await outcome(() => visitor.query('Trips').find())).toEqual([403, 'WDE0027']);
    expect(await outcome(() => visitor.insert('Trips', {}))).toEqual([403, 'WDE0027']);
    expect(await outcome(() => member.remove('Trips', 'a'))).toEqual([403, 'WDE0027']);
    expect(await outcome(() => member.truncate('Trips'))).toEqual([403, 'WDE0027']);
    expect(dataRequests(adapter)).toEqual([]);
    expect((await member.query('Trips').find()).length).toBe(3);
    expect(await (await asMember(owner)).items.remove('Trips', 'a')).toMatchObject({ _id: 'a' });
  });

  test('authors change their own items, and the adapter is told of no other', async () => {
    const { adapter } = await connected(generation, { collection: { permissions } });
    const [adas, graces] = [(await asMember(ada)).items, (await asMember(grace)).items];
    await adas.insert('Trips', { _id: 'n', city: 'Oslo' });
    expect(await outcome(() => graces.update('Trips', { _id: 'n', city: 'stolen' }))).toEqual([
      403,
      'WDE0027',
    ]);
    expect(await outcome(() => graces.patch('Trips', 'n').setField('city', 'x').run())).toEqual([
      403,
      'WDE0027',
    ]);
    const stolen = await graces.bulkUpdate('Trips', [{ _id: 'n', city: 'stolen' }]);
    expect(stolen.errors).toMatchObject([{ code: 'WDE0027' }]);
    expect(await adas.update('Trips', { _id: 'n', city: 'Rome' })).toMatchObject({ city: 'Rome' });
    expect(adapter.tables.require('trips').rows.find(({ _id: id }) => id === 'n')).toMatchObject({
      city: 'Rome',
    });
  });

  test('authors read their own items', async () => {
    await connected(generation, {
      collection: { permissions: { ...permissions, read: 'SITE_MEMBER_AUTHOR' } },
    });
    const [adas, graces] = [(await asMember(ada)).items, (await asMember(grace)).items];
    await adas.insert('Trips', { _id: 'n', city: 'Oslo' });
    expect((await adas.query('Trips').find()).items.map(({ _id: id }) => id)).toEqual(['n']);
    expect((await graces.query('Trips').find()).length).toBe(0);
    expect(await adas.query('Trips').ne('city', 'x').count()).toBe(1);
    expect(await graces.get('Trips', 'n')).toBeNull();
    expect(await adas.get('Trips', 'n')).toMatchObject({ city: 'Oslo' });
  });

  test('without a word of the site the adapter’s count, or the owner’s alone', async () => {
    await connected(generation, { collection: { permissions: undefined } });
    const { items } = await asMember(alan);
    const read = items.query('depot/trips').find();
    if (generation === 'v3') expect((await read).length).toBe(3);
    else expect(await outcome(() => read)).toEqual([403, 'WDE0027']);
    expect(await outcome(() => asVisitor().items.query('depot/trips').find())).toEqual([403, 'WDE0027']);
  });
});

describe('names', () => {
  test('a collection has the name of its connection and its own, and an alias where the site gave one', async () => {
    const { adapter } = await connected('v3');
    const { items } = await asMember(ada);
    expect((await items.query('depot/trips').find()).length).toBe(3);
    expect((await items.query('Trips').find()).length).toBe(3);
    expect(await outcome(() => items.query('trips').find())).toEqual([404, 'WDE0025']);
    expect(await outcome(() => items.query('depot/nothing').find())).toEqual([404, 'WDE0025']);
    // The adapter hears its own name, whichever was used.
    expect(
      new Set(
        adapter.requests.map(
          ({ body }) => (body as { request: { collectionId?: string } }).request.collectionId,
        ),
      ),
    ).toEqual(new Set([undefined, 'trips']));
  });

  test('an alias that names a collection already is refused, and a collection of an alias’s name as well', async () => {
    const connection = { name: 'x', generation: 'v3', endpoint: 'http://localhost/' } as const;
    const aliased = { ...connection, collections: [{ id: 't', alias: 'Announcements' }] };
    const { wix } = await connected('v3');
    await expect(wix.seed({ connections: [aliased] })).rejects.toThrow('names another collection');
    await expect(
      wix.seed({ connections: [{ ...aliased, collections: [{ id: 't', alias: 'Trips' }] }] }),
    ).rejects.toThrow('names another collection');
    await expect(wix.seed({ collections: [{ id: 'Trips' }] })).rejects.toThrow();
  });

  test('the call log names it as it was called', async () => {
    const { wix } = await connected('v3');
    await (await asMember(ada)).items.query('Trips').find();
    expect(wix.calls.at(-1)).toMatchObject({ operation: 'items.query', collection: 'Trips', status: 200 });
  });
});

test('state holds connections with their settings, installation and key', async () => {
  const { wix, adapter } = await connected('legacy');
  await (await asMember(ada)).items.query('Trips').find();
  const lines = [...wix.exportState()].map((line) => line.trimEnd());
  await wix.reset();
  wix.importState(lines);
  await (await asMember(ada)).items.query('Trips').find();
  const installations = adapter.requests.map(
    ({ body }) => (body as { requestContext: { installationId: string } }).requestContext.installationId,
  );
  expect(new Set(installations).size).toBe(1);
  const answer = await send(wix, 'GET', '/wix-data/v1/external-database-connections', {
    token: await appToken(wix),
  });
  expect(await answer.json()).toMatchObject({
    externalDatabaseConnections: [{ name: 'depot', configuration: { secretKey: 'open sesame' } }],
  });
});
