import SQLite from 'better-sqlite3';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  asMember,
  asMobileApp,
  asScript,
  asVisitor,
  expectProblem,
  people,
  type Actor,
  type Answer,
} from '../actors.ts';
import { openSite, type Site, type WixTrouble } from '../harness.ts';

/**
 * Rules by role. The roles are those that Wix named last, at the sign-in or in a round; nothing that comes with a
 * request is one.
 */

const ANNOUNCEMENTS = '/api/collections/Announcements/items';
const INTRODUCTIONS = '/api/collections/Introductions/items';
const ADA = '1815ada0-1210-4000-8000-000000000001';
const OWNER = '2024cafe-0101-4000-8000-000000000004';
const ROUND_MS = 30;
const ROLES = '/members/v1/roles/';

let site: Site;
let ada: Actor;
let owner: Actor;

beforeAll(async () => {
  site = await openSite({ memberRoundMs: ROUND_MS });
  await site.emulator.seed({ roles: [{ key: 'editor', title: 'Editor' }] });
});

beforeEach(async () => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  site.emulator.members.setRoles(people.owner.email, ['admin']);
  site.emulator.members.setRoles(people.ada.email, []);
  [ada, owner] = await Promise.all([asMobileApp(site, 'ada'), asMobileApp(site, 'owner')]);
});

afterEach(() => {
  vi.restoreAllMocks();
  site.trouble(null);
});

afterAll(() => site.stop());

/** Waits until a whole round has gone by: each begins with the members, and roles come after. */
async function round(): Promise<void> {
  const begun = () => site.wixCalls.filter(({ path }) => path === '/members/v1/members/query').length;
  const before = begun();
  await vi.waitFor(() => expect(begun()).toBeGreaterThanOrEqual(before + 3), { timeout: 10_000 });
}

const titles = ({ body }: Answer): string[] => body.items.map(({ title }: { title: string }) => title);
const actionsOf = async (actor: Actor, collection: string): Promise<string[]> => {
  const { body } = await actor.get('/api/collections');
  return body.collections.find(({ name }: { name: string }) => name === collection).actions;
};
const rolesAnswer = (happens: WixTrouble): WixTrouble => {
  return (request, forward) => (request.url.includes(ROLES) ? happens(request, forward) : forward(request));
};

/** Every way to write an announcement, and the status it has for whoever may. */
const WRITES: [does: string, run: (actor: Actor) => Promise<Answer>, status: number][] = [
  ['inserts', (a) => a.post(ANNOUNCEMENTS, { title: 'Written' }), 201],
  ['changes', (a) => a.patch(`${ANNOUNCEMENTS}/new-hours`, { pinned: true }), 200],
  [
    'replaces',
    (a) =>
      a.send(`${ANNOUNCEMENTS}/new-hours`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ title: 'New hours' }),
      }),
    200,
  ],
  [
    'writes in bulk',
    (a) => a.post(`${ANNOUNCEMENTS}/bulk`, { operations: [{ insert: { title: 'In bulk' } }] }),
    200,
  ],
];

