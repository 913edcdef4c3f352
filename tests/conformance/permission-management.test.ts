import { describe, expect, test } from 'vitest';
import {
  ada,
  asApiKey,
  asApp,
  asMember,
  asVisitor,
  demoSeed,
  failureOf,
  grace,
  owner,
  startWix,
} from './support.ts';
import type { Seed } from '../../packages/wix-emulator/src/index.ts';

type Client = ReturnType<typeof asVisitor>;

const closed = { read: 'ADMIN', insert: 'ADMIN', update: 'ADMIN', remove: 'ADMIN' } as const;

const withNotes = (permissions: NonNullable<Seed['collections']>[number]['permissions'] = closed) =>
  startWix({
    seed: {
      members: demoSeed.members ?? [],
      collections: [
        { id: 'Notes', permissions, items: [{ _id: 'of-grace', _owner: grace.id, title: 'Grace’s' }] },
      ],
    },
  });

const noCollection = { status: 404, details: { applicationError: { code: 'WDE0025' } } };
const notFound = { status: 404, details: { applicationError: { code: 'NOT_FOUND' } } };
const refused = /^WDE0027: /;
const nobody = '00000000-0000-4000-8000-000000000000';

describe('the permissions of a collection', () => {
  test('are read in the newer model', async () => {
    await withNotes({ read: 'ANYONE', insert: 'SITE_MEMBER', update: 'SITE_MEMBER_AUTHOR', remove: 'ADMIN' });
    expect(await asApp().permissions.getPermissions('Notes')).toEqual({
      dataPermissions: {
        _id: 'Notes',
        itemRead: 'ANYONE',
        itemInsert: 'SITE_MEMBER',
        itemUpdate: 'SITE_MEMBER_AUTHOR',
        itemRemove: 'PRIVILEGED',
        specialPermissions: [],
      },
    });
  });

  test('are changed, hold at once, and show in the collection', async () => {
    await withNotes();
    expect((await failureOf(() => asVisitor().items.query('Notes').find())).message).toMatch(refused);
    const roles = {
      itemRead: 'ANYONE',
      itemInsert: 'SITE_MEMBER',
      itemUpdate: 'SITE_MEMBER_AUTHOR',
      itemRemove: 'CMS_EDITOR',
    } as const;
    const { dataPermissions } = await asApp().permissions.updatePermissions({ _id: 'Notes', ...roles });
    expect(dataPermissions).toEqual({ _id: 'Notes', ...roles, specialPermissions: [] });
    expect((await asVisitor().items.query('Notes').find()).length).toBe(1);
    expect((await failureOf(() => asVisitor().items.insert('Notes', {}))).message).toMatch(refused);
    expect(await asApp().collections.getDataCollection('Notes')).toMatchObject({
      permissions: { read: 'ANYONE', insert: 'SITE_MEMBER', update: 'SITE_MEMBER_AUTHOR', remove: 'ADMIN' },
      dataPermissions: roles,
      revision: '2',
    });
  });

  test.each([
    ['a role nobody knows', { itemRead: 'EVERYBODY' }],
    ['a role of the older model', { itemRead: 'ADMIN' }],
    ['one role only', { itemInsert: undefined }],
  ])('are not changed by a request with %s: WDE0075', async (_, wrong) => {
    await withNotes();
    const open = { itemRead: 'ANYONE', itemInsert: 'ANYONE', itemUpdate: 'ANYONE', itemRemove: 'ANYONE' };
    const update = () => asApp().permissions.updatePermissions({ _id: 'Notes', ...open, ...wrong } as never);
    expect(await failureOf(update)).toMatchObject({
      status: 400,
      details: { applicationError: { code: 'WDE0075' } },
    });
    expect((await failureOf(() => asVisitor().items.query('Notes').find())).message).toMatch(refused);
  });

  test('of a collection that does not exist are WDE0025', async () => {
    await withNotes();
    const { permissions } = asApp();
    const open = {
      itemRead: 'ANYONE',
      itemInsert: 'ANYONE',
      itemUpdate: 'ANYONE',
      itemRemove: 'ANYONE',
    } as const;
    expect(await failureOf(() => permissions.getPermissions('Nope'))).toMatchObject(noCollection);
    expect(await failureOf(() => permissions.updatePermissions({ _id: 'Nope', ...open }))).toMatchObject(
      noCollection,
    );
  });
});

