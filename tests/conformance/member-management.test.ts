import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ada,
  alan,
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

type Client = { members: ReturnType<typeof asApp>['members'] };

const nobody = '99999999-9999-4999-8999-999999999999';
const fresh = { loginEmail: 'mary@example.com', profile: { nickname: 'Mary Somerville' } };
const create = (member: object, client: Client = asApp()) => client.members.createMember({ member });
const fetched = (id: string) => asApp().members.getMember(id, { fieldsets: ['FULL'] });

type Call = (client: Client, id: string) => Promise<unknown>;

/** Calls for apps only. */
const appsOnly: readonly (readonly [method: string, call: Call])[] = [
  ['createMember', (client) => create(fresh, client)],
  ['deleteMember', (client, id) => client.members.deleteMember(id)],
  ['approveMember', (client, id) => client.members.approveMember(id)],
  ['blockMember', (client, id) => client.members.blockMember(id)],
  ['disconnectMember', (client, id) => client.members.disconnectMember(id)],
  ['muteMember', (client, id) => client.members.muteMember(id)],
  ['unmuteMember', (client, id) => client.members.unmuteMember(id)],
  ['bulkDeleteMembers', (client, id) => client.members.bulkDeleteMembers([id])],
  ['bulkDeleteMembersByFilter', (client, id) => client.members.bulkDeleteMembersByFilter({ id })],
  ['bulkApproveMembers', (client, id) => client.members.bulkApproveMembers({ id })],
  ['bulkBlockMembers', (client, id) => client.members.bulkBlockMembers({ id })],
];

/** Calls of a member on themselves, or of an app on anybody. */
const onSelf: readonly (readonly [method: string, call: Call])[] = [
  ['updateMember', (client, id) => client.members.updateMember(id, { contact: { company: 'C' } })],
  ['updateMemberSlug', (client, id) => client.members.updateMemberSlug(id, `slug-of-${id}`)],
  ['deleteMemberPhones', (client, id) => client.members.deleteMemberPhones(id)],
  ['deleteMemberEmails', (client, id) => client.members.deleteMemberEmails(id)],
  ['deleteMemberAddresses', (client, id) => client.members.deleteMemberAddresses(id)],
];

/** Those that have to find somebody. */
const onOne = [...appsOnly, ...onSelf].filter(
  ([method]) => method !== 'createMember' && !method.startsWith('bulk'),
);

/** Calls that mean whoever makes them. */
const asCurrent: readonly (readonly [method: string, call: (client: Client) => Promise<unknown>])[] = [
  ['updateCurrentMemberSlug', (client) => client.members.updateCurrentMemberSlug('new-slug')],
  ['joinCommunity', (client) => client.members.joinCommunity()],
  ['leaveCommunity', (client) => client.members.leaveCommunity()],
  ['deleteMyMember', (client) => client.members.deleteMyMember()],
];