describe('announcements are written by who has the role admin', () => {
  test.each(WRITES)('who has it %s, with their own rights', async (_, run, status) => {
    site.forget();
    const answer = await run(owner);
    expect(answer.status, answer.text).toBe(status);
    const toData = site.wixCalls.filter(({ path }) => path.startsWith('/wix-data/'));
    expect(toData.length).toBeGreaterThan(0);
    expect(toData.filter(({ rights }) => rights === 'app')).toEqual([]);
  });

  test('removes, and what is removed is gone for everybody', async () => {
    const { body } = await owner.post(ANNOUNCEMENTS, { title: 'Short-lived' });
    expect(titles(await asVisitor(site).get(`${ANNOUNCEMENTS}?limit=100`))).toContain('Short-lived');
    expect((await owner.delete(`${ANNOUNCEMENTS}/${body._id}`)).status).toBe(204);
    expect(titles(await asVisitor(site).get(`${ANNOUNCEMENTS}?limit=100`))).not.toContain('Short-lived');
  });

  test.each([
    ...WRITES,
    ['removes', (a: Actor) => a.delete(`${ANNOUNCEMENTS}/moth-found`), 204] as (typeof WRITES)[number],
  ])(
    'nobody else %s: a member is refused, a visitor has to sign in, and Wix is asked nothing',
    async (_, run) => {
      const before = (await asVisitor(site).get(`${ANNOUNCEMENTS}?limit=100`)).body;
      const alan = await asMobileApp(site, 'alan');
      site.forget();
      for (const actor of [ada, alan]) expectProblem(await run(actor), 403, 'forbidden');
      expectProblem(await run(asVisitor(site)), 401, 'unauthenticated');
      expect(site.wixCalls.filter(({ path }) => path.startsWith('/wix-data/'))).toEqual([]);
      expect((await asVisitor(site).get(`${ANNOUNCEMENTS}?limit=100`)).body).toEqual(before);
    },
  );

  test('everybody reads them as before', async () => {
    for (const actor of [asVisitor(site), ada, owner])
      expect(titles(await actor.get(ANNOUNCEMENTS))).toContain('Spring supper on the bridge');
  });

  test('another role is not this one', async () => {
    site.emulator.members.setRoles(people.ada.email, ['editor']);
    expectProblem(
      await (await asMobileApp(site, 'ada')).post(ANNOUNCEMENTS, { title: 'x' }),
      403,
      'forbidden',
    );
  });

  test('a collection says what each may do', async () => {
    expect(await actionsOf(owner, 'Announcements')).toEqual(['query', 'insert', 'update', 'remove']);
    for (const actor of [ada, asVisitor(site)])
      expect(await actionsOf(actor, 'Announcements')).toEqual(['query']);
  });

  test('it holds in a browser too, and for a script that was made for it', async () => {
    expect((await (await asMember(site, 'owner')).post(ANNOUNCEMENTS, { title: 'x' })).status).toBe(201);
    const scope = ['Announcements:insert'];
    expect((await (await asScript(site, 'owner', scope)).post(ANNOUNCEMENTS, { title: 'x' })).status).toBe(
      201,
    );
    expectProblem(
      await (await asScript(site, 'ada', scope)).post(ANNOUNCEMENTS, { title: 'x' }),
      403,
      'forbidden',
    );
    const reader = await asScript(site, 'owner', ['Announcements:query']);
    expectProblem(await reader.post(ANNOUNCEMENTS, { title: 'x' }), 403, 'insufficient-scope');
  });
});

describe('a role that comes with the request is none', () => {
  test.each(['role', 'roles', 'memberRole', 'x-role', 'x-member-role', 'x-wix-member-role', 'x-roles'])(
    'SE-17 the header %s changes nothing',
    async (name) => {
      for (const value of ['admin', 'ADMIN', '["admin"]']) {
        const answer = await ada.send(ANNOUNCEMENTS, {
          method: 'POST',
          headers: { 'content-type': 'application/json', [name]: value },
          body: JSON.stringify({ title: 'x' }),
        });
        expectProblem(answer, 403, 'forbidden');
      }
    },
  );

  test.each(['role', 'roles', 'isAdmin', 'memberRole'])(
    'SE-17 AZ-27 nor does %s in a body or a query',
    async (key) => {
      expectProblem(await ada.post(ANNOUNCEMENTS, { title: 'x', [key]: 'admin' }), 403, 'forbidden');
      expectProblem(await ada.post(`${ANNOUNCEMENTS}?${key}=admin`, { title: 'x' }), 400, 'invalid-request');
      expectProblem(await owner.post(ANNOUNCEMENTS, { title: 'x', [key]: 'admin' }), 400, 'invalid-request');
    },
  );

  test('nor one asked for while signing up or in', async () => {
    for (const [path, body] of [
      ['register', { email: 'king@example.com', password: 'a password', roles: ['admin'] }],
      ['register', { email: 'king@example.com', password: 'a password', profile: { roles: ['admin'] } }],
      ['login', { ...people.ada, roles: ['admin'] }],
    ] as const)
      expectProblem(await asVisitor(site).post(`/api/auth/${path}`, body), 400, 'invalid-request');
  });
});

