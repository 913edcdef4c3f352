import { describe, expect, test } from 'vitest';
import { ada, asApp, asMember, asVisitor, demoSeed, failureOf, grace, owner, startWix } from './support.ts';
import type { Seed } from '../../packages/wix-emulator/src/index.ts';

type Permissions = NonNullable<NonNullable<Seed['collections']>[number]['permissions']>;
type DataPermissions = NonNullable<NonNullable<Seed['collections']>[number]['dataPermissions']>;

const withCollection = (permissions: { permissions?: Permissions; dataPermissions?: DataPermissions }) =>
  startWix({
    seed: {
      members: demoSeed.members ?? [],
      collections: [
        {
          id: 'Notes',
          ...permissions,
          items: [
            { _id: 'of-ada', _owner: ada.id, title: 'Ada’s' },
            { _id: 'of-grace', _owner: grace.id, title: 'Grace’s' },
            { _id: 'of-nobody' },
          ],
        },
      ],
    },
  });

const actors = {
  visitor: async () => asVisitor(),
  member: () => asMember(ada),
  owner: () => asMember(owner),
  app: async () => asApp() as unknown as ReturnType<typeof asVisitor>,
};
type Actor = keyof typeof actors;
type Client = ReturnType<typeof asVisitor>;

const actions = {
  read: (client: Client) => client.items.query('Notes').find(),
  insert: (client: Client) => client.items.insert('Notes', { title: 'new' }),
  update: (client: Client) => client.items.update('Notes', { _id: 'of-grace', title: 'changed' }),
  patch: (client: Client) => client.items.patch('Notes', 'of-grace').setField('title', 'changed').run(),
  remove: (client: Client) => client.items.remove('Notes', 'of-grace'),
  count: (client: Client) => client.items.query('Notes').count(),
  get: (client: Client) => client.items.get('Notes', 'of-grace'),
};

/** Who may act on a foreign item, by the least role the collection names. */
const allowed: Record<string, Actor[]> = {
  ANYONE: ['visitor', 'member', 'owner', 'app'],
  SITE_MEMBER: ['member', 'owner', 'app'],
  ADMIN: ['owner', 'app'],
};

const table = (['ANYONE', 'SITE_MEMBER', 'ADMIN'] as const).flatMap((role) =>
  (Object.keys(actors) as Actor[]).flatMap((actor) =>
    (Object.keys(actions) as (keyof typeof actions)[]).map(
      (action) => [role, actor, action, (allowed[role] ?? []).includes(actor)] as const,
    ),
  ),
);

test.each(table)('%s: may a %s %s? %s', async (role, actor, action, may) => {
  await withCollection({ permissions: { read: role, insert: role, update: role, remove: role } });
  const client = await actors[actor]();
  const act = () => actions[action](client);
  if (may) {
    await expect(act()).resolves.toBeTruthy();
    return;
  }
  const verb = { patch: 'update', count: 'read', get: 'read' }[action as string] ?? action;
  const failure = await failureOf(act);
  expect(failure.message).toBe(
    `WDE0027: The current user does not have permissions to ${verb} on the Notes collection.`,
  );
  expect(failure.details?.applicationError?.code).toBe('WDE0027');
});

