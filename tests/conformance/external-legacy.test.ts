import { describe, expect, test } from 'vitest';
import { trips } from '../../packages/wix-emulator/test/fake-adapter/adapter.ts';
import { callers, connected, dataRequests, secretKey } from './external-support.ts';
import type { Client } from './external-support.ts';
import { ada, app, asApp, asMember, asVisitor, failureOf } from './support.ts';

type Items = Client['items'];

const openToVisitors = { tables: { trips: { ...trips(), visitorsRead: true } } };
const date = { $date: expect.any(String) as string };
const bulk = ['get', 'find', 'count', 'insert', 'update', 'remove', 'bulkInsert', 'bulkUpdate', 'bulkRemove'];

/** A request as it is on the wire, without its context. */
function requestOf({ body = {} }: { body?: unknown } = {}) {
  const { requestContext: _, ...request } = body as Record<string, unknown>;
  return request;
}

describe('the legacy generation: what is sent', () => {
  test('is JSON at the documented addresses: provision, then the schema, then the data', async () => {
    const { adapter } = await connected('legacy', { adapter: openToVisitors });
    await asVisitor().items.query('Trips').find();
    await asVisitor().items.query('Trips').find();
    expect(adapter.requests.map(({ method, path, contentType }) => [method, path, contentType])).toEqual(
      ['provision', 'schemas/find', 'data/find', 'data/find'].map((path) => [
        'POST',
        path,
        'application/json',
      ]),
    );
    const [provision, schema] = adapter.requests;
    const context = {
      settings: { secretKey },
      instanceId: app.instanceId,
      installationId: expect.stringMatching(/^[\da-f-]{36}$/) as string,
    };
    expect(JSON.parse(provision?.text ?? '')).toEqual({ requestContext: context });
    // What the collection can do Wix asks on its own account.
    expect(JSON.parse(schema?.text ?? '')).toEqual({
      requestContext: { ...context, memberId: null, role: 'BACKEND_CODE' },
      schemaIds: ['trips'],
    });
  });

  test.each(callers)('says who asks: $who', async ({ client, context }) => {
    const { adapter } = await connected('legacy', { adapter: openToVisitors });
    const { items } = await client();
    await items.query('Trips').find();
    await items.get('Trips', 'a');
    const contexts = dataRequests(adapter).map(
      ({ text }) => (JSON.parse(text) as { requestContext: object }).requestContext,
    );
    const whole = {
      settings: { secretKey },
      instanceId: app.instanceId,
      installationId: expect.any(String) as string,
      ...context,
    };
    expect(contexts).toEqual([whole, whole]);
    expect(contexts[0]).toEqual(contexts[1]);
  });

  const found = { collectionName: 'trips', filter: {}, sort: [], skip: 0, limit: 50 };
  const calls: [string, (items: Items) => Promise<unknown>, [string, object][]][] = [
    ['query', (items) => items.query('Trips').find(), [['find', found]]],
    [
      'query, as the example of the documentation',
      (items) =>
        items
          .query('Trips')
          .eq('city', 'Cork')
          .ge('seats', 2)
          .descending('seats')
          .fields('city')
          .limit(20)
          .find(),
      [
        [
          'find',
          {
            collectionName: 'trips',
            filter: { $and: [{ city: { $eq: 'Cork' } }, { seats: { $gte: 2 } }] },
            sort: [{ fieldName: 'seats', direction: 'desc' }],
            skip: 0,
            limit: 20,
            projection: ['_id', 'city'],
          },
        ],
      ],
    ],
    [
      'every operator',
      (items) =>
        items
          .query('Trips')
          .hasSome('city', ['Cork', 'Oslo'])
          .isEmpty('leaves')
          .not(items.query('Trips').startsWith('city', 'B').or(items.query('Trips').isEmpty('seats')))
          .find(),
      [
        [
          'find',
          {
            ...found,
            filter: {
              $and: [
                { $and: [{ city: { $hasSome: ['Cork', 'Oslo'] } }, { leaves: { $eq: null } }] },
                { $not: [{ $or: [{ city: { $startsWith: 'B' } }, { seats: { $eq: null } }] }] },
              ],
            },
          },
        ],
      ],
    ],
    ['get', (items) => items.get('Trips', 'a'), [['get', { collectionName: 'trips', itemId: 'a' }]]],
    [
      'count',
      (items) => items.query('Trips').eq('city', 'Cork').count(),
      [['count', { collectionName: 'trips', filter: { city: { $eq: 'Cork' } } }]],
    ],
    [
      'aggregate',
      (items) => items.aggregate('Trips').group('city').max('seats', 'most').ascending('_id').run(),
      [
        [
          'aggregate',
          {
            collectionName: 'trips',
            filter: {},
            processingStep: { _id: { city: '$city' }, most: { $max: '$seats' } },
            postFilteringStep: {},
          },
        ],
      ],
    ],
    [
      'insert',
      (items) => items.insert('Trips', { _id: 'n', city: 'Oslo', seats: 0 }),
      [
        [
          'insert',
          {
            collectionName: 'trips',
            item: {
              _id: 'n',
              _owner: ada.id,
              city: 'Oslo',
              seats: 0,
              _createdDate: date,
              _updatedDate: date,
            },
          },
        ],
      ],
    ],
    [
      'update',
      (items) => items.update('Trips', { _id: 'a', city: 'Oslo' }),
      [['update', { collectionName: 'trips', item: { _id: 'a', city: 'Oslo', _updatedDate: date } }]],
    ],
    [
      'patch, which is reading and replacing',
      (items) => items.patch('Trips', 'a').setField('city', 'Oslo').run(),
      [
        ['find', { ...found, filter: { _id: { $eq: 'a' } }, limit: 1 }],
        [
          'update',
          {
            collectionName: 'trips',
            item: {
              _id: 'a',
              _owner: 'o',
              city: 'Oslo',
              seats: 3,
              isOpen: true,
              leaves: { $date: '2026-01-02T03:04:05.678Z' },
              _updatedDate: date,
            },
          },
        ],
      ],
    ],
    ['remove', (items) => items.remove('Trips', 'a'), [['remove', { collectionName: 'trips', itemId: 'a' }]]],
    [
      'bulkInsert, one by one where bulk calls are not announced',
      (items) => items.bulkInsert('Trips', [{ _id: 'm' }, { _id: 'n' }]),
      ['m', 'n'].map((_id) => [
        'insert',
        { collectionName: 'trips', item: { _id, _owner: ada.id, _createdDate: date, _updatedDate: date } },
      ]),
    ],
    [
      'bulkSave',
      (items) =>
        items.bulkSave('Trips', [
          { _id: 'a', seats: 1 },
          { _id: 'n', seats: 2 },
        ]),
      [
        ['find', { ...found, filter: { _id: { $hasSome: ['a', 'n'] } }, limit: 2 }],
        [
          'insert',
          {
            collectionName: 'trips',
            item: { _id: 'n', _owner: ada.id, seats: 2, _createdDate: date, _updatedDate: date },
          },
        ],
        ['update', { collectionName: 'trips', item: { _id: 'a', seats: 1, _updatedDate: date } }],
      ],
    ],
  ];

  test.each(calls)('%s', async (_, call, expected) => {
    const { adapter } = await connected('legacy');
    await call((await asMember(ada)).items);
    const asked = dataRequests(adapter).map((one) => [one.path, requestOf(one)]);
    expect(asked).toEqual(expected.map(([path, request]) => [`data/${path}`, request]));
  });

  test.each<[string, (items: Items) => Promise<unknown>, string, object]>([
    [
      'bulkInsert',
      (items) => items.bulkInsert('Trips', [{ _id: 'm' }, { _id: 'n' }]),
      'data/insert/bulk',
      { items: [{ _id: 'm' }, { _id: 'n' }] },
    ],
    [
      'bulkUpdate',
      (items) =>
        items.bulkUpdate('Trips', [
          { _id: 'a', seats: 1 },
          { _id: 'b', seats: 2 },
        ]),
      'data/update/bulk',
      {
        items: [
          { _id: 'a', seats: 1 },
          { _id: 'b', seats: 2 },
        ],
      },
    ],
    [
      'bulkRemove',
      (items) => items.bulkRemove('Trips', ['a', 'b']),
      'data/remove/bulk',
      { itemIds: ['a', 'b'] },
    ],
  ])('%s, in one call where that is announced', async (_, call, path, expected) => {
    const { adapter } = await connected('legacy', { adapter: { legacyOperations: bulk } });
    await call((await asMember(ada)).items);
    const asked = dataRequests(adapter);
    expect(asked.map((one) => one.path)).toEqual([path]);
    expect(requestOf(asked[0])).toMatchObject({ collectionName: 'trips', ...expected });
  });

  test('truncate, for apps, who own nothing of what they insert', async () => {
    const { adapter } = await connected('legacy');
    await asApp().items.insert('Trips', { _id: 'n' });
    await asApp().items.truncate('Trips');
    const [inserted, truncated] = dataRequests(adapter);
    expect(requestOf(inserted)).toMatchObject({ item: { _id: 'n', _owner: null } });
    expect([truncated?.path, requestOf(truncated)]).toEqual(['data/truncate', { collectionName: 'trips' }]);
  });

  test('filters are a tree for an adapter that announces no version', async () => {
    const { adapter } = await connected('legacy', { adapter: { protocolVersion: 1 } });
    const { items } = await asMember(ada);
    const page = await items.query('Trips').eq('city', 'Cork').gt('seats', 0).find();
    expect(page.items.map(({ _id: id }) => id)).toEqual(['c']);
    await items.query('Trips').find();
    expect(dataRequests(adapter).map((one) => requestOf(one)['filter'])).toEqual([
      {
        kind: 'filter',
        operator: '$and',
        value: [
          { kind: 'filter', operator: '$eq', fieldName: 'city', value: 'Cork' },
          { kind: 'filter', operator: '$gt', fieldName: 'seats', value: 0 },
        ],
      },
      {},
    ]);
  });
});

