import { Pool } from 'pg';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessTokenStore } from '../../src/lib/auth/access-token-store.ts';
import { openDatabase } from '../../src/lib/store/database.ts';
import { keyring } from '../../src/lib/store/keyring.ts';
import { actor, asBearer, asVisitor, expectProblem, people, tokenOf, type Actor } from '../actors.ts';
import { POSTGRES_START_MS, startPostgres, type Postgres } from '../postgres.ts';
import { startReplicas, type Replica, type Replicas } from '../replicas.ts';

/** Two processes of the site over one PostgreSQL: what one of them knows, the other knows. */

const REPLAYS = process.env['LONG'] ? 10_000 : 400;

let postgres: Postgres;
let url: string;
let site: Replicas;
let a: Replica;
let b: Replica;

beforeAll(async () => {
  // It is killed here, and what was acknowledged has to be there afterwards.
  postgres = await startPostgres({ durable: true });
  url = await postgres.createDatabase();
  site = await startReplicas({ count: 2, databaseUrl: url });
  [a, b] = site.replicas as [Replica, Replica];
}, POSTGRES_START_MS);

afterAll(async () => {
  await site?.stop();
  await postgres?.stop();
});

/** A browser that is balanced to this replica. */
function inBrowser(replica: Replica, token: string): Actor {
  return actor(replica, 'a browser', {
    cookie: `__Host-gatehouse=${token}`,
    origin: site.origin,
    'sec-fetch-site': 'same-origin',
  });
}

test('FA-14 both were started at once, and one of them has made the tables', async () => {
  const pool = new Pool({ connectionString: url });
  const { rows } = await pool.query('SELECT name FROM kysely_migration ORDER BY name');
  await pool.end();
  const names = rows.map(({ name }: { name: string }) => name);
  expect(names[0]).toBe('001-members-and-sessions');
  expect(new Set(names).size).toBe(names.length);
  for (const replica of [a, b]) {
    expect((await asVisitor(replica).get('/api/health/ready')).status).toBe(200);
    expect(replica.log()).toBe('');
  }
});

test('FA-10 signed in at one, a member is known to the other, until they sign out at either', async () => {
  const token = await tokenOf(a, people.ada);
  const atOther = asBearer(b, 'ada at the other', token);
  expect((await atOther.get('/api/me')).body).toMatchObject({ email: people.ada.email });
  const own = await atOther.get('/api/collections/SITConnections/items');
  expect(own.body.items.length).toBeGreaterThanOrEqual(3);

  expect((await asBearer(a, 'ada', token).post('/api/auth/logout')).status).toBe(204);
  expectProblem(await atOther.get('/api/me'), 401, 'unauthenticated');
});

test('so in a browser, which loses its cookie then', async () => {
  const token = await tokenOf(b, people.grace);
  expect((await inBrowser(a, token).get('/connections')).text).toContain('Howard Aiken');
  await inBrowser(b, token).post('/logout');
  const refused = await inBrowser(a, token).get('/connections');
  expect(refused.status).toBe(303);
  expect(refused.headers.get('location')).toMatch(/^\/login/);
  expect(refused.headers.getSetCookie().join()).toMatch(/^__Host-gatehouse=;/);
});

test(`SE-02 of ${REPLAYS} replays from both, some under way, none is accepted after the logout is answered`, async () => {
  const token = await tokenOf(a, people.ada);
  const callers = [
    asBearer(a, 'bearer at a', token),
    asBearer(b, 'bearer at b', token),
    inBrowser(a, token),
    inBrowser(b, token),
  ];
  const replays = replay(callers);
  await wait(150);
  expect((await asBearer(a, 'ada', token).post('/api/auth/logout')).status).toBe(204);
  const endedAt = performance.now();
  expectNoneAfter(endedAt, await replays);
  for (const caller of callers) expect((await caller.get('/api/me')).status).toBe(401);
});

test(`SE-16 nor is any of ${REPLAYS} uses of an access token after it was ended`, async () => {
  const { database } = await openDatabase({ url, poolSize: 1, dataFolder: '' });
  const store = accessTokenStore(database, keyring(Buffer.from(site.secretsKey, 'base64')));
  const ada = (await asBearer(a, 'ada', await tokenOf(a, people.ada)).get('/api/me')).body;
  const { token, accessToken } = await store.create({
    memberId: ada.id,
    wixTokens: { accessToken: 'unused', expiresAt: 0, refreshToken: 'unused' },
    name: 'Nightly export',
    scopes: ['SITConnections:query'],
    expiresAt: null,
  });
  const callers = [asBearer(a, 'program at a', token), asBearer(b, 'program at b', token)];
  const replays = replay(callers);
  await wait(150);
  expect(await store.end(ada.id, accessToken.id)).toBe(true);
  const endedAt = performance.now();
  expectNoneAfter(endedAt, await replays);
  await database.destroy();
});

