import { describe, expect, test } from 'vitest';
import type { Seed } from '../../packages/wix-emulator/src/index.ts';
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

const members = [ada, grace].map(({ id, email, password }) => ({ id, loginEmail: email, password }));

type SeedCollection = NonNullable<Seed['collections']>[number];

const reference = (key: string, referencedCollectionId: string) => ({
  key,
  type: 'REFERENCE' as const,
  typeMetadata: { reference: { referencedCollectionId } },
});

const multiReference = (key: string, referencedCollectionId: string, referencingFieldKey?: string) => ({
  key,
  type: 'MULTI_REFERENCE' as const,
  typeMetadata: {
    multiReference: { referencedCollectionId, ...(referencingFieldKey && { referencingFieldKey }) },
  },
});

const books: SeedCollection = {
  ...openCollection('Books', [
    { _id: 'notes', title: 'Notes', author: 'ada' },
    { _id: 'loom', title: 'The Loom' },
    { _id: 'lost', title: 'Lost', author: 'nobody' },
  ]),
  fields: [
    reference('author', 'People'),
    multiReference('readers', 'People'),
    multiReference('shelves', 'Shelves', 'books'),
    { key: 'title', type: 'TEXT' },
    { key: 'dead', type: 'MULTI_REFERENCE' },
  ],
};

const people = openCollection('People', [
  { _id: 'ada', name: 'Ada', _owner: ada.id },
  { _id: 'grace', name: 'Grace', _owner: grace.id },
  { _id: 'alan', name: 'Alan', _owner: ada.id },
]);

const shelves = openCollection('Shelves', [{ _id: 'top' }, { _id: 'low' }]);

/** Books with an author, readers, and shelves that know their books. */
const withBooks = (changes: { books?: object; people?: object; shelves?: object } = {}) =>
  startWix({
    seed: {
      members,
      collections: [
        { ...books, ...changes.books },
        { ...people, ...changes.people },
        { ...shelves, ...changes.shelves },
      ] as SeedCollection[],
    },
  });

const codeOf = async (call: () => Promise<unknown>) =>
  (await failureOf(call)).details?.applicationError?.code;

const readersOf = async (book: string, options?: object) => {
  const { items } = await asApp().items.queryReferenced('Books', book, 'readers', options);
  return items.map(({ _id }) => _id);
};

const noOne = { read: 'ADMIN', insert: 'ADMIN', update: 'ADMIN', remove: 'ADMIN' };
const onlyOwn = { ...noOne, read: 'SITE_MEMBER_AUTHOR' };

describe('insertReference', () => {
  test('adds one or several, in their order, and none twice', async () => {
    await withBooks();
    const { items } = asVisitor();
    await items.insertReference('Books', 'readers', 'notes', 'grace');
    await items.insertReference('Books', 'readers', 'notes', ['ada', 'grace', 'alan']);
    expect(await readersOf('notes')).toEqual(['grace', 'ada', 'alan']);
    expect(await readersOf('loom')).toEqual([]);
  });

  test('takes items in the place of ids', async () => {
    await withBooks();
    const { items } = asVisitor();
    const person = (await items.get('People', 'ada')) ?? { _id: 'missing' };
    await items.insertReference('Books', 'readers', { _id: 'notes' }, person);
    expect(await readersOf('notes')).toEqual(['ada']);
  });

  test('leaves the item, and its dates, as they were', async () => {
    await withBooks();
    const { items } = asVisitor();
    const before = await items.get('Books', 'notes');
    await items.insertReference('Books', 'readers', 'notes', 'ada');
    expect(await items.get('Books', 'notes')).toEqual(before);
  });

  test.each(['author', 'title', 'nothing', 'dead'])('%s is no multi-reference: WDE0020', async (field) => {
    await withBooks();
    expect(await codeOf(() => asVisitor().items.insertReference('Books', field, 'notes', 'ada'))).toBe(
      'WDE0020',
    );
  });

  test('from a missing item is WDE0073, and adds none of the others', async () => {
    await withBooks();
    // The SDK takes a list of references, though its type does not know it.
    const insert = asVisitor().items.insertReference as (...values: unknown[]) => Promise<void>;
    const refs = ['notes', 'no'].map((left) => ({ relationshipName: 'readers', left, right: 'ada' }));
    expect(await codeOf(() => insert('Books', refs))).toBe('WDE0073');
    expect(await readersOf('notes')).toEqual([]);
  });

  test('needs the right to update the referring collection, and no right to the other', async () => {
    await withBooks({
      books: { permissions: { ...noOne, update: 'SITE_MEMBER' } },
      people: { permissions: noOne },
    });
    expect(await codeOf(() => asVisitor().items.insertReference('Books', 'readers', 'notes', 'ada'))).toBe(
      'WDE0027',
    );
    await (await asMember(ada)).items.insertReference('Books', 'readers', 'notes', 'ada');
    expect(await readersOf('notes')).toEqual(['ada']);
  });

  test('an author adds to their own items only', async () => {
    const items = [
      { _id: 'hers', _owner: ada.id },
      { _id: 'foreign', _owner: grace.id },
    ];
    await withBooks({ books: { items, permissions: { ...noOne, update: 'SITE_MEMBER_AUTHOR' } } });
    const client = await asMember(ada);
    await client.items.insertReference('Books', 'readers', 'hers', 'ada');
    expect(await codeOf(() => client.items.insertReference('Books', 'readers', 'foreign', 'ada'))).toBe(
      'WDE0027',
    );
    expect(await readersOf('foreign')).toEqual([]);
  });

  test('in a missing collection is WDE0025', async () => {
    await withBooks();
    expect(await codeOf(() => asVisitor().items.insertReference('No', 'readers', 'notes', 'ada'))).toBe(
      'WDE0025',
    );
  });

  test('says what became of each, with the references when asked', async () => {
    const wix = await withBooks();
    const one = { referringItemFieldName: 'readers', referringItemId: 'notes', referencedItemId: 'ada' };
    const answer = await send(wix, 'POST', '/wix-data/v2/bulk/items/insert-references', {
      token: await appToken(wix),
      body: { dataCollectionId: 'Books', dataItemReferences: [one], returnEntity: true },
    });
    expect(await answer.json()).toEqual({
      results: [
        { action: 'INSERT', referenceMetadata: { originalIndex: 0, success: true }, dataItemReference: one },
      ],
      bulkActionMetadata: { totalSuccesses: 1, totalFailures: 0 },
    });
  });
});

