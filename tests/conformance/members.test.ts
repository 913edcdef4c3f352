import { badges, memberFollowers, membersAbout } from '@wix/members';
import { createClient, OAuthStrategy } from '@wix/sdk';
import { describe, expect, test } from 'vitest';
import { recorded } from './recorder.ts';
import {
  ada,
  alan,
  app,
  asApp,
  asMember,
  asVisitor,
  failureOf,
  grace,
  movableClock,
  owner,
  send,
  startWix,
} from './support.ts';

/** The builder knows more fields and methods than its type does. */
type Query = {
  eq(field: string, value: unknown): Query;
  ne(field: string, value: unknown): Query;
  gt(field: string, value: unknown): Query;
  ge(field: string, value: unknown): Query;
  le(field: string, value: unknown): Query;
  lt(field: string, value: unknown): Query;
  exists(field: string, value: boolean): Query;
  startsWith(field: string, value: string): Query;
  in(field: string, values: unknown[]): Query;
  hasSome(field: string, values: unknown[]): Query;
  not(query: Query): Query;
  ascending(field: string): Query;
  descending(field: string): Query;
  limit(count: number): Query;
  skip(count: number): Query;
  find(): Promise<Page>;
};
type Page = { items: { _id: string; loginEmail?: string }[]; hasNext(): boolean; next(): Promise<Page> };

const queryMembers = (
  client: { members: ReturnType<typeof asApp>['members'] },
  fieldsets: ('FULL' | 'PUBLIC')[] = ['FULL'],
) => client.members.queryMembers({ fieldsets }) as unknown as Query;

describe('getCurrentMember', () => {
  test('without a fieldset shows what everybody may see, with the rest UNKNOWN', async () => {
    await startWix();
    const { member } = await (await asMember(ada)).members.getCurrentMember();
    expect(member).toMatchObject({
      _id: ada.id,
      profile: { nickname: 'Ada', slug: 'ada' },
      status: 'UNKNOWN',
      privacyStatus: 'UNKNOWN',
      activityStatus: 'UNKNOWN',
    });
    expect(member).not.toHaveProperty('loginEmail');
    expect(member).not.toHaveProperty('contact');
  });

  test('EXTENDED adds the login e-mail and the states, FULL the contact', async () => {
    await startWix();
    const client = await asMember(ada);
    const extended = await client.members.getCurrentMember({ fieldsets: ['PUBLIC', 'EXTENDED'] });
    expect(extended.member).toMatchObject({
      loginEmail: ada.email,
      status: 'APPROVED',
      privacyStatus: 'PUBLIC',
    });
    expect(extended.member).not.toHaveProperty('contact');
    const full = await client.members.getCurrentMember({ fieldsets: ['FULL'] });
    expect(full.member).toMatchObject({
      loginEmail: ada.email,
      loginEmailVerified: true,
      contactId: expect.any(String),
      contact: { firstName: 'Ada', lastName: 'Lovelace', emails: [ada.email] },
      activityStatus: 'ACTIVE',
      _createdDate: expect.any(Date),
      lastLoginDate: expect.any(Date),
    });
  });

  test.each([
    ['a visitor', async () => asVisitor()],
    ['an app', async () => asApp() as unknown as ReturnType<typeof asVisitor>],
  ])('rejects for %s with 403', async (_, sign) => {
    await startWix();
    const failure = await failureOf(async () => (await sign()).members.getCurrentMember());
    expect(failure).toMatchObject({
      status: 403,
      details: { applicationError: { code: 'PERMISSION_DENIED' } },
    });
    expect(failure.requestId).toMatch(/^\d+\.\d+$/);
  });

  test('shows a change at once', async () => {
    const wix = await startWix();
    const client = await asMember(ada);
    wix.members.setLoginEmail(ada.id, ' Countess@Example.com ');
    const { member } = await client.members.getCurrentMember({ fieldsets: ['FULL'] });
    expect(member).toMatchObject({ loginEmail: 'countess@example.com', loginEmailVerified: false });
  });

  test('a deleted member is gone', async () => {
    const wix = await startWix();
    const client = await asMember(ada);
    wix.members.remove(ada.email);
    expect(await failureOf(() => client.members.getCurrentMember())).toMatchObject({ status: 404 });
    expect(await asVisitor().auth.login(ada)).toMatchObject({
      loginState: 'FAILURE',
      errorCode: 'invalidEmail',
    });
  });
});

