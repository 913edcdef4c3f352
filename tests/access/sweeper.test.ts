import SQLite from 'better-sqlite3';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { asBearer, asVisitor, expectProblem, type Actor } from '../actors.ts';
import { openSite, type Site, type WixTrouble } from '../harness.ts';

/** Rounds in which the site asks Wix about members who are signed in; here a thousand times as often. */
const ROUND_MS = 30;
const CONNECTIONS = '/api/collections/SITConnections/items';
const HOUR = 60 * 60 * 1000;

let site: Site;
let database: SQLite.Database;

beforeAll(async () => {
  site = await openSite({ memberRoundMs: ROUND_MS });
  database = new SQLite(join(site.dataFolder, 'gatehouse.sqlite'));
});

beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  site.trouble(null);
});

afterAll(async () => {
  database.close();
  await site.stop();
});

type Somebody = Readonly<{ id: string; email: string; password: string; app: Actor }>;

async function somebody(): Promise<Somebody> {
  const newcomer = { email: `${randomUUID()}@example.com`, password: 'the first one' };
  const { status, text, body } = await asVisitor(site).post('/api/auth/register', newcomer);
  expect(status, text).toBe(201);
  return { ...newcomer, id: body.member.id, app: asBearer(site, newcomer.email, body.token) };
}

/** Beyond the seconds for which a sign-in speaks for itself. */
function later(): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
}

/** Waits until this many whole rounds have gone by. */
async function rounds(many = 2): Promise<void> {
  const asked = () =>
    site.wixCalls.filter(({ path, rights }) => path === '/members/v1/members/query' && rights === 'app')
      .length;
  const before = asked();
  await vi.waitFor(() => expect(asked()).toBeGreaterThanOrEqual(before + many), { timeout: 10_000 });
  await pause(ROUND_MS);
}

function insertTokenAndCode({ id }: Somebody): void {
  const row = randomUUID();
  database
    .prepare(
      `INSERT INTO access_token (id, hash, prefix, member_id, name, scopes, created_at, wix_tokens)
       VALUES (?, ?, 'gh_pat_', ?, 'A robot', 'profile:read', ?, 'sealed')`,
    )
    .run(row, row, id, Date.now());
  database
    .prepare(
      `INSERT INTO authorization_code (hash, member_id, code_challenge, redirect_uri, wix_tokens, expires_at)
       VALUES (?, ?, 'c', 'com.example:/', 'sealed', ?)`,
    )
    .run(row, id, Date.now() + HOUR);
}

/** How many sessions, access tokens and codes that can be exchanged a member has. */
function credentialsOf({ id }: Somebody): number[] {
  return ['session', 'access_token', "authorization_code WHERE session_id IS NULL AND wix_tokens <> ''"].map(
    (rows) => {
      const where = rows.includes('WHERE') ? 'AND' : 'WHERE';
      const statement = database.prepare(`SELECT count(*) AS rows FROM ${rows} ${where} member_id = ?`);
      return (statement.get(id) as { rows: number }).rows;
    },
  );
}

const queries = (happens: WixTrouble): WixTrouble => {
  return (request, forward) =>
    request.url.includes('/members/v1/members') && !request.url.includes('/my')
      ? happens(request, forward)
      : forward(request);
};

