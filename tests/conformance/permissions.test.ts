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

type Permissions = NonNullable<NonNullable<Seed['collections']>[number]['permissions']>;
type DataPermissions = NonNullable<NonNullable<Seed['collections']>[number]['dataPermissions']>;

const withCollection = (
  permissions: { permissions?: Permissions; dataPermissions?: DataPermissions },
  members = demoSeed.members,
) =>
  startWix({
    seed: {
      members: members ?? [],
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
  app: async () => asApp() as unknown as Client,
  'API key': async () => asApiKey() as unknown as Client,
};
type Actor = keyof typeof actors;
type Client = ReturnType<typeof asVisitor>;

/** Passwords take a while to hash on purpose, so only those who sign in have one. */
const peopleFor = (actor: Actor) =>
  demoSeed.members?.map(({ password, ...person }) => {
    const signsIn = person.id === { member: ada.id, owner: owner.id }[actor as string];
    return signsIn && password !== undefined ? { ...person, password } : person;
  });

/** What an actor tries, on an item of Grace's where there is one. */
const actions = {
  query: (client: Client) => client.items.query('Notes').find(),
  count: (client: Client) => client.items.query('Notes').count(),
  get: (client: Client) => client.items.get('Notes', 'of-grace'),
  insert: (client: Client) => client.items.insert('Notes', { title: 'new' }),
  save: (client: Client) => client.items.save('Notes', { title: 'new' }),
  update: (client: Client) => client.items.update('Notes', { _id: 'of-grace', title: 'changed' }),
  patch: (client: Client) => client.items.patch('Notes', 'of-grace').setField('title', 'changed').run(),
  remove: (client: Client) => client.items.remove('Notes', 'of-grace'),
};
type Action = keyof typeof actions;

/** The right each action takes. */
const rights = {
  query: 'read',
  count: 'read',
  get: 'read',
  insert: 'insert',
  save: 'insert',
  update: 'update',
  patch: 'update',
  remove: 'remove',
} as const satisfies Record<Action, keyof Permissions>;

const everyone: Actor[] = ['visitor', 'member', 'owner', 'app', 'API key'];
const signedIn: Actor[] = ['member', 'owner', 'app', 'API key'];
const trusted: Actor[] = ['owner', 'app', 'API key'];

/** Who may act on a foreign item, by the least role the collection names, in either model. */
const allowed = {
  ANYONE: everyone,
  SITE_MEMBER: signedIn,
  SITE_MEMBER_AUTHOR: trusted,
  ADMIN: trusted,
  CMS_EDITOR: trusted,
  PRIVILEGED: trusted,
} as const satisfies Record<string, Actor[]>;
type Role = keyof typeof allowed;

const older = ['ANYONE', 'SITE_MEMBER', 'SITE_MEMBER_AUTHOR', 'ADMIN'] as const;
const newer = ['ANYONE', 'SITE_MEMBER', 'SITE_MEMBER_AUTHOR', 'CMS_EDITOR', 'PRIVILEGED'] as const;

/** The role for one right, and the closed door for every other: what is allowed is allowed by this one alone. */
const closed = { read: 'ADMIN', insert: 'ADMIN', update: 'ADMIN', remove: 'ADMIN' } as const;
const models = {
  permissions: (right: keyof Permissions, role: Role) => ({
    permissions: { ...closed, [right]: role } as Permissions,
  }),
  dataPermissions: (right: keyof Permissions, role: Role) => ({
    dataPermissions: {
      itemRead: 'PRIVILEGED',
      itemInsert: 'PRIVILEGED',
      itemUpdate: 'PRIVILEGED',
      itemRemove: 'PRIVILEGED',
      [`item${right.charAt(0).toUpperCase()}${right.slice(1)}`]: role,
    } as DataPermissions,
  }),
};

/** How an action ends for an author who meets an item of somebody else's: by what they see of their own. */
const foreignForAuthors: Partial<Record<Action, 'own' | 'allowed'>> = {
  query: 'own',
  count: 'own',
  get: 'own',
  insert: 'allowed',
  save: 'allowed',
};

const table = (['permissions', 'dataPermissions'] as const).flatMap((model) =>
  (model === 'permissions' ? older : newer).flatMap((role) =>
    everyone.flatMap((actor) =>
      (Object.keys(actions) as Action[]).map((action) => {
        const isAuthor = role === 'SITE_MEMBER_AUTHOR' && actor === 'member';
        const may = allowed[role].includes(actor) ? 'allowed' : 'refused';
        return [
          model,
          role,
          actor,
          action,
          isAuthor ? (foreignForAuthors[action] ?? 'refused') : may,
        ] as const;
      }),
    ),
  ),
);

test.each(table)('%s %s: a %s may %s an item of Grace’s: %s', async (model, role, actor, action, outcome) => {
  await withCollection(models[model](rights[action], role), peopleFor(actor));
  const client = await actors[actor]();
  const act = () => actions[action](client);
  if (outcome === 'refused') {
    const failure = await failureOf(act);
    expect(failure.message).toBe(
      `WDE0027: The current user does not have permissions to ${rights[action]} on the Notes collection.`,
    );
    expect(failure.details?.applicationError?.code).toBe('WDE0027');
    expect(await asApp().items.get('Notes', 'of-grace')).toMatchObject({ title: 'Grace’s' });
    expect(await asApp().items.query('Notes').count()).toBe(3);
    return;
  }
  const result = await act();
  if (action === 'query') expect(result).toHaveLength(outcome === 'own' ? 1 : 3);
  else if (action === 'count') expect(result).toBe(outcome === 'own' ? 1 : 3);
  else if (outcome === 'own') expect(result).toBeNull();
  else expect(result).toBeTruthy();
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
    expect((await failureOf(() => actions.query(asVisitor()))).message).toMatch(/^WDE0027: /);
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
      expect((await failureOf(async () => actions.query(await asMember(ada)))).message).toMatch(/^WDE0027: /);
      expect((await (await asMember(owner)).items.query('Notes').find()).length).toBe(3);
    },
  );

  test('decides where both models speak, and what nobody names is the owner’s', async () => {
    await withCollection({ permissions: { read: 'ADMIN' }, dataPermissions: { itemRead: 'ANYONE' } });
    expect((await actions.query(asVisitor())).length).toBe(3);
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