describe('getMember', () => {
  test('gives an app everything', async () => {
    await startWix();
    expect(await asApp().members.getMember(grace.id, { fieldsets: ['FULL'] })).toMatchObject({
      _id: grace.id,
      loginEmail: grace.email,
      contact: { lastName: 'Hopper' },
    });
  });

  test('gives a member themselves in full, and of public others what is public', async () => {
    await startWix();
    expect(await (await asMember(grace)).members.getMember(grace.id, { fieldsets: ['FULL'] })).toMatchObject({
      loginEmail: grace.email,
    });
    const seen = await (await asMember(grace)).members.getMember(ada.id, { fieldsets: ['FULL'] });
    expect(seen).toMatchObject({ _id: ada.id, profile: { nickname: 'Ada' } });
    expect(seen).not.toHaveProperty('loginEmail');
  });

  test.each([
    ['a private member', grace.id],
    ['nobody', '99999999-9999-4999-8999-999999999999'],
  ])('%s looks like a missing one to other members', async (_, id) => {
    await startWix();
    const client = await asMember(ada);
    expect(await failureOf(() => client.members.getMember(id))).toMatchObject({ status: 404 });
  });

  test('gives visitors of public members what is public, and of private ones nothing', async () => {
    await startWix();
    const seen = await asVisitor().members.getMember(ada.id, { fieldsets: ['FULL'] });
    expect(seen).toMatchObject({ _id: ada.id, profile: { nickname: 'Ada' }, status: 'UNKNOWN' });
    expect(seen).not.toHaveProperty('loginEmail');
    expect(seen).not.toHaveProperty('contact');
    expect(await failureOf(() => asVisitor().members.getMember(grace.id))).toMatchObject({
      status: 404,
      details: { applicationError: { code: 'NOT_FOUND' } },
    });
  });
});