describe('a member at Wix', () => {
  test.each(['BLOCKED', 'OFFLINE'] as const)(
    'AU-15 who is %s loses sessions, access tokens and codes, and nobody else does',
    async (status) => {
      const [bad, good] = [await somebody(), await somebody()];
      for (const each of [bad, good]) insertTokenAndCode(each);
      site.emulator.members.setStatus(bad.email, status);
      await vi.waitFor(() => expect(credentialsOf(bad)).toEqual([0, 0, 0]), { timeout: 5_000 });
      for (const path of ['/api/me', CONNECTIONS, '/api/collections'])
        expectProblem(await bad.app.get(path), 401, 'unauthenticated');
      expect(credentialsOf(good)).toEqual([1, 1, 1]);
      expect((await good.app.get('/api/me')).status).toBe(200);
      site.emulator.members.setStatus(bad.email, 'APPROVED');
      expectProblem(await bad.app.get('/api/me'), 401, 'unauthenticated');
    },
  );

  test('AU-15 who asks without a pause is not kept by that', async () => {
    const bad = await somebody();
    site.emulator.members.setStatus(bad.email, 'BLOCKED');
    const until = performance.now() + 5_000;
    let status = 200;
    while (status === 200 && performance.now() < until) ({ status } = await bad.app.get('/api/me'));
    expect(status).toBe(401);
  });

  test('AU-15 who is deleted loses everything too', async () => {
    const gone = await somebody();
    insertTokenAndCode(gone);
    site.emulator.members.remove(gone.email);
    later();
    await vi.waitFor(() => expect(credentialsOf(gone)).toEqual([0, 0, 0]), { timeout: 5_000 });
    expectProblem(await gone.app.get(CONNECTIONS), 401, 'unauthenticated');
  });

  test('whose address or its verification changes owns by the new one, without signing in again', async () => {
    const moved = await somebody();
    expect((await moved.app.post(CONNECTIONS, { name: 'Before' })).status).toBe(201);
    site.emulator.members.setLoginEmailVerified(moved.email, false);
    later();
    const emailVerified = () =>
      database.prepare('SELECT email_verified AS v FROM member WHERE id = ?').get(moved.id) as { v: number };
    await vi.waitFor(() => expect(emailVerified()).toEqual({ v: 0 }), { timeout: 5_000 });
    expect((await moved.app.get(CONNECTIONS)).body.items).toEqual([]);
    expectProblem(await moved.app.post(CONNECTIONS, { name: 'After' }), 403, 'forbidden');
    expect(credentialsOf(moved)[0]).toBe(1);
    site.emulator.members.setLoginEmailVerified(moved.email, true);
    later();
    await vi.waitFor(() => expect(emailVerified()).toEqual({ v: 1 }), { timeout: 5_000 });
    expect((await moved.app.get(CONNECTIONS)).body.items).toHaveLength(1);
  });
});

describe('nobody’s session ends because', () => {
  const json = { 'content-type': 'application/json' };
  const answers: [string, WixTrouble][] = [
    ['Wix is down', () => Promise.resolve(new Response(null, { status: 503 }))],
    ['Wix is throttling', () => Promise.resolve(new Response(null, { status: 429 }))],
    ['Wix cannot be reached', () => Promise.reject(new TypeError('fetch failed'))],
    ['a firewall is in the way', () => Promise.resolve(new Response('<h1>Blocked</h1>', { status: 403 }))],
    ['a page is not found', () => Promise.resolve(new Response('<h1>404</h1>', { status: 404 }))],
    ['Wix refuses the app', () => Promise.resolve(Response.json({ message: 'no' }, { status: 403 }))],
    ['Wix talks nonsense', () => Promise.resolve(new Response('{"members":', { headers: json }))],
    ['Wix sends nothing', () => Promise.resolve(Response.json({}))],
    ['Wix lists nobody', () => Promise.resolve(Response.json({ members: [], metadata: { total: 0 } }))],
    [
      'a list is cut short, though members are all there',
      async (request, forward) => {
        if (request.method !== 'POST') return forward(request);
        const { metadata } = (await (await forward(request)).json()) as { metadata: object };
        return Response.json({ members: [], metadata });
      },
    ],
    [
      'Wix shows less of a member than it did',
      async (request, forward) => {
        const { members, metadata } = (await (await forward(request)).json()) as {
          members: { id: string }[];
          metadata: object;
        };
        return Response.json({ members: members.map(({ id }) => ({ id, status: 'UNKNOWN' })), metadata });
      },
    ],
    [
      'Wix lists somebody else instead',
      async (request, forward) => {
        if (request.method !== 'POST') return forward(request);
        const stranger = { id: randomUUID(), status: 'BLOCKED', loginEmail: 'x@example.com' };
        return Response.json({ members: [stranger], metadata: { count: 1, total: 1 } });
      },
    ],
  ];

  test.each(answers)('AU-15 %s', async (_, happens) => {
    const who = await somebody();
    insertTokenAndCode(who);
    later();
    const rows = () => database.prepare('SELECT count(*) AS rows FROM session').get();
    const before = rows();
    let asked = 0;
    site.trouble(
      queries((request, forward) => {
        asked += 1;
        return happens(request, forward);
      }),
    );
    await vi.waitFor(() => expect(asked).toBeGreaterThan(2), { timeout: 10_000 });
    await pause(2 * ROUND_MS);
    expect(rows()).toEqual(before);
    expect(credentialsOf(who)).toEqual([1, 1, 1]);
    site.trouble(null);
    expect((await who.app.get('/api/me')).status).toBe(200);
  });
});