describe('who may', () => {
  test.each(appsOnly)('%s is for apps, whoever else asks, and changes nothing then', async (_, call) => {
    const wix = await startWix();
    const before = wix.members.find(ada.id);
    for (const client of [asVisitor(), await asMember(grace), await asMember(owner)]) {
      expect(await failureOf(() => call(client, ada.id))).toMatchObject({
        status: 403,
        details: { applicationError: { code: 'PERMISSION_DENIED' } },
      });
    }
    expect(wix.members.find(ada.id)).toEqual(before);
    expect(wix.members.find(fresh.loginEmail)).toBeUndefined();
  });

  test.each(appsOnly)('%s works for an API key', async (method, call) => {
    const wix = await startWix();
    await call(asApiKey(), ada.id);
    expect(wix.calls.at(-1)).toMatchObject({ operation: `members.${method}`, status: 200 });
  });

  test.each(onSelf)('%s is for the member and for apps', async (_, call) => {
    const wix = await startWix();
    await call(await asMember(grace), grace.id);
    await call(asApp(), alan.id);
    const before = wix.members.find(ada.id);
    for (const client of [asVisitor(), await asMember(grace), await asMember(owner)]) {
      expect(await failureOf(() => call(client, ada.id))).toMatchObject({ status: 403 });
    }
    expect(wix.members.find(ada.id)).toEqual(before);
  });

  test.each(asCurrent)(
    '%s is for members only: visitors and apps have no current member',
    async (_, call) => {
      await startWix();
      for (const client of [asVisitor(), asApp()]) {
        expect(await failureOf(() => call(client))).toMatchObject({ status: 403 });
      }
    },
  );

  test.each(onOne)('%s of nobody is a 404', async (_, call) => {
    await startWix();
    expect(await failureOf(() => call(asApp(), nobody))).toMatchObject({
      status: 404,
      details: { applicationError: { code: 'NOT_FOUND' } },
    });
  });

  test.each([
    ['POST', '/members/v1/members', {}],
    ['POST', '/members/v1/members/bulk/delete', { memberIds: ada.id }],
    ['POST', '/members/v1/members/bulk/block-by-filter', {}],
    ['POST', '/members/v1/members/bulk/approve-by-filter', { filter: 'all' }],
    ['POST', `/members/v1/members/${ada.id}/block`, {}],
    ['POST', `/members/v1/members/${ada.id}/slug`, { id: ada.id }],
    ['PATCH', `/members/v1/members/${ada.id}`, { member: { id: ada.id }, fieldMask: 'status' }],
    ['DELETE', `/members/v1/members/${ada.id}`, undefined],
    ['DELETE', `/members/v1/members/${ada.id}/phones?id=${ada.id}&also=${grace.id}`, undefined],
  ])('%s %s with %j makes no sense', async (method, path, body) => {
    const wix = await startWix();
    const before = wix.members.find(ada.id);
    const answer = await send(wix, method, path, { token: await appToken(wix), ...(body && { body }) });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ details: { validationError: {} } });
    expect(wix.members.find(ada.id)).toEqual(before);
  });
});

describe('createMember', () => {
  test('makes an approved member with a slug, an unverified address and no password', async () => {
    const wix = await startWix();
    const created = await create({
      ...fresh,
      loginEmail: ' Mary@Example.com ',
      contact: {
        firstName: 'Mary',
        birthdate: '1780-12-26',
        addresses: [{ city: 'Jedburgh', country: 'GB' }],
      },
      privacyStatus: 'PUBLIC',
    });
    expect(created).toMatchObject({
      _id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      loginEmail: 'mary@example.com',
      loginEmailVerified: false,
      status: 'APPROVED',
      activityStatus: 'ACTIVE',
      privacyStatus: 'PUBLIC',
      profile: { nickname: 'Mary Somerville', slug: 'mary-somerville' },
      contact: {
        firstName: 'Mary',
        emails: ['mary@example.com'],
        addresses: [{ _id: expect.any(String), city: 'Jedburgh' }],
      },
      _createdDate: expect.any(Date),
    });
    expect(await fetched(created._id ?? '')).toEqual(created);
    expect(await asVisitor().auth.login({ email: fresh.loginEmail, password: 'anything' })).toMatchObject({
      loginState: 'FAILURE',
    });
    expect(wix.outbox).toEqual([]);
  });

  test('derives a free slug, from the nickname or else the e-mail', async () => {
    await startWix();
    expect(
      (await create({ loginEmail: 'a1@example.com', profile: { nickname: 'ada' } })).profile,
    ).toMatchObject({ slug: 'ada-2' });
    expect(
      (await create({ loginEmail: 'a2@example.com', profile: { nickname: ' ada ' } })).profile?.slug,
    ).toBe('ada-3');
    expect((await create({ loginEmail: 'zoe@example.com' })).profile).toMatchObject({
      nickname: 'zoe',
      slug: 'zoe',
    });
    expect((await create({ loginEmail: 'x@example.com', profile: { slug: 'Chosen' } })).profile?.slug).toBe(
      'Chosen',
    );
  });

  test('refuses an address or a slug that is taken', async () => {
    await startWix();
    expect(await failureOf(() => create({ loginEmail: 'ADA@example.com' }))).toMatchObject({
      status: 409,
      details: { applicationError: { code: 'ALREADY_EXISTS' } },
    });
    const slug = { loginEmail: 'new@example.com', profile: { slug: 'ada' } };
    expect(await failureOf(() => create(slug))).toMatchObject({
      details: { applicationError: { code: 'SLUG_ALREADY_EXISTS', data: { slug: 'ada' } } },
    });
  });

  test('passes over what is not the caller’s to say', async () => {
    await startWix();
    const created = await create({
      ...fresh,
      _id: ada.id,
      status: 'BLOCKED',
      loginEmailVerified: true,
      contactId: 'mine',
      _createdDate: new Date(0),
      activityStatus: 'MUTED',
    });
    expect(created).toMatchObject({
      status: 'APPROVED',
      loginEmailVerified: false,
      activityStatus: 'ACTIVE',
    });
    expect(created._id).not.toBe(ada.id);
    expect(created.contactId).not.toBe('mine');
    expect(created._createdDate?.getTime()).toBeGreaterThan(0);
  });

  test.each([
    ['no address', {}],
    ['an address that is none', { loginEmail: 'mary' }],
    ['a birthday that is none', { ...fresh, contact: { birthdate: 'yesterday' } }],
    ['a contact address that is none', { ...fresh, contact: { emails: ['mary'] } }],
    ['a country that is none', { ...fresh, contact: { addresses: [{ country: 'Scotland' }] } }],
    ['a privacy that is none', { ...fresh, privacyStatus: 'SECRET' }],
    ['a slug with a slash', { ...fresh, profile: { slug: 'a/b' } }],
    ['a field nobody knows', { ...fresh, password: 'secret' }],
  ])('refuses %s', async (_, member) => {
    const wix = await startWix();
    expect(await failureOf(() => create(member))).toMatchObject({ status: 400 });
    expect(wix.members.find('mary@example.com')).toBeUndefined();
  });
});

