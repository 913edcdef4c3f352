import { describe, expect, test } from 'vitest';
import {
  ada,
  appToken,
  asApiKey,
  asApp,
  asMember,
  asVisitor,
  failureOf,
  grace,
  openCollection,
  send,
  startWix,
} from './support.ts';

const onDay = (n: number) => ({ $date: new Date(Date.UTC(2026, 0, n)).toISOString() });

/** Oldest first, so that the newest, which come first, are the last of these. */
const cities = [
  { _id: 'c1', state: 'NY', city: 'Buffalo', people: 255, year: 2010, founded: onDay(1) },
  { _id: 'c2', state: 'NY', city: 'New York', people: 8192, year: 2010, founded: onDay(2) },
  { _id: 'c3', state: 'CA', city: 'Los Angeles', people: 3796, year: 2010, founded: onDay(3) },
  { _id: 'c4', state: 'CA', city: 'Los Angeles', people: 3962, year: 2015, founded: onDay(4) },
  { _id: 'c5', state: 'NY', city: 'Buffalo', people: 259, year: 2015, founded: onDay(5) },
].map((city, n) => ({ ...city, _createdDate: onDay(n + 1) }));

const withCities = (more: Record<string, unknown>[] = []) =>
  startWix({ seed: { collections: [openCollection('Cities', [...cities, ...more])] } });

type Group = Record<string, unknown> & { _id?: unknown };
const idsOf = ({ items }: { items: Group[] }) => items.map(({ _id }) => _id);

const aggregate = () => asVisitor().items.aggregate('Cities');
const filter = () => asVisitor().items.filter();
const PATH = '/wix-data/v2/items/aggregate';

describe('operations', () => {
  test('sum, average, least, greatest and number of all items, without an _id', async () => {
    await withCities();
    const { items } = await aggregate().sum('people').avg('people').min('people').max('people').count().run();
    expect(items).toEqual([
      { peopleSum: 16464, peopleAvg: 3292.8, peopleMin: 255, peopleMax: 8192, count: 5 },
    ]);
  });

  test('take the names given for them', async () => {
    await withCities();
    const { items } = await aggregate().sum('people', 'total').max('people', 'most').run();
    expect(items).toEqual([{ total: 16464, most: 8192 }]);
  });

  test('a count takes none: the SDK refuses what its type allows', async () => {
    const wix = await withCities();
    const failure = await failureOf(() => aggregate().count('cities').run());
    expect(failure.message).toContain('count does not take parameters');
    expect(wix.calls).toEqual([]);
  });

  test('least and greatest of texts go by code point, of dates by time', async () => {
    await withCities([{ city: 'boston', founded: onDay(9), _createdDate: onDay(9) }]);
    const { items } = await aggregate().min('city').max('city').min('founded').max('founded').run();
    expect(items).toEqual([
      {
        cityMin: 'Buffalo',
        cityMax: 'boston',
        foundedMin: new Date(Date.UTC(2026, 0, 1)),
        foundedMax: new Date(Date.UTC(2026, 0, 9)),
      },
    ]);
  });

  test('sum and average pass over what is no number; nothing at all sums to 0 and has no average', async () => {
    await withCities([
      { people: '1000', state: 'X' },
      { people: null, state: 'X' },
      { people: true, state: 'X' },
      { state: 'X' },
      { people: 4, state: 'Y' },
      { people: 'many', state: 'Y' },
    ]);
    const { items } = await aggregate()
      .filter(filter().hasSome('state', ['X', 'Y']))
      .group('state')
      .sum('people')
      .avg('people')
      .max('nowhere')
      .ascending('_id')
      .run();
    expect(items).toEqual([
      { _id: 'X', peopleSum: 0, peopleAvg: null, nowhereMax: null },
      { _id: 'Y', peopleSum: 4, peopleAvg: 4, nowhereMax: null },
    ]);
  });

  test('a sum beyond all numbers is refused', async () => {
    await withCities([{ people: 1e308 }, { people: 1e308 }]);
    const failure = await failureOf(() => aggregate().sum('people').run());
    expect(failure.details?.applicationError?.code).toBe('WDE0080');
  });

  test('nothing to aggregate gives nothing', async () => {
    await withCities();
    const result = await aggregate().filter(filter().eq('state', 'TX')).count().run();
    expect(result.items).toEqual([]);
    expect(result.hasNext()).toBe(false);
  });
});

