import { describe, expect, test } from 'vitest';
import {
  ada,
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

describe('site properties', () => {
  test('an app reads them all, or those it names', async () => {
    await startWix();
    const { properties, version } = await asApp().siteProperties.getSiteProperties();
    expect(properties).toMatchObject({
      businessName: 'Lantern Bridge Introductions Ltd',
      timeZone: 'Europe/London',
    });
    expect(version).toBe('1');
    const some = await asApp().siteProperties.getSiteProperties({ fields: ['email', 'timeZone'] });
    expect(some.properties).toEqual({ email: 'hello@lanternbridge.example', timeZone: 'Europe/London' });
  });

  test('a property that does not exist is refused', async () => {
    await startWix();
    const fields = ['passwords'];
    expect(await failureOf(() => asApp().siteProperties.getSiteProperties({ fields }))).toMatchObject({
      status: 400,
    });
  });

  test.each([
    ['a visitor', async () => asVisitor()],
    ['a member', () => asMember(ada)],
    ['the site owner as a member', () => asMember(owner)],
  ])('%s gets a 403', async (_, sign) => {
    await startWix();
    const client = await sign();
    expect(await failureOf(() => client.siteProperties.getSiteProperties())).toMatchObject({
      status: 403,
      details: { applicationError: { code: 'PERMISSION_DENIED' } },
    });
  });
});

describe('collections', () => {
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

  test('are created with system fields, both permission models and a revision', async () => {
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
      revision: '1',
      _createdDate: expect.any(Date),
    });
    expect(created.fields?.map(({ key }) => key)).toEqual([
      'title',
      'author',
      '_id',
      '_createdDate',
      '_updatedDate',
      '_owner',
    ]);
    expect(await asApp().collections.getDataCollection('Notes')).toEqual(created);
  });

  test('hold items right away', async () => {
    await startWix();
    await asApp().collections.createDataCollection(notes());
    const client = await asMember(ada);
    await client.items.insert('Notes', { title: 'T' });
    expect((await asVisitor().items.query('Notes').eq('title', 'T').find()).length).toBe(1);
  });

  test('exist once: WDE0104', async () => {
    await startWix();
    await asApp().collections.createDataCollection(notes());
    expect(await failureOf(() => asApp().collections.createDataCollection(notes()))).toMatchObject({
      status: 409,
      details: { applicationError: { code: 'WDE0104' } },
    });
  });

  test('need permissions', async () => {
    await startWix();
    const { permissions: _, ...open } = notes();
    expect(await failureOf(() => asApp().collections.createDataCollection(open))).toMatchObject({
      status: 400,
    });
  });

  test('are updated as a whole, against the revision that was read', async () => {
    await startWix();
    const client = asApp();
    const created = await client.collections.createDataCollection(notes());
    const { dataPermissions: _, ...rest } = created as typeof created & { dataPermissions?: unknown };
    const change = {
      ...rest,
      revision: '1',
      permissions: { ...notes().permissions, read: 'ADMIN' as const },
    };
    const updated = await client.collections.updateDataCollection(structuredClone(change));
    expect(updated).toMatchObject({
      revision: '2',
      permissions: { read: 'ADMIN' },
      dataPermissions: { itemRead: 'PRIVILEGED' },
    });
    expect(updated.fields?.filter(({ key }) => key === '_id')).toHaveLength(1);
    expect((await failureOf(() => asVisitor().items.query('Notes').find())).message).toContain('WDE0027');
    expect(await failureOf(() => client.collections.updateDataCollection(change))).toMatchObject({
      status: 409,
    });
  });

  test('are listed in pages', async () => {
    await startWix();
    const client = asApp();
    await client.collections.createDataCollection(notes());
    const all = await client.collections.listDataCollections();
    expect(all.collections?.map(({ _id }) => _id)).toEqual(['Announcements', 'Notes', 'SITConnections']);
    const page = await client.collections.listDataCollections({
      paging: { limit: 1, offset: 1 },
      sort: { fieldName: 'displayName', order: 'DESC' },
    });
    expect(page.collections?.map(({ displayName }) => displayName)).toEqual(['Connections']);
    expect(page.pagingMetadata).toMatchObject({ count: 1, offset: 1, total: 3 });
  });

  test('are deleted with their items and indexes', async () => {
    await startWix();
    const client = asApp();
    await client.collections.deleteDataCollection('SITConnections');
    expect((await failureOf(() => client.items.query('SITConnections').find())).message).toContain('WDE0025');
    expect(await failureOf(() => client.collections.getDataCollection('SITConnections'))).toMatchObject({
      status: 404,
    });
    await client.collections.createDataCollection({ ...notes(), _id: 'SITConnections' });
    expect((await client.items.query('SITConnections').find()).length).toBe(0);
    expect((await client.indexes.listIndexes('SITConnections')).indexes).toEqual([]);
  });

  test.each([
    ['create', (client: Client) => client.collections.createDataCollection(notes())],
    ['get', (client: Client) => client.collections.getDataCollection('Announcements')],
    ['list', (client: Client) => client.collections.listDataCollections()],
    ['delete', (client: Client) => client.collections.deleteDataCollection('Announcements')],
  ])('%s is for apps only', async (_, call) => {
    await startWix();
    for (const client of [asVisitor(), await asMember(ada), await asMember(owner)]) {
      expect(await failureOf(() => call(client))).toMatchObject({ status: 403 });
    }
    expect((await asVisitor().items.query('Announcements').find()).length).toBeGreaterThan(0);
  });

  test.each([
    ['an id with a quote', { ...notes(), _id: "No'tes" }],
    ['an empty id', { ...notes(), _id: '' }],
    ['a field key with a dot', { ...notes(), fields: [{ key: 'a.b', type: 'TEXT' as const }] }],
    ['a role that does not exist', { ...notes(), permissions: { read: 'EVERYBODY' as 'ANYONE' } }],
  ])('%s is refused', async (_, collection) => {
    await startWix();
    expect(await failureOf(() => asApp().collections.createDataCollection(collection))).toMatchObject({
      status: 400,
    });
  });
});

