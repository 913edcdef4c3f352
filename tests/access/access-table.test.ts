import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  asMember,
  asMobileApp,
  asScript,
  asVisitor,
  expectProblem,
  type Actor,
  type Answer,
} from '../actors.ts';
import { openSite, type Site } from '../harness.ts';

/**
 * Every kind of actor, every action, every collection: what comes back, what must not, and which calls ran with the
 * app's rights. Rows marked `elevated: 0` prove that a refusal costs nothing at Wix.
 */

const CANARY = { ada: 'canary-ada-7f3e', grace: 'canary-grace-91bd', remark: 'canary-remark-c44a' };
const CONNECTIONS = '/api/collections/SITConnections/items';
const ANNOUNCEMENTS = '/api/collections/Announcements/items';

let site: Site;
let actors: Record<string, Actor>;

/** Rows with marks that must show up for their owner and for nobody else; the remark for nobody at all. */
const row = (id: string, memberEmail: string, mark: string) => ({
  _id: id,
  name: `${mark}-name`,
  status: `${mark}-status`,
  notes: `${mark}-notes`,
  memberEmail,
  internalRemark: CANARY.remark,
});

beforeAll(async () => {
  site = await openSite({
    items: {
      SITConnections: [
        row('canary-of-ada', 'ada@example.com', CANARY.ada),
        row('canary-of-grace', 'grace@example.com', CANARY.grace),
        row('canary-of-alan', 'alan@example.com', 'canary-alan'),
      ],
    },
    // Open to everybody at Wix, but not declared by any policy.
    collections: [
      {
        id: 'Vault',
        permissions: { read: 'ANYONE', insert: 'ANYONE', update: 'ANYONE', remove: 'ANYONE' },
        items: [{ _id: 'canary-of-ada', text: CANARY.remark }],
      },
    ],
  });
  actors = {
    visitor: asVisitor(site),
    ada: await asMobileApp(site, 'ada'),
    adaInBrowser: await asMember(site, 'ada'),
    // A personal access token that may read and change connections, and nothing else.
    adasScript: await asScript(site, 'ada', ['SITConnections:query', 'SITConnections:update']),
    grace: await asMobileApp(site, 'grace'),
    alan: await asMobileApp(site, 'alan'),
    owner: await asMobileApp(site, 'owner'),
  };
});

afterAll(() => site.stop());

type Row = Readonly<{
  who: string;
  does: string;
  run: (actor: Actor) => Promise<Answer>;
  status: number;
  code?: string;
  shows?: string[];
  /** The scope that an access token lacks. */
  scope?: string;
  elevated: number;
}>;

const own = `${CONNECTIONS}/canary-of-ada`;
const foreign = `${CONNECTIONS}/canary-of-grace`;
const missing = `${CONNECTIONS}/nobody-has-this`;

const signedOut = (does: string, run: Row['run']): Row => ({
  who: 'visitor',
  does,
  run,
  status: 401,
  code: 'unauthenticated',
  elevated: 0,
});
const hidden = (who: string, does: string, run: Row['run'], elevated: number): Row => ({
  who,
  does,
  run,
  status: 404,
  code: 'not-found',
  elevated,
});
const noRule = (who: string, does: string, run: Row['run']): Row => ({
  who,
  does,
  run,
  status: 403,
  code: 'forbidden',
  elevated: 0,
});

const outOfScope = (does: string, run: Row['run'], scope: string): Row => ({
  who: 'adasScript',
  does,
  run,
  status: 403,
  code: 'insufficient-scope',
  scope,
  elevated: 0,
});

const everyAction = (path: string): [string, Row['run']][] => [
  ['lists', (actor) => actor.get(path)],
  ['inserts', (actor) => actor.post(path, { name: 'New' })],
  ['reads one', (actor) => actor.get(`${path}/canary-of-ada`)],
  ['changes one', (actor) => actor.patch(`${path}/canary-of-ada`, { status: 'changed' })],
  ['removes one', (actor) => actor.delete(`${path}/canary-of-ada`)],
];

const writesOfAnnouncements: [does: string, run: Row['run'], status: number][] = [
  ['inserts an announcement', (a) => a.post(ANNOUNCEMENTS, { title: 'x' }), 201],
  ['changes an announcement', (a) => a.patch(`${ANNOUNCEMENTS}/new-hours`, { title: 'x' }), 200],
  ['removes an announcement', (a) => a.delete(`${ANNOUNCEMENTS}/moth-found`), 204],
];