describe('what someone may do themselves', () => {
  const none = { itemRead: false, itemInsert: false, itemUpdate: false, itemRemove: false };
  const all = { itemRead: true, itemInsert: true, itemUpdate: true, itemRemove: true };

  test.each<[string, () => Client | Promise<Client>, object]>([
    ['a visitor', asVisitor, { ...none, itemRead: true }],
    ['a member', () => asMember(ada), { ...all, itemRemove: false }],
    ['the site owner', () => asMember(owner), all],
    ['the app', asApp as unknown as () => Client, all],
    ['an API key', asApiKey as unknown as () => Client, all],
  ])('%s', async (_, sign, may) => {
    await withNotes({ read: 'ANYONE', insert: 'SITE_MEMBER', update: 'SITE_MEMBER_AUTHOR', remove: 'ADMIN' });
    const client = await sign();
    expect(await client.permissions.getMyPermissions('Notes')).toEqual(may);
  });

  test('counts special permissions', async () => {
    await withNotes();
    const special = { userId: ada.id, itemUpdate: 'ALLOWED' } as const;
    await asApp().permissions.addSpecialPermissions('Notes', special);
    const client = await asMember(ada);
    expect(await client.permissions.getMyPermissions('Notes')).toEqual({ ...none, itemUpdate: true });
  });

  test('in a collection that does not exist is WDE0025', async () => {
    await withNotes();
    expect(await failureOf(() => asVisitor().permissions.getMyPermissions('Nope'))).toMatchObject(
      noCollection,
    );
  });
});