describe('removeReference', () => {
  test('takes away what it names, and what is not there is no fault', async () => {
    await withBooks();
    const { items } = asVisitor();
    await items.insertReference('Books', 'readers', 'notes', ['ada', 'grace', 'alan']);
    await items.removeReference('Books', 'readers', 'notes', ['ada', 'alan', 'nobody']);
    expect(await readersOf('notes')).toEqual(['grace']);
  });

  test.each([
    ['a field that is no multi-reference', 'Books', 'author', 'notes', 'WDE0020'],
    ['a missing item', 'Books', 'readers', 'no', 'WDE0073'],
    ['a missing collection', 'No', 'readers', 'notes', 'WDE0025'],
  ])('%s is refused', async (_, collection, field, item, code) => {
    await withBooks();
    expect(await codeOf(() => asVisitor().items.removeReference(collection, field, item, 'ada'))).toBe(code);
  });

  test('without permission nothing is taken away', async () => {
    await withBooks({ books: { permissions: noOne } });
    await asApp().items.insertReference('Books', 'readers', 'notes', 'ada');
    expect(await codeOf(() => asVisitor().items.removeReference('Books', 'readers', 'notes', 'ada'))).toBe(
      'WDE0027',
    );
    expect(await readersOf('notes')).toEqual(['ada']);
  });
});

describe('replaceReferences', () => {
  test('puts others in the place of all, in their order', async () => {
    await withBooks();
    const { items } = asVisitor();
    await items.insertReference('Books', 'readers', 'notes', ['ada', 'grace']);
    await items.insertReference('Books', 'readers', 'loom', 'ada');
    await items.replaceReferences('Books', 'readers', 'notes', ['alan', 'ada']);
    expect(await readersOf('notes')).toEqual(['alan', 'ada']);
    expect(await readersOf('loom')).toEqual(['ada']);
    await items.replaceReferences('Books', 'readers', 'notes', []);
    expect(await readersOf('notes')).toEqual([]);
  });

  test.each([
    ['a field that is no multi-reference', 'Books', 'title', 'notes', 'WDE0020'],
    ['a missing item', 'Books', 'readers', 'no', 'WDE0073'],
    ['a missing collection', 'No', 'readers', 'notes', 'WDE0025'],
  ])('%s is refused', async (_, collection, field, item, code) => {
    await withBooks();
    expect(await codeOf(() => asVisitor().items.replaceReferences(collection, field, item, ['ada']))).toBe(
      code,
    );
  });

  test('without permission everything stays', async () => {
    await withBooks({ books: { permissions: noOne } });
    await asApp().items.insertReference('Books', 'readers', 'notes', 'ada');
    expect(await codeOf(() => asVisitor().items.replaceReferences('Books', 'readers', 'notes', []))).toBe(
      'WDE0027',
    );
    expect(await readersOf('notes')).toEqual(['ada']);
  });
});