const table: Row[] = [
  // SITConnections, signed out: nothing, and nothing asked of Wix.
  ...everyAction(CONNECTIONS).map(([does, run]) => signedOut(`${does} connections`, run)),

  // SITConnections, one's own.
  ...['ada', 'adaInBrowser'].flatMap((who): Row[] => [
    {
      who,
      does: 'lists connections',
      run: (a) => a.get(`${CONNECTIONS}?limit=100`),
      status: 200,
      shows: [CANARY.ada],
      elevated: 1,
    },
    { who, does: 'reads own', run: (a) => a.get(own), status: 200, shows: [CANARY.ada], elevated: 1 },
    {
      who,
      does: 'changes own',
      run: (a) => a.patch(own, { company: 'Analytical' }),
      status: 200,
      shows: ['Analytical'],
      elevated: 1,
    },
    {
      who,
      does: 'inserts',
      run: (a) => a.post(CONNECTIONS, { name: 'Mary Somerville' }),
      status: 201,
      shows: ['ada@example.com'],
      elevated: 1,
    },
  ]),
  {
    who: 'adasScript',
    does: 'lists connections',
    run: (a) => a.get(`${CONNECTIONS}?limit=100`),
    status: 200,
    shows: [CANARY.ada],
    elevated: 1,
  },
  {
    who: 'adasScript',
    does: 'reads own',
    run: (a) => a.get(own),
    status: 200,
    shows: [CANARY.ada],
    elevated: 1,
  },
  {
    who: 'adasScript',
    does: 'changes own',
    run: (a) => a.patch(own, { company: 'By night' }),
    status: 200,
    shows: ['By night'],
    elevated: 1,
  },
  {
    who: 'grace',
    does: 'lists connections',
    run: (a) => a.get(`${CONNECTIONS}?limit=100`),
    status: 200,
    shows: [CANARY.grace],
    elevated: 1,
  },
  {
    who: 'owner',
    does: 'lists connections',
    run: (a) => a.get(`${CONNECTIONS}?limit=100`),
    status: 200,
    elevated: 1,
  },

  // SITConnections, somebody else's: as missing as what is not there.
  ...['ada', 'adaInBrowser', 'owner'].flatMap((who): Row[] => [
    hidden(who, 'reads a foreign one', (a) => a.get(foreign), 1),
    hidden(who, 'changes a foreign one', (a) => a.patch(foreign, { status: 'mine now' }), 1),
    hidden(who, 'removes a foreign one', (a) => a.delete(foreign), 1),
    hidden(who, 'reads a missing one', (a) => a.get(missing), 1),
    hidden(who, 'changes a missing one', (a) => a.patch(missing, { status: 'x' }), 1),
    hidden(who, 'removes a missing one', (a) => a.delete(missing), 1),
  ]),

  // AZ-01 with an access token: the same within its scopes, and outside of them not even a question to Wix.
  hidden('adasScript', 'AZ-01 reads a foreign one', (a) => a.get(foreign), 1),
  hidden('adasScript', 'AZ-01 changes a foreign one', (a) => a.patch(foreign, { status: 'mine now' }), 1),
  hidden('adasScript', 'reads a missing one', (a) => a.get(missing), 1),
  hidden('adasScript', 'changes a missing one', (a) => a.patch(missing, { status: 'x' }), 1),
  outOfScope('inserts', (a) => a.post(CONNECTIONS, { name: 'New' }), 'SITConnections:insert'),
  ...[own, foreign, missing].map((path) =>
    outOfScope(`AZ-01 removes ${path}`, (a) => a.delete(path), 'SITConnections:remove'),
  ),

  // SITConnections with an e-mail that was never verified: rows in that name exist, and are not his.
  {
    who: 'alan',
    does: 'lists connections',
    run: (a) => a.get(CONNECTIONS),
    status: 200,
    shows: ['"items":[]'],
    elevated: 0,
  },
  noRule('alan', 'inserts', (a) => a.post(CONNECTIONS, { name: 'New' })),
  hidden('alan', 'reads one in his name', (a) => a.get(`${CONNECTIONS}/canary-of-alan`), 0),
  hidden(
    'alan',
    'changes one in his name',
    (a) => a.patch(`${CONNECTIONS}/canary-of-alan`, { status: 'x' }),
    0,
  ),
  hidden('alan', 'removes one in his name', (a) => a.delete(`${CONNECTIONS}/canary-of-alan`), 0),

  // Announcements: anybody reads with their own rights; who has the role admin writes, with theirs too.
  ...['visitor', 'ada', 'adaInBrowser', 'alan', 'owner'].flatMap((who): Row[] => [
    {
      who,
      does: 'lists announcements',
      run: (a) => a.get(ANNOUNCEMENTS),
      status: 200,
      shows: ['Spring supper'],
      elevated: 0,
    },
    {
      who,
      does: 'reads an announcement',
      run: (a) => a.get(`${ANNOUNCEMENTS}/spring-supper`),
      status: 200,
      shows: ['Spring supper'],
      elevated: 0,
    },
    hidden(who, 'reads a missing announcement', (a) => a.get(`${ANNOUNCEMENTS}/nothing`), 0),
  ]),
  ...writesOfAnnouncements.map(([does, run]) => signedOut(does, run)),
  ...['ada', 'adaInBrowser', 'alan'].flatMap((who) =>
    writesOfAnnouncements.map(([does, run]) => noRule(who, does, run)),
  ),
  ...writesOfAnnouncements.map(([does, run, status]) => ({ who: 'owner', does, run, status, elevated: 0 })),

  // What anybody may read, an access token has to be made for too: it does what it was made for and nothing else.
  outOfScope('lists announcements', (a) => a.get(ANNOUNCEMENTS), 'Announcements:query'),
  outOfScope('reads an announcement', (a) => a.get(`${ANNOUNCEMENTS}/spring-supper`), 'Announcements:query'),
  outOfScope('inserts an announcement', (a) => a.post(ANNOUNCEMENTS, { title: 'x' }), 'Announcements:insert'),

  // AZ-47, AZ-48: what is not declared does not exist, however open it stands at Wix and however it is spelled.
  ...['ada', 'adasScript', 'owner'].flatMap((who) =>
    [
      'Vault',
      'sitconnections',
      'SITConnections.',
      '__proto__',
      'constructor',
      'Members%2FPrivateMembersData',
    ].flatMap((name) =>
      everyAction(`/api/collections/${name}/items`).map(([does, run]) =>
        hidden(who, `${does} ${name}`, run, 0),
      ),
    ),
  ),

  // The forum's own question.
  signedOut('asks for connections by e-mail', (a) => a.get('/api/connections?email=ada@example.com')),
  {
    who: 'ada',
    does: 'asks for own connections by e-mail',
    run: (a) => a.get('/api/connections?email=Ada%40Example.com'),
    status: 200,
    shows: [CANARY.ada, '"result":"ok"'],
    elevated: 1,
  },
  {
    who: 'adasScript',
    does: 'asks for own connections by e-mail',
    run: (a) => a.get('/api/connections?email=ada@example.com'),
    status: 200,
    shows: [CANARY.ada],
    elevated: 1,
  },
  noRule('adasScript', 'asks for Grace’s by e-mail', (a) =>
    a.get('/api/connections?email=grace@example.com'),
  ),
  noRule('ada', 'asks for Grace’s by e-mail', (a) => a.get('/api/connections?email=grace@example.com')),
  noRule('ada', 'asks with a plus variant', (a) => a.get('/api/connections?email=ada%2Bx@example.com')),
  noRule('ada', 'asks for an unknown e-mail', (a) => a.get('/api/connections?email=nobody@example.com')),
  {
    who: 'alan',
    does: 'asks for own by an unverified e-mail',
    run: (a) => a.get('/api/connections?email=alan@example.com'),
    status: 200,
    shows: ['"items":[]'],
    elevated: 0,
  },

  // Site properties: the elevation guide's example.
  signedOut('reads site properties', (a) => a.get('/api/site-properties')),
  {
    who: 'ada',
    does: 'reads site properties',
    run: (a) => a.get('/api/site-properties'),
    status: 200,
    shows: ['Lantern Bridge'],
    elevated: 1,
  },

  outOfScope('reads site properties', (a) => a.get('/api/site-properties'), 'site-properties:read'),
  outOfScope('asks who they are', (a) => a.get('/api/me'), 'profile:read'),

  // Me, with the member's own rights.
  signedOut('asks who they are', (a) => a.get('/api/me')),
  {
    who: 'ada',
    does: 'asks who they are',
    run: (a) => a.get('/api/me'),
    status: 200,
    shows: ['ada@example.com'],
    elevated: 0,
  },
  {
    who: 'alan',
    does: 'asks who they are',
    run: (a) => a.get('/api/me'),
    status: 200,
    shows: ['"emailVerified":false'],
    elevated: 0,
  },
];