describe('queryMembers', () => {
  const emails = (result: Page) => result.items.map(({ loginEmail }) => loginEmail);

  test('finds by login e-mail however it is spelled', async () => {
    await startWix();
    const result = await queryMembers(asApp()).eq('loginEmail', ' ADA@example.com').find();
    expect(emails(result)).toEqual([ada.email]);
    const several = await queryMembers(asApp())
      .in('loginEmail', [ada.email, 'Grace@example.com', 'nobody@example.com'])
      .ascending('loginEmail')
      .find();
    expect(emails(several)).toEqual([ada.email, grace.email]);
  });

  test('finds by id, status, nickname and dates', async () => {
    const wix = await startWix();
    wix.members.setStatus(alan.id, 'BLOCKED');
    const query = () => queryMembers(asApp());
    expect(emails(await query().hasSome('_id', [ada.id, owner.id]).descending('loginEmail').find())).toEqual([
      owner.email,
      ada.email,
    ]);
    expect(emails(await query().eq('status', 'BLOCKED').find())).toEqual([alan.email]);
    expect(emails(await query().startsWith('profile.nickname', 'gr').find())).toEqual([grace.email]);
    expect((await query().gt('_createdDate', new Date(0)).find()).items).toHaveLength(4);
    expect((await query().gt('_createdDate', new Date('2999-01-01')).find()).items).toHaveLength(0);
    expect((await query().ne('status', 'BLOCKED').find()).items).toHaveLength(3);
  });

  test('pages by offset, with the total', async () => {
    await startWix();
    const first = await queryMembers(asApp()).ascending('loginEmail').limit(3).find();
    expect(emails(first)).toEqual([ada.email, alan.email, grace.email]);
    expect(first.hasNext()).toBe(true);
    expect(emails(await first.next())).toEqual([owner.email]);
  });

  test('shows members the public ones and themselves, and no e-mail', async () => {
    await startWix();
    const { items } = await queryMembers(await asMember(grace)).find();
    expect(items.map(({ _id }) => _id)).toEqual([ada.id, grace.id]);
    expect(JSON.stringify(items)).not.toContain('@');
  });

  test('a member may not ask for what a member may not see', async () => {
    await startWix();
    const client = await asMember(grace);
    for (const query of [
      queryMembers(client).eq('loginEmail', ada.email),
      queryMembers(client).not(queryMembers(client).eq('loginEmail', ada.email)),
      queryMembers(client).descending('loginEmail'),
    ]) {
      expect(await failureOf(() => query.find())).toMatchObject({ status: 403 });
    }
  });

  test('a field that cannot be filtered by is refused', async () => {
    await startWix();
    expect(await failureOf(() => queryMembers(asApp()).eq('passwordHash', 'x').find())).toMatchObject({
      status: 400,
    });
  });

  test('shows visitors the public members, and no e-mail', async () => {
    await startWix();
    const { items } = await queryMembers(asVisitor()).find();
    expect(items.map(({ _id }) => _id)).toEqual([ada.id]);
    expect(JSON.stringify(items)).not.toContain('@');
  });

  test.each<[string, (query: Query) => Query, string[]]>([
    ['ge', (query) => query.ge('loginEmail', grace.email), [grace.email, owner.email]],
    ['le', (query) => query.le('loginEmail', alan.email), [ada.email, alan.email]],
    ['lt', (query) => query.lt('loginEmail', alan.email), [ada.email]],
    ['exists', (query) => query.exists('contact.firstName', false), []],
    ['skip', (query) => query.skip(3), [owner.email]],
    ['privacyStatus', (query) => query.eq('privacyStatus', 'PUBLIC'), [ada.email]],
    ['the slug, in its letter case', (query) => query.eq('profile.slug', 'Ada'), []],
    ['a name', (query) => query.startsWith('contact.lastName', 'tur'), [alan.email]],
    ['a contact', (query) => query.in('contactId', ['nobody']), []],
  ])('filters with %s', async (_, narrowed, expected) => {
    await startWix();
    expect(emails(await narrowed(queryMembers(asApp()).ascending('loginEmail')).find())).toEqual(expected);
  });

  test('searches nicknames for a text, or the fields that are named', async () => {
    await startWix();
    const found = (search: object) =>
      asApp()
        .members.queryMembers({ fieldsets: ['FULL'], search })
        .find() as unknown as Promise<Page>;
    expect(emails(await found({ expression: 'RAC' }))).toEqual([grace.email]);
    expect(emails(await found({ expression: 'lovelace' }))).toEqual([]);
    const byName = { expression: 'lovelace', fields: ['contact.lastName', 'loginEmail'] };
    expect(emails(await found(byName))).toEqual([ada.email]);
    expect(await failureOf(() => found({ expression: 'x', fields: ['roles'] }))).toMatchObject({
      status: 400,
    });
  });

  test('a member may not search what a member may not see', async () => {
    await startWix();
    const client = await asMember(grace);
    const search = { expression: 'lovelace', fields: ['contact.lastName'] };
    expect(await failureOf(() => client.members.queryMembers({ search }).find())).toMatchObject({
      status: 403,
    });
  });
});

