import { items } from '@wix/data';
import { describe, expect, test } from 'vitest';
import { appToken, asApp, asVisitor, failureOf, openCollection, send, startWix } from './support.ts';

const numbered = (count: number) =>
  Array.from({ length: count }, (_, n) => ({
    _id: `id-${String(n).padStart(4, '0')}`,
    _createdDate: { $date: new Date(Date.UTC(2026, 0, 1, 0, 0, n)).toISOString() },
    n,
    even: n % 2 === 0,
  }));

const withNumbers = (count: number) =>
  startWix({ seed: { collections: [openCollection('Numbers', numbered(count))] } });

const idsOf = (result: { items: { _id: string }[] }) => result.items.map(({ _id }) => _id);

describe('paging', () => {
  test('gives fifty items unless asked otherwise, newest first', async () => {
    await withNumbers(60);
    const page = await asVisitor().items.query('Numbers').find();
    expect(page.length).toBe(50);
    expect(page.items[0]?._id).toBe('id-0059');
    expect(page.hasNext()).toBe(true);
  });

  test('walks by next() and prev(), and every item comes once', async () => {
    await withNumbers(7);
    const seen: string[] = [];
    let page = await asVisitor().items.query('Numbers').ascending('n').limit(3).find();
    seen.push(...idsOf(page));
    while (page.hasNext()) {
      page = await page.next();
      seen.push(...idsOf(page));
    }
    expect(seen).toEqual(numbered(7).map(({ _id }) => _id));
    expect(idsOf(await page.prev())).toEqual(['id-0003', 'id-0004', 'id-0005']);
  });

  test.each([
    [6, 3, 3, false],
    [6, 2, 3, true],
    [6, 6, 0, false],
    [6, 7, 0, false],
  ])(
    'of %i items, after skipping %i, a page of %i has a next one: %s',
    async (count, skip, limit, hasNext) => {
      await withNumbers(count);
      const page = await asVisitor()
        .items.query('Numbers')
        .skip(skip)
        .limit(limit || 10)
        .find();
      expect(page.hasNext()).toBe(hasNext);
    },
  );

  test('an empty result has paging metadata too', async () => {
    const wix = await withNumbers(0);
    const page = await asVisitor().items.query('Numbers').find();
    expect(page).toMatchObject({ items: [], length: 0 });
    const answer = await send(wix, 'POST', '/wix-data/v2/items/query', {
      token: await appToken(wix),
      body: { dataCollectionId: 'Numbers' },
    });
    expect(await answer.json()).toEqual({
      dataItems: [],
      pagingMetadata: { count: 0, offset: 0, tooManyToCount: false, hasNext: false },
    });
  });

  test('counts only when asked', async () => {
    await withNumbers(7);
    const client = asVisitor();
    const counted = await client.items
      .query('Numbers')
      .eq('even', true)
      .limit(2)
      .find({ returnTotalCount: true });
    expect(counted.totalCount).toBe(4);
    expect((await client.items.query('Numbers').limit(2).find()).totalCount).toBeUndefined();
  });

  test('a thousand items are a page, more are refused', async () => {
    await withNumbers(1_001);
    const client = asVisitor();
    expect((await client.items.query('Numbers').limit(1_000).find()).length).toBe(1_000);
    const failure = await failureOf(() => client.items.query('Numbers').limit(1_001).find());
    expect(failure.message).toContain('query.paging.limit');
  });

  test('next() without a next page fails locally', async () => {
    await withNumbers(1);
    const page = await asVisitor().items.query('Numbers').find();
    expect((await failureOf(() => page.next())).message).toContain('There is no next page');
  });
});

