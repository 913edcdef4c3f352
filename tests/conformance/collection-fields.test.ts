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
  startWix({
    seed: {
      collections: [
        {
          ...openCollection('Notes', items),
          displayField: 'title',
          fields: [
            { key: 'title', type: 'TEXT', displayName: 'Title', description: 'What it is about' },
            { key: 'tags', type: 'ARRAY_STRING' },
          ],
        },
      ],
    },
  });

const ownKeys = (collection: { fields?: { key?: string; systemField?: boolean }[] } | undefined) =>
  collection?.fields?.filter(({ systemField }) => !systemField).map(({ key }) => key);

const notFound = { status: 404, details: { applicationError: { code: 'NOT_FOUND' } } };
const exists = { status: 409, details: { applicationError: { code: 'ALREADY_EXISTS' } } };
const noCollection = { status: 404, details: { applicationError: { code: 'WDE0025' } } };
const unsupported = { status: 501, details: { applicationError: { code: 'NOT_IMPLEMENTED' } } };

describe('adding a field', () => {
  test('puts it behind the others, and raises the revision', async () => {
    await withNotes();
    const field = { key: 'n', type: 'NUMBER' as const, displayName: 'Number' };
    const { dataCollection } = await asApp().collections.createDataCollectionField('Notes', { field });
    expect(ownKeys(dataCollection)).toEqual(['title', 'tags', 'n']);
    expect(dataCollection?.fields?.[2]).toMatchObject({ ...field, systemField: false });
    expect(dataCollection?.revision).toBe('2');
  });

  test.each(['title', '_id', '_owner'])('called %s is refused: it is there already', async (key) => {
    await withNotes();
    const add = () =>
      asApp().collections.createDataCollectionField('Notes', { field: { key, type: 'TEXT' } });
    expect(await failureOf(add)).toMatchObject(exists);
    expect(await asApp().collections.getDataCollection('Notes')).toMatchObject({ revision: '1' });
  });

  test('to a collection that does not exist is WDE0025', async () => {
    await withNotes();
    const add = () =>
      asApp().collections.createDataCollectionField('Nope', { field: { key: 'a', type: 'TEXT' } });
    expect(await failureOf(add)).toMatchObject(noCollection);
  });

  test.each<[string, object]>([
    ['no type', { key: 'a' }],
    ['a key with a quote', { key: 'a"b', type: 'TEXT' }],
    ['metadata nobody knows', { key: 'a', type: 'TEXT', typeMetadata: { colour: {} } }],
  ])('with %s is refused', async (_, field) => {
    await withNotes();
    const add = () => asApp().collections.createDataCollectionField('Notes', { field });
    expect(await failureOf(add)).toMatchObject({ status: 400 });
  });

  test('whose rules the items would not keep is a 501', async () => {
    await withNotes();
    const field = { key: 'a', type: 'TEXT' as const, immutable: true };
    const add = () => asApp().collections.createDataCollectionField('Notes', { field });
    expect(await failureOf(add)).toMatchObject(unsupported);
  });

  test('keeps what concerns the dashboard alone', async () => {
    await withNotes();
    const plugins = [{ type: 'CMS' as const, cmsOptions: { internal: true } }];
    const field = { key: 'a', type: 'TEXT' as const, plugins };
    const { dataCollection } = await asApp().collections.createDataCollectionField('Notes', { field });
    expect(dataCollection?.fields?.[2]).toMatchObject({ plugins });
  });
});

describe('replacing a field', () => {
  test('keeps its place and its values, and nothing of what was said of it', async () => {
    await withNotes([{ _id: 'a', title: 'T' }]);
    const field = { key: 'title', type: 'NUMBER' as const };
    const { dataCollection } = await asApp().collections.updateDataCollectionField('Notes', { field });
    expect(ownKeys(dataCollection)).toEqual(['title', 'tags']);
    expect(dataCollection?.fields?.[0]).toMatchObject(field);
    expect(dataCollection?.fields?.[0]).not.toHaveProperty('description');
    expect(await asVisitor().items.get('Notes', 'a')).toMatchObject({ title: 'T' });
  });

  test.each<[string, string, object, object]>([
    ['that does not exist', 'Notes', { key: 'nope', type: 'TEXT' }, notFound],
    ['of the system', 'Notes', { key: '_owner', type: 'NUMBER' }, notFound],
    ['of no collection', 'Nope', { key: 'title', type: 'TEXT' }, noCollection],
    ['without a type', 'Notes', { key: 'title' }, { status: 400 }],
    ['by a stricter one', 'Notes', { key: 'title', type: 'TEXT', required: true }, unsupported],
  ])('%s is refused', async (_, id, field, failure) => {
    await withNotes();
    const change = () => asApp().collections.updateDataCollectionField(id, { field });
    expect(await failureOf(change)).toMatchObject(failure);
    expect(await asApp().collections.getDataCollection('Notes')).toMatchObject({ revision: '1' });
  });
});