describe('groups', () => {
  test('by one field have its value as _id', async () => {
    await withCities();
    const { items } = await aggregate().group('state').sum('people').ascending('_id').run();
    expect(items).toEqual([
      { _id: 'CA', peopleSum: 7758 },
      { _id: 'NY', peopleSum: 8706 },
    ]);
  });

  test('by several have an object, which sorting reaches into', async () => {
    await withCities();
    const { items } = await aggregate()
      .group('state', 'year')
      .count()
      .descending('_id.year')
      .ascending('_id.state')
      .run();
    expect(items).toEqual([
      { _id: { state: 'CA', year: 2015 }, count: 1 },
      { _id: { state: 'NY', year: 2015 }, count: 1 },
      { _id: { state: 'CA', year: 2010 }, count: 1 },
      { _id: { state: 'NY', year: 2010 }, count: 2 },
    ]);
  });

  test('by a field inside an object', async () => {
    await withCities([
      { at: { zip: '1' }, people: 1 },
      { at: { zip: '1' }, people: 2 },
    ]);
    const { items } = await aggregate().filter(filter().isNotEmpty('at')).group('at.zip').sum('people').run();
    expect(items).toEqual([{ _id: '1', peopleSum: 3 }]);
  });

  test('of null and of missing are one; of other types their own', async () => {
    await withCities([{ state: null }, {}, { state: 1 }, { state: '1' }, { state: true }, { state: [1] }]);
    const { items } = await aggregate().group('state').count().run();
    const counts = new Map(items.map((group: Group) => [JSON.stringify(group._id), group['count']]));
    expect(counts).toEqual(
      new Map([
        ['"NY"', 3],
        ['"CA"', 2],
        ['null', 2],
        ['1', 1],
        ['"1"', 1],
        ['true', 1],
        ['[1]', 1],
      ]),
    );
  });

  test('of dates come back as dates', async () => {
    await withCities();
    const { items } = await aggregate()
      .filter(filter().lt('founded', new Date(Date.UTC(2026, 0, 2))))
      .group('founded')
      .count()
      .run();
    expect(items).toEqual([{ _id: new Date(Date.UTC(2026, 0, 1)), count: 1 }]);
  });

  test('without an operation are the values there are', async () => {
    await withCities();
    const { items } = await aggregate().group('state').ascending('_id').run();
    expect(items).toEqual([{ _id: 'CA' }, { _id: 'NY' }]);
  });

  test('appear newest first unless sorted', async () => {
    await withCities();
    expect(idsOf(await aggregate().group('year').count().run())).toEqual([2015, 2010]);
  });
});

describe('filters', () => {
  test('filter() chooses items before, having() groups after', async () => {
    await withCities();
    const { items } = await aggregate()
      .filter(filter().eq('year', 2010))
      .group('state')
      .sum('people', 'total')
      .having(filter().gt('total', 4000))
      .run();
    expect(items).toEqual([{ _id: 'NY', total: 8447 }]);
  });

  test.each([
    ['by the group', (f: ReturnType<typeof filter>) => f.eq('_id', 'CA'), ['CA']],
    ['by any of several', (f: ReturnType<typeof filter>) => f.hasSome('count', [2, 9]), ['CA']],
    ['by a text', (f: ReturnType<typeof filter>) => f.startsWith('_id', 'n'), ['NY']],
    ['by what it is not', (f: ReturnType<typeof filter>) => f.ne('count', 2), ['NY']],
    ['by a range', (f: ReturnType<typeof filter>) => f.between('count', 3, 4), ['NY']],
    ['by emptiness', (f: ReturnType<typeof filter>) => f.isEmpty('nowhere'), ['CA', 'NY']],
    [
      'by one or the other',
      (f: ReturnType<typeof filter>) => f.eq('count', 2).or(filter().eq('count', 3)),
      ['CA', 'NY'],
    ],
    ['by neither', (f: ReturnType<typeof filter>) => f.not(filter().le('count', 3)), []],
  ])('having() chooses groups %s', async (_, having, ids) => {
    await withCities();
    const { items } = await aggregate()
      .group('state')
      .count()
      .having(having(filter()))
      .ascending('_id')
      .run();
    expect(idsOf({ items })).toEqual(ids);
  });
});

