import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ada,
  appToken,
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

const withNotes = (items: Record<string, unknown>[] = []) =>
  startWix({ seed: { collections: [openCollection('Notes', items)] } });

const unique = (path: string, more: object = {}) => ({
  name: 'one-each',
  fields: [{ path, order: 'ASC' as const }],
  unique: true,
  ...more,
});
const regular = (name: string) => ({ name, fields: [{ path: 'v', order: 'ASC' as const }] });

const conflict = (name = 'one-each') => ({
  message: expect.stringContaining(`[${name}]`),
  details: { applicationError: { code: 'WDE0123', data: { indexName: name } } },
});
const noCollection = { status: 404, details: { applicationError: { code: 'WDE0025' } } };

describe('indexes', () => {
  test('are created, listed in pages and dropped', async () => {
    await withNotes();
    const client = asApp();
    const index = {
      name: 'by-title',
      fields: [
        { path: 'title', order: 'ASC' as const },
        { path: 'n', order: 'DESC' as const },
      ],
    };
    expect(await client.indexes.createIndex('Notes', index)).toMatchObject({
      ...index,
      _id: expect.any(String),
      unique: false,
      caseInsensitive: false,
      source: 'USER',
      status: 'ACTIVE',
    });
    await client.indexes.createIndex('Notes', regular('by-v'));
    const listed = await client.indexes.listIndexes('Notes', { paging: { limit: 1 } });
    expect(listed).toMatchObject({ indexes: [index], pagingMetadata: { count: 1, offset: 0, total: 2 } });
    const rest = await client.indexes.listIndexes('Notes', { paging: { offset: 1 } });
    expect(rest.indexes?.map(({ name }) => name)).toEqual(['by-v']);
    await client.indexes.dropIndex('Notes', 'by-title');
    expect((await client.indexes.listIndexes('Notes')).indexes).toHaveLength(1);
  });

  test('have one name each, letter case counting', async () => {
    await withNotes();
    const { indexes } = asApp();
    await indexes.createIndex('Notes', regular('byV'));
    expect(await failureOf(() => indexes.createIndex('Notes', regular('byV')))).toMatchObject({
      status: 409,
      details: { applicationError: { code: 'ALREADY_EXISTS' } },
    });
    expect(await indexes.createIndex('Notes', regular('BYV'))).toMatchObject({ name: 'BYV' });
  });

  test('that do not exist cannot be dropped', async () => {
    await withNotes();
    expect(await failureOf(() => asApp().indexes.dropIndex('Notes', 'nope'))).toMatchObject({
      status: 404,
      details: { applicationError: { code: 'NOT_FOUND' } },
    });
  });

  test('of a collection that does not exist are WDE0025', async () => {
    await withNotes();
    const { indexes } = asApp();
    expect(await failureOf(() => indexes.createIndex('Nope', regular('a')))).toMatchObject(noCollection);
    expect(await failureOf(() => indexes.listIndexes('Nope'))).toMatchObject(noCollection);
    expect(await failureOf(() => indexes.dropIndex('Nope', 'a'))).toMatchObject(noCollection);
  });

  test.each<[string, object]>([
    ['no field', { name: 'a', fields: [] }],
    ['four fields', { name: 'a', fields: ['a', 'b', 'c', 'd'].map((path) => ({ path })) }],
    ['two fields, and unique', { name: 'a', fields: [{ path: 'a' }, { path: 'b' }], unique: true }],
    ['no name', { fields: [{ path: 'a' }] }],
    ['a path that is none', { name: 'a', fields: [{ path: "a'b" }] }],
    ['a source of the system', { name: 'a', fields: [{ path: 'a' }], source: 'SYSTEM' }],
  ])('with %s are refused', async (_, index) => {
    await withNotes();
    expect(await failureOf(() => asApp().indexes.createIndex('Notes', index as never))).toMatchObject({
      status: 400,
    });
    expect((await asApp().indexes.listIndexes('Notes')).indexes).toEqual([]);
  });

  test('are three and a unique one at most, and what is free can be asked', async () => {
    const wix = await withNotes();
    const { indexes } = asApp();
    const token = await appToken(wix);
    const available = async (): Promise<unknown> => {
      const path = '/wix-data/v2/indexes/available?dataCollectionId=Notes';
      return (await send(wix, 'GET', path, { token })).json();
    };
    expect(await available()).toEqual({ regular1Field: 0, regular3Field: 3, unique1Field: 1, total: 4 });
    for (const name of ['a', 'b', 'c']) await indexes.createIndex('Notes', regular(name));
    await indexes.createIndex('Notes', unique('email'));
    expect(await available()).toEqual({ regular1Field: 0, regular3Field: 0, unique1Field: 0, total: 0 });
    const full = { status: 400, details: { applicationError: { code: 'WDE0080' } } };
    expect(await failureOf(() => indexes.createIndex('Notes', regular('d')))).toMatchObject(full);
    const second = unique('v', { name: 'second' });
    expect(await failureOf(() => indexes.createIndex('Notes', second))).toMatchObject(full);
    await indexes.dropIndex('Notes', 'one-each');
    expect(await indexes.createIndex('Notes', second)).toMatchObject({ status: 'ACTIVE' });
  });

  test.each<[string, (client: Client) => Promise<unknown>]>([
    ['create', ({ indexes }) => indexes.createIndex('Announcements', regular('a'))],
    ['list', ({ indexes }) => indexes.listIndexes('Announcements')],
    ['drop', ({ indexes }) => indexes.dropIndex('Announcements', 'by-date')],
  ])('%s: for apps only', async (_, call) => {
    const wix = await startWix();
    const before = (await asApp().indexes.listIndexes('Announcements')).indexes;
    for (const client of [asVisitor(), await asMember(ada), await asMember(owner)]) {
      expect(await failureOf(() => call(client))).toMatchObject({ status: 403 });
      expect(wix.calls.at(-1)?.operation).toMatch(/^indexes\.(create|list|drop)Index/);
    }
    expect((await asApp().indexes.listIndexes('Announcements')).indexes).toEqual(before);
  });
});