describe('listMembers', () => {
  const ids = (members: { _id?: string | null }[] | undefined) => members?.map(({ _id }) => _id);

  test('gives an app everybody, in pages, in the order it wants', async () => {
    await startWix();
    const client = asApp();
    const all = await client.members.listMembers();
    expect(ids(all.members)).toEqual([ada.id, grace.id, alan.id, owner.id]);
    expect(all.metadata).toEqual({ count: 4, offset: 0, total: 4, tooManyToCount: false });
    expect(JSON.stringify(all)).not.toContain('@');
    const page = await client.members.listMembers({
      paging: { limit: 2, offset: 1 },
      sorting: [{ fieldName: 'loginEmail', order: 'DESC' }],
      fieldsets: ['FULL'],
    });
    expect(page.members?.map(({ loginEmail }) => loginEmail)).toEqual([grace.email, alan.email]);
    expect(page.metadata).toMatchObject({ count: 2, offset: 1, total: 4 });
    expect(page.members?.[0]).toMatchObject({
      contact: { lastName: 'Hopper' },
      _createdDate: expect.any(Date),
    });
  });

  test('sorts by the last sign-in', async () => {
    await startWix();
    await asMember(grace);
    const sorting = [{ fieldName: 'lastLoginDate', order: 'DESC' as const }];
    expect(ids((await asApp().members.listMembers({ sorting })).members)?.[0]).toBe(grace.id);
  });

  test.each<[string, ('PUBLIC' | 'EXTENDED' | 'FULL')[], string[], string[]]>([
    ['PUBLIC', ['PUBLIC'], ['profile', 'contactId'], ['loginEmail', 'contact', 'lastLoginDate']],
    ['EXTENDED', ['EXTENDED'], ['profile', 'loginEmail'], ['contact', 'loginEmailVerified']],
    ['FULL', ['PUBLIC', 'FULL'], ['profile', 'loginEmail', 'contact', 'loginEmailVerified'], []],
  ])('shows an app with %s what that holds', async (_, fieldsets, shown, hidden) => {
    await startWix();
    for (const member of (await asApp().members.listMembers({ fieldsets })).members ?? []) {
      for (const name of shown) expect(member).toHaveProperty(name);
      for (const name of hidden) expect(member).not.toHaveProperty(name);
    }
  });

  test('shows members the public ones and themselves, visitors the public ones, and nobody an e-mail', async () => {
    await startWix();
    const asGrace = await (await asMember(grace)).members.listMembers({ fieldsets: ['FULL'] });
    expect(ids(asGrace.members)).toEqual([ada.id, grace.id]);
    const asNobody = await asVisitor().members.listMembers({ fieldsets: ['FULL'] });
    expect(ids(asNobody.members)).toEqual([ada.id]);
    expect(asNobody.metadata).toMatchObject({ total: 1 });
    expect(JSON.stringify([asGrace, asNobody])).not.toContain('@');
  });

  test('does not tell members the order of what they may not see', async () => {
    await startWix();
    const sorting = [{ fieldName: 'loginEmail', order: 'ASC' as const }];
    const client = await asMember(grace);
    expect(await failureOf(() => client.members.listMembers({ sorting }))).toMatchObject({ status: 403 });
  });

  test.each([
    ['a field that is none', { sorting: [{ fieldName: 'password_hash' }] }],
    ['a page beyond reason', { paging: { limit: 1_001 } }],
    ['a place on the map', { sorting: [{ fieldName: 'id', origin: { latitude: 1, longitude: 1 } }] }],
  ])('refuses %s', async (_, options) => {
    await startWix();
    expect(await failureOf(() => asApp().members.listMembers(options))).toMatchObject({ status: 400 });
  });

  test('asks for a token', async () => {
    const wix = await startWix();
    expect((await send(wix, 'GET', '/members/v1/members')).status).toBe(401);
  });
});

describe('what is not there says so', () => {
  const others = () =>
    recorded(
      createClient({
        auth: OAuthStrategy({ clientId: app.clientId }),
        modules: { badges, memberFollowers, membersAbout },
      }),
      ['badges', 'memberFollowers', 'membersAbout'],
    );

  test.each<[string, (client: ReturnType<typeof others>) => Promise<unknown>]>([
    ['badges', (client) => client.badges.listBadges()],
    ['followers', (client) => client.memberFollowers.listCurrentMemberFollowers()],
    ['the page about a member', (client) => client.membersAbout.getMyMemberAbout()],
  ])('%s', async (_, call) => {
    await startWix();
    const failure = await failureOf(() => call(others()));
    expect(failure).toMatchObject({
      status: 501,
      details: { applicationError: { code: 'NOT_IMPLEMENTED' } },
    });
    expect(failure.message).toMatch(/GET \/members\/v\d/);
  });
});

test('updatedDate tells changes, not logins', async () => {
  const clock = movableClock(Date.parse('2026-05-01T10:00:00Z'));
  const wix = await startWix({ clock: clock.now });
  clock.forward(60);
  await asMember(ada);
  expect(wix.members.find(ada.id)?.updatedDate).toBe('2026-05-01T10:00:00.000Z');
  wix.members.setStatus(ada.id, 'BLOCKED');
  expect(wix.members.find(ada.id)?.updatedDate).toBe('2026-05-01T10:01:00.000Z');
});
