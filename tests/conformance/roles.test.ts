import { describe, expect, test } from 'vitest';
import { createWixEmulator } from '../../packages/wix-emulator/src/index.ts';
import {
  ada,
  app,
  appToken,
  asApiKey,
  asApp,
  asMember,
  asVisitor,
  failureOf,
  grace,
  owner,
  send,
  startWix,
} from './support.ts';

type Client = Pick<ReturnType<typeof asApp>, 'authorization' | 'memberRoleDefinition'>;

const WRITER = { key: 'writer', title: 'Writer' };
const ADMIN = { roleKey: 'ADMIN', title: 'Admin' };
const nobody = '00000000-0000-4000-8000-000000000000';

/** A site with one more role, which Grace has. */
async function startWithWriters() {
  const wix = await startWix();
  await wix.seed({ roles: [WRITER, { key: 'critic', title: 'Critic', blockable: true }] });
  wix.members.setRoles(grace.id, ['writer']);
  return wix;
}

const rolesOf = async (id: string) => (await asApp().authorization.getRoles(id)).roles;
const codeOf = async (call: () => Promise<unknown>) => {
  const { status, details } = await failureOf(call);
  return [status, details?.applicationError?.code];
};

const calls: readonly (readonly [method: string, call: (client: Client) => Promise<unknown>])[] = [
  ['authorization.getRoles', ({ authorization }) => authorization.getRoles(owner.id)],
  ['authorization.queryRoles', ({ authorization }) => authorization.queryRoles()],
  ['authorization.assignRole', ({ authorization }) => authorization.assignRole(ada.id, 'WRITER')],
  ['authorization.unassignRole', ({ authorization }) => authorization.unassignRole(ada.id, 'WRITER')],
  [
    'memberRoleDefinition.createMemberRoleDefinition',
    ({ memberRoleDefinition }) =>
      memberRoleDefinition.createMemberRoleDefinition(`R${crypto.randomUUID().toUpperCase()}`, {
        roleTitle: 'R',
      }),
  ],
  [
    'memberRoleDefinition.listMemberRoleDefinitions',
    ({ memberRoleDefinition }) => memberRoleDefinition.listMemberRoleDefinitions(),
  ],
  [
    'memberRoleDefinition.getMemberRoleDefinition',
    ({ memberRoleDefinition }) => memberRoleDefinition.getMemberRoleDefinition('WRITER'),
  ],
  [
    'memberRoleDefinition.updateMemberRoleDefinition',
    async ({ memberRoleDefinition }) => {
      const { role } = await asApp().memberRoleDefinition.getMemberRoleDefinition('WRITER');
      return memberRoleDefinition.updateMemberRoleDefinition('WRITER', { revision: role?.revision ?? '' });
    },
  ],
  [
    'memberRoleDefinition.deleteMemberRoleDefinition',
    async (client) => {
      await asApp()
        .memberRoleDefinition.createMemberRoleDefinition('GUEST', { roleTitle: 'Guest' })
        .catch(() => undefined);
      return client.memberRoleDefinition.deleteMemberRoleDefinition('GUEST');
    },
  ],
];

describe('who may', () => {
  test.each(calls)('%s is for apps and API keys, not even for the site owner', async (method, call) => {
    const wix = await startWithWriters();
    for (const client of [asVisitor(), await asMember(ada), await asMember(owner)])
      expect(await codeOf(() => call(client))).toEqual([403, 'PERMISSION_DENIED']);
    for (const client of [asApp(), asApiKey()]) {
      await call(client);
      expect(wix.calls.at(-1)).toMatchObject({ operation: method, status: 200 });
    }
  });

  test('a request without a token is refused', async () => {
    const wix = await startWix();
    const path = `/members/v1/roles/members/${owner.id}?memberId=${owner.id}`;
    expect((await send(wix, 'GET', path)).status).toBe(401);
  });
});