describe('a unique index', () => {
  test('refuses the second of a value, on insert, update, save and patch, and names itself', async () => {
    await withNotes([
      { _id: 'a', email: 'x@example.com' },
      { _id: 'b', email: 'y@example.com' },
      { _id: 'c' },
      { _id: 'd', email: null },
    ]);
    await asApp().indexes.createIndex('Notes', unique('email'));
    const { items } = asVisitor();
    for (const write of [
      () => items.insert('Notes', { email: 'x@example.com' }),
      () => items.update('Notes', { _id: 'b', email: 'x@example.com' }),
      () => items.save('Notes', { _id: 'b', email: 'x@example.com' }),
      () => items.save('Notes', { _id: 'new', email: 'x@example.com' }),
      () => items.patch('Notes', 'c').setField('email', 'x@example.com').run(),
    ]) {
      expect(await failureOf(write)).toMatchObject(conflict());
    }
    expect((await items.query('Notes').eq('email', 'x@example.com').find()).length).toBe(1);
    expect(await items.get('Notes', 'new')).toBeNull();
    expect(await items.update('Notes', { _id: 'a', email: 'x@example.com', n: 1 })).toMatchObject({ n: 1 });
  });

  test('minds letter case, and lets items without the field be', async () => {
    await withNotes([{ email: 'x@example.com' }, {}, { email: null }]);
    await asApp().indexes.createIndex('Notes', unique('email'));
    expect(await asVisitor().items.insert('Notes', { email: 'X@example.com' })).toBeTruthy();
    expect(await asVisitor().items.insert('Notes', {})).toBeTruthy();
    expect(await asVisitor().items.insert('Notes', { email: null })).toBeTruthy();
  });

  test('frees a value when its item lets go of it', async () => {
    await withNotes([{ _id: 'a', v: 1 }]);
    await asApp().indexes.createIndex('Notes', unique('v'));
    await asVisitor().items.remove('Notes', 'a');
    expect(await asVisitor().items.insert('Notes', { v: 1 })).toMatchObject({ v: 1 });
  });

  test('no longer refuses once it is dropped', async () => {
    await withNotes([{ v: 'a' }]);
    const { indexes } = asApp();
    await indexes.createIndex('Notes', unique('v', { caseInsensitive: true }));
    await indexes.dropIndex('Notes', 'one-each');
    expect(await asVisitor().items.insert('Notes', { v: 'A' })).toMatchObject({ v: 'A' });
  });

  test.each([
    ['x@example.com', 'X@Example.COM'],
    ['ÄRGER', 'ärger'],
    ['Ἀθῆναι', 'ἈΘΗ͂ΝΑΙ'],
    ['ΟΔΟΣ', 'οδος'],
    ['Straße', 'STRASSE'],
    ['ЁЖ', 'ёж'],
  ])('may ignore letter case, in any script: %s is %s', async (one, other) => {
    await withNotes([{ _id: 'a', email: one }]);
    await asApp().indexes.createIndex('Notes', unique('email', { caseInsensitive: true }));
    expect(await failureOf(() => asVisitor().items.insert('Notes', { email: other }))).toMatchObject(
      conflict(),
    );
    expect(await asVisitor().items.insert('Notes', { email: `${one}!` })).toBeTruthy();
  });

  test('that ignores letter case refuses every text in capitals', async () => {
    await withNotes();
    await asApp().indexes.createIndex('Notes', unique('v', { caseInsensitive: true }));
    const { items } = asVisitor();
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1 }), async (text) => {
        const { _id } = await items.insert('Notes', { v: text });
        expect(await failureOf(() => items.insert('Notes', { v: text.toUpperCase() }))).toMatchObject(
          conflict(),
        );
        expect(await failureOf(() => items.insert('Notes', { v: text.toLowerCase() }))).toMatchObject(
          conflict(),
        );
        await items.remove('Notes', _id);
      }),
      { numRuns: process.env['LONG'] ? 1000 : 50 },
    );
  });

  test('tells values of different kinds apart', async () => {
    await withNotes([{ v: true }]);
    await asApp().indexes.createIndex('Notes', unique('v'));
    for (const v of [1, '1', 'true', false, [true], { a: 1 }, new Date(0)]) {
      expect(await asVisitor().items.insert('Notes', { v })).toMatchObject({ v });
    }
    expect(await failureOf(() => asVisitor().items.insert('Notes', { v: true }))).toMatchObject(conflict());
    expect(await failureOf(() => asVisitor().items.insert('Notes', { v: new Date(0) }))).toMatchObject(
      conflict(),
    );
  });

  test('over a system field names itself as well', async () => {
    await withNotes();
    await asApp().indexes.createIndex('Notes', unique('_owner'));
    const client = asVisitor();
    await client.items.insert('Notes', { n: 1 });
    expect(await failureOf(() => client.items.insert('Notes', { n: 2 }))).toMatchObject(conflict());
  });

  test('of one collection does not reach into another', async () => {
    await startWix({
      seed: { collections: [openCollection('A', [{ v: 1 }]), openCollection('B', [{ v: 1 }])] },
    });
    await asApp().indexes.createIndex('A', unique('v'));
    expect(await asVisitor().items.insert('B', { v: 1 })).toBeTruthy();
  });

  test.each([false, true])(
    'over duplicates fails, says which item, guards nothing and holds its place: ignoring case %s',
    async (caseInsensitive) => {
      await withNotes([
        { _id: 'a', v: 'x' },
        { _id: 'b', v: caseInsensitive ? 'X' : 'x' },
        { _id: 'c', v: 'y' },
      ]);
      const { indexes } = asApp();
      const failed = {
        name: 'one-each',
        status: 'FAILED',
        failure: { code: 'WDE0113', description: expect.any(String), itemId: 'b' },
      };
      expect(await indexes.createIndex('Notes', unique('v', { caseInsensitive }))).toMatchObject(failed);
      expect((await indexes.listIndexes('Notes')).indexes).toMatchObject([failed]);
      expect(await asVisitor().items.insert('Notes', { v: 'x' })).toMatchObject({ v: 'x' });
      expect(await failureOf(() => indexes.createIndex('Notes', unique('w', { name: 'w' })))).toMatchObject({
        status: 400,
      });
      await indexes.dropIndex('Notes', 'one-each');
      expect(await indexes.createIndex('Notes', unique('w', { name: 'w' }))).toMatchObject({
        status: 'ACTIVE',
      });
    },
  );

  test('over duplicates of a seed refuses the seed', async () => {
    const collection = { ...openCollection('Notes', [{ v: 1 }, { v: 1 }]), indexes: [unique('v')] };
    await expect(startWix({ seed: { collections: [collection] } })).rejects.toThrow(
      'one-each cannot be unique',
    );
  });
});
