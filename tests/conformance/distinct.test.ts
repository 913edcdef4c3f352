import { describe, expect, test } from 'vitest';
import {
  ada,
  appToken,
  asApp,
  asMember,
  asVisitor,
  failureOf,
  grace,
  openCollection,
  send,
  startWix,
} from './support.ts';

const day = (n: number) => new Date(Date.UTC(2026, 0, n));
const onDay = (n: number) => ({ $date: day(n).toISOString() });

const notes = [
  { _id: 'a', title: 'b', n: 2, due: onDay(2), tags: ['red', 'blue'], in: { deep: 1 } },
  { _id: 'b', title: 'a', n: 1, due: onDay(1), tags: ['blue', null, ['red']], in: { deep: 1 } },
  { _id: 'c', title: 'b', n: 10, due: onDay(2), tags: [], in: { deep: 2 } },
  { _id: 'd', title: null, n: 1, in: 'flat' },
  { _id: 'e', n: 2 },
];

const withNotes = (more: Record<string, unknown>[] = []) =>
  startWix({ seed: { collections: [openCollection('Notes', [...notes, ...more])] } });

const distinct = (body: Record<string, unknown>) => ({ dataCollectionId: 'Notes', ...body });
const PATH = '/wix-data/v2/items/query-distinct-values';

describe('distinct values', () => {
  test('come once each, ascending; null and missing are none', async () => {
    await withNotes();
    const client = asVisitor();
    expect((await client.items.query('Notes').distinct('title')).items).toEqual(['a', 'b']);
    expect((await client.items.distinct('Notes', 'n')).values).toEqual([1, 2, 10]);
  });

  test('an array stands for its elements', async () => {
    await withNotes();
    const { values } = await asVisitor().items.distinct('Notes', 'tags');
    expect(values).toEqual([['red'], 'blue', 'red']);
  });

  test('dates come back as dates, of items and of the system', async () => {
    await withNotes([{ _id: 'f', _createdDate: onDay(5), due: onDay(1) }]);
    const client = asVisitor();
    expect((await client.items.distinct('Notes', 'due')).values).toEqual([day(1), day(2)]);
    const { values } = await client.items.distinct('Notes', '_createdDate', { filter: { _id: 'f' } });
    expect(values).toEqual([day(5)]);
  });

  test('reach through objects', async () => {
    await withNotes();
    expect((await asVisitor().items.distinct('Notes', 'in.deep')).values).toEqual([1, 2]);
    expect((await asVisitor().items.distinct('Notes', 'in')).values).toEqual([
      'flat',
      { deep: 1 },
      { deep: 2 },
    ]);
  });

  test('keep apart what only looks alike', async () => {
    await startWix({
      seed: {
        collections: [
          openCollection('Notes', [
            { v: 1 },
            { v: true },
            { v: '1' },
            { v: 'true' },
            { v: [1, '1'] },
            { v: 1 },
          ]),
        ],
      },
    });
    const { values } = await asVisitor().items.distinct('Notes', 'v');
    expect(values).toHaveLength(4);
    expect(values).toEqual(expect.arrayContaining([1, true, '1', 'true']));
  });

  test('of the items that match only', async () => {
    await withNotes();
    const client = asVisitor();
    expect((await client.items.query('Notes').gt('n', 1).distinct('title')).items).toEqual(['b']);
    expect((await client.items.distinct('Notes', 'n', { filter: { title: 'b' } })).values).toEqual([2, 10]);
    expect((await client.items.distinct('Notes', 'nowhere')).values).toEqual([]);
  });

  test('descending when the query sorts by the field so, and by no other field', async () => {
    await withNotes();
    const client = asVisitor();
    expect((await client.items.query('Notes').descending('n').distinct('n')).items).toEqual([10, 2, 1]);
    expect((await client.items.query('Notes').descending('title').distinct('n')).items).toEqual([1, 2, 10]);
    expect((await client.items.distinct('Notes', 'n', { order: 'DESC' as never })).values).toEqual([
      10, 2, 1,
    ]);
  });
});