describe('who may do what', () => {
  test.each(table)('$who $does: $status', async ({ who, run, status, code, scope, shows = [], elevated }) => {
    site.forget();
    const journalled = (await site.journal()).length;
    const answer = await run(actors[who] as Actor);

    expect(answer.status, answer.text).toBe(status);
    if (code) expectProblem(answer, status, code);
    if (scope) {
      expect(answer.headers.get('www-authenticate')).toBe(
        `Bearer realm="gatehouse", error="insufficient_scope", scope="${scope}"`,
      );
    }
    for (const text of shows) expect(answer.text).toContain(text);

    const mine = who.startsWith('ada') ? CANARY.ada : who === 'grace' ? CANARY.grace : null;
    for (const canary of Object.values(CANARY)) {
      if (canary !== mine) expect(answer.text, 'a foreign canary').not.toContain(canary);
    }
    expect(site.wixCalls.filter(({ rights }) => rights === 'app').map(({ path }) => path)).toHaveLength(
      elevated,
    );
    expect((await site.journal()).length - journalled, 'one journal line an elevated call').toBe(elevated);
  });

  test('AZ-02 a foreign row and a missing one answer alike, but for the request id', async () => {
    const ada = actors['ada'] as Actor;
    for (const run of [
      (path: string) => ada.get(path),
      (path: string) => ada.patch(path, { status: 'x' }),
      (path: string) => ada.delete(path),
    ]) {
      const [one, other] = [await run(foreign), await run(missing)];
      expect({ ...one.body, requestId: '' }).toEqual({ ...other.body, requestId: '' });
      const names = (answer: Answer) => [...answer.headers.keys()].toSorted();
      expect(names(one)).toEqual(names(other));
      expect(one.text.length).toBe(other.text.length);
    }
  });

  test('after all of it, the foreign rows are as they were', async () => {
    const grace = actors['grace'] as Actor;
    const { body } = await grace.get(foreign);
    expect(body).toMatchObject({ name: `${CANARY.grace}-name`, status: `${CANARY.grace}-status` });
  });

  test('AZ-27 owner and system fields of an insert come from the server, never from the body', async () => {
    const ada = actors['ada'] as Actor;
    for (const field of [
      'memberEmail',
      '_id',
      '_owner',
      '_createdDate',
      '_updatedDate',
      'internalRemark',
      'role',
      'isAdmin',
    ]) {
      const answer = await ada.post(CONNECTIONS, { name: 'X', [field]: 'grace@example.com' });
      expectProblem(answer, 400, 'invalid-request');
      expect(answer.body.errors).toEqual([{ path: field, message: 'is not known here' }]);
    }
  });

  test('AZ-28 nobody hands a row to somebody else', async () => {
    const ada = actors['ada'] as Actor;
    const answer = await ada.patch(own, { memberEmail: 'grace@example.com' });
    expectProblem(answer, 400, 'invalid-request');
    expect((await ada.get(own)).body.memberEmail).toBe('ada@example.com');
  });

  test('a declared collection says what this actor may do', async () => {
    const of = async (name: string) => {
      const { body } = await (actors[name] as Actor).get('/api/collections');
      return Object.fromEntries(
        body.collections.map((c: { name: string; actions: string[] }) => [c.name, c.actions]),
      );
    };
    const nothing = { SITConnections: [], Announcements: [], Venues: [], Introductions: [] };
    const byId = {
      Announcements: ['query'],
      Venues: ['query'],
      Introductions: ['query', 'insert', 'update'],
    };
    expect(await of('visitor')).toEqual({ ...nothing, Announcements: ['query'] });
    expect(await of('alan')).toEqual({ ...nothing, ...byId });
    expect(await of('ada')).toEqual({ ...byId, SITConnections: ['query', 'insert', 'update', 'remove'] });
    expect(await of('owner')).toEqual({
      ...byId,
      Announcements: ['query', 'insert', 'update', 'remove'],
      SITConnections: ['query', 'insert', 'update', 'remove'],
    });
    expect(await of('adasScript')).toEqual({ ...nothing, SITConnections: ['query', 'update'] });
  });
});
