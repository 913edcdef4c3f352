import { describe, expect, test } from 'vitest';
import { trips } from '../../packages/wix-emulator/test/fake-adapter/adapter.ts';
import { callers, connected, dataRequests, signedOf } from './external-support.ts';
import type { Client } from './external-support.ts';
import { ada, app, asApp, asMember, asVisitor, failureOf } from './support.ts';

type Items = Client['items'];

const openToVisitors = { tables: { trips: { ...trips(), visitorsRead: true } } };
const paging = { limit: 50, offset: 0 };
const query = (filter: object, more: object = {}) => ({
  collectionId: 'trips',
  query: { filter, sort: [], paging, fields: [], ...more },
  includeReferencedItems: [],
  consistentRead: false,
  returnTotalCount: true,
});
const byId = (id: unknown) => ({
  ...query({ _id: id }, { paging: { limit: 1, offset: 0 } }),
  returnTotalCount: false,
});

describe('the present generation: what is sent', () => {
  test('is one JWT, signed with the key the emulator shows, to the documented address', async () => {
    const { adapter } = await connected('v3', { adapter: openToVisitors });
    await asVisitor().items.query('Trips').find();
    // Wix learned first what the collection can do.
    expect(adapter.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST v3/collections/get',
      'POST v3/items/query',
    ]);
    for (const request of adapter.requests) {
      const { header, claims, metadata } = signedOf(request);
      expect(header).toEqual({ alg: 'RS256', typ: 'JWT' });
      const { iss, aud, iat, exp } = claims;
      expect({ iss, aud }).toEqual({ iss: 'wix.com', aud: app.clientId });
      expect(exp - iat).toBe(60);
      expect(Math.abs(iat - Date.now() / 1000)).toBeLessThan(5);
      expect(Object.keys(claims).toSorted()).toEqual(['aud', 'data', 'exp', 'iat', 'iss']);
      expect(metadata).toMatchObject({
        requestId: expect.any(String) as string,
        instanceId: app.instanceId,
        appExtensionType: 'EXTERNAL_DATABASE_PROVIDER',
      });
      // JW-01: nothing of the site's own secrets travels.
      expect(request.text).not.toContain('open sesame');
    }
  });

  test('goes by the machine’s clock, whatever the site’s clock says', async () => {
    const { wix, adapter } = await connected('v3', { adapter: openToVisitors });
    wix.clock.forward(86_400_000);
    await asVisitor().items.query('Trips').find();
    expect(Math.abs(signedOf(adapter.requests[0]).claims.iat - Date.now() / 1000)).toBeLessThan(5);
  });

  test.each(callers)('says who asks: $who', async ({ client, identity }) => {
    const { adapter } = await connected('v3', { adapter: openToVisitors });
    await (await client()).items.query('Trips').find();
    const [asked] = dataRequests(adapter);
    expect(signedOf(asked).metadata['identity']).toEqual(identity);
    // What the collection can do Wix asks on its own account.
    expect(signedOf(adapter.requests[0]).metadata['identity']).toEqual({
      identityType: 'APP',
      appId: app.clientId,
    });
  });

  const calls: [string, (items: Items) => Promise<unknown>, [string, object][]][] = [
    ['query', (items) => items.query('Trips').find(), [['query', query({})]]],
    [
      'query with everything',
      (items) =>
        items
          .query('depot/trips')
          .eq('city', 'Cork')
          .gt('leaves', new Date('2026-01-01T00:00:00.000Z'))
          .descending('seats')
          .fields('city')
          .limit(2)
          .skip(1)
          .find({ consistentRead: true }),
      [
        [
          'query',
          {
            ...query(
              { city: 'Cork', leaves: { $gt: { $date: '2026-01-01T00:00:00.000Z' } } },
              {
                sort: [{ fieldName: 'seats', order: 'DESC' }],
                paging: { limit: 2, offset: 1 },
                fields: ['city'],
              },
            ),
            consistentRead: true,
          },
        ],
      ],
    ],
    ['get', (items) => items.get('Trips', 'a'), [['query', byId('a')]]],
    [
      'count',
      (items) => items.query('Trips').eq('city', 'Cork').count(),
      [['count', { collectionId: 'trips', filter: { city: 'Cork' }, consistentRead: false }]],
    ],
    [
      'distinct',
      (items) => items.query('Trips').distinct('city'),
      [
        [
          'query-distinct-values',
          {
            collectionId: 'trips',
            filter: {},
            fieldName: 'city',
            order: 'ASC',
            paging,
            consistentRead: false,
            returnTotalCount: true,
          },
        ],
      ],
    ],
    [
      'aggregate',
      (items) => items.aggregate('Trips').group('city').count().max('seats', 'most').ascending('_id').run(),
      [
        [
          'aggregate',
          {
            collectionId: 'trips',
            initialFilter: {},
            aggregation: {
              groupingFields: ['city'],
              operations: [
                { resultFieldName: 'count', itemCount: {} },
                { resultFieldName: 'most', max: { itemFieldName: 'seats' } },
              ],
            },
            finalFilter: {},
            sort: [{ fieldName: 'city', order: 'ASC' }],
            paging,
            consistentRead: false,
            returnTotalCount: true,
          },
        ],
      ],
    ],
    [
      'insert',
      (items) => items.insert('Trips', { _id: 'n', city: 'Oslo', seats: 0 }),
      [['insert', { collectionId: 'trips', items: [{ _id: 'n', _owner: ada.id, city: 'Oslo', seats: 0 }] }]],
    ],
    [
      'update',
      (items) => items.update('Trips', { _id: 'a', city: 'Oslo' }),
      [['update', { collectionId: 'trips', items: [{ _id: 'a', city: 'Oslo' }] }]],
    ],
    [
      'save of what is there',
      (items) => items.save('Trips', { _id: 'a', city: 'Oslo' }),
      [
        ['query', { ...byId('a'), consistentRead: true }],
        ['update', { collectionId: 'trips', items: [{ _id: 'a', city: 'Oslo' }] }],
      ],
    ],
    [
      'save of what is new',
      (items) => items.save('Trips', { city: 'Oslo' }),
      [
        [
          'insert',
          { collectionId: 'trips', items: [{ _id: expect.any(String), _owner: ada.id, city: 'Oslo' }] },
        ],
      ],
    ],
    [
      'patch, which is reading and replacing',
      (items) => items.patch('Trips', 'a').setField('city', 'Oslo').incrementField('seats', 2).run(),
      [
        ['query', { ...byId('a'), consistentRead: true }],
        [
          'update',
          {
            collectionId: 'trips',
            items: [
              {
                _id: 'a',
                _owner: 'o',
                city: 'Oslo',
                seats: 5,
                isOpen: true,
                leaves: { $date: '2026-01-02T03:04:05.678Z' },
              },
            ],
          },
        ],
      ],
    ],
    [
      'remove',
      (items) => items.remove('Trips', 'a'),
      [['remove', { collectionId: 'trips', itemIds: ['a'] }]],
    ],
    [
      'bulkInsert',
      (items) =>
        items.bulkInsert('Trips', [
          { _id: 'm', seats: 1 },
          { _id: 'n', seats: 2 },
        ]),
      [
        [
          'insert',
          {
            collectionId: 'trips',
            items: [
              { _id: 'm', _owner: ada.id, seats: 1 },
              { _id: 'n', _owner: ada.id, seats: 2 },
            ],
          },
        ],
      ],
    ],
    [
      'bulkUpdate',
      (items) =>
        items.bulkUpdate('Trips', [
          { _id: 'a', seats: 1 },
          { _id: 'b', seats: 2 },
        ]),
      [
        [
          'update',
          {
            collectionId: 'trips',
            items: [
              { _id: 'a', seats: 1 },
              { _id: 'b', seats: 2 },
            ],
          },
        ],
      ],
    ],
    [
      'bulkSave',
      (items) =>
        items.bulkSave('Trips', [
          { _id: 'a', seats: 1 },
          { _id: 'n', seats: 2 },
        ]),
      [
        [
          'query',
          {
            ...query({ _id: { $hasSome: ['a', 'n'] } }, { paging: { limit: 2, offset: 0 } }),
            consistentRead: true,
            returnTotalCount: false,
          },
        ],
        ['insert', { collectionId: 'trips', items: [{ _id: 'n', _owner: ada.id, seats: 2 }] }],
        ['update', { collectionId: 'trips', items: [{ _id: 'a', seats: 1 }] }],
      ],
    ],
    [
      'bulkRemove',
      (items) => items.bulkRemove('Trips', ['a', 'b']),
      [['remove', { collectionId: 'trips', itemIds: ['a', 'b'] }]],
    ],
  ];

  test.each(calls)('%s', async (_, call, expected) => {
    const { adapter } = await connected('v3');
    await call((await asMember(ada)).items);
    const asked = dataRequests(adapter).map((one) => [one.path, signedOf(one).request]);
    expect(asked).toEqual(expected.map(([path, request]) => [`v3/items/${path}`, request]));
  });

  test('truncate, for apps', async () => {
    const { adapter } = await connected('v3');
    await asApp().items.truncate('Trips');
    const asked = dataRequests(adapter).map((one) => [one.path, signedOf(one).request]);
    expect(asked).toEqual([['v3/items/truncate', { collectionId: 'trips' }]]);
    expect(adapter.tables.require('trips').rows).toEqual([]);
  });
});