describe('the roles of a member', () => {
  test('are told with key and title; who has none has an empty list', async () => {
    await startWithWriters();
    expect(await rolesOf(owner.id)).toEqual([ADMIN]);
    expect(await rolesOf(grace.id)).toEqual([{ roleKey: 'WRITER', title: 'Writer' }]);
    expect(await rolesOf(ada.id)).toEqual([]);
    expect(await codeOf(() => rolesOf(nobody))).toEqual([404, 'NOT_FOUND']);
    expect(await failureOf(() => rolesOf('ada'))).toMatchObject({ status: 400 });
  });

  test('of many come in one answer, without those who have none', async () => {
    await startWithWriters();
    const { authorization } = asApp();
    const all = { [owner.id]: { roles: [ADMIN] }, [grace.id]: { roles: [expect.anything()] } };
    expect(await authorization.queryRoles()).toEqual({ rolesByMemberId: all });
    const among = async (filter: object) =>
      Object.keys((await authorization.queryRoles({ query: { filter } })).rolesByMemberId ?? {});
    expect(await among({ memberId: { $in: [ada.id, owner.id, nobody] } })).toEqual([owner.id]);
    expect(await among({ memberId: grace.id })).toEqual([grace.id]);
    expect(await among({ memberId: { $in: [] } })).toEqual([]);
  });

  test.each([{ roleKey: 'ADMIN' }, { id: ada.id }, { memberId: { $near: 'x' } }])(
    'a filter like %j is refused, not passed over',
    async (filter) => {
      await startWix();
      const failure = await failureOf(() => asApp().authorization.queryRoles({ query: { filter } }));
      expect(failure).toMatchObject({ status: 400 });
    },
  );

  test('change by assigning and unassigning; twice is as good as once', async () => {
    await startWithWriters();
    const { authorization } = asApp();
    for (let time = 0; time < 2; time += 1)
      expect(await authorization.assignRole(ada.id, 'WRITER')).toEqual({ roleKey: 'WRITER' });
    expect(await rolesOf(ada.id)).toEqual([{ roleKey: 'WRITER', title: 'Writer' }]);
    for (let time = 0; time < 2; time += 1)
      expect(await authorization.unassignRole(ada.id, 'WRITER')).toEqual({ roleKey: 'WRITER' });
    expect(await rolesOf(ada.id)).toEqual([]);
    expect(await rolesOf(grace.id)).toHaveLength(1);
  });

  test('only what is a role is one, and only members have any', async () => {
    await startWithWriters();
    const { authorization } = asApp();
    expect(await codeOf(() => authorization.assignRole(ada.id, 'KING'))).toEqual([
      404,
      'ROLE_DOES_NOT_EXIST',
    ]);
    expect(await codeOf(() => authorization.assignRole(nobody, 'WRITER'))).toEqual([404, 'NOT_FOUND']);
    const failure = await failureOf(() => authorization.unassignRole(ada.id, 'KING'));
    expect(failure).toMatchObject({
      status: 400,
      details: { validationError: { fieldViolations: [{ ruleName: 'INVALID_ROLE' }] } },
    });
    for (const key of ['writer', '', 'THE KING'])
      expect(await failureOf(() => authorization.assignRole(ada.id, key))).toMatchObject({ status: 400 });
  });

  test('a blocked member gets no role that is blockable', async () => {
    const wix = await startWithWriters();
    wix.members.setStatus(ada.id, 'BLOCKED');
    const { authorization } = asApp();
    expect(await codeOf(() => authorization.assignRole(ada.id, 'CRITIC'))).toEqual([428, 'MEMBER_BLOCKED']);
    await authorization.assignRole(ada.id, 'WRITER');
    expect(await rolesOf(ada.id)).toHaveLength(1);
  });

  test('no app makes a member the site owner, nor the owner a member', async () => {
    await startWix();
    const { authorization } = asApp();
    for (const call of [
      () => authorization.assignRole(ada.id, 'ADMIN'),
      () => authorization.unassignRole(owner.id, 'ADMIN'),
    ])
      expect(await codeOf(call)).toEqual([403, 'PERMISSION_DENIED']);
    expect([await rolesOf(ada.id), await rolesOf(owner.id)]).toEqual([[], [ADMIN]]);
  });

  test('a role of another kind gives no rights of the site owner', async () => {
    await startWithWriters();
    const client = await asMember(grace);
    expect(await failureOf(() => client.items.insert('Announcements', { title: 'x' }))).toMatchObject({
      details: { applicationError: { code: 'WDE0027' } },
    });
  });

  test('are kept over an export and an import', async () => {
    const wix = await startWithWriters();
    const lines = [...wix.exportState()].map((line) => line.trimEnd());
    const other = await createWixEmulator({ data: ':memory:', app });
    other.importState(lines);
    const token = await appToken(other);
    const path = `/members/v1/roles/members/${grace.id}?memberId=${grace.id}`;
    const answer = await send(other, 'GET', path, { token });
    expect(await answer.json()).toEqual({ roles: [{ roleKey: 'WRITER', title: 'Writer' }] });
    other.close();
  });
});