type Use = Readonly<{ status: number; begin: number }>;

/** All callers use what they have, eight at a time, until there were enough of it. */
async function replay(callers: readonly Actor[]): Promise<Use[]> {
  const uses: Use[] = [];
  let left = REPLAYS;
  const streams = Array.from({ length: 8 }, async (_, index) => {
    const caller = callers[index % callers.length] as Actor;
    while (left > 0) {
      left -= 1;
      const begin = performance.now();
      const { status } = await caller.get('/api/collections/SITConnections/items?limit=1');
      uses.push({ status, begin });
    }
  });
  await Promise.all(streams);
  return uses;
}

/** Some were good before; what began after the answer was refused, each time. The promise is: within a second. */
function expectNoneAfter(endedAt: number, uses: readonly Use[]): void {
  expect(new Set(uses.map(({ status }) => status))).toEqual(new Set([200, 401]));
  const later = uses.filter(({ begin }) => begin > endedAt);
  expect(later.length).toBeGreaterThan(REPLAYS / 4);
  expect(later.filter(({ status }) => status !== 401)).toEqual([]);
}

describe('when PostgreSQL is restarted', () => {
  test('FA-02 both answer 503 meanwhile, end no session and are back within 5 s', async () => {
    const token = await tokenOf(a, people.ada);
    const callers = [asBearer(a, 'at a', token), asBearer(b, 'at b', token)];
    await postgres.restart({
      how: 'SIGQUIT',
      async meanwhile() {
        for (const caller of callers) {
          const refused = await caller.get('/api/collections/SITConnections/items');
          expectProblem(refused, 503, 'database-unavailable');
          expect(refused.headers.get('retry-after')).toBe('2');
          expect(refused.text).not.toMatch(/ECONN|127\.0\.0\.1|postgres/i);
        }
        for (const replica of [a, b]) {
          // A cookie may be good: nobody is sent to sign in, and it stays.
          const page = await inBrowser(replica, token).get('/connections');
          expect(page.status).toBe(503);
          expect(page.headers.get('retry-after')).toBe('2');
          expect(page.headers.getSetCookie()).toEqual([]);
          expect(page.text).toContain('The database cannot be reached');
          // Without a credential nothing of ours is asked.
          expect((await asVisitor(replica).get('/api/collections/Announcements/items')).status).toBe(200);
          expectProblem(
            await asVisitor(replica).post('/api/auth/login', people.ada),
            503,
            'database-unavailable',
          );
          const health = await asVisitor(replica).get('/api/health/ready');
          expect([health.status, health.body]).toEqual([503, { status: 'not-ready', failing: ['database'] }]);
          expect((await asVisitor(replica).get('/api/health/live')).status).toBe(200);
        }
      },
    });
    const back = performance.now();
    for (const caller of callers)
      await expect
        .poll(async () => (await caller.get('/api/me')).status, { timeout: 5_000, interval: 50 })
        .toBe(200);
    expect(performance.now() - back).toBeLessThan(5_000);
    for (const replica of [a, b])
      expect((await asVisitor(replica).get('/api/health/ready')).body).toEqual({ status: 'ready' });
  });

  test('requests under way are answered or refused, never lost, and the process lives', async () => {
    const token = await tokenOf(b, people.grace);
    const callers = [asBearer(a, 'at a', token), asBearer(b, 'at b', token)];
    const statuses = new Set<number>();
    const over = new AbortController();
    const asking = callers.flatMap((caller) =>
      Array.from({ length: 4 }, async () => {
        while (!over.signal.aborted)
          statuses.add((await caller.get('/api/collections/SITConnections/items?limit=1')).status);
      }),
    );
    for (const how of ['SIGINT', 'SIGQUIT'] as const)
      await postgres.restart({ how, meanwhile: () => wait(200) });
    await wait(300);
    over.abort();
    await Promise.all(asking);
    expect(statuses).toEqual(new Set([200, 503]));
    for (const caller of callers) expect((await caller.get('/api/me')).status).toBe(200);
  });
});
