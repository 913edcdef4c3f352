import { describe, expect, test } from 'vitest';
import {
  ada,
  appToken,
  asApiKey,
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
type Collection = Parameters<Client['collections']['createDataCollection']>[0];

/** New each time: the SDK renames keys inside the object it is given. */
const notes = () => ({
  _id: 'Notes',
  displayName: 'My notes',
  displayField: 'title',
  fields: [
    { key: 'title', displayName: 'Title', type: 'TEXT' as const },
    {
      key: 'author',
      type: 'REFERENCE' as const,
      typeMetadata: { reference: { referencedCollectionId: 'Authors' } },
    },
  ],
  permissions: {
    read: 'ANYONE',
    insert: 'SITE_MEMBER',
    update: 'SITE_MEMBER_AUTHOR',
    remove: 'ADMIN',
  } as const,
});

describe('creating a collection', () => {
  test('fills in system fields, both permission models and a revision', async () => {
    await startWix();
    const created = await asApp().collections.createDataCollection(notes());
    expect(created).toMatchObject({
      _id: 'Notes',
      collectionType: 'NATIVE',
      displayName: 'My notes',
      displayField: 'title',
      permissions: notes().permissions,
      dataPermissions: {
        itemRead: 'ANYONE',
        itemInsert: 'SITE_MEMBER',
        itemUpdate: 'SITE_MEMBER_AUTHOR',
        itemRemove: 'PRIVILEGED',
      },
      capabilities: { indexLimits: { regular: 3, unique: 1, total: 4 } },
      maxPageSize: 1000,
      revision: '1',
      _createdDate: expect.any(Date),
    });
    const keys = created.fields?.map(({ key }) => key);
    expect(keys).toEqual(['title', 'author', '_id', '_createdDate', '_updatedDate', '_owner']);
    expect(await asApp().collections.getDataCollection('Notes')).toEqual(created);
  });

  test('lets it hold items right away', async () => {
    await startWix();
    await asApiKey().collections.createDataCollection(notes());
    const client = await asMember(ada);
    await client.items.insert('Notes', { title: 'T' });
    expect((await asVisitor().items.query('Notes').eq('title', 'T').find()).length).toBe(1);
  });

  test('that exists is WDE0104, and leaves it as it was', async () => {
    await startWix();
    await asApp().collections.createDataCollection(notes());
    const again = { ...notes(), displayName: 'Other' };
    expect(await failureOf(() => asApp().collections.createDataCollection(again))).toMatchObject({
      status: 409,
      details: { applicationError: { code: 'WDE0104' } },
    });
    expect(await asApp().collections.getDataCollection('Notes')).toMatchObject({ displayName: 'My notes' });
  });

  test('with a role that does not exist is WDE0075', async () => {
    await startWix();
    const wrong = { ...notes(), permissions: { ...notes().permissions, read: 'EVERYBODY' as 'ANYONE' } };
    expect(await failureOf(() => asApp().collections.createDataCollection(wrong))).toMatchObject({
      status: 400,
      details: {
        applicationError: { code: 'WDE0075', description: expect.stringContaining('permissions.read') },
      },
    });
  });

  test.each<[string, () => Partial<Collection>]>([
    ['an id with a quote', () => ({ ...notes(), _id: "No'tes" })],
    ['an empty id', () => ({ ...notes(), _id: '' })],
    ['a field key with a dot', () => ({ ...notes(), fields: [{ key: 'a.b', type: 'TEXT' }] })],
    ['a type nobody knows', () => ({ ...notes(), fields: [{ key: 'a', type: 'TEXTS' as 'TEXT' }] })],
    ['no field', () => ({ ...notes(), fields: [] })],
    [
      'more than a thousand fields',
      () => ({
        ...notes(),
        fields: Array.from({ length: 1001 }, (_, n) => ({ key: `f${n}`, type: 'TEXT' as const })),
      }),
    ],
    ['no permissions', () => ({ _id: 'Notes', fields: notes().fields })],
    ['a key nobody knows', () => ({ ...notes(), colour: 'red' })],
  ])('with %s is refused', async (_, collection) => {
    await startWix();
    const create = () => asApp().collections.createDataCollection(collection());
    expect(await failureOf(create)).toMatchObject({ status: 400 });
    expect(await failureOf(() => asApp().collections.getDataCollection('Notes'))).toMatchObject({
      status: 404,
    });
  });

  test('with a field twice is refused', async () => {
    await startWix();
    const twins = { ...notes(), fields: [...notes().fields, { key: 'title', type: 'TEXT' as const }] };
    expect(await failureOf(() => asApp().collections.createDataCollection(twins))).toMatchObject({
      status: 409,
      details: { applicationError: { code: 'ALREADY_EXISTS' } },
    });
  });

  test.each<[string, () => Partial<Collection>]>([
    ['drafts', () => ({ plugins: [{ type: 'PUBLISH', publishOptions: { defaultStatus: 'DRAFT' } }] })],
    ['a single item', () => ({ plugins: [{ type: 'SINGLE_ITEM' }] })],
    ['languages', () => ({ plugins: [{ type: 'MULTILINGUAL' }] })],
    ['another kind', () => ({ collectionType: 'EXTERNAL' })],
    ['required fields', () => ({ fields: [{ key: 'a', type: 'TEXT', required: true }] })],
    ['ranges', () => ({ fields: [{ key: 'a', type: 'NUMBER', numberRange: { min: 1 } }] })],
    [
      'page links',
      () => ({
        fields: [{ key: 'a', type: 'PAGE_LINK', typeMetadata: { pageLink: { linkedRouterPage: 'x' } } }],
      }),
    ],
  ])('that needs %s is a 501, for the items would not do it', async (_, more) => {
    await startWix();
    const create = () => asApp().collections.createDataCollection({ ...notes(), ...more() });
    expect(await failureOf(create)).toMatchObject({
      status: 501,
      details: { applicationError: { code: 'NOT_IMPLEMENTED' } },
    });
    expect(await failureOf(() => asApp().collections.getDataCollection('Notes'))).toMatchObject({
      status: 404,
    });
  });
});

describe('looking at a collection', () => {
  test('shows an app the fields it asks for, and the id', async () => {
    await startWix();
    const options = { consistentRead: true, fields: ['displayName', 'revision'] };
    expect(await asApp().collections.getDataCollection('Announcements', options)).toEqual({
      _id: 'Announcements',
      displayName: 'Announcements',
      revision: '1',
    });
  });

  test('shows a visitor what it takes to show the items, and nothing about permissions', async () => {
    await startWix();
    const collection = await asVisitor().collections.getDataCollection('Announcements');
    expect(Object.keys(collection).toSorted()).toEqual(
      expect.arrayContaining(['_id', 'displayName', 'fields', 'plugins']),
    );
    expect(collection).not.toHaveProperty('permissions');
    expect(collection).not.toHaveProperty('dataPermissions');
    expect(collection).not.toHaveProperty('capabilities');
    expect(collection.fields?.[0]).toEqual({
      key: expect.any(String),
      displayName: expect.any(String),
      type: expect.any(String),
    });
    const options = { fields: ['permissions', 'displayName'] };
    expect(await asVisitor().collections.getDataCollection('Announcements', options)).toEqual({
      _id: 'Announcements',
      displayName: 'Announcements',
    });
  });

  test('shows a member all of it', async () => {
    await startWix();
    const client = await asMember(ada);
    const collection = await client.collections.getDataCollection('Announcements');
    expect(collection).toEqual(await asApp().collections.getDataCollection('Announcements'));
  });

  test('that does not exist is WDE0025', async () => {
    await startWix();
    expect(await failureOf(() => asApp().collections.getDataCollection('Nope'))).toMatchObject({
      status: 404,
      details: { applicationError: { code: 'WDE0025' } },
    });
  });

  test('lists them in pages, in the order asked for, with the fields asked for', async () => {
    await startWix();
    const client = asApp();
    await client.collections.createDataCollection(notes());
    const all = await client.collections.listDataCollections();
    expect(all.collections?.map(({ _id }) => _id)).toEqual([
      'Announcements',
      'Introductions',
      'Notes',
      'SITConnections',
      'Venues',
    ]);
    const page = await client.collections.listDataCollections({
      paging: { limit: 1, offset: 3 },
      sort: { fieldName: 'displayName', order: 'DESC' },
      fields: ['displayName'],
    });
    expect(page.collections).toEqual([{ _id: 'SITConnections', displayName: 'Connections' }]);
    expect(page.pagingMetadata).toMatchObject({ count: 1, offset: 3, total: 5, tooManyToCount: false });
    const behind = await client.collections.listDataCollections({
      paging: { offset: 9 },
      consistentRead: true,
    });
    expect(behind.collections).toEqual([]);
    expect(behind.pagingMetadata).toMatchObject({ count: 0, total: 5 });
  });

  test('lists nothing in an order nobody knows', async () => {
    await startWix();
    const sort = { fieldName: 'colour' };
    expect(await failureOf(() => asApp().collections.listDataCollections({ sort }))).toMatchObject({
      status: 400,
    });
  });
});

describe('replacing a collection', () => {
  test('takes the revision that was read, and what is not sent is gone', async () => {
    await startWix();
    const client = asApp();
    const created = await client.collections.createDataCollection(notes());
    const change = {
      _id: 'Notes',
      revision: created.revision ?? null,
      fields: [{ key: 'title', type: 'TEXT' as const }],
      permissions: { ...notes().permissions, read: 'ADMIN' as const },
    };
    const updated = await client.collections.updateDataCollection(structuredClone(change));
    expect(updated).toMatchObject({
      revision: '2',
      displayName: 'Notes',
      permissions: { read: 'ADMIN' },
      dataPermissions: { itemRead: 'PRIVILEGED' },
    });
    expect(updated).not.toHaveProperty('displayField');
    expect(updated._createdDate).toEqual(created._createdDate);
    expect((await failureOf(() => asVisitor().items.query('Notes').find())).message).toContain('WDE0027');
    expect(await failureOf(() => client.collections.updateDataCollection(change))).toMatchObject({
      status: 409,
      details: { applicationError: { code: 'WDE0080' } },
    });
  });

  test('with what was read: the permission model that was changed decides', async () => {
    await startWix();
    const client = asApp();
    const created = await client.collections.createDataCollection(notes());
    const older = { ...created, permissions: { ...notes().permissions, read: 'SITE_MEMBER' as const } };
    const once = await client.collections.updateDataCollection(older);
    expect(once).toMatchObject({
      permissions: { read: 'SITE_MEMBER' },
      dataPermissions: { itemRead: 'SITE_MEMBER' },
    });
    const { dataPermissions } = once as unknown as { dataPermissions: object };
    const newer = { ...once, dataPermissions: { ...dataPermissions, itemRemove: 'CMS_EDITOR' } };
    const twice = await client.collections.updateDataCollection(newer);
    expect(twice).toMatchObject({
      permissions: { remove: 'ADMIN' },
      dataPermissions: { itemRemove: 'CMS_EDITOR' },
    });
    expect(twice.fields?.filter(({ key }) => key === '_id')).toHaveLength(1);
  });

  test('leaves the items as they are, those of a field that is gone as well', async () => {
    await startWix({ seed: { collections: [openCollection('Open', [{ _id: 'a', old: 1 }])] } });
    const { permissions } = await asApp().collections.getDataCollection('Open');
    const fields = [{ key: 'other', type: 'TEXT' as const }];
    await asApp().collections.updateDataCollection({
      _id: 'Open',
      revision: '1',
      fields,
      permissions,
    } as never);
    expect(await asVisitor().items.get('Open', 'a')).toMatchObject({ old: 1 });
  });

  test.each<[string, object, number]>([
    ['no revision', { ...notes(), revision: undefined }, 400],
    ['an id that does not exist', { ...notes(), _id: 'Nope', revision: '1' }, 404],
    ['a plugin that would hide items', { ...notes(), revision: '1', plugins: [{ type: 'PUBLISH' }] }, 501],
  ])('with %s is refused', async (_, collection, status) => {
    await startWix();
    await asApp().collections.createDataCollection(notes());
    expect(
      await failureOf(() => asApp().collections.updateDataCollection(collection as never)),
    ).toMatchObject({ status });
  });
});

describe('patching a collection', () => {
  test('changes what is named and nothing else', async () => {
    await startWix();
    const client = asApp();
    const created = await client.collections.createDataCollection(notes());
    const { dataCollection } = await client.collections.patchDataCollection('Notes', {
      displayName: 'Renamed',
      permissions: { read: 'ADMIN' },
    });
    expect(dataCollection).toEqual({
      ...created,
      displayName: 'Renamed',
      permissions: { ...notes().permissions, read: 'ADMIN' },
      dataPermissions: {
        itemRead: 'PRIVILEGED',
        itemInsert: 'SITE_MEMBER',
        itemUpdate: 'SITE_MEMBER_AUTHOR',
        itemRemove: 'PRIVILEGED',
      },
      revision: '2',
      _updatedDate: expect.any(Date),
    });
    expect((await failureOf(() => asVisitor().items.query('Notes').find())).message).toContain('WDE0027');
  });

  test('against an old revision is refused', async () => {
    await startWix();
    const client = asApp();
    await client.collections.createDataCollection(notes());
    await client.collections.patchDataCollection('Notes', { displayName: 'A', revision: '1' });
    const stale = { displayName: 'B', revision: '1' };
    expect(await failureOf(() => client.collections.patchDataCollection('Notes', stale))).toMatchObject({
      status: 409,
      details: { applicationError: { code: 'WDE0080' } },
    });
    expect(await client.collections.getDataCollection('Notes')).toMatchObject({ displayName: 'A' });
  });

  test.each<[string, object, number]>([
    ['of its fields', { fields: [{ key: 'a', type: 'TEXT' }] }, 400],
    ['of its plugins', { plugins: [] }, 400],
    ['with a role nobody knows', { permissions: { read: 'EVERYBODY' } }, 400],
  ])('%s is refused', async (_, change, status) => {
    await startWix();
    const created = await asApp().collections.createDataCollection(notes());
    const patch = () => asApp().collections.patchDataCollection('Notes', change);
    expect(await failureOf(patch)).toMatchObject({ status });
    expect(await asApp().collections.getDataCollection('Notes')).toEqual(created);
  });

  test('that does not exist is WDE0025', async () => {
    await startWix();
    const patch = () => asApp().collections.patchDataCollection('Nope', { displayName: 'N' });
    expect(await failureOf(patch)).toMatchObject({ status: 404 });
  });
});

describe('deleting a collection', () => {
  test('takes its items, indexes and special permissions along', async () => {
    await startWix();
    const client = asApp();
    await client.permissions.addSpecialPermissions('SITConnections', { userId: ada.id, itemRead: 'ALLOWED' });
    await client.collections.deleteDataCollection('SITConnections');
    expect((await failureOf(() => client.items.query('SITConnections').find())).message).toContain('WDE0025');
    expect(await failureOf(() => client.collections.getDataCollection('SITConnections'))).toMatchObject({
      status: 404,
    });
    await client.collections.createDataCollection({ ...notes(), _id: 'SITConnections' });
    expect((await client.items.query('SITConnections').find()).length).toBe(0);
    expect((await client.indexes.listIndexes('SITConnections')).indexes).toEqual([]);
    const { dataPermissions } = await client.permissions.getPermissions('SITConnections');
    expect(dataPermissions?.specialPermissions).toEqual([]);
  });

  test('that does not exist is WDE0025', async () => {
    await startWix();
    expect(await failureOf(() => asApp().collections.deleteDataCollection('Nope'))).toMatchObject({
      status: 404,
      details: { applicationError: { code: 'WDE0025' } },
    });
  });

  test('cannot be undone here, and says so', async () => {
    const wix = await startWix();
    const answer = await send(wix, 'POST', '/wix-data/v2/collections/restore/Notes', {
      token: await appToken(wix),
      body: { dataCollectionId: 'Notes' },
    });
    expect(answer.status).toBe(501);
    expect(wix.calls.at(-1)).toMatchObject({ operation: 'collections.restoreDataCollection' });
  });
});

describe('managing collections', () => {
  test.each([
    ['create', (client: Client) => client.collections.createDataCollection(notes())],
    ['list', (client: Client) => client.collections.listDataCollections()],
    ['replace', (client: Client) => client.collections.updateDataCollection({ ...notes(), revision: '1' })],
    [
      'patch',
      (client: Client) => client.collections.patchDataCollection('Announcements', { displayName: 'x' }),
    ],
    ['delete', (client: Client) => client.collections.deleteDataCollection('Announcements')],
  ])('%s is for apps only', async (_, call) => {
    await startWix();
    for (const client of [asVisitor(), await asMember(ada), await asMember(owner)]) {
      expect(await failureOf(() => call(client))).toMatchObject({
        status: 403,
        details: { applicationError: { code: 'PERMISSION_DENIED' } },
      });
    }
    expect(await asApp().collections.getDataCollection('Announcements')).toMatchObject({ revision: '1' });
  });
});