describe('special permissions', () => {
  test('let one member do what the collection forbids, foreign items included, and nobody else', async () => {
    await withNotes();
    const given = { userId: ada.id, itemRead: 'ALLOWED', itemUpdate: 'ALLOWED' } as const;
    const { specialPermissions } = await asApp().permissions.addSpecialPermissions('Notes', given);
    expect(specialPermissions).toEqual({
      ...given,
      _id: expect.any(String),
      itemInsert: 'UNSPECIFIED',
      itemRemove: 'UNSPECIFIED',
    });
    const client = await asMember(ada);
    expect((await client.items.query('Notes').find()).length).toBe(1);
    expect(await client.items.update('Notes', { _id: 'of-grace', title: 'T' })).toMatchObject({ title: 'T' });
    expect((await failureOf(() => client.items.insert('Notes', {}))).message).toMatch(refused);
    expect((await failureOf(() => client.items.remove('Notes', 'of-grace'))).message).toMatch(refused);
    for (const other of [asVisitor(), await asMember(grace)]) {
      expect((await failureOf(() => other.items.query('Notes').find())).message).toMatch(refused);
    }
    const { dataPermissions } = await asApp().permissions.getPermissions('Notes');
    expect(dataPermissions?.specialPermissions).toEqual([specialPermissions]);
  });

  test('lift an author above their own items', async () => {
    await withNotes({ ...closed, read: 'SITE_MEMBER_AUTHOR' });
    const client = await asMember(ada);
    expect((await client.items.query('Notes').find()).length).toBe(0);
    await asApp().permissions.addSpecialPermissions('Notes', { userId: ada.id, itemRead: 'ALLOWED' });
    expect((await client.items.query('Notes').find()).length).toBe(1);
    expect(await client.items.get('Notes', 'of-grace')).toMatchObject({ title: 'Grace’s' });
    expect(await client.items.query('Notes').count()).toBe(1);
  });

  test('take nothing away: UNSPECIFIED leaves it to the collection', async () => {
    await withNotes({ ...closed, read: 'ANYONE' });
    await asApp().permissions.addSpecialPermissions('Notes', { userId: ada.id, itemRead: 'UNSPECIFIED' });
    expect((await (await asMember(ada)).items.query('Notes').find()).length).toBe(1);
  });

  test('exist once per person', async () => {
    await withNotes();
    const add = () => asApp().permissions.addSpecialPermissions('Notes', { userId: ada.id });
    await add();
    expect(await failureOf(add)).toMatchObject({
      status: 409,
      details: { applicationError: { code: 'ALREADY_EXISTS' } },
    });
  });

  test('are replaced as a whole: what is not named is no longer allowed', async () => {
    await withNotes();
    const { permissions } = asApp();
    const { specialPermissions } = await permissions.addSpecialPermissions('Notes', {
      userId: ada.id,
      itemRead: 'ALLOWED',
    });
    const id = specialPermissions?._id ?? '';
    const updated = await permissions.updateSpecialPermissions(id, { itemInsert: 'ALLOWED' });
    expect(updated.specialPermissions).toMatchObject({ _id: id, userId: ada.id, itemRead: 'UNSPECIFIED' });
    const client = await asMember(ada);
    expect(await client.items.insert('Notes', {})).toMatchObject({ _owner: ada.id });
    expect((await failureOf(() => client.items.query('Notes').find())).message).toMatch(refused);
  });

  test('stay with whom they were given', async () => {
    await withNotes();
    const { permissions } = asApp();
    const { specialPermissions } = await permissions.addSpecialPermissions('Notes', { userId: ada.id });
    const change = { userId: grace.id, itemRead: 'ALLOWED' } as const;
    const update = () => permissions.updateSpecialPermissions(specialPermissions?._id ?? '', change);
    expect(await failureOf(update)).toMatchObject({ status: 400 });
    const client = await asMember(grace);
    expect((await failureOf(() => client.items.query('Notes').find())).message).toMatch(refused);
  });

  test('end when they are removed', async () => {
    await withNotes();
    const { permissions } = asApp();
    const { specialPermissions } = await permissions.addSpecialPermissions('Notes', {
      userId: ada.id,
      itemRead: 'ALLOWED',
    });
    const client = await asMember(ada);
    expect((await client.items.query('Notes').find()).length).toBe(1);
    await permissions.removeSpecialPermissions(specialPermissions?._id ?? '');
    expect((await failureOf(() => client.items.query('Notes').find())).message).toMatch(refused);
  });

  test('that do not exist cannot be changed or removed', async () => {
    await withNotes();
    const { permissions } = asApp();
    expect(await failureOf(() => permissions.updateSpecialPermissions(nobody, {}))).toMatchObject(notFound);
    expect(await failureOf(() => permissions.removeSpecialPermissions(nobody))).toMatchObject(notFound);
    expect(await failureOf(() => permissions.removeSpecialPermissions('x'))).toMatchObject({ status: 400 });
    const add = () => permissions.addSpecialPermissions('Nope', { userId: ada.id });
    expect(await failureOf(add)).toMatchObject(noCollection);
  });

  test.each([
    ['nobody', { itemRead: 'ALLOWED' }, 400],
    ['an access nobody knows', { userId: ada.id, itemRead: 'DENIED' }, 400],
    ['a role, which the emulator’s members do not have', { policyId: 'editor', itemRead: 'ALLOWED' }, 501],
  ])('for %s are refused', async (_, special, status) => {
    await withNotes();
    const add = () => asApp().permissions.addSpecialPermissions('Notes', special as never);
    expect(await failureOf(add)).toMatchObject({ status });
    const { dataPermissions } = await asApp().permissions.getPermissions('Notes');
    expect(dataPermissions?.specialPermissions).toEqual([]);
  });

  test('cannot be moved to a role', async () => {
    await withNotes();
    const update = () => asApp().permissions.updateSpecialPermissions(nobody, { policyId: 'editor' });
    expect(await failureOf(update)).toMatchObject({ status: 501 });
  });
});

const open = {
  itemRead: 'ANYONE',
  itemInsert: 'ANYONE',
  itemUpdate: 'ANYONE',
  itemRemove: 'ANYONE',
} as const;

test.each<[string, (client: Client) => Promise<unknown>]>([
  ['reading permissions', ({ permissions }) => permissions.getPermissions('Notes')],
  ['changing permissions', ({ permissions }) => permissions.updatePermissions({ _id: 'Notes', ...open })],
  [
    'adding special permissions',
    ({ permissions }) => permissions.addSpecialPermissions('Notes', { userId: ada.id, itemRead: 'ALLOWED' }),
  ],
  [
    'changing special permissions',
    ({ permissions }) => permissions.updateSpecialPermissions(nobody, { itemRead: 'ALLOWED' }),
  ],
  ['removing special permissions', ({ permissions }) => permissions.removeSpecialPermissions(nobody)],
])('%s is for apps only', async (_, call) => {
  await withNotes();
  for (const client of [asVisitor(), await asMember(ada), await asMember(owner)]) {
    expect(await failureOf(() => call(client))).toMatchObject({
      status: 403,
      details: { applicationError: { code: 'PERMISSION_DENIED' } },
    });
  }
  expect((await failureOf(() => asVisitor().items.query('Notes').find())).message).toMatch(refused);
});