describe('cursor paging', () => {
  test('follow-up pages need no filter and no sort, and survive inserts before them', async () => {
    const wix = await withNumbers(10);
    const token = await appToken(wix);
    const page = async (query: Record<string, unknown>) => {
      const answer = await send(wix, 'POST', '/wix-data/v2/items/query', {
        token,
        body: { dataCollectionId: 'Numbers', query },
      });
      return (await answer.json()) as {
        dataItems: { id: string }[];
        pagingMetadata: { hasNext: boolean; cursors: { next?: string } };
      };
    };
    const first = await page({
      filter: { even: true },
      sort: [{ fieldName: 'n', order: 'DESC' }],
      cursorPaging: { limit: 2 },
    });
    expect(first.dataItems.map(({ id }) => id)).toEqual(['id-0008', 'id-0006']);
    await asApp().items.insert('Numbers', { _id: 'late', n: 100, even: true });
    const client = asVisitor();
    const second = await client.items.query('Numbers', {
      cursorPaging: { limit: 2, cursor: first.pagingMetadata.cursors.next ?? '' },
    });
    expect((second.items as { _id: string }[]).map(({ _id }) => _id)).toEqual(['id-0004', 'id-0002']);
    const third = await page({ cursorPaging: { limit: 2, cursor: second.pagingMetadata?.cursors?.next } });
    expect(third.dataItems.map(({ id }) => id)).toEqual(['id-0000']);
    expect(third.pagingMetadata).toMatchObject({ hasNext: false, cursors: {} });
  });

  test.each(['ASC', 'DESC'])('walks through missing, null and mixed values once each: %s', async (order) => {
    const values = [
      1,
      '1',
      null,
      true,
      2.5,
      'b',
      { $date: '2026-01-01T00:00:00.000Z' },
      null,
      [3],
      { a: 1 },
      'a',
      1,
    ];
    const mixed = [...values.map((v, n) => ({ _id: `m${n}`, v })), { _id: 'none' }];
    const wix = await startWix({ seed: { collections: [openCollection('Mixed', mixed)] } });
    const token = await appToken(wix);
    const seen: string[] = [];
    let query: Record<string, unknown> = { sort: [{ fieldName: 'v', order }], cursorPaging: { limit: 2 } };
    for (let pages = 0; pages < 20; pages += 1) {
      const answer = await send(wix, 'POST', '/wix-data/v2/items/query', {
        token,
        body: { dataCollectionId: 'Mixed', query },
      });
      const page = (await answer.json()) as {
        dataItems: { id: string }[];
        pagingMetadata: { hasNext: boolean; cursors: { next?: string } };
      };
      seen.push(...page.dataItems.map(({ id }) => id));
      if (!page.pagingMetadata.hasNext) break;
      query = { cursorPaging: { limit: 2, cursor: page.pagingMetadata.cursors.next } };
    }
    const atOnce = await asApp().items.query('Mixed', { sort: [{ fieldName: 'v', order: order as 'ASC' }] });
    expect(seen).toEqual((atOnce.items as { _id: string }[]).map(({ _id }) => _id));
    expect(seen).toHaveLength(mixed.length);
  });

  test.each([
    ['made up', (cursor: string) => `x${cursor}`],
    ['unsigned', (cursor: string) => cursor.split('.')[0]],
    ['of another collection', (cursor: string) => cursor],
  ])('a cursor %s is refused', async (kind, change) => {
    const wix = await startWix({
      seed: { collections: [openCollection('Numbers', numbered(3)), openCollection('Other')] },
    });
    const token = await appToken(wix);
    const body = { dataCollectionId: 'Numbers', query: { cursorPaging: { limit: 1 } } };
    const first = await send(wix, 'POST', '/wix-data/v2/items/query', { token, body });
    const { pagingMetadata } = (await first.json()) as { pagingMetadata: { cursors: { next: string } } };
    const cursorPaging = { limit: 1, cursor: change(pagingMetadata.cursors.next) };
    const dataCollectionId = kind === 'of another collection' ? 'Other' : 'Numbers';
    const answer = await send(wix, 'POST', '/wix-data/v2/items/query', {
      token,
      body: { dataCollectionId, query: { cursorPaging } },
    });
    expect(answer.status).toBe(400);
  });
});

describe('sort', () => {
  const mixed = [
    { _id: 'b', v: 'b' },
    { _id: 'B', v: 'B' },
    { _id: 'two', v: 2 },
    { _id: 'ten', v: 10 },
    { _id: 'null', v: null },
    { _id: 'missing' },
  ];

  test('ascending: nothing, then numbers, then text by code point; _id breaks ties', async () => {
    await startWix({ seed: { collections: [openCollection('Mixed', mixed)] } });
    const client = asVisitor();
    const ascending = ['missing', 'null', 'two', 'ten', 'B', 'b'];
    expect(idsOf(await client.items.query('Mixed').ascending('v').find())).toEqual(ascending);
    expect(idsOf(await client.items.query('Mixed').descending('v').find())).toEqual(ascending.toReversed());
  });

  test('by several fields in their own directions', async () => {
    await withNumbers(4);
    const page = await asVisitor().items.query('Numbers').descending('even').ascending('n').find();
    expect(page.items.map(({ n }) => n as number)).toEqual([0, 2, 1, 3]);
  });

  test('dates sort as dates', async () => {
    await withNumbers(3);
    const page = await asVisitor().items.query('Numbers').ascending('_createdDate').find();
    expect(idsOf(page)).toEqual(['id-0000', 'id-0001', 'id-0002']);
  });

  test('a field path that is none is refused', async () => {
    await withNumbers(1);
    const failure = await failureOf(() =>
      asVisitor().items.query('Numbers').ascending('n; DROP TABLE items').find(),
    );
    expect(failure.details?.applicationError?.code).toBe('WDE0080');
  });
});

