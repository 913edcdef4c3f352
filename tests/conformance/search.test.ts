import { items } from '@wix/data';
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

const onDay = (n: number) => ({ $date: new Date(Date.UTC(2026, 0, n)).toISOString() });

/** Newest first, as they come without a sort. */
const cars = [
  { _id: 'c1', title: 'Red car', n: 1, colour: 'red' },
  { _id: 'c2', title: 'White roof, RED doors', n: 2 },
  { _id: 'c3', title: 'A car-park', n: 3, tags: ['white', 'Größe'] },
  { _id: 'c4', title: 'Bicycle', n: 4, about: { text: 'not a car at all', mail: 'ada@example.com' } },
  { _id: 'c5', n: 5, price: 300, due: onDay(1) },
].map((car, n) => ({ ...car, _createdDate: onDay(20 - n) }));

const withCars = (more: Record<string, unknown>[] = []) =>
  startWix({ seed: { collections: [openCollection('Cars', [...cars, ...more])] } });

const search = (expression: string) => asVisitor().items.search('Cars').expression(expression);
const idsOf = (result: { items: unknown[] }) => (result.items as { _id: string }[]).map(({ _id }) => _id);
const PATH = '/wix-data/v2/items/search';

describe('words', () => {
  test.each([
    ['a word in any text field', 'bicycle', ['c4']],
    ['in any case and script', 'GRÖSSE größe', ['c3']],
    ['in texts of lists', 'white', ['c2', 'c3']],
    ['in texts of objects', 'car', ['c1', 'c3', 'c4']],
    ['any of several', 'red car', ['c1', 'c2', 'c3', 'c4']],
    ['whole words only', 'ca', []],
    ['a term with punctuation as its words in a row', 'car-park ada@example.com', ['c3', 'c4']],
    ['not its words elsewhere', 'park-car', []],
    ['no numbers', '300', []],
    ['no system fields', 'c1', []],
    ['nothing but punctuation finds nothing', '!?', []],
    ['nothing asked finds everything', '  ', ['c1', 'c2', 'c3', 'c4', 'c5']],
  ])('%s', async (_, expression, ids) => {
    await withCars();
    expect(idsOf(await search(expression).run())).toEqual(ids);
  });

  test('all of several in AND mode, wherever in the item', async () => {
    await withCars();
    expect(idsOf(await search('red car').andMode().run())).toEqual(['c1']);
    expect(idsOf(await search('white car').andMode().run())).toEqual(['c3']);
    expect(idsOf(await search('red car').andMode().orMode().run())).toEqual(['c1', 'c2', 'c3', 'c4']);
    expect(idsOf(await search('red boat').andMode().run())).toEqual([]);
  });

  test('without an expression everything is found', async () => {
    await withCars();
    expect((await asVisitor().items.search('Cars').run()).length).toBe(5);
  });
});

describe('fuzzy', () => {
  test.each([
    ['one typo in up to five letters', 'rwd', ['c1', 'c2']],
    ['two in longer words', 'bycicle', ['c4']],
    ['but not more', 'bcycel', []],
    ['the beginning of a word', 'bicy', ['c4']],
    ['no typo in two letters', 'rx', []],
  ])('%s', async (_, expression, ids) => {
    await withCars();
    expect(idsOf(await search(expression).fuzzy().run())).toEqual(ids);
    expect(idsOf(await search(expression).run())).toEqual([]);
  });
});