describe('sort and pages', () => {
  test('by a result, descending', async () => {
    await withCities();
    const { items } = await aggregate().group('city').max('people', 'most').descending('most').run();
    expect(idsOf({ items })).toEqual(['New York', 'Los Angeles', 'Buffalo']);
  });

  test('next() and prev() walk through groups, and the total is that of groups', async () => {
    await withCities();
    const first = await aggregate()
      .group('city')
      .count()
      .ascending('_id')
      .limit(2)
      .run({ returnTotalCount: true });
    expect(first).toMatchObject({ totalCount: 3, totalPages: 2, pageSize: 2 });
    expect(idsOf(first)).toEqual(['Buffalo', 'Los Angeles']);
    const second = await first.next();
    expect(idsOf(second)).toEqual(['New York']);
    expect(second.hasNext()).toBe(false);
    expect((await second.prev()).items).toEqual(first.items);
  });

  test('skip passes over groups; fifty are a page', async () => {
    await withCities(Array.from({ length: 60 }, (_, n) => ({ state: `s${n}` })));
    const page = await aggregate().group('state').ascending('_id').run();
    expect(page.length).toBe(50);
    expect(page.hasNext()).toBe(true);
    expect((await aggregate().group('state').skip(60).run()).length).toBe(2);
  });

  test('more than a thousand are refused', async () => {
    await withCities();
    const failure = await failureOf(() => aggregate().count().limit(1_001).run());
    expect(failure.message).toContain('paging.limit');
  });

  test('a cursor remembers the aggregation; a made-up one is refused', async () => {
    const wix = await withCities();
    const token = await appToken(wix);
    const page = async (body: Record<string, unknown>) => {
      const answer = await send(wix, 'POST', PATH, { token, body: { dataCollectionId: 'Cities', ...body } });
      return (await answer.json()) as {
        results: unknown[];
        pagingMetadata: { cursors: { next: string }; hasNext: boolean };
      };
    };
    const first = await page({
      initialFilter: { year: 2010 },
      aggregation: { groupingFields: ['state'], operations: [{ resultFieldName: 'n', itemCount: {} }] },
      finalFilter: { n: { $gt: 0 } },
      sort: [{ fieldName: 'n', order: 'DESC' }],
      cursorPaging: { limit: 1 },
    });
    expect(first.results).toEqual([{ _id: { state: 'NY' }, n: 2 }]);
    const second = await page({ cursorPaging: { limit: 1, cursor: first.pagingMetadata.cursors.next } });
    expect(second).toEqual({
      results: [{ _id: { state: 'CA' }, n: 1 }],
      pagingMetadata: { count: 1, tooManyToCount: false, hasNext: false, cursors: {} },
    });
    const answer = await send(wix, 'POST', PATH, {
      token,
      body: { dataCollectionId: 'Cities', cursorPaging: { cursor: `${first.pagingMetadata.cursors.next}x` } },
    });
    expect(answer.status).toBe(400);
  });
});

describe('who may ask', () => {
  const kept = (read: string) => ({
    ...openCollection('Cities', [
      { _id: 'x', _owner: ada.id, people: 1 },
      { _id: 'y', _owner: grace.id, people: 2 },
    ]),
    permissions: { read, insert: 'ADMIN', update: 'ADMIN', remove: 'ADMIN' } as never,
  });
  const members = [{ id: ada.id, loginEmail: ada.email, loginEmailVerified: true, password: ada.password }];

  test('an author sums up their own items only, an app and an API key all', async () => {
    await startWix({ seed: { members, collections: [kept('SITE_MEMBER_AUTHOR')] } });
    const client = await asMember(ada);
    expect((await client.items.aggregate('Cities').sum('people').run()).items).toEqual([{ peopleSum: 1 }]);
    expect((await client.items.aggregate('Cities').group('_owner').run()).items).toEqual([{ _id: ada.id }]);
    for (const trusted of [asApp(), asApiKey()]) {
      expect((await trusted.items.aggregate('Cities').sum('people').run()).items).toEqual([{ peopleSum: 3 }]);
    }
  });

  test('without permission nobody learns a sum', async () => {
    await startWix({ seed: { members, collections: [kept('ADMIN')] } });
    for (const client of [asVisitor(), await asMember(ada)]) {
      const failure = await failureOf(() => client.items.aggregate('Cities').sum('people').run());
      expect(failure.details?.applicationError?.code).toBe('WDE0027');
    }
  });

  test('a collection that is missing says so', async () => {
    await withCities();
    const failure = await failureOf(() => asVisitor().items.aggregate('Nowhere').count().run());
    expect(failure.details?.applicationError?.code).toBe('WDE0025');
  });
});