describe('updateMember', () => {
  /** Ada after an update by an app, whatever is in it. */
  const updatedAda = (changes: object) => asApp().members.updateMember(ada.id, changes);

  test('changes what is sent and keeps the rest, answering with the whole member', async () => {
    await startWix();
    const client = await asMember(grace);
    const updated = await client.members.updateMember(grace.id, {
      contact: { company: 'Navy', phones: ['+1 555'], addresses: [{ city: 'Arlington' }] },
      profile: { title: 'Rear Admiral', photo: { url: 'https://static.example.test/g.jpg' } },
      privacyStatus: 'PUBLIC',
    });
    expect(updated).toMatchObject({
      loginEmail: grace.email,
      contact: { firstName: 'Grace', lastName: 'Hopper', company: 'Navy', phones: ['+1 555'] },
      profile: { nickname: 'Grace', title: 'Rear Admiral' },
      privacyStatus: 'PUBLIC',
    });
    expect(await fetched(grace.id)).toEqual(updated);
  });

  test('clears a field with the empty text; empty lists and nulls have no effect', async () => {
    await startWix();
    const client = asApp();
    await client.members.updateMember(ada.id, { contact: { company: 'C', phones: ['1', '2'] } });
    const updated = await client.members.updateMember(ada.id, {
      contact: { company: '', phones: [], emails: [], firstName: null },
    });
    expect(updated.contact).not.toHaveProperty('company');
    expect(updated.contact).toMatchObject({ firstName: 'Ada', phones: ['1', '2'], emails: [ada.email] });
    const fewer = await client.members.updateMember(ada.id, { contact: { phones: ['3'] } });
    expect(fewer.contact?.phones).toEqual(['3']);
  });

  test('a member cannot make themselves somebody else: read-only fields are passed over', async () => {
    const wix = await startWix();
    const client = await asMember(alan);
    const before = wix.members.find(alan.id);
    await client.members.updateMember(alan.id, {
      loginEmail: ada.email,
      loginEmailVerified: true,
      status: 'APPROVED',
      contactId: ada.id,
      activityStatus: 'ACTIVE',
      _createdDate: new Date(0),
      lastLoginDate: new Date(0),
      profile: { slug: 'ada' },
    });
    expect(wix.members.find(alan.id)).toEqual({ ...before, updatedDate: expect.any(String) });
    expect(wix.members.find(alan.id)?.loginEmailVerified).toBe(false);
  });

  test('takes back a whole member as it was read', async () => {
    await startWix();
    const { _id = '', ...read } = await fetched(ada.id);
    const { _updatedDate: _, ...updated } = await asApp().members.updateMember(_id ?? '', read);
    const { _updatedDate: __, ...before } = { _id, ...read };
    expect(updated).toEqual(before);
  });

  test('keeps the ids of known addresses and the names of custom fields', async () => {
    await startWix();
    const client = asApp();
    const { contact } = await client.members.updateMember(ada.id, {
      contact: {
        addresses: [{ city: 'London' }],
        customFields: { 'custom.team': { name: 'Team', value: 'Engines' }, 'custom.size': { value: 3 } },
      },
    });
    const [first] = contact?.addresses ?? [];
    const again = await client.members.updateMember(ada.id, {
      contact: {
        addresses: [
          { ...first, city: 'Ockham' },
          { _id: nobody, city: 'Bath' },
        ],
        customFields: { 'custom.team': { name: 'Renamed', value: 'Notes' } },
      },
    });
    expect(again.contact?.addresses?.[0]).toEqual({ _id: first?._id, city: 'Ockham' });
    expect(again.contact?.addresses?.[1]?._id).not.toBe(nobody);
    expect(again.contact?.customFields).toEqual({
      'custom.team': { name: 'Team', value: 'Notes' },
      'custom.size': { value: 3 },
    });
  });

  test.each([
    ['a field nobody knows', { roles: ['admin'] }],
    ['a contact field nobody knows', { contact: { iban: 'x' } }],
    ['a company name beyond reason', { contact: { company: 'x'.repeat(101) } }],
  ])('refuses %s', async (_, changes) => {
    const wix = await startWix();
    const before = wix.members.find(ada.id);
    expect(await failureOf(() => updatedAda(changes))).toMatchObject({
      status: 400,
    });
    expect(wix.members.find(ada.id)).toEqual(before);
  });

  test('whatever is sent twice changes nothing more, and what is not sent stays', async () => {
    await startWix();
    const word = fc.option(fc.string({ maxLength: 20 }), { nil: undefined });
    const changes = fc.record({
      contact: fc.record({
        firstName: word,
        company: word,
        phones: fc.array(fc.string({ maxLength: 9 }), { maxLength: 3 }),
      }),
      profile: fc.record({ title: word }),
    });
    const timeless = ({ _updatedDate: _, ...member }: { _updatedDate?: Date | null }) => member;
    await fc.assert(
      fc.asyncProperty(changes, async (sent) => {
        const before = await fetched(ada.id);
        const once = await updatedAda(structuredClone(sent));
        const twice = await updatedAda(structuredClone(sent));
        expect(timeless(twice)).toEqual(timeless(once));
        const { firstName } = sent.contact;
        expect(once.contact?.firstName).toBe(
          firstName === undefined ? before.contact?.firstName : firstName === '' ? undefined : firstName,
        );
        expect(once).toMatchObject({ loginEmail: ada.email, contact: { lastName: 'Lovelace' } });
      }),
      { numRuns: process.env['LONG'] ? 200 : 15 },
    );
  });
});