describe('the present generation: what comes of it', () => {
  test('items with their dates, numbers and falsy values, and pages that end', async () => {
    await connected('v3');
    const { items } = await asMember(ada);
    const first = await items.query('Trips').limit(2).find({ returnTotalCount: true });
    expect(first.items).toEqual([
      {
        _id: 'a',
        _owner: 'o',
        city: 'Boise',
        seats: 3,
        isOpen: true,
        leaves: new Date('2026-01-02T03:04:05.678Z'),
      },
      {
        _id: 'b',
        _owner: 'o',
        city: 'Cork',
        seats: 0,
        isOpen: false,
        leaves: new Date('2026-02-02T03:04:05.678Z'),
      },
    ]);
    expect([first.totalCount, first.hasNext()]).toEqual([3, true]);
    const second = await first.next();
    expect(second.items.map(({ _id: id }) => id)).toEqual(['c']);
    expect(second.hasNext()).toBe(false);
  });

  test('reads, one by one and together', async () => {
    await connected('v3');
    const { items } = await asMember(ada);
    expect(await items.get('Trips', 'b')).toMatchObject({ city: 'Cork', seats: 0 });
    expect(await items.get('Trips', 'nobody')).toBeNull();
    expect(await items.query('Trips').eq('city', 'Cork').count()).toBe(2);
    expect((await items.query('Trips').distinct('city')).items).toEqual(['Boise', 'Cork']);
    const groups = await items
      .aggregate('Trips')
      .group('city')
      .count()
      .sum('seats', 'seats')
      .descending('seats')
      .run();
    expect(groups.items).toEqual([
      { _id: 'Cork', count: 2, seats: 7 },
      { _id: 'Boise', count: 1, seats: 3 },
    ]);
  });

  test('writes reach the table, and answer with what it then holds', async () => {
    const { adapter } = await connected('v3');
    const { items } = await asMember(ada);
    const inserted = await items.insert('Trips', { city: 'Oslo', isOpen: false });
    expect(inserted).toMatchObject({ city: 'Oslo', isOpen: false, _owner: ada.id });
    expect(inserted['_createdDate']).toBeInstanceOf(Date);
    expect(adapter.tables.require('trips').rows).toHaveLength(4);
    expect(await items.remove('Trips', 'a')).toMatchObject({ city: 'Boise' });
    expect(await items.remove('Trips', 'a')).toBeNull();
    const failure = await failureOf(() => items.update('Trips', { _id: 'a', city: 'Rome' }));
    expect(failure.details?.applicationError).toMatchObject({ code: 'WDE0073', data: { itemId: 'a' } });
    const twice = await failureOf(() => items.insert('Trips', { _id: 'b' }));
    expect(twice).toMatchObject({ details: { applicationError: { code: 'WDE0074' } } });
    expect(twice.message).toContain('[Trips]');
  });

  test('bulk writes tell of every entry', async () => {
    await connected('v3');
    const { items } = await asMember(ada);
    const inserted = await items.bulkInsert('Trips', [{ _id: 'a' }, { _id: 'n' }, { _id: 'o', oops: 1 }]);
    expect(inserted).toMatchObject({ inserted: 1, skipped: 1, insertedItemIds: ['n'] });
    expect(inserted.errors).toMatchObject([{ code: 'WDE0076', originalIndex: 2 }]);
    const removed = await items.bulkRemove('Trips', ['n', 'nobody']);
    expect(removed).toMatchObject({ removed: 1, skipped: 1 });
  });

  test('conditions are looked at before the write', async () => {
    const { adapter } = await connected('v3');
    const { items } = await asMember(ada);
    const closed = { condition: items.filter().eq('isOpen', false) };
    const failure = await failureOf(() => items.update('Trips', { _id: 'a', city: 'X' }, closed));
    expect(failure.details?.applicationError?.code).toBe('WDE0173');
    expect(dataRequests(adapter).some(({ path }) => path === 'v3/items/update')).toBe(false);
    expect(await items.update('Trips', { _id: 'b', city: 'X' }, closed)).toMatchObject({ city: 'X' });
  });

  test('nobody gives an item to somebody else but who may', async () => {
    const { adapter } = await connected('v3');
    await (await asMember(ada)).items.update('Trips', { _id: 'a', _owner: ada.id });
    await asApp().items.update('Trips', { _id: 'b', _owner: ada.id });
    expect(dataRequests(adapter).map((one) => signedOf(one).request['items'])).toEqual([
      [{ _id: 'a' }],
      [{ _id: 'b', _owner: ada.id }],
    ]);
  });

  test('includes are asked for by field', async () => {
    const { adapter } = await connected('v3');
    await (await asMember(ada)).items.query('Trips').include('city').find();
    const [asked] = dataRequests(adapter);
    expect(signedOf(asked).request['includeReferencedItems']).toEqual([{ fieldKey: 'city', limit: 50 }]);
  });
});