describe('patching a field', () => {
  test('changes what is named and nothing else', async () => {
    await withNotes();
    const { dataCollection } = await asApp().collections.patchDataCollectionField('Notes', {
      key: 'title',
      displayName: 'Heading',
    });
    expect(dataCollection?.fields?.[0]).toMatchObject({
      key: 'title',
      type: 'TEXT',
      displayName: 'Heading',
      description: 'What it is about',
    });
    expect(dataCollection?.revision).toBe('2');
  });

  test('works in a collection with a slash in its id', async () => {
    await startWix({
      seed: { collections: [{ ...openCollection('App/Notes'), fields: [{ key: 'a', type: 'TEXT' }] }] },
    });
    const { dataCollection } = await asApp().collections.patchDataCollectionField('App/Notes', {
      key: 'a',
      type: 'NUMBER',
    });
    expect(dataCollection?.fields?.[0]).toMatchObject({ type: 'NUMBER' });
  });

  test.each<[string, string, object, object]>([
    ['that does not exist', 'Notes', { key: 'nope', displayName: 'N' }, notFound],
    ['of no collection', 'Nope', { key: 'title', displayName: 'N' }, noCollection],
    ['without its key', 'Notes', { displayName: 'N' }, { status: 400 }],
    ['to be read-only', 'Notes', { key: 'title', readOnly: true }, unsupported],
  ])('%s is refused', async (_, id, field, failure) => {
    await withNotes();
    const patch = () => asApp().collections.patchDataCollectionField(id, field);
    expect(await failureOf(patch)).toMatchObject(failure);
  });
});

describe('deleting a field', () => {
  test('deletes its value in every item, and in no other collection', async () => {
    const items = [
      { _id: 'a', title: 'T', tags: ['x'], n: 1 },
      { _id: 'b', n: 2 },
      { _id: 'c', title: null },
    ];
    await withNotes(items);
    await asApp().items.insert('Notes', { _id: 'd', tags: ['x'], titles: 'kept' });
    const before = await asVisitor().items.get('Notes', 'a');
    const { dataCollection } = await asApp().collections.deleteDataCollectionField('Notes', {
      fieldKey: 'title',
    });
    expect(ownKeys(dataCollection)).toEqual(['tags']);
    expect(dataCollection).not.toHaveProperty('displayField');
    const { title: _, ...rest } = before as Record<string, unknown>;
    expect(await asVisitor().items.get('Notes', 'a')).toEqual(rest);
    expect(await asVisitor().items.get('Notes', 'c')).not.toHaveProperty('title');
    expect(await asVisitor().items.get('Notes', 'd')).toMatchObject({ titles: 'kept' });
  });

  test('frees its key: the new field is not the old one', async () => {
    await withNotes([{ _id: 'a', tags: ['x'] }]);
    const client = asApp();
    await client.collections.deleteDataCollectionField('Notes', { fieldKey: 'tags' });
    await client.collections.createDataCollectionField('Notes', { field: { key: 'tags', type: 'TEXT' } });
    await client.items.insert('Notes', { _id: 'b', tags: 'x' });
    const { items } = await client.items.query('Notes').eq('tags', 'x').find();
    expect(items.map(({ _id }) => _id)).toEqual(['b']);
  });

  test('frees the values a unique index guards', async () => {
    await withNotes([{ _id: 'a', title: 'T' }]);
    const client = asApp();
    await client.indexes.createIndex('Notes', { name: 'one', fields: [{ path: 'title' }], unique: true });
    await client.collections.deleteDataCollectionField('Notes', { fieldKey: 'title' });
    expect(await client.items.insert('Notes', { title: 'T' })).toMatchObject({ title: 'T' });
  });

  test.each<[string, string, string, object]>([
    ['that does not exist', 'Notes', 'nope', notFound],
    ['of the system', 'Notes', '_owner', notFound],
    ['of no collection', 'Nope', 'title', noCollection],
    ['without a name', 'Notes', '', { status: 400 }],
  ])('%s is refused', async (_, id, fieldKey, failure) => {
    await withNotes([{ _id: 'a', _owner: ada.id, title: 'T' }]);
    const drop = () => asApp().collections.deleteDataCollectionField(id, { fieldKey });
    expect(await failureOf(drop)).toMatchObject(failure);
    expect(await asVisitor().items.get('Notes', 'a')).toMatchObject({ title: 'T', _owner: ada.id });
  });

  test.each(['_id', '_owner'])('of the system is refused when %s was sent back as read, too', async (key) => {
    await withNotes([{ _id: 'a', _owner: ada.id, title: 'T' }]);
    const { collections, items } = asApp();
    const known = await collections.getDataCollection('Notes');
    expect(known.fields?.map((field) => field.key)).toContain(key);
    await collections.updateDataCollection(known);
    await collections.createDataCollection({
      _id: 'Copies',
      fields: known.fields,
      permissions: known.permissions,
    } as never);
    await items.insert('Copies', { _id: 'a' });
    for (const id of ['Notes', 'Copies']) {
      const drop = () => collections.deleteDataCollectionField(id, { fieldKey: key });
      expect(await failureOf(drop)).toMatchObject(notFound);
      const change = () =>
        collections.updateDataCollectionField(id, { field: { key, type: 'NUMBER' } } as never);
      expect(await failureOf(change)).toMatchObject(notFound);
      expect(await items.get(id, 'a')).toMatchObject({ _id: 'a', _owner: expect.any(String) });
    }
  });
});