describe('isReferenced', () => {
  test('tells of both kinds of field', async () => {
    await withBooks();
    const { items } = asVisitor();
    await items.insertReference('Books', 'readers', 'notes', 'grace');
    expect(await items.isReferenced('Books', 'readers', 'notes', 'grace')).toBe(true);
    expect(await items.isReferenced('Books', 'readers', 'notes', 'ada')).toBe(false);
    expect(await items.isReferenced('Books', 'author', 'notes', 'ada')).toBe(true);
    expect(await items.isReferenced('Books', 'author', 'notes', 'grace')).toBe(false);
    expect(await items.isReferenced('Books', 'author', 'loom', 'ada')).toBe(false);
  });

  test.each([
    ['a field that is no reference', 'Books', 'title', 'notes', 'WDE0020'],
    ['a missing item', 'Books', 'readers', 'no', 'WDE0073'],
    ['a missing collection', 'No', 'readers', 'notes', 'WDE0025'],
  ])('%s is refused', async (_, collection, field, item, code) => {
    await withBooks();
    expect(await codeOf(() => asVisitor().items.isReferenced(collection, field, item, 'ada'))).toBe(code);
  });

  test('needs the right to read, of an author’s own items only', async () => {
    await withBooks({ books: { permissions: onlyOwn, items: [{ _id: 'foreign', _owner: grace.id }] } });
    expect(await codeOf(() => asVisitor().items.isReferenced('Books', 'readers', 'foreign', 'ada'))).toBe(
      'WDE0027',
    );
    const client = await asMember(ada);
    expect(await codeOf(() => client.items.isReferenced('Books', 'readers', 'foreign', 'ada'))).toBe(
      'WDE0073',
    );
  });
});

describe('queryReferenced', () => {
  test('pages through the items, oldest reference first or last', async () => {
    await withBooks();
    const { items } = asVisitor();
    await items.insertReference('Books', 'readers', 'notes', ['grace', 'ada', 'alan']);
    const first = await items.queryReferenced('Books', 'notes', 'readers', {
      limit: 2,
      returnTotalCount: true,
    });
    expect(first.items).toMatchObject([{ name: 'Grace' }, { name: 'Ada' }]);
    expect(first).toMatchObject({ totalCount: 3, pageSize: 2 });
    const second = await first.next();
    expect(second.items).toMatchObject([{ name: 'Alan' }]);
    expect(second.hasNext()).toBe(false);
    expect(await readersOf('notes', { order: 'desc' })).toEqual(['alan', 'ada', 'grace']);
    expect(await readersOf('notes', { skip: 1 })).toEqual(['ada', 'alan']);
  });

  test('gives the named fields when asked', async () => {
    await withBooks();
    const { items } = asVisitor();
    await items.insertReference('Books', 'readers', 'notes', 'grace');
    const found = await items.queryReferenced('Books', 'notes', 'readers', { fields: ['name'] });
    expect(found.items).toEqual([{ _id: 'grace', name: 'Grace' }]);
  });

  test('leaves out what is gone', async () => {
    await withBooks();
    const { items } = asVisitor();
    await items.insertReference('Books', 'readers', 'notes', ['grace', 'ada']);
    await items.remove('People', 'grace');
    expect(await readersOf('notes')).toEqual(['ada']);
  });

  test.each([
    ['a field that is no reference', 'Books', 'title', 'notes', 'WDE0020'],
    ['a missing item', 'Books', 'readers', 'no', 'WDE0073'],
    ['a missing collection', 'No', 'readers', 'notes', 'WDE0025'],
  ])('%s is refused', async (_, collection, field, item, code) => {
    await withBooks();
    expect(await codeOf(() => asVisitor().items.queryReferenced(collection, item, field))).toBe(code);
  });

  test('without the right to read the referring collection it is refused', async () => {
    await withBooks({ books: { permissions: noOne } });
    expect(await codeOf(() => asVisitor().items.queryReferenced('Books', 'notes', 'readers'))).toBe(
      'WDE0027',
    );
  });
});