describe('role definitions', () => {
  const definitions = () => asApp().memberRoleDefinition;
  const keys = async () =>
    (await definitions().listMemberRoleDefinitions()).roles?.map(({ roleKey }) => roleKey);

  test('are made, listed with the site’s own role, and read', async () => {
    await startWix();
    const { role } = await definitions().createMemberRoleDefinition('WRITER', { roleTitle: 'Writer' });
    expect(role).toEqual({
      _id: expect.stringMatching(/^[\da-f-]{36}$/),
      roleKey: 'WRITER',
      title: 'Writer',
      blockable: false,
      revision: '1',
    });
    expect((await definitions().getMemberRoleDefinition('WRITER')).role).toEqual(role);
    expect(await keys()).toEqual(['ADMIN', 'WRITER']);
    expect(await codeOf(() => definitions().getMemberRoleDefinition('KING'))).toEqual([
      404,
      'ROLE_DOES_NOT_EXIST',
    ]);
  });

  test.each(['WRITER', 'ADMIN'])('%s is there once', async (key) => {
    await startWithWriters();
    const again = () => definitions().createMemberRoleDefinition(key, { roleTitle: 'Again' });
    expect(await codeOf(again)).toEqual([409, 'ALREADY_EXISTS']);
  });

  test.each(['writer', 'Writer', '', 'A KEY', 'x'.repeat(101)])('%j is no key', async (key) => {
    await startWix();
    const make = () => definitions().createMemberRoleDefinition(key, { roleTitle: 'T' });
    expect(await failureOf(make)).toMatchObject({ status: 400 });
    expect(await keys()).toEqual(['ADMIN']);
  });

  test('change in whether they are blockable, from the newest revision only', async () => {
    await startWithWriters();
    const change = (revision: string) =>
      definitions().updateMemberRoleDefinition('WRITER', { blockable: true, revision });
    expect((await change('1')).role).toMatchObject({ blockable: true, revision: '2', title: 'Writer' });
    expect(await codeOf(() => change('1'))).toEqual([409, 'INVALID_REVISION']);
  });

  test('that come with the site are neither changed nor deleted', async () => {
    await startWix();
    const change = () =>
      definitions().updateMemberRoleDefinition('ADMIN', { blockable: true, revision: '1' });
    expect(await codeOf(change)).toEqual([428, 'CANNOT_UPDATE_SYSTEM_ROLE']);
    const remove = () => definitions().deleteMemberRoleDefinition('ADMIN');
    expect(await codeOf(remove)).toEqual([428, 'CANNOT_DELETE_SYSTEM_ROLE']);
  });

  test('deleted, are kept by whoever has them until they are taken away', async () => {
    await startWithWriters();
    await definitions().deleteMemberRoleDefinition('WRITER');
    const { authorization } = asApp();
    expect(await keys()).not.toContain('WRITER');
    expect(await rolesOf(grace.id)).toEqual([{ roleKey: 'WRITER', title: 'WRITER' }]);
    expect(await codeOf(() => authorization.assignRole(ada.id, 'WRITER'))).toEqual([
      404,
      'ROLE_DOES_NOT_EXIST',
    ]);
    await authorization.unassignRole(grace.id, 'WRITER');
    expect(await rolesOf(grace.id)).toEqual([]);
  });
});

test.each([
  ['a role twice', { roles: [WRITER, { ...WRITER, title: 'Other' }] }],
  ['the site owner’s role', { roles: [{ key: 'ADMIN', title: 'Mine' }] }],
  ['a role whose key is none', { roles: [{ key: 'the king', title: 'King' }] }],
])('a seed with %s is refused', async (_, seed) => {
  await expect(createWixEmulator({ data: ':memory:', app, seed })).rejects.toThrow(/.+/);
});