describe('plugins', () => {
  const plugin = () => ({
    type: 'CMS' as const,
    cmsOptions: { siteSort: { sort: [{ fieldKey: 'title' }] } },
  });

  test('of the dashboard are kept once, and taken away again', async () => {
    await withNotes();
    const client = asApp();
    const added = await client.collections.addDataCollectionPlugin('Notes', { plugin: plugin() });
    expect(added.dataCollection?.plugins).toEqual([plugin()]);
    const again = () => client.collections.addDataCollectionPlugin('Notes', { plugin: plugin() });
    expect(await failureOf(again)).toMatchObject(exists);
    const removed = await client.collections.deleteDataCollectionPlugin('Notes', { pluginType: 'CMS' });
    expect(removed.dataCollection?.plugins).toEqual([]);
    const drop = () => client.collections.deleteDataCollectionPlugin('Notes', { pluginType: 'CMS' });
    expect(await failureOf(drop)).toMatchObject(notFound);
  });

  test.each(['PUBLISH', 'SINGLE_ITEM', 'URLIZED', 'MULTILINGUAL', 'EDITABLE_PAGE_LINK'] as const)(
    '%s would change what items do, and is a 501',
    async (type) => {
      await withNotes();
      const { collections } = asApp();
      const add = () => collections.addDataCollectionPlugin('Notes', { plugin: { type } });
      const drop = () => collections.deleteDataCollectionPlugin('Notes', { pluginType: type });
      expect(await failureOf(add)).toMatchObject(unsupported);
      expect(await failureOf(drop)).toMatchObject(unsupported);
    },
  );

  test('of a collection that does not exist are WDE0025', async () => {
    await withNotes();
    const { collections } = asApp();
    const add = () => collections.addDataCollectionPlugin('Nope', { plugin: plugin() });
    expect(await failureOf(add)).toMatchObject(noCollection);
  });

  test('have calls of their own, which the SDK exports without types', async () => {
    const wix = await withNotes();
    const token = await appToken(wix);
    const call = (path: string, body: object) =>
      send(wix, 'POST', `/wix-data/v2/collections/${path}`, {
        token,
        body: { dataCollectionId: 'Notes', ...body },
      });
    const added = await call('add-cms-plugin', { cmsOptions: {} });
    expect(await added.json()).toMatchObject({
      dataCollection: { plugins: [{ type: 'CMS', cmsOptions: {} }] },
    });
    const removed = await call('delete-cms-plugin', {});
    expect(await removed.json()).toMatchObject({ dataCollection: { plugins: [] } });
    expect((await call('delete-cms-plugin', {})).status).toBe(404);
    for (const name of ['publish', 'urlized', 'multilingual', 'catalog', 'draft-items']) {
      for (const verb of ['add', 'delete']) {
        expect((await call(`${verb}-${name}-plugin`, {})).status).toBe(501);
        expect(wix.calls.at(-1)?.operation).toMatch(/^collections\.(add|delete)[A-Z][A-Za-z]+Plugin$/);
      }
    }
  });
});

test.each<[string, (client: Client) => Promise<unknown>]>([
  [
    'adding a field',
    ({ collections }) =>
      collections.createDataCollectionField('Announcements', { field: { key: 'x', type: 'TEXT' } }),
  ],
  [
    'replacing a field',
    ({ collections }) =>
      collections.updateDataCollectionField('Announcements', { field: { key: 'title', type: 'TEXT' } }),
  ],
  [
    'patching a field',
    ({ collections }) => collections.patchDataCollectionField('Announcements', { key: 'title' }),
  ],
  [
    'deleting a field',
    ({ collections }) => collections.deleteDataCollectionField('Announcements', { fieldKey: 'title' }),
  ],
  [
    'adding a plugin',
    ({ collections }) => collections.addDataCollectionPlugin('Announcements', { plugin: { type: 'CMS' } }),
  ],
  [
    'deleting a plugin',
    ({ collections }) => collections.deleteDataCollectionPlugin('Announcements', { pluginType: 'CMS' }),
  ],
])('%s is for apps only', async (_, call) => {
  await startWix();
  for (const client of [asVisitor(), await asMember(ada), await asMember(owner)]) {
    expect(await failureOf(() => call(client))).toMatchObject({ status: 403 });
  }
  expect(await asApp().collections.getDataCollection('Announcements')).toMatchObject({ revision: '1' });
});