describe('queryReferencedItems', () => {
  test('follows several items, of both kinds of field, and says who refers', async () => {
    await withBooks();
    const { items } = asVisitor();
    await items.insertReference('Books', 'readers', 'loom', 'ada');
    await items.insertReference('Books', 'readers', 'notes', ['grace']);
    const many = await items.queryReferencedItems('Books', ['notes', 'loom'], 'readers', {
      returnTotalCount: true,
      order: 'DESC',
    } as object);
    expect(many.results).toMatchObject([
      { referringItemId: 'notes', item: { name: 'Grace' } },
      { referringItemId: 'loom', item: { name: 'Ada' } },
    ]);
    expect(many.pagingMetadata).toMatchObject({ count: 2, total: 2, hasNext: false });
    const single = await items.queryReferencedItems('Books', ['notes', 'loom', 'lost'], 'author');
    expect(single.results).toMatchObject([
      { referringItemId: 'notes', item: { name: 'Ada' } },
      {
        referringItemId: 'lost',
        unresolvedReference: { referencedItemId: 'nobody', unauthorized: false },
      },
    ]);
  });

  test('pages', async () => {
    await withBooks();
    const { items } = asVisitor();
    await items.insertReference('Books', 'readers', 'notes', ['grace', 'ada', 'alan']);
    const { results, pagingMetadata } = await items.queryReferencedItems('Books', 'notes', 'readers', {
      paging: { limit: 1, offset: 1 },
    });
    expect(results).toMatchObject([{ item: { name: 'Ada' } }]);
    expect(pagingMetadata).toMatchObject({ count: 1, offset: 1, hasNext: true });
    expect(pagingMetadata).not.toHaveProperty('total');
  });

  test('says what it may not show, and does not show it', async () => {
    await withBooks({ people: { permissions: noOne } });
    await asApp().items.insertReference('Books', 'readers', 'notes', 'ada');
    const { results } = await asVisitor().items.queryReferencedItems('Books', 'notes', 'readers');
    expect(results).toEqual([
      { referringItemId: 'notes', unresolvedReference: { referencedItemId: 'ada', unauthorized: true } },
    ]);
  });

  test('of people who see their own only, others’ are not there', async () => {
    await withBooks({ people: { permissions: onlyOwn } });
    await asApp().items.insertReference('Books', 'readers', 'notes', ['ada', 'grace']);
    const { results } = await (await asMember(ada)).items.queryReferencedItems('Books', 'notes', 'readers');
    expect(results).toMatchObject([
      { item: { name: 'Ada' } },
      { unresolvedReference: { referencedItemId: 'grace', unauthorized: false } },
    ]);
  });

  test('by cursor is not there yet, and says so', async () => {
    await withBooks();
    const options = { cursorPaging: { limit: 1 } } as object;
    expect(
      await codeOf(() => asVisitor().items.queryReferencedItems('Books', 'notes', 'readers', options)),
    ).toBe('NOT_IMPLEMENTED');
  });

  test.each([
    ['a field that is no reference', 'Books', 'title', ['notes'], 'WDE0020'],
    ['a missing item among others', 'Books', 'readers', ['notes', 'no'], 'WDE0073'],
    ['no item', 'Books', 'readers', [], 'WDE0080'],
    ['a missing collection', 'No', 'readers', ['notes'], 'WDE0025'],
  ])('%s is refused', async (_, collection, field, ids, code) => {
    await withBooks();
    expect(await codeOf(() => asVisitor().items.queryReferencedItems(collection, ids, field))).toBe(code);
  });
});