describe('with another rule beside it', () => {
  const subjects = ({ body }: Answer): string[] =>
    body.items.map(({ subject }: { subject: string }) => subject);

  test('who has the role sees all introductions, a participant their own', async () => {
    expect(subjects(await owner.get(INTRODUCTIONS)).toSorted()).toEqual([
      'Engines and compilers',
      'Moths and machines',
      'What can be computed',
    ]);
    expect(subjects(await ada.get(INTRODUCTIONS)).toSorted()).toEqual([
      'Engines and compilers',
      'What can be computed',
    ]);
    expect((await owner.get(`${INTRODUCTIONS}/moths-and-machines`)).status).toBe(200);
    expectProblem(await ada.get(`${INTRODUCTIONS}/moths-and-machines`), 404, 'not-found');
    expectProblem(await asVisitor(site).get(INTRODUCTIONS), 401, 'unauthenticated');
  });

  test('a role for reading is none for changing', async () => {
    expectProblem(
      await owner.patch(`${INTRODUCTIONS}/moths-and-machines`, { stage: 'met' }),
      404,
      'not-found',
    );
  });

  test('what they make is theirs, as before', async () => {
    const { status, body } = await owner.post(INTRODUCTIONS, { subject: 'The office and itself' });
    expect([status, body.memberIds]).toEqual([201, [OWNER]]);
  });

  test('without the role they see their own and nothing else', async () => {
    site.emulator.members.setRoles(people.owner.email, []);
    await vi.waitFor(
      async () => {
        const seen = subjects(await owner.get(INTRODUCTIONS));
        expect(seen).not.toContain('Moths and machines');
      },
      { timeout: 5_000 },
    );
  });
});