describe('filter, sort, fields, pages', () => {
  test('a filter narrows, a sort orders, fields choose', async () => {
    await withCars();
    const found = await search('car').gt('n', 1).descending('n').fields('n').run();
    expect(found.items).toEqual([
      { _id: 'c4', n: 4 },
      { _id: 'c3', n: 3 },
    ]);
  });

  test('next() and prev() walk through what is found', async () => {
    await withCars();
    const first = await search('red car').ascending('n').limit(3).run();
    expect(idsOf(first)).toEqual(['c1', 'c2', 'c3']);
    const second = await first.next();
    expect(idsOf(second)).toEqual(['c4']);
    expect(second.hasNext()).toBe(false);
    expect(idsOf(await second.prev())).toEqual(idsOf(first));
    expect(idsOf(await search('car').ascending('n').skip(2).run())).toEqual(['c4']);
  });

  test('a hundred are a page unless asked otherwise, a thousand at most', async () => {
    await withCars(Array.from({ length: 110 }, () => ({ title: 'tea' })));
    const page = await search('tea').run();
    expect(page.length).toBe(100);
    expect(page.hasNext()).toBe(true);
    expect((await failureOf(() => search('tea').limit(1_001).run())).message).toContain('paging.limit');
  });

  test('the direct form asks the same; a cursor remembers it', async () => {
    await withCars();
    const request = items
      .SearchBuilder()
      .withSearchClause(items.SearchParams('red car').mode('OR'))
      .withPaging({ limit: 2, offset: 1 })
      .build();
    const client = asVisitor();
    expect(await client.items.search('Cars', request as never)).toMatchObject({
      items: [{ _id: 'c2' }, { _id: 'c3' }],
      pagingMetadata: { count: 2, offset: 1, hasNext: true },
    });
    const wix = await withCars();
    const answer = await send(wix, 'POST', PATH, {
      token: await appToken(wix),
      body: {
        dataCollectionId: 'Cars',
        search: {
          search: { expression: 'car' },
          sort: [{ fieldName: 'n', order: 'DESC' }],
          cursorPaging: { limit: 2 },
        },
      },
    });
    const { pagingMetadata } = (await answer.json()) as { pagingMetadata: { cursors: { next: string } } };
    const cursorPaging = { limit: 2, cursor: pagingMetadata.cursors.next };
    const last = await asVisitor().items.search('Cars', { cursorPaging });
    expect(idsOf(last)).toEqual(['c1']);
    expect(last.pagingMetadata).toEqual({ count: 1, tooManyToCount: false, hasNext: false, cursors: {} });
  });

  test('only in the fields that are named, which the SDK passes on', async () => {
    await withCars();
    const search_ = { expression: 'car', fields: ['about.text'] };
    expect(idsOf(await asVisitor().items.search('Cars', { search: search_ } as never))).toEqual(['c4']);
    const failure = await failureOf(() =>
      asVisitor().items.search('Cars', { search: { expression: 'car', fields: ['a b'] } } as never),
    );
    expect(failure.details?.applicationError?.code).toBe('WDE0080');
  });
});

describe('who may ask', () => {
  const kept = (read: string) => ({
    ...openCollection('Cars', [
      { _id: 'x', _owner: ada.id, title: 'tea' },
      { _id: 'y', _owner: grace.id, title: 'tea' },
    ]),
    permissions: { read, insert: 'ADMIN', update: 'ADMIN', remove: 'ADMIN' } as never,
  });
  const members = [{ id: ada.id, loginEmail: ada.email, loginEmailVerified: true, password: ada.password }];

  test('an author finds their own items only', async () => {
    await startWix({ seed: { members, collections: [kept('SITE_MEMBER_AUTHOR')] } });
    const client = await asMember(ada);
    expect(idsOf(await client.items.search('Cars').expression('tea').run())).toEqual(['x']);
    expect((await asApp().items.search('Cars').expression('tea').run()).length).toBe(2);
  });

  test('without permission nobody finds anything', async () => {
    await startWix({ seed: { members, collections: [kept('ADMIN')] } });
    for (const client of [asVisitor(), await asMember(ada)]) {
      const failure = await failureOf(() => client.items.search('Cars').expression('tea').run());
      expect(failure.details?.applicationError?.code).toBe('WDE0027');
    }
  });

  test('a collection that is missing says so', async () => {
    await withCars();
    const failure = await failureOf(() => asVisitor().items.search('Nowhere').expression('tea').run());
    expect(failure.details?.applicationError?.code).toBe('WDE0025');
  });
});

describe('what makes no sense is refused', () => {
  test.each<[string, unknown]>([
    ['an expression of more than 100 characters', { search: { expression: 'x'.repeat(101) } }],
    ['an expression that is no text', { search: { expression: 5 } }],
    ['an unknown mode', { search: { expression: 'x', mode: 'NEAR' } }],
    ['a fuzziness that is no flag', { search: { expression: 'x', fuzzy: 2 } }],
    ['an unknown key', { search: { expression: 'x', boost: 2 } }],
    ['an unknown operator', { filter: { n: { $near: 1 } } }],
    ['a sort by no path', { sort: [{ fieldName: 'a b', order: 'ASC' }] }],
    ['a field that is none', { fields: ['__proto__'] }],
    ['both kinds of paging', { paging: { limit: 1 }, cursorPaging: { limit: 1 } }],
    ['a made-up cursor', { cursorPaging: { cursor: 'e30.e30' } }],
    ['a search that is a text', 'tea'],
  ])('%s', async (_, asked) => {
    const wix = await withCars();
    const body = { dataCollectionId: 'Cars', search: asked };
    const answer = await send(wix, 'POST', PATH, { token: await appToken(wix), body });
    expect(answer.status).toBe(400);
  });
});