describe('what makes no sense is refused', () => {
  const operation = { resultFieldName: 'x', sum: { itemFieldName: 'people' } };
  const operations = (...them: unknown[]) => ({ aggregation: { operations: them } });

  test.each([
    ['an unknown operation', operations({ resultFieldName: 'x', median: { itemFieldName: 'people' } })],
    ['two operations in one', operations({ ...operation, min: { itemFieldName: 'people' } })],
    ['an operation without a name', operations({ sum: { itemFieldName: 'people' } })],
    ['an operation without a field', operations({ resultFieldName: 'x', sum: {} })],
    ['a field path that is none', operations({ resultFieldName: 'x', sum: { itemFieldName: "a'b" } })],
    ['a field of the prototype', operations({ resultFieldName: 'x', sum: { itemFieldName: '__proto__' } })],
    ['a result in the prototype', operations({ ...operation, resultFieldName: '__proto__' })],
    ['a result called _id', operations({ ...operation, resultFieldName: '_id' })],
    ['a result with a dot', operations({ ...operation, resultFieldName: 'a.b' })],
    ['two results of one name', operations(operation, operation)],
    ['two groups of one name', { aggregation: { groupingFields: ['state', 'state'] } }],
    ['an unknown operator before', { initialFilter: { people: { $near: 1 } } }],
    ['an unknown operator after', { ...operations(operation), finalFilter: { x: { $near: 1 } } }],
    ['a sort by no path', { ...operations(operation), sort: [{ fieldName: 'a b', order: 'ASC' }] }],
    ['an unknown key', { ...operations(operation), groupBy: ['state'] }],
    ['filters as a text', { initialFilter: 'people = 1' }],
    ['both kinds of paging', { paging: { limit: 1 }, cursorPaging: { limit: 1 } }],
    ['a limit that is a text', { paging: { limit: '10' } }],
  ])('%s', async (_, body) => {
    const wix = await withCities();
    const answer = await send(wix, 'POST', PATH, {
      token: await appToken(wix),
      body: { dataCollectionId: 'Cities', ...body },
    });
    expect(answer.status).toBe(400);
  });

  test('a nested field without a name for its result, which the SDK would call after it', async () => {
    await withCities();
    const failure = await failureOf(() => aggregate().sum('at.people').run());
    expect(failure.message).toContain('at.peopleSum');
    expect((await aggregate().sum('at.people', 'total').run()).items).toEqual([{ total: 0 }]);
  });

  test('by the SDK itself: grouping twice, filtering twice', async () => {
    await withCities();
    const twice = await failureOf(() => aggregate().group('state').group('year').count().run());
    expect(twice.message).toContain('group');
    const filtered = aggregate().filter(filter().eq('year', 2010));
    expect((await failureOf(() => filtered.filter(filter().eq('year', 2015)).run())).message).toContain(
      'filter',
    );
  });

  test('a multi-reference, whose values stand elsewhere, is a 501', async () => {
    const fields = [
      {
        key: 'links',
        type: 'MULTI_REFERENCE' as const,
        typeMetadata: { multiReference: { referencedCollectionId: 'Cities' } },
      },
    ];
    await startWix({ seed: { collections: [{ ...openCollection('Cities'), fields }] } });
    const failure = await failureOf(() => aggregate().group('links').count().run());
    expect(failure.details?.applicationError?.code).toBe('NOT_IMPLEMENTED');
  });

  test('a field named like what every object has is a field like any other', async () => {
    await withCities([{ constructor: 5, toString: 'x' }]);
    const { items } = await aggregate().sum('constructor', 'constructor').group('toString').run();
    expect(items).toEqual([
      { _id: 'x', constructor: 5 },
      { _id: null, constructor: 0 },
    ]);
  });
});

test('stale reads aggregate what was there, consistent ones what is', async () => {
  const wix = await withCities();
  wix.settings.set({ replicaDelayMs: 60_000 });
  await asApp().items.insert('Cities', { state: 'TX', people: 1 });
  expect((await aggregate().count().run()).items).toEqual([{ count: 5 }]);
  expect((await aggregate().count().run({ consistentRead: true })).items).toEqual([{ count: 6 }]);
});