describe('what Wix says of roles', () => {
  test('a role taken away counts no longer than a round', async () => {
    expect((await owner.post(ANNOUNCEMENTS, { title: 'Before' })).status).toBe(201);
    site.emulator.members.setRoles(people.owner.email, []);
    await round();
    expectProblem(await owner.post(ANNOUNCEMENTS, { title: 'After' }), 403, 'forbidden');
    expect(await actionsOf(owner, 'Announcements')).toEqual(['query']);
    expect((await owner.get('/api/me')).status, 'the session stays').toBe(200);
  });

  test('a role given counts from the next round on, without another sign-in', async () => {
    expect(await actionsOf(ada, 'Announcements')).toEqual(['query']);
    site.emulator.members.setRoles(people.ada.email, ['admin']);
    await round();
    expect(await actionsOf(ada, 'Announcements')).toEqual(['query', 'insert', 'update', 'remove']);
  });

  test('a data request asks nothing more of Wix, and the roles stand in our own row', async () => {
    await round();
    const database = new SQLite(join(site.dataFolder, 'gatehouse.sqlite'), { readonly: true });
    const rows = database.prepare("SELECT email, roles FROM member WHERE roles <> '[]'").all();
    database.close();
    expect(rows).toEqual([{ email: people.owner.email, roles: '["admin"]' }]);
    site.forget();
    for (let time = 0; time < 5; time += 1)
      await owner.patch(`${ANNOUNCEMENTS}/new-hours`, { pinned: false });
    const ofRounds = ['/members/v1/members/query', `${ROLES}members/query`];
    const asked = site.wixCalls.filter(({ path }) => !ofRounds.includes(path));
    expect(asked.map(({ rights }) => rights)).toEqual(Array.from({ length: 5 }, () => 'other'));
  });

  test('the sign-in asks with the app’s rights, about whoever signs in, and it is journalled', async () => {
    const before = (await site.journal()).length;
    site.forget();
    await asMobileApp(site, 'owner');
    const asked = site.wixCalls.filter(({ method, path }) => method === 'GET' && path.startsWith(ROLES));
    expect(asked).toEqual([
      {
        method: 'GET',
        path: `${ROLES}members/${OWNER}`,
        rights: 'app',
        status: 200,
      },
    ]);
    const entries = (await site.journal()).slice(before);
    expect(entries.filter(({ operation }) => operation === 'authorization.getRoles')).toMatchObject([
      {
        memberId: OWNER,
        collection: null,
        rule: 'the site learns the roles of whoever Wix has vouched for',
        rows: 1,
      },
    ]);
  });

  const answer = (status: number, body: unknown) => () => Promise.resolve(Response.json(body, { status }));
  const denied = {
    message: 'no',
    details: { applicationError: { code: 'PERMISSION_DENIED', description: 'no' } },
  };
  const troubles: [string, () => Promise<Response>][] = [
    ['refuses', answer(403, denied)],
    ['fails', answer(500, { message: 'oops' })],
    ['throttles', answer(429, {})],
    ['answers nonsense', answer(200, 'nonsense')],
    ['answers nothing', answer(200, {})],
    ['names roles without keys', answer(200, { roles: [{ title: 'Admin' }, {}], rolesByMemberId: {} })],
    ['cannot be reached', () => Promise.reject(new TypeError('fetch failed'))],
  ];

  test.each(troubles)('FA-07 when it %s, people sign in without roles', async (_, happens) => {
    site.trouble(rolesAnswer(happens));
    const late = await asMobileApp(site, 'owner');
    expectProblem(await late.post(ANNOUNCEMENTS, { title: 'x' }), 403, 'forbidden');
    expect((await late.get(ANNOUNCEMENTS)).status).toBe(200);
  });

  test.each(troubles)(
    'FA-07 when it %s, nobody keeps a role, and it comes back with it',
    async (_, happens) => {
      site.trouble(rolesAnswer(happens));
      await round();
      expectProblem(await owner.post(ANNOUNCEMENTS, { title: 'x' }), 403, 'forbidden');
      expect((await owner.get('/api/me')).status, 'the session stays').toBe(200);
      site.trouble(null);
      await round();
      expect((await owner.post(ANNOUNCEMENTS, { title: 'x' })).status).toBe(201);
    },
  );

  test('a list that leaves somebody out does not take their role: they are asked for alone', async () => {
    site.trouble((request, forward) =>
      request.url.endsWith(`${ROLES}members/query`)
        ? Promise.resolve(Response.json({ rolesByMemberId: {} }))
        : forward(request),
    );
    await round();
    expect((await owner.post(ANNOUNCEMENTS, { title: 'x' })).status).toBe(201);
  });

  test('a list that lags behind gives no role back: they are asked for alone', async () => {
    const stale = Object.fromEntries([ADA, OWNER].map((id) => [id, { roles: [{ roleKey: 'ADMIN' }] }]));
    site.emulator.members.setRoles(people.owner.email, []);
    await round();
    site.trouble((request, forward) =>
      request.url.endsWith(`${ROLES}members/query`)
        ? Promise.resolve(Response.json({ rolesByMemberId: stale }))
        : forward(request),
    );
    await round();
    for (const actor of [ada, owner, await asMobileApp(site, 'owner')])
      expectProblem(await actor.post(ANNOUNCEMENTS, { title: 'x' }), 403, 'forbidden');
  });

  test('a role that only the list names is none while nobody can be asked for alone', async () => {
    site.emulator.members.setRoles(people.ada.email, ['admin']);
    site.trouble((request, forward) =>
      request.method === 'GET' && request.url.includes(ROLES)
        ? Promise.resolve(Response.json({}, { status: 503 }))
        : forward(request),
    );
    await round();
    expectProblem(await ada.post(ANNOUNCEMENTS, { title: 'x' }), 403, 'forbidden');
    expect((await owner.post(ANNOUNCEMENTS, { title: 'x' })).status, 'what both say stays').toBe(201);
  });
});