describe('slugs', () => {
  test('change for oneself and, by an app, for anybody', async () => {
    await startWix();
    const mine = await (await asMember(grace)).members.updateCurrentMemberSlug('amazing-grace');
    expect(mine.member).toMatchObject({
      _id: grace.id,
      profile: { slug: 'amazing-grace', nickname: 'Grace' },
    });
    const theirs = await asApp().members.updateMemberSlug(alan.id, 'Turing');
    expect(theirs.member?.profile?.slug).toBe('Turing');
  });

  test('exist once, but differ by letter case, and one’s own is free to oneself', async () => {
    const wix = await startWix();
    const client = await asMember(grace);
    for (const call of [
      () => client.members.updateCurrentMemberSlug('ada'),
      () => asApp().members.updateMemberSlug(grace.id, 'ada'),
    ]) {
      const failure = await failureOf(call);
      expect(failure).toMatchObject({
        status: 409,
        details: { applicationError: { code: 'SLUG_ALREADY_EXISTS', data: { slug: 'ada' } } },
      });
    }
    expect(wix.members.find(grace.id)?.profile.slug).not.toBe('ada');
    expect((await client.members.updateCurrentMemberSlug('ADA')).member?.profile?.slug).toBe('ADA');
    expect((await client.members.updateCurrentMemberSlug('ADA')).member?.profile?.slug).toBe('ADA');
  });

  test.each(['', 'a b', 'a/b', 'a?b', 'x'.repeat(256)])('%j is none', async (slug) => {
    await startWix();
    const client = await asMember(grace);
    expect(await failureOf(() => client.members.updateCurrentMemberSlug(slug))).toMatchObject({
      status: 400,
    });
    expect(await failureOf(() => asApp().members.updateMemberSlug(grace.id, slug))).toMatchObject({
      status: 400,
    });
  });
});