describe('a two-way reference', () => {
  const bothWays = {
    shelves: { fields: [multiReference('books', 'Books', 'shelves')] },
  };

  test.each([
    ['defined on both sides', bothWays],
    ['defined on one side', {}],
  ])('%s is made and taken back from either', async (_, changes) => {
    await withBooks(changes);
    const { items } = asVisitor();
    await items.insertReference('Books', 'shelves', 'notes', 'top');
    await items.insertReference('Shelves', 'books', 'top', 'loom');
    const onTop = await items.queryReferenced('Shelves', 'top', 'books');
    expect(onTop.items.map(({ _id }) => _id)).toEqual(['notes', 'loom']);
    expect(await items.isReferenced('Books', 'shelves', 'loom', 'top')).toBe(true);
    await items.replaceReferences('Shelves', 'books', 'top', ['lost']);
    expect(await items.isReferenced('Books', 'shelves', 'notes', 'top')).toBe(false);
    expect(await items.isReferenced('Books', 'shelves', 'lost', 'top')).toBe(true);
    await items.removeReference('Books', 'shelves', 'lost', 'top');
    expect(await items.isReferenced('Shelves', 'books', 'top', 'lost')).toBe(false);
  });

  test('keeps its references when the other side is defined later', async () => {
    await withBooks();
    const { items, collections } = asApp();
    await items.insertReference('Books', 'shelves', 'notes', 'top');
    const known = await collections.getDataCollection('Shelves');
    await collections.updateDataCollection({ ...known, ...bothWays.shelves });
    expect(await items.isReferenced('Shelves', 'books', 'top', 'notes')).toBe(true);
    expect(await items.isReferenced('Books', 'shelves', 'notes', 'top')).toBe(true);
  });

  test('ends with the item of either side', async () => {
    await withBooks(bothWays);
    const { items } = asVisitor();
    await items.insertReference('Books', 'shelves', 'notes', ['top', 'low']);
    await items.remove('Shelves', 'top');
    await items.insert('Shelves', { _id: 'top' });
    expect(await items.isReferenced('Books', 'shelves', 'notes', 'top')).toBe(false);
    await items.remove('Books', 'notes');
    await items.insert('Books', { _id: 'notes' });
    expect(await items.isReferenced('Shelves', 'books', 'low', 'notes')).toBe(false);
  });

  describe.each([
    ['defined on both sides', bothWays.shelves],
    ['defined on the other side only', {}],
  ])('%s', (_, open) => {
    /** Of the books two belong to Ada and Grace; all stand on top. Shelves are open to anyone. */
    const withShelved = async (permissions: object) => {
      const owned = [
        { _id: 'hers', _owner: ada.id, shelves: ['top'] },
        { _id: 'theirs', _owner: grace.id, shelves: ['top'] },
      ];
      await withBooks({ books: { permissions, items: owned }, shelves: open });
    };
    const shelved = async () => {
      const { items } = await asApp().items.queryReferenced('Shelves', 'top', 'books');
      return items.map(({ _id }) => _id);
    };

    test('tells nothing of a collection closed to the reader', async () => {
      await withShelved(noOne);
      const { items } = asVisitor();
      const { results, pagingMetadata } = await items.queryReferencedItems('Shelves', ['top'], 'books', {
        returnTotalCount: true,
      });
      expect(results).toEqual([]);
      expect(pagingMetadata).toMatchObject({ count: 0, total: 0, hasNext: false });
      expect(await items.isReferenced('Shelves', 'books', 'top', 'hers')).toBe(false);
      const found = await items.query('Shelves').eq('_id', 'top').include('books').find();
      expect(found.items).toMatchObject([{ books: [] }]);
      expect(await asApp().items.isReferenced('Shelves', 'books', 'top', 'hers')).toBe(true);
    });

    test('tells of the reader’s own items only where readers see no others', async () => {
      await withShelved(onlyOwn);
      const { items } = await asMember(grace);
      const { results, pagingMetadata } = await items.queryReferencedItems('Shelves', ['top'], 'books', {
        returnTotalCount: true,
      });
      expect(results).toMatchObject([{ item: { _id: 'theirs' } }]);
      expect(pagingMetadata).toMatchObject({ count: 1, total: 1, hasNext: false });
      expect(await items.isReferenced('Shelves', 'books', 'top', 'hers')).toBe(false);
      expect(await items.isReferenced('Shelves', 'books', 'top', 'theirs')).toBe(true);
      const found = await items.query('Shelves').eq('_id', 'top').include('books', 1).find();
      expect(found.items).toMatchObject([{ books: [{ _id: 'theirs' }] }]);
    });

    test('is written by who may update the other collection as well', async () => {
      await withShelved({ ...noOne, read: 'ANYONE' });
      const { items } = asVisitor();
      for (const write of [
        () => items.replaceReferences('Shelves', 'books', 'top', []),
        () => items.removeReference('Shelves', 'books', 'top', 'hers'),
        () => items.insertReference('Shelves', 'books', 'low', 'hers'),
      ]) {
        expect(await codeOf(write)).toBe('WDE0027');
      }
      expect(await shelved()).toEqual(['hers', 'theirs']);
    });

    test('is written of one’s own items only where that is what one may update', async () => {
      await withShelved({ ...noOne, read: 'ANYONE', update: 'SITE_MEMBER_AUTHOR' });
      const { items } = await asMember(ada);
      const others = [
        () => items.replaceReferences('Shelves', 'books', 'top', ['hers']),
        () => items.removeReference('Shelves', 'books', 'top', 'theirs'),
        () => items.insertReference('Shelves', 'books', 'low', 'theirs'),
      ];
      for (const write of others) expect(await codeOf(write)).toBe('WDE0027');
      expect(await shelved()).toEqual(['hers', 'theirs']);
      await items.replaceReferences('Shelves', 'books', 'low', ['hers']);
      await items.removeReference('Shelves', 'books', 'top', 'hers');
      expect(await shelved()).toEqual(['theirs']);
    });
  });

  test('in the data of an item is saved by who may update the other collection as well', async () => {
    await withBooks({ books: { permissions: { ...noOne, read: 'ANYONE' } }, ...bothWays });
    await asApp().items.insertReference('Books', 'shelves', 'notes', 'top');
    const options = { saveReferences: true } as object;
    const { items } = asVisitor();
    const item = { _id: 'top', books: [], title: 'T' };
    expect(await codeOf(() => items.update('Shelves', item, options))).toBe('WDE0027');
    expect(await items.get('Shelves', 'top')).not.toHaveProperty('title');
    expect(await items.isReferenced('Books', 'shelves', 'notes', 'top')).toBe(true);
  });

  test('ends with all items of a side', async () => {
    await withBooks(bothWays);
    await asApp().items.insertReference('Books', 'shelves', 'notes', ['top']);
    await asApp().items.truncate('Shelves');
    await asApp().items.insert('Shelves', { _id: 'top' });
    expect(await asApp().items.isReferenced('Books', 'shelves', 'notes', 'top')).toBe(false);
  });
});