describe('pages of distinct values', () => {
  test('next() and prev() walk through them, and the total is that of values', async () => {
    await withNotes();
    const first = await asVisitor().items.query('Notes').limit(2).distinct('n', { returnTotalCount: true });
    expect(first).toMatchObject({ items: [1, 2], totalCount: 3, totalPages: 2, currentPage: 0 });
    const second = await first.next();
    expect(second.items).toEqual([10]);
    expect(second.hasNext()).toBe(false);
    expect((await second.prev()).items).toEqual([1, 2]);
    expect((await asVisitor().items.query('Notes').skip(2).distinct('n')).items).toEqual([10]);
  });

  test('fifty are a page, a thousand at most', async () => {
    await startWix({
      seed: {
        collections: [
          openCollection(
            'Notes',
            Array.from({ length: 60 }, (_, n) => ({ n })),
          ),
        ],
      },
    });
    const page = await asVisitor().items.query('Notes').distinct('n');
    expect(page.length).toBe(50);
    expect(page.hasNext()).toBe(true);
    const failure = await failureOf(() => asVisitor().items.query('Notes').limit(1_001).distinct('n'));
    expect(failure.message).toContain('paging.limit');
  });

  test('a cursor remembers field, filter and order', async () => {
    const wix = await withNotes();
    const token = await appToken(wix);
    const answer = await send(wix, 'POST', PATH, {
      token,
      body: distinct({
        fieldName: 'n',
        filter: { n: { $lt: 10 } },
        order: 'DESC',
        cursorPaging: { limit: 1 },
      }),
    });
    const { distinctValues, pagingMetadata } = (await answer.json()) as {
      distinctValues: unknown[];
      pagingMetadata: { hasNext: boolean; cursors: { next: string } };
    };
    expect(distinctValues).toEqual([2]);
    const { values, pagingMetadata: last } = await asVisitor().items.distinct('Notes', 'n', {
      cursorPaging: { limit: 1, cursor: pagingMetadata.cursors.next },
    });
    expect(values).toEqual([1]);
    expect(last).toEqual({ count: 1, tooManyToCount: false, hasNext: false, cursors: {} });
  });

  test.each([
    ['of a query', '/wix-data/v2/items/query', { query: { cursorPaging: { limit: 1 } } }],
    [
      'of an aggregation',
      '/wix-data/v2/items/aggregate',
      { aggregation: { groupingFields: ['n'] }, cursorPaging: { limit: 1 } },
    ],
  ])('a cursor %s is refused', async (_, path, body) => {
    const wix = await withNotes();
    const token = await appToken(wix);
    const other = await send(wix, 'POST', path, { token, body: distinct(body) });
    const { pagingMetadata } = (await other.json()) as { pagingMetadata: { cursors: { next: string } } };
    const failure = await failureOf(() =>
      asVisitor().items.distinct('Notes', 'n', { cursorPaging: { cursor: pagingMetadata.cursors.next } }),
    );
    expect(failure.message).toContain('The cursor belongs to another call');
  });
});

describe('who may ask', () => {
  const kept = (read: string) => ({
    ...openCollection('Notes', [
      { _id: 'x', _owner: ada.id, n: 1 },
      { _id: 'y', _owner: grace.id, n: 2 },
    ]),
    permissions: { read, insert: 'ADMIN', update: 'ADMIN', remove: 'ADMIN' } as never,
  });
  const people = {
    members: [
      { id: ada.id, loginEmail: ada.email, loginEmailVerified: true, password: ada.password },
      { id: grace.id, loginEmail: grace.email, loginEmailVerified: true, password: grace.password },
    ],
  };

  test('an author learns values of their own items only', async () => {
    await startWix({ seed: { ...people, collections: [kept('SITE_MEMBER_AUTHOR')] } });
    const client = await asMember(ada);
    expect((await client.items.distinct('Notes', 'n')).values).toEqual([1]);
    expect((await client.items.query('Notes').distinct('n', { returnTotalCount: true })).totalCount).toBe(1);
    expect((await asApp().items.distinct('Notes', 'n')).values).toEqual([1, 2]);
  });

  test('without permission nobody learns a value', async () => {
    await startWix({ seed: { ...people, collections: [kept('ADMIN')] } });
    for (const client of [asVisitor(), await asMember(ada)]) {
      const failure = await failureOf(() => client.items.distinct('Notes', 'n'));
      expect(failure.details?.applicationError?.code).toBe('WDE0027');
    }
    const failure = await failureOf(() => asVisitor().items.query('Notes').distinct('n'));
    expect(failure.details?.applicationError?.code).toBe('WDE0027');
  });

  test('a collection that is missing says so', async () => {
    await withNotes();
    const failure = await failureOf(() => asVisitor().items.distinct('Nowhere', 'n'));
    expect(failure.details?.applicationError?.code).toBe('WDE0025');
  });
});

describe('what makes no sense is refused', () => {
  test.each([
    ['no field', {}],
    ['a path that is none', { fieldName: "n' OR 1" }],
    ['a path into the prototype', { fieldName: '__proto__' }],
    ['an unknown order', { fieldName: 'n', order: 'UP' }],
    ['an unknown key', { fieldName: 'n', sort: [] }],
    ['an unknown operator', { fieldName: 'n', filter: { n: { $near: 1 } } }],
    ['both kinds of paging', { fieldName: 'n', paging: { limit: 1 }, cursorPaging: { limit: 1 } }],
    ['a negative offset', { fieldName: 'n', paging: { offset: -1 } }],
    ['a made-up cursor', { cursorPaging: { cursor: 'e30.x' } }],
  ])('%s', async (_, body) => {
    const wix = await withNotes();
    const answer = await send(wix, 'POST', PATH, { token: await appToken(wix), body: distinct(body) });
    expect(answer.status).toBe(400);
  });

  test('an empty field name, which the SDK lets pass', async () => {
    await withNotes();
    const failure = await failureOf(() => asVisitor().items.distinct('Notes', ''));
    expect(failure.message).toContain('fieldName');
  });

  test('a multi-reference, whose values stand elsewhere, is a 501', async () => {
    const fields = [
      {
        key: 'links',
        type: 'MULTI_REFERENCE' as const,
        typeMetadata: { multiReference: { referencedCollectionId: 'Notes' } },
      },
    ];
    await startWix({ seed: { collections: [{ ...openCollection('Notes'), fields }] } });
    const failure = await failureOf(() => asVisitor().items.distinct('Notes', 'links'));
    expect(failure.details?.applicationError?.code).toBe('NOT_IMPLEMENTED');
  });
});