describe('the community', () => {
  test('joining makes a profile public, leaving private', async () => {
    await startWix();
    const client = await asMember(grace);
    expect((await client.members.joinCommunity()).member).toMatchObject({ privacyStatus: 'PUBLIC' });
    expect(await asVisitor().members.getMember(grace.id)).toMatchObject({ profile: { nickname: 'Grace' } });
    expect((await client.members.leaveCommunity()).member).toMatchObject({ privacyStatus: 'PRIVATE' });
    expect(await failureOf(() => asVisitor().members.getMember(grace.id))).toMatchObject({ status: 404 });
  });

  test('is closed to a member who may not sign in', async () => {
    const wix = await startWix();
    const client = await asMember(grace);
    wix.members.setStatus(grace.id, 'BLOCKED');
    expect(await failureOf(() => client.members.joinCommunity())).toMatchObject({
      status: 428,
      details: { applicationError: { code: 'COMMUNITY_JOIN_IMPOSSIBLE' } },
    });
  });
});

test.each([
  ['phones', (client: Client) => client.members.deleteMemberPhones(ada.id)],
  ['emails', (client: Client) => client.members.deleteMemberEmails(ada.id)],
  ['addresses', (client: Client) => client.members.deleteMemberAddresses(ada.id)],
] as const)('a contact’s %s are cleared by a call of their own, and nothing else is', async (list, call) => {
  await startWix();
  const contact = { phones: ['1'], emails: ['x@example.com'], addresses: [{ city: 'London' }] };
  const before = await asApp().members.updateMember(ada.id, { contact });
  const { member } = (await call(await asMember(ada))) as { member: typeof before };
  expect(member.contact).toEqual({ ...before.contact, [list]: [] });
  expect(member.loginEmail).toBe(ada.email);
});