describe('a removed item', () => {
  test('refers to nothing when its id is used again, while references to it are there again', async () => {
    await withBooks();
    const { items } = asVisitor();
    await items.insertReference('Books', 'readers', 'notes', 'ada');
    await items.remove('Books', 'notes');
    await items.insert('Books', { _id: 'notes' });
    expect(await readersOf('notes')).toEqual([]);
    await items.insertReference('Books', 'readers', 'notes', 'ada');
    await items.remove('People', 'ada');
    await items.insert('People', { _id: 'ada' });
    expect(await readersOf('notes')).toEqual(['ada']);
  });

  test('and a removed collection leaves no references behind', async () => {
    await withBooks();
    const { items, collections } = asApp();
    await items.insertReference('Books', 'readers', 'notes', 'ada');
    await collections.deleteDataCollection('Books');
    await collections.createDataCollection({
      _id: 'Books',
      fields: books.fields,
      permissions: { read: 'ANYONE', insert: 'ANYONE', update: 'ANYONE', remove: 'ANYONE' },
    } as never);
    await items.insert('Books', { _id: 'notes' });
    expect(await readersOf('notes')).toEqual([]);
    await collections.deleteDataCollection('People');
    await items.insertReference('Books', 'readers', 'notes', 'ada');
    const { results } = await items.queryReferencedItems('Books', 'notes', 'readers');
    expect(results).toMatchObject([{ unresolvedReference: { referencedItemId: 'ada' } }]);
  });
});

describe('include', () => {
  test('puts the item in the place of a single reference, and a list in that of a multi-reference', async () => {
    await withBooks();
    const { items } = asVisitor();
    await items.insertReference('Books', 'readers', 'notes', ['grace', 'alan']);
    const query = items.query('Books').eq('title', 'Notes');
    const [found] = (await query.include('author', 'readers').find()).items;
    expect(found).toMatchObject({
      title: 'Notes',
      author: { _id: 'ada', name: 'Ada', _createdDate: expect.any(Date) },
      readers: [{ name: 'Grace' }, { name: 'Alan' }],
    });
    const [plain] = (await query.find()).items;
    expect(plain).toMatchObject({ author: 'ada' });
    expect(plain).not.toHaveProperty('readers');
  });

  test('of an item without references is nothing, and an empty list', async () => {
    await withBooks();
    const query = asVisitor().items.query('Books').eq('_id', 'loom').include('author', 'readers');
    const [found] = (await query.find()).items;
    expect(found).toMatchObject({ title: 'The Loom', readers: [] });
    expect(found).not.toHaveProperty('author');
  });

  test('takes at most as many as are asked for, for each item', async () => {
    await withBooks();
    const { items } = asVisitor();
    const many = Array.from({ length: 60 }, (_, n) => ({ _id: `p${n}` }));
    await items.bulkInsert('People', many);
    for (const book of ['notes', 'loom']) {
      await items.replaceReferences(
        'Books',
        'readers',
        book,
        many.map(({ _id }) => _id),
      );
    }
    const countsOf = async (...include: [string, number] | [string]) =>
      (
        await items
          .query('Books')
          .ascending('_id')
          .include(...(include as [string]))
          .find()
      ).items.map((item) => (item['readers'] as unknown[]).length);
    expect(await countsOf('readers')).toEqual([50, 0, 50]);
    expect(await countsOf('readers', 7)).toEqual([7, 0, 7]);
    expect(await countsOf('readers', 60)).toEqual([60, 0, 60]);
  });

  test('works in get, with fields, and with the direct query', async () => {
    await withBooks();
    const { items } = asVisitor();
    await items.insertReference('Books', 'readers', 'notes', ['grace', 'alan']);
    const includeReferences = [{ field: 'author' }, { field: 'readers', limit: 1 }];
    expect(
      await items.get('Books', 'notes', { includeReferences, fields: ['author.name', 'readers'] }),
    ).toEqual({
      _id: 'notes',
      author: { name: 'Ada' },
      readers: [expect.objectContaining({ name: 'Grace' })],
    });
    const direct = await items.query('Books', { filter: { _id: 'notes' } }, { includeReferences } as object);
    expect((direct as unknown as { items: unknown[] }).items).toMatchObject([{ author: { name: 'Ada' } }]);
  });

  test('of what the reader may not read, or is gone: the id stays, and lists leave it out', async () => {
    await withBooks({ people: { permissions: noOne } });
    await asApp().items.insertReference('Books', 'readers', 'notes', 'grace');
    const ask = async (client: Pick<ReturnType<typeof asApp>, 'items'>, id: string) =>
      (await client.items.query('Books').eq('_id', id).include('author', 'readers').find()).items[0];
    expect(await ask(asVisitor(), 'notes')).toMatchObject({ author: 'ada', readers: [] });
    expect(await ask(asApp(), 'notes')).toMatchObject({
      author: { name: 'Ada' },
      readers: [{ name: 'Grace' }],
    });
    expect(await ask(asApp(), 'lost')).toMatchObject({ author: 'nobody' });
  });

  test('of people who see their own only, shows their own only', async () => {
    await withBooks({ people: { permissions: onlyOwn } });
    await asApp().items.insertReference('Books', 'readers', 'notes', ['grace', 'alan']);
    const client = await asMember(ada);
    const found = await client.items.query('Books').include('author', 'readers').eq('_id', 'notes').find();
    expect(found.items).toMatchObject([{ author: { name: 'Ada' }, readers: [{ name: 'Alan' }] }]);
    expect(JSON.stringify(found.items)).not.toContain('Grace');
  });

  test('from the other side of a two-way reference', async () => {
    await withBooks();
    const { items } = asVisitor();
    await items.insertReference('Books', 'shelves', 'notes', 'top');
    const found = await items.query('Shelves').include('books').ascending('_id').find();
    expect(found.items).toMatchObject([
      { _id: 'low', books: [] },
      { _id: 'top', books: [{ title: 'Notes' }] },
    ]);
  });

  test('of a field that is no reference is WDE0020', async () => {
    await withBooks();
    const { items } = asVisitor();
    expect(await codeOf(() => items.query('Books').include('title').find())).toBe('WDE0020');
    const includeReferences = [{ field: 'title' }];
    expect(await codeOf(() => items.get('Books', 'notes', { includeReferences }))).toBe('WDE0020');
  });

  test('of more than a thousand items, or a hundred fields, is refused', async () => {
    await withBooks();
    const { items } = asVisitor();
    expect(await codeOf(() => items.query('Books').include('readers', 1_001).find())).toBe('WDE0080');
    const includeReferences = Array.from({ length: 101 }, () => ({ field: 'author' }));
    expect(await codeOf(() => items.query('Books', {}, { includeReferences } as object))).toBe('WDE0080');
  });
});