describe('SITE_MEMBER_AUTHOR', () => {
  const authors = {
    read: 'SITE_MEMBER_AUTHOR',
    insert: 'SITE_MEMBER_AUTHOR',
    update: 'SITE_MEMBER_AUTHOR',
    remove: 'SITE_MEMBER_AUTHOR',
  } as const;

  test('a member reads their own items only', async () => {
    await withCollection({ permissions: authors });
    const client = await asMember(ada);
    const page = await client.items.query('Notes').find({ returnTotalCount: true });
    expect(page.items.map(({ _id }) => _id)).toEqual(['of-ada']);
    expect(page.totalCount).toBe(1);
    expect(await client.items.query('Notes').count()).toBe(1);
    expect(await client.items.get('Notes', 'of-ada')).not.toBeNull();
    expect(await client.items.get('Notes', 'of-grace')).toBeNull();
  });

  test('no filter reaches beyond one’s own items', async () => {
    await withCollection({ permissions: authors });
    const client = await asMember(ada);
    for (const filter of [
      { _owner: grace.id },
      { $or: [{}, { _id: 'of-grace' }] },
      { $not: [{ _id: 'x' }] },
    ]) {
      const { items } = await client.items.query('Notes', { filter });
      expect((items as { _owner: string }[]).every(({ _owner }) => _owner === ada.id)).toBe(true);
    }
  });

  test('a member writes their own items only', async () => {
    await withCollection({ permissions: authors });
    const client = await asMember(ada);
    expect(await client.items.update('Notes', { _id: 'of-ada', title: 'T' })).toMatchObject({ title: 'T' });
    for (const write of [actions.update, actions.patch, actions.remove]) {
      expect((await failureOf(() => write(client))).message).toMatch(/^WDE0027: /);
    }
    expect((await asApp().items.get('Notes', 'of-grace'))?.['title']).toBe('Grace’s');
    expect((await client.items.insert('Notes', {}))._owner).toBe(ada.id);
    expect(await client.items.remove('Notes', 'of-ada')).toMatchObject({ _id: 'of-ada' });
  });

  test('save does not replace a foreign item', async () => {
    await withCollection({ permissions: authors });
    const client = await asMember(ada);
    expect((await failureOf(() => client.items.save('Notes', { _id: 'of-grace' }))).message).toMatch(
      /^WDE0027: /,
    );
  });

  test('a visitor is refused, the app and the site owner see everything', async () => {
    await withCollection({ permissions: authors });
    expect((await failureOf(() => actions.read(asVisitor()))).message).toMatch(/^WDE0027: /);
    expect((await asApp().items.query('Notes').find()).length).toBe(3);
    expect((await (await asMember(owner)).items.query('Notes').find()).length).toBe(3);
  });

  test('an item the app wrote is not the member’s', async () => {
    await withCollection({ permissions: authors });
    const { _id } = await asApp().items.insert('Notes', { for: ada.id });
    expect(await (await asMember(ada)).items.get('Notes', _id)).toBeNull();
  });
});

describe('the newer permission model', () => {
  test.each(['CMS_EDITOR', 'PRIVILEGED'] as const)(
    '%s keeps members out and lets the owner in',
    async (role) => {
      await withCollection({
        dataPermissions: { itemRead: role, itemInsert: role, itemUpdate: role, itemRemove: role },
      });
      expect((await failureOf(async () => actions.read(await asMember(ada)))).message).toMatch(/^WDE0027: /);
      expect((await (await asMember(owner)).items.query('Notes').find()).length).toBe(3);
    },
  );

  test('decides where both models speak, and what nobody names is the owner’s', async () => {
    await withCollection({ permissions: { read: 'ADMIN' }, dataPermissions: { itemRead: 'ANYONE' } });
    expect((await actions.read(asVisitor())).length).toBe(3);
    expect((await failureOf(() => actions.insert(asVisitor()))).message).toMatch(/^WDE0027: /);
  });
});

describe('the demo', () => {
  test('SITConnections is out of a member’s reach, as in the forum: WDE0027', async () => {
    const wix = await startWix();
    const client = await asMember(ada);
    const failure = await failureOf(() =>
      client.items.query('SITConnections').eq('memberEmail', ada.email).find(),
    );
    expect(failure.message).toContain('WDE0027');
    expect(wix.calls.at(-1)).toMatchObject({
      status: 403,
      collection: 'SITConnections',
      subject: { type: 'MEMBER', id: ada.id },
    });
  });

  test.each([ada, grace])('the app finds at least three connections of $email', async ({ email }) => {
    await startWix();
    const page = await asApp().items.query('SITConnections').eq('memberEmail', email).find();
    expect(page.length).toBeGreaterThanOrEqual(3);
    expect(page.items[0]).toMatchObject({
      name: expect.any(String),
      status: expect.any(String),
      lastContact: expect.any(Date),
    });
  });

  test('anyone reads announcements, and only the app writes them', async () => {
    await startWix();
    expect((await asVisitor().items.query('Announcements').eq('pinned', true).find()).length).toBe(1);
    expect(
      (await failureOf(() => asVisitor().items.insert('Announcements', { title: 'x' }))).message,
    ).toContain('WDE0027');
  });
});

test('a collection that does not exist is WDE0025 for everyone', async () => {
  const wix = await startWix();
  for (const client of [asVisitor(), asApp() as unknown as Client]) {
    const failure = await failureOf(() => client.items.query('Nope').find());
    expect(failure.message).toMatch(/^WDE0025: The Nope collection does not exist\./);
    expect(wix.calls.at(-1)?.status).toBe(404);
  }
});