describe('the legacy generation: what comes of it', () => {
  test('items, pages, groups and writes', async () => {
    const { adapter } = await connected('legacy');
    const { items } = await asMember(ada);
    const first = await items.query('Trips').ascending('city').limit(2).find({ returnTotalCount: true });
    expect(first.items[1]).toMatchObject({
      _id: 'b',
      seats: 0,
      isOpen: false,
      leaves: new Date('2026-02-02T03:04:05.678Z'),
    });
    expect([first.totalCount, first.hasNext()]).toEqual([3, true]);
    expect((await first.next()).hasNext()).toBe(false);
    const groups = await items
      .aggregate('Trips')
      .group('city')
      .sum('seats', 'seats')
      .descending('seats')
      .limit(1)
      .run();
    expect(groups.items).toEqual([{ _id: 'Cork', seats: 7 }]);
    expect(groups.hasNext()).toBe(true);
    expect(await items.insert('Trips', { city: 'Oslo' })).toMatchObject({ city: 'Oslo', _owner: ada.id });
    expect(await items.save('Trips', { _id: 'a', city: 'Rome' })).toMatchObject({ city: 'Rome' });
    expect(await items.remove('Trips', 'b')).toMatchObject({ city: 'Cork' });
    expect(adapter.tables.require('trips').rows.map(({ city }) => city)).toEqual(['Rome', 'Cork', 'Oslo']);
  });

  test('what is missing or there already has the codes it has elsewhere', async () => {
    await connected('legacy');
    const { items } = await asMember(ada);
    expect(await items.get('Trips', 'nobody')).toBeNull();
    expect(await items.remove('Trips', 'nobody')).toBeNull();
    const codes = [];
    for (const call of [
      () => items.update('Trips', { _id: 'nobody' }),
      () => items.insert('Trips', { _id: 'a' }),
      () => items.insert('Trips', { nonsense: 1 }),
    ]) {
      codes.push((await failureOf(call)).details?.applicationError?.code);
    }
    expect(codes).toEqual(['WDE0073', 'WDE0074', 'WDE0076']);
    const removed = await items.bulkRemove('Trips', ['a', 'nobody']);
    expect(removed).toMatchObject({ removed: 1, skipped: 1 });
  });

  test.each<[string, (items: Items) => Promise<unknown>]>([
    ['distinct values', (items) => items.query('Trips').distinct('city')],
    ['a count of groups', (items) => items.aggregate('Trips').group('city').count().run()],
    ['a group of everything', (items) => items.aggregate('Trips').max('seats', 'most').run()],
    ['includes', (items) => items.query('Trips').include('city').find()],
  ])('%s the protocol does not have', async (_, call) => {
    const { adapter } = await connected('legacy');
    const { items } = await asMember(ada);
    expect(await failureOf(() => call(items))).toMatchObject({
      details: { applicationError: { code: 'WDE0119' } },
    });
    expect(dataRequests(adapter)).toEqual([]);
  });

  test('a page larger than the schema allows is refused here', async () => {
    const { adapter } = await connected('legacy');
    const { items } = await asMember(ada);
    const failure = await failureOf(() => items.query('Trips').limit(51).find());
    expect(failure.details?.applicationError?.code).toBe('WDE0077');
    expect(dataRequests(adapter)).toEqual([]);
  });
});