describe('moderation', () => {
  test('blocking ends a member’s refresh tokens and logins; approving lets them sign in again, not go on', async () => {
    const wix = await startWix();
    const client = await asMember(grace);
    const { refreshToken } = client.auth.getTokens();
    const blocked = await asApp().members.blockMember(grace.id);
    expect(blocked.member).toMatchObject({ _id: grace.id, status: 'BLOCKED' });
    expect(await asVisitor().auth.login(grace)).toMatchObject({ loginState: 'FAILURE' });
    expect(await refreshed(wix, refreshToken.value)).toBe(400);
    expect((await asApp().members.approveMember(grace.id)).member).toMatchObject({ status: 'APPROVED' });
    expect(await refreshed(wix, refreshToken.value)).toBe(400);
    expect(await asVisitor().auth.login(grace)).toMatchObject({ loginState: 'SUCCESS' });
  });

  test('approving a pending member lets them in', async () => {
    const wix = await startWix();
    wix.members.setStatus(alan.id, 'PENDING');
    await asApp().members.approveMember(alan.id);
    expect(await asVisitor().auth.login(alan)).toMatchObject({ loginState: 'SUCCESS' });
  });

  test('the site owner cannot be blocked', async () => {
    const wix = await startWix();
    expect(await failureOf(() => asApp().members.blockMember(owner.id))).toMatchObject({
      status: 403,
      details: {
        applicationError: { code: 'OWNER_MEMBER_BLOCK_FORBIDDEN', data: { memberId: owner.id } },
      },
    });
    expect(wix.members.find(owner.id)?.status).toBe('APPROVED');
  });

  test('the site owner cannot be disconnected', async () => {
    const wix = await startWix();
    expect(await failureOf(() => asApp().members.disconnectMember(owner.id))).toMatchObject({
      status: 403,
      details: {
        applicationError: { code: 'OWNER_MEMBER_DISCONNECT_FORBIDDEN', data: { memberId: owner.id } },
      },
    });
    expect(wix.members.find(owner.id)?.status).toBe('APPROVED');
  });

  test('disconnecting is for good', async () => {
    const wix = await startWix();
    const client = await asMember(grace);
    const { refreshToken } = client.auth.getTokens();
    expect((await asApp().members.disconnectMember(grace.id)).member).toMatchObject({ status: 'OFFLINE' });
    expect(await refreshed(wix, refreshToken.value)).toBe(400);
    for (const call of [
      () => asApp().members.approveMember(grace.id),
      () => asApp().members.blockMember(grace.id),
    ]) {
      expect(await failureOf(call)).toMatchObject({
        status: 428,
        details: { applicationError: { code: 'FAILED_PRECONDITION' } },
      });
    }
    expect(wix.members.find(grace.id)?.status).toBe('OFFLINE');
  });

  test('muting and unmuting change what a member may say, not whether they may sign in', async () => {
    await startWix();
    expect((await asApp().members.muteMember(grace.id)).member).toMatchObject({ activityStatus: 'MUTED' });
    expect(await asVisitor().auth.login(grace)).toMatchObject({ loginState: 'SUCCESS' });
    expect((await asApp().members.unmuteMember(grace.id)).member).toMatchObject({ activityStatus: 'ACTIVE' });
  });

  async function refreshed(wix: Awaited<ReturnType<typeof startWix>>, refreshToken: string): Promise<number> {
    const body = { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: app.clientId };
    return (await send(wix, 'POST', '/oauth2/token', { body })).status;
  }
});

describe('deleting', () => {
  test('a member is gone, with their tokens, and the address is free again; their items stay', async () => {
    const wix = await startWix();
    const connections = await asApp().items.query('SITConnections').find();
    const client = await asMember(grace);
    await asApp().members.deleteMember(grace.id);
    expect(await failureOf(() => client.members.getCurrentMember())).toMatchObject({ status: 404 });
    expect(await failureOf(() => asApp().members.deleteMember(grace.id))).toMatchObject({
      status: 404,
      details: { applicationError: { code: 'NOT_FOUND' } },
    });
    expect((await asApp().items.query('SITConnections').find()).items).toEqual(connections.items);
    expect(await create({ loginEmail: grace.email })).toMatchObject({ loginEmail: grace.email });
    expect(wix.members.find(ada.id)).toBeDefined();
  });

  test('the site owner cannot be deleted, not even by themselves', async () => {
    const wix = await startWix();
    const self = await asMember(owner);
    for (const call of [() => asApp().members.deleteMember(owner.id), () => self.members.deleteMyMember()]) {
      const failure = await failureOf(call);
      expect(failure).toMatchObject({ status: 400 });
      expect(failure.message).toContain('OWNER_OR_CONTRIBUTOR_MEMBER_DELETE_FORBIDDEN');
    }
    expect(wix.members.find(owner.id)).toBeDefined();
  });

  test('members delete themselves, and may name who receives what they made', async () => {
    const wix = await startWix();
    const client = await asMember(grace);
    for (const contentAssigneeId of [nobody, grace.id]) {
      expect(await failureOf(() => client.members.deleteMyMember({ contentAssigneeId }))).toMatchObject({
        status: 400,
      });
    }
    await client.members.deleteMyMember({ contentAssigneeId: ada.id });
    expect(wix.members.find(grace.id)).toBeUndefined();
    expect(wix.members.revokeRefreshTokens(ada.id)).toBe(0);
  });
});