describe('fields', () => {
  test('keeps the named ones and _id', async () => {
    const item = { _id: 'x', title: 'T', address: { city: 'Bath', zip: '1' }, secret: 's' };
    await startWix({ seed: { collections: [openCollection('Notes', [item])] } });
    const page = await asVisitor().items.query('Notes').fields('title', 'address.city').find();
    expect(page.items).toEqual([{ _id: 'x', title: 'T', address: { city: 'Bath' } }]);
  });
});

describe('on the wire', () => {
  test('a short query goes by GET to edge, a long one by POST, with the same answer', async () => {
    const wix = await withNumbers(3);
    const client = asVisitor();
    const short = await client.items.query('Numbers').hasSome('n', [0, 1, 2]).find();
    const long = await client.items
      .query('Numbers')
      .hasSome(
        'n',
        Array.from({ length: 900 }, (_, n) => n),
      )
      .find();
    expect(idsOf(long)).toEqual(idsOf(short));
    const queries = wix.calls.filter(({ operation }) => operation === 'items.query');
    expect(queries.map(({ method, host }) => `${method} ${host}`)).toEqual([
      'GET edge.wixapis.com',
      'POST edge.wixapis.com',
    ]);
  });

  test('both hosts answer alike', async () => {
    const wix = await withNumbers(1);
    const token = await appToken(wix);
    const body = { dataCollectionId: 'Numbers' };
    const answers = await Promise.all(
      ['www.wixapis.com', 'edge.wixapis.com'].map(async (host) =>
        (await send(wix, 'POST', '/wix-data/v2/items/query', { token, body, host })).text(),
      ),
    );
    expect(answers[0]).toBe(answers[1]);
  });

  test('non-ASCII text passes through ?.r=', async () => {
    await startWix({ seed: { collections: [openCollection('Notes', [{ _id: 'x', title: 'Größe 🦄' }])] } });
    expect((await asVisitor().items.query('Notes').eq('title', 'Größe 🦄').find()).length).toBe(1);
  });

  test.each([
    ['not base64url', '***'],
    ['padded', 'e30='],
    ['not JSON', 'eA'],
  ])('an ?.r= that is %s is refused', async (_, r) => {
    const wix = await withNumbers(1);
    const answer = await send(wix, 'GET', `/wix-data/v2/items/query?.r=${encodeURIComponent(r)}`, {
      token: await appToken(wix),
    });
    expect(answer.status).toBe(400);
  });

  test('dates come back as Date, wherever they are', async () => {
    const when = { $date: '2026-02-03T04:05:06.789Z' };
    await startWix({
      seed: { collections: [openCollection('Notes', [{ _id: 'x', when, list: [when, 1], in: { when } }])] },
    });
    const item = await asVisitor().items.get('Notes', 'x');
    const date = new Date(when.$date);
    expect(item).toMatchObject({
      when: date,
      list: [date, 1],
      in: { when: date },
      _createdDate: expect.any(Date),
    });
  });

  test('options the emulator has no use for are accepted', async () => {
    await withNumbers(1);
    const options = {
      consistentRead: true,
      suppressHooks: true,
      language: 'de',
      showDrafts: true,
      appOptions: { x: 1 },
    };
    expect((await asVisitor().items.query('Numbers').find(options)).length).toBe(1);
  });
});

describe('count', () => {
  test('counts what the filter matches', async () => {
    await withNumbers(7);
    const client = asVisitor();
    expect(await client.items.query('Numbers').eq('even', true).count()).toBe(4);
    expect(await client.items.count('Numbers', { filter: { even: false } })).toBe(3);
    expect(await client.items.query('Numbers').count({ consistentRead: true })).toBe(7);
  });
});

