import SQLite from 'better-sqlite3';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { asBearer, asMember, asVisitor, expectProblem, people, tokenOf } from '../actors.ts';
import { openSite, type Site } from '../harness.ts';

/** The embedded database in trouble: another process holds it, or it has no room left. For PostgreSQL see replicas. */

const CONNECTIONS = '/api/collections/SITConnections/items';
let site: Site;
let other: SQLite.Database;

beforeAll(async () => {
  site = await openSite();
  other = new SQLite(join(site.dataFolder, 'gatehouse.sqlite'));
});

beforeEach(() => {
  // What goes wrong is logged, and would drown the report.
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});

afterEach(() => {
  vi.restoreAllMocks();
  if (other.inTransaction) other.exec('ROLLBACK');
});

afterAll(async () => {
  other.close();
  await site.stop();
});

test('FA-04 while another process writes and does not stop, reads go on, and writes are refused in time', async () => {
  const token = await tokenOf(site, people.ada);
  const ada = asBearer(site, 'ada', token);
  const browser = await asMember(site, 'ada');
  const before = sessions();
  other.exec('BEGIN IMMEDIATE');
  const begin = performance.now();
  const refused = Promise.all(
    Array.from({ length: 10 }, () => asVisitor(site).post('/api/auth/login', people.grace)),
  );
  const kept = ada.post('/api/auth/logout');

  // Were they to wait for the lock, they would be refused like the writes.
  for (let times = 0; times < 5; times += 1) expect((await ada.get(CONNECTIONS)).status).toBe(200);
  expect((await browser.get('/connections')).status).toBe(200);

  for (const answer of [...(await refused), await kept]) {
    expectProblem(answer, 503, 'database-unavailable');
    expect(answer.headers.get('retry-after')).toBe('2');
    expect(answer.text).not.toMatch(/SQLITE|locked/);
  }
  expect(performance.now() - begin).toBeLessThan(20_000);
  const left = await browser.post('/logout');
  expect(left.status).toBe(503);
  expect(left.headers.getSetCookie(), 'the session lives on, and so does its cookie').toEqual([]);
  other.exec('ROLLBACK');

  expect(sessions()).toBe(before);
  expect((await ada.get('/api/me')).status).toBe(200);
  expect((await ada.post('/api/auth/logout')).status).toBe(204);
  expect((await asVisitor(site).post('/api/auth/login', people.grace)).status).toBe(200);
  expect(sessions()).toBe(before);
});

test('a sign-in waits for a short one, and succeeds', async () => {
  other.exec('BEGIN IMMEDIATE');
  const signingIn = asVisitor(site).post('/api/auth/login', people.ada);
  setTimeout(() => other.exec('COMMIT'), 700);
  expect((await signingIn).status).toBe(200);
});

function sessions(): number {
  return other.prepare('SELECT count(*) FROM session').pluck().get() as number;
}