describe('in bulk', () => {
  test('deleting tells the outcome of each', async () => {
    const wix = await startWix();
    const outcome = await asApp().members.bulkDeleteMembers([ada.id, nobody, owner.id, ada.id]);
    expect(outcome.results?.map(({ itemMetadata }) => itemMetadata)).toMatchObject([
      { _id: ada.id, originalIndex: 0, success: true },
      { _id: nobody, originalIndex: 1, success: false, error: { code: 'NOT_FOUND' } },
      {
        _id: owner.id,
        originalIndex: 2,
        success: false,
        error: { code: 'OWNER_OR_CONTRIBUTOR_MEMBER_DELETE_FORBIDDEN' },
      },
      { originalIndex: 3, success: false, error: { code: 'NOT_FOUND' } },
    ]);
    expect(outcome.bulkActionMetadata).toEqual({
      totalSuccesses: 1,
      totalFailures: 3,
      undetailedFailures: 0,
    });
    expect(wix.members.find(ada.id)).toBeUndefined();
    expect(wix.members.find(owner.id)).toBeDefined();
  });

  test.each([
    ['nobody', []],
    ['more than a hundred', Array.from({ length: 101 }, () => nobody)],
  ])('deleting %s is refused', async (_, ids) => {
    await startWix();
    expect(await failureOf(() => asApp().members.bulkDeleteMembers(ids))).toMatchObject({ status: 400 });
  });

  test('deleting by filter spares the owner and who receives the content', async () => {
    const wix = await startWix();
    const { jobId } = await asApp().members.bulkDeleteMembersByFilter(
      { loginEmail: { $startsWith: '' } },
      { contentAssigneeId: ada.id },
    );
    expect(jobId).toMatch(/^[0-9a-f-]{36}$/);
    expect([ada, grace, alan, owner].filter(({ id }) => wix.members.find(id))).toEqual([ada, owner]);
  });

  test('deleting by search', async () => {
    const wix = await startWix();
    await asApp().members.bulkDeleteMembersByFilter({}, { search: { expression: 'grac' } });
    expect([ada, grace, alan].filter(({ id }) => wix.members.find(id))).toEqual([ada, alan]);
    expect(
      await failureOf(() => asApp().members.bulkDeleteMembersByFilter({}, { contentAssigneeId: nobody })),
    ).toMatchObject({ status: 400 });
  });

  test('blocking and approving by filter reach whom the filter finds, the owner and the disconnected left out', async () => {
    const wix = await startWix();
    wix.members.setStatus(alan.id, 'OFFLINE');
    const client = asApp();
    await client.members.bulkBlockMembers({ status: { $in: ['APPROVED', 'OFFLINE'] } });
    const statuses = () => [ada, grace, alan, owner].map(({ id }) => wix.members.find(id)?.status);
    expect(statuses()).toEqual(['BLOCKED', 'BLOCKED', 'OFFLINE', 'APPROVED']);
    await client.members.bulkApproveMembers({ loginEmail: ada.email });
    expect(statuses()).toEqual(['APPROVED', 'BLOCKED', 'OFFLINE', 'APPROVED']);
    await client.members.bulkApproveMembers({});
    expect(statuses()).toEqual(['APPROVED', 'APPROVED', 'OFFLINE', 'APPROVED']);
  });

  test.each([
    ['deleting', (client: Client, filter: object) => client.members.bulkDeleteMembersByFilter(filter)],
    ['approving', (client: Client, filter: object) => client.members.bulkApproveMembers(filter)],
    ['blocking', (client: Client, filter: object) => client.members.bulkBlockMembers(filter)],
  ])('%s by a filter that makes no sense does nothing', async (_, call) => {
    const wix = await startWix();
    const client = asApp();
    for (const filter of [{ passwordHash: 'x' }, { $nor: [] }, { loginEmail: { $like: 'a' } }]) {
      expect((await failureOf(() => call(client, filter))).message).toBeTruthy();
    }
    const { members } = await asApp().members.listMembers({ fieldsets: ['EXTENDED'] });
    expect(members?.map(({ status }) => status)).toEqual(Array.from({ length: 4 }, () => 'APPROVED'));
    expect(wix.calls.filter(({ status }) => status >= 500)).toEqual([]);
  });
});