describe('random order', () => {
  const sorted = numbered(40).map(({ _id }) => _id);
  const inOrderOf = async (seed?: number) =>
    idsOf(
      await asVisitor()
        .items.query('Numbers')
        .randomSort({ ...(seed !== undefined && { seed }) })
        .find(),
    );

  test('is the same for the same seed, another for another, and has every item once', async () => {
    await withNumbers(40);
    const first = await inOrderOf(7);
    expect(await inOrderOf(7)).toEqual(first);
    expect(first.toSorted()).toEqual(sorted);
    for (const other of [await inOrderOf(8), await inOrderOf(-7), sorted, sorted.toReversed()]) {
      expect(other).not.toEqual(first);
    }
  });

  test('is another each time without a seed', async () => {
    await withNumbers(40);
    const orders = new Set(await Promise.all([1, 2, 3].map(async () => (await inOrderOf()).join())));
    expect(orders.size).toBeGreaterThan(1);
  });

  test('minds the filter and not the sort, and pages do not overlap', async () => {
    await withNumbers(40);
    const query = asVisitor().items.query('Numbers').eq('even', true).ascending('n').limit(12);
    const first = await query.randomSort({ seed: 1 }).find({ returnTotalCount: true });
    expect(first.totalCount).toBe(20);
    const second = await first.next();
    expect([...idsOf(first), ...idsOf(second)].toSorted()).toEqual(sorted.filter((_, n) => n % 2 === 0));
    expect(first.items.map(({ n }) => n as number)).not.toEqual(
      first.items.map(({ n }) => n as number).toSorted((a, b) => a - b),
    );
  });

  test('is remembered by a cursor, drawn seed and all', async () => {
    const wix = await withNumbers(10);
    const token = await appToken(wix);
    const seen: string[] = [];
    let cursor: string | undefined;
    for (let pages = 0; pages < 5; pages += 1) {
      const body = {
        dataCollectionId: 'Numbers',
        query: { cursorPaging: { limit: 2, cursor } },
        sortMode: 'RANDOM',
      };
      const answer = await send(wix, 'POST', '/wix-data/v2/items/query', { token, body });
      const page = (await answer.json()) as {
        dataItems: { id: string }[];
        pagingMetadata: { cursors: { next?: string } };
      };
      seen.push(...page.dataItems.map(({ id }) => id));
      cursor = page.pagingMetadata.cursors.next;
    }
    expect(cursor).toBeUndefined();
    expect(seen.toSorted()).toEqual(sorted.slice(0, 10));
  });

  test.each([
    ['an unknown mode', { sortMode: 'SHUFFLED' }],
    ['a seed that is no whole number', { sortMode: 'RANDOM', randomOptions: { seed: 1.5 } }],
    ['a seed that is a text', { sortMode: 'RANDOM', randomOptions: { seed: '1); DROP TABLE items' } }],
  ])('%s is refused', async (_, options) => {
    const wix = await withNumbers(1);
    const body = { dataCollectionId: 'Numbers', ...options };
    const answer = await send(wix, 'POST', '/wix-data/v2/items/query', { token: await appToken(wix), body });
    expect(answer.status).toBe(400);
  });

  test.each(['WIX_QUERY', 'UNKNOWN_SORT_MODE'])('the mode %s is the usual order', async (sortMode) => {
    const wix = await withNumbers(3);
    const body = {
      dataCollectionId: 'Numbers',
      query: { sort: [{ fieldName: 'n', order: 'ASC' }] },
      sortMode,
    };
    const answer = await send(wix, 'POST', '/wix-data/v2/items/query', { token: await appToken(wix), body });
    const { dataItems } = (await answer.json()) as { dataItems: { id: string }[] };
    expect(dataItems.map(({ id }) => id)).toEqual(sorted.slice(0, 3));
  });
});

describe('edges', () => {
  test('an offset beyond the end and a page of nothing are empty pages', async () => {
    const wix = await withNumbers(3);
    expect(await asVisitor().items.query('Numbers').skip(1_000_000).find()).toMatchObject({ length: 0 });
    const body = { dataCollectionId: 'Numbers', query: { paging: { limit: 0 } } };
    const answer = await send(wix, 'POST', '/wix-data/v2/items/query', { token: await appToken(wix), body });
    expect(await answer.json()).toMatchObject({
      dataItems: [],
      pagingMetadata: { count: 0, hasNext: true },
    });
  });

  test.each([
    ['both kinds of paging', { query: { paging: { limit: 1 }, cursorPaging: { limit: 1 } } }],
    ['a negative offset', { query: { paging: { offset: -1 } } }],
    ['a limit that is no whole number', { query: { paging: { limit: 1.5 } } }],
    [
      'more than eight sort fields',
      { query: { sort: 'abcdefghi'.split('').map((fieldName) => ({ fieldName })) } },
    ],
    ['a field path into the prototype', { query: { fields: ['__proto__'] } }],
    ['an unknown key', { query: { where: {} } }],
    ['a filter beside a cursor', { query: { filter: { n: 1 }, cursorPaging: { cursor: 'x' } } }],
  ])('%s: refused', async (_, request) => {
    const wix = await withNumbers(1);
    const body = { dataCollectionId: 'Numbers', ...request };
    const answer = await send(wix, 'POST', '/wix-data/v2/items/query', { token: await appToken(wix), body });
    expect(answer.status).toBe(400);
  });

  test('field groups, which only collections of Wix apps have, change nothing', async () => {
    await withNumbers(1);
    const options = items.QueryOptionsBuilder().withIncludeFieldGroups('seo').build();
    const answer = await asVisitor().items.query('Numbers', {}, options);
    expect(answer.items).toMatchObject([{ _id: 'id-0000', n: 0, even: true }]);
  });
});