describe('references inside the data of an item', () => {
  test('multi-references are refused by single writes, unless told to save them', async () => {
    await withBooks();
    const { items } = asVisitor();
    for (const write of [
      () => items.insert('Books', { _id: 'new', readers: ['ada'] }),
      () => items.update('Books', { _id: 'notes', readers: ['ada'] }),
      () => items.save('Books', { _id: 'notes', readers: [] }),
      () => items.patch('Books', 'notes').setField('readers', ['ada']).run(),
      () => items.patch('Books', 'notes').appendToArray('readers', 'ada').run(),
    ]) {
      expect(await codeOf(write)).toBe('WDE0303');
    }
    expect(await items.get('Books', 'new')).toBeNull();
    expect(await items.get('Books', 'notes')).toMatchObject({ title: 'Notes' });
  });

  test('saveReferences replaces them, whatever kind of write it is', async () => {
    await withBooks();
    const { items } = asVisitor();
    const options = { saveReferences: true } as object;
    const inserted = await items.insert('Books', { _id: 'new', readers: ['ada', { _id: 'grace' }] }, options);
    expect(inserted).not.toHaveProperty('readers');
    expect(await readersOf('new')).toEqual(['ada', 'grace']);
    await items.update('Books', { _id: 'new', readers: ['alan'] }, options);
    expect(await readersOf('new')).toEqual(['alan']);
    await items.save('Books', { _id: 'new', title: 'N' }, options);
    expect(await readersOf('new')).toEqual(['alan']);
    await items.save('Books', { _id: 'new', readers: [] }, options);
    expect(await readersOf('new')).toEqual([]);
    await items.bulkInsert('Books', [{ _id: 'bulk', readers: ['ada'] }], options);
    await items.bulkUpdate('Books', [{ _id: 'new', readers: ['grace'] }], options);
    expect([await readersOf('bulk'), await readersOf('new')]).toEqual([['ada'], ['grace']]);
    await items.bulkSave('Books', [{ _id: 'bulk', readers: ['alan'] }], options);
    expect(await readersOf('bulk')).toEqual(['alan']);
  });

  test('saveReferences of what is no list of items is refused, and nothing is written', async () => {
    await withBooks();
    const { items } = asVisitor();
    const options = { saveReferences: true } as object;
    expect(await codeOf(() => items.insert('Books', { _id: 'new', readers: [7] }, options))).toBe('WDE0080');
    expect(await items.get('Books', 'new')).toBeNull();
  });

  test('bulk writes drop multi-references without a word', async () => {
    await withBooks();
    const { items } = asVisitor();
    const result = await items.bulkInsert('Books', [{ _id: 'new', title: 'N', readers: ['ada'] }]);
    expect(result).toMatchObject({ inserted: 1, errors: [] });
    expect(await items.get('Books', 'new')).not.toHaveProperty('readers');
    expect(await readersOf('new')).toEqual([]);
  });

  test('an item read with include may be written back', async () => {
    await withBooks();
    const { items } = asVisitor();
    const [book] = (await items.query('Books').eq('_id', 'notes').include('author').find()).items;
    await items.update('Books', { ...book, title: 'New' } as { _id: string });
    expect(await items.get('Books', 'notes')).toMatchObject({ title: 'New', author: 'ada' });
  });

  test('an answer holds the referenced items when asked', async () => {
    await withBooks();
    const { items } = asVisitor();
    const options = { includeReferences: true, saveReferences: true } as object;
    const expected = { author: { name: 'Ada' }, readers: [{ name: 'Grace' }], shelves: [] };
    const item = { _id: 'new', author: 'ada', readers: ['grace'] };
    expect(await items.insert('Books', item, options)).toMatchObject(expected);
    expect(await items.update('Books', item, options)).toMatchObject(expected);
    expect(await items.save('Books', item, options)).toMatchObject(expected);
    expect(await items.get('Books', 'new')).toMatchObject({ author: 'ada' });
  });

  test('an answer that cannot hold all that was asked for is refused, and nothing is written', async () => {
    const fields = Array.from({ length: 101 }, (_, n) => reference(`r${n}`, 'People'));
    await withBooks({ books: { fields } });
    const { items } = asVisitor();
    const options = { includeReferences: true } as object;
    expect(await codeOf(() => items.insert('Books', { _id: 'new' }, options))).toBe('WDE0080');
    expect(await codeOf(() => items.save('Books', { _id: 'new' }, options))).toBe('WDE0080');
    expect(await items.get('Books', 'new')).toBeNull();
    expect(await codeOf(() => items.update('Books', { _id: 'notes' }, options))).toBe('WDE0080');
    expect(await items.get('Books', 'notes')).toMatchObject({ title: 'Notes' });
  });

  test('a filter by a multi-reference is not there yet, and says so', async () => {
    await withBooks();
    const { items } = asVisitor();
    expect(await codeOf(() => items.query('Books').hasSome('readers', ['ada']).find())).toBe(
      'NOT_IMPLEMENTED',
    );
    expect((await items.query('Books').eq('author', 'ada').find()).items).toHaveLength(1);
  });
});