describe('what it costs', () => {
  test('two calls a round for a hundred members, elevated and journalled as the site’s own', async () => {
    const few = await Promise.all(Array.from({ length: 3 }, () => somebody()));
    site.forget();
    await rounds(3);
    const asked = site.wixCalls.filter(({ path }) => path.startsWith('/members/'));
    expect(new Set(asked.map(({ path, rights }) => `${rights} ${path}`))).toEqual(
      new Set(['app /members/v1/members/query', 'app /members/v1/roles/members/query']),
    );
    const entries = (await site.journal()).filter(({ operation }) => operation.startsWith('members.'));
    expect(entries.length).toBeGreaterThan(3);
    const [last] = entries.slice(-1);
    expect(last).toMatchObject({ memberId: null, collection: null, outcome: 'done' });
    expect(last?.rule).toBe('the site looks after those who are signed in');
    expect(last?.rows).toBeGreaterThanOrEqual(few.length);
  });

  test('a crowd is looked at in batches of a hundred, each member in every round', async () => {
    const insert = database.prepare(
      `INSERT INTO member (id, email, email_verified, updated_at) VALUES (@id, @email, 1, 0)`,
    );
    const session = database.prepare(
      `INSERT INTO session (id, member_id, expires_at, absolute_expires_at, created_at, last_seen_at, wix_tokens)
       VALUES (@id, @id, @ends, @ends, 0, 0, 'sealed')`,
    );
    const crowd = Array.from({ length: 250 }, () => randomUUID());
    const sizes: number[] = [];
    const seen = new Map<string, number>();
    site.trouble(
      queries(async (request, forward) => {
        if (request.method !== 'POST') return forward(request);
        const text = await request.clone().text();
        const ids = [...text.matchAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g)].map(([id]) => id);
        sizes.push(ids.length);
        for (const id of ids) seen.set(id, (seen.get(id) ?? 0) + 1);
        const members = ids.map((id) => ({ id, status: 'APPROVED', loginEmail: `${id}@example.com` }));
        return Response.json({ members, metadata: { count: ids.length, total: ids.length } });
      }),
    );
    database.transaction(() => {
      for (const id of crowd) {
        insert.run({ id, email: `${id}@example.com` });
        session.run({ id, ends: Date.now() + HOUR });
      }
    })();
    await vi.waitFor(
      () => {
        for (const id of crowd) expect(seen.get(id) ?? 0).toBeGreaterThan(2);
      },
      { timeout: 20_000 },
    );
    expect(Math.max(...sizes)).toBeLessThanOrEqual(100);
    const counts = crowd.map((id) => seen.get(id) ?? 0);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    site.trouble(null);
    database.prepare(`DELETE FROM session WHERE wix_tokens = 'sealed'`).run();
  });
});

test('what is over is swept at the start and once an hour: sessions, tokens, codes and resets', async () => {
  const dataFolder = site.dataFolder;
  const who = await somebody();
  insertTokenAndCode(who);
  database.prepare('INSERT INTO password_reset VALUES (?, ?)').run('kept@example.com', Date.now());
  database.prepare('INSERT INTO password_reset VALUES (?, ?)').run('old@example.com', Date.now() - 25 * HOUR);
  database.prepare('INSERT INTO sign_in_floor VALUES (?, ?)').run('kept', Date.now());
  database.prepare('INSERT INTO sign_in_floor VALUES (?, ?)').run('old', Date.now() - 2 * HOUR);
  const stale = await somebody();
  insertTokenAndCode(stale);
  const past = Date.now() - 1;
  database.prepare('UPDATE session SET expires_at = ? WHERE member_id = ?').run(past, stale.id);
  database.prepare('UPDATE access_token SET expires_at = ? WHERE member_id = ?').run(past, stale.id);
  database.prepare('UPDATE authorization_code SET expires_at = ? WHERE member_id = ?').run(past, stale.id);
  expect(credentialsOf(stale)).toEqual([1, 1, 1]);

  const again = await openSite({ dataFolder });
  await vi.waitFor(() => expect(credentialsOf(stale)).toEqual([0, 0, 0]), { timeout: 10_000 });
  const resets = () => database.prepare('SELECT email FROM password_reset ORDER BY email').pluck().all();
  await vi.waitFor(() => expect(resets()).toEqual(['kept@example.com']), { timeout: 10_000 });
  const floors = () => database.prepare('SELECT member_id FROM sign_in_floor ORDER BY 1').pluck().all();
  await vi.waitFor(() => expect(floors()).toEqual(['kept']), { timeout: 10_000 });
  expect(credentialsOf(who)).toEqual([1, 1, 1]);
  await again.stop();
});