describe('indexes', () => {
  const withNotes = (items: Record<string, unknown>[]) =>
    startWix({ seed: { collections: [openCollection('Notes', items)] } });
  const unique = (path: string, more: object = {}) => ({
    name: 'one-each',
    fields: [{ path, order: 'ASC' as const }],
    unique: true,
    ...more,
  });

  test('are created, listed and dropped', async () => {
    await withNotes([]);
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
      unique: false,
      status: 'ACTIVE',
    });
    const listed = await client.indexes.listIndexes('Notes', { paging: { limit: 10 } });
    expect(listed).toMatchObject({ indexes: [index], pagingMetadata: { count: 1, total: 1 } });
    expect(await failureOf(() => client.indexes.createIndex('Notes', index))).toMatchObject({ status: 409 });
    await client.indexes.dropIndex('Notes', 'by-title');
    expect(await failureOf(() => client.indexes.dropIndex('Notes', 'by-title'))).toMatchObject({
      status: 404,
    });
  });

  test('a unique one refuses the second of a value, on insert, update and patch', async () => {
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
      () => items.patch('Notes', 'c').setField('email', 'x@example.com').run(),
    ]) {
      const failure = await failureOf(write);
      expect(failure.details?.applicationError?.code).toBe('WDE0074');
    }
    expect(await items.insert('Notes', { email: 'X@example.com' })).toBeTruthy();
    expect(await items.insert('Notes', {})).toBeTruthy();
  });

  test('a unique one may ignore case', async () => {
    await withNotes([{ _id: 'a', email: 'x@example.com' }]);
    await asApp().indexes.createIndex('Notes', unique('email', { caseInsensitive: true }));
    const failure = await failureOf(() => asVisitor().items.insert('Notes', { email: 'X@example.com' }));
    expect(failure.details?.applicationError?.code).toBe('WDE0074');
  });

  test('a unique one tells true from 1', async () => {
    await withNotes([{ _id: 'a', v: true }]);
    await asApp().indexes.createIndex('Notes', unique('v'));
    expect(await asVisitor().items.insert('Notes', { v: 1 })).toMatchObject({ v: 1 });
  });

  test('a unique one is not created over duplicates', async () => {
    await withNotes([{ v: 1 }, { v: 1 }]);
    expect(await failureOf(() => asApp().indexes.createIndex('Notes', unique('v')))).toMatchObject({
      status: 409,
      details: { applicationError: { code: 'WDE0074' } },
    });
    expect(await asVisitor().items.insert('Notes', { v: 1 })).toBeTruthy();
  });

  test('of one collection do not reach into another', async () => {
    await startWix({
      seed: { collections: [openCollection('A', [{ v: 1 }]), openCollection('B', [{ v: 1 }])] },
    });
    await asApp().indexes.createIndex('A', unique('v'));
    expect(await asVisitor().items.insert('B', { v: 1 })).toBeTruthy();
  });

  test('names that differ in case are two', async () => {
    await withNotes([]);
    const named = (name: string) => ({ name, fields: [{ path: 'v', order: 'ASC' as const }] });
    await asApp().indexes.createIndex('Notes', named('byV'));
    expect(await asApp().indexes.createIndex('Notes', named('BYV'))).toMatchObject({ name: 'BYV' });
  });

  test('are for apps only', async () => {
    await withNotes([]);
    expect(await failureOf(() => asVisitor().indexes.createIndex('Notes', unique('v')))).toMatchObject({
      status: 403,
    });
    expect(await failureOf(() => asVisitor().indexes.dropIndex('Notes', 'x'))).toMatchObject({ status: 403 });
  });
});

describe('what is not there yet says so', () => {
  test.each([
    ['POST', '/wix-data/v2/collections/create-field'],
    ['PATCH', '/wix-data/v2/collections/Notes'],
    ['GET', '/wix-data/v1/permissions?dataCollectionId=Notes'],
    ['GET', '/wix-data/v1/external-database-connections'],
    ['POST', '/oauth/access'],
    ['POST', '/_api/iam/authentication/v2/sign-on'],
    ['GET', '/nothing/at/all'],
  ])('%s %s', async (method, path) => {
    const wix = await startWix();
    const answer = await send(wix, method, path, method === 'GET' ? {} : { body: {} });
    expect(answer.status).toBe(501);
    expect(await answer.json()).toMatchObject({
      message: expect.stringContaining(`${method} ${path.split('?')[0]}`),
    });
  });

  test('another host', async () => {
    const wix = await startWix();
    const answer = await send(wix, 'GET', '/', { host: 'www.example.com' });
    expect(answer.status).toBe(501);
    expect(await answer.json()).toMatchObject({ message: expect.stringContaining('www.example.com') });
  });
});