describe('a seed', () => {
  test('holds multi-references as lists of ids, on either side', async () => {
    await withBooks({
      books: { items: [{ _id: 'notes', readers: ['grace', 'ada'] }, { _id: 'loom' }] },
      shelves: {
        items: [{ _id: 'top', books: ['loom', 'notes'] }],
        fields: [multiReference('books', 'Books', 'shelves')],
      },
    });
    expect(await readersOf('notes')).toEqual(['grace', 'ada']);
    expect(await asVisitor().items.get('Books', 'notes')).not.toHaveProperty('readers');
    expect(await asVisitor().items.isReferenced('Books', 'shelves', 'loom', 'top')).toBe(true);
  });

  test('with references from an item without an id is refused', async () => {
    await expect(withBooks({ books: { items: [{ readers: ['ada'] }] } })).rejects.toThrow('has no _id');
  });
});

test.each([
  ['bulk/items/insert-references', { dataItemReferences: [] }],
  ['bulk/items/insert-references', { dataItemReferences: [{ referringItemId: 'a' }] }],
  ['bulk/items/remove-references', { dataItemReferences: 'all' }],
  ['items/replace-references', { referringItemFieldName: 'readers', newReferencedItemIds: ['a'] }],
  ['items/is-referenced', { referringItemFieldName: 'readers' }],
  ['items/query-referenced', { referringItemFieldName: 'readers', surprise: 1 }],
])('%s that makes no sense is a validation error', async (path, body) => {
  const wix = await withBooks();
  const answer = await send(wix, 'POST', `/wix-data/v2/${path}`, {
    token: await appToken(wix),
    body: { dataCollectionId: 'Books', ...body },
  });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({
    details: { validationError: { fieldViolations: expect.any(Array) } },
  });
});
