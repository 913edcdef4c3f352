import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, afterEach, expect, test, vi } from 'vitest';
import { openSite, type Site } from '../harness.ts';
import { POSTGRES_START_MS, startPostgres, type Postgres } from '../postgres.ts';
import { adapterVariables, legacy, v3 } from '../wix.ts';

/** The owner's PostgreSQL in trouble: each generation is told in its own words, and it passes without a restart. */

let postgres: Postgres;
let url: string;
let site: Site;
const count = () => v3(site.address, 'items/count', { collectionId: 'places' });

beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.createDatabase();
  await postgres.ask(
    'CREATE TABLE places (id integer PRIMARY KEY, "Name" text NOT NULL, price numeric)',
    url,
  );
  await postgres.ask(`INSERT INTO places VALUES (1, 'Here', 12345678901234567890.5), (2, 'There', 0)`, url);
  await postgres.ask('CREATE TABLE pairs (a integer, b text, PRIMARY KEY (a, b))', url);
  site = await openSite({ variables: { ...adapterVariables, EXTERNAL_DATABASE_URL: url } });
}, POSTGRES_START_MS);

afterAll(async () => {
  await site.stop();
  await postgres.stop();
});

beforeEach(() => void vi.spyOn(process.stderr, 'write').mockReturnValue(true));
afterEach(() => void vi.restoreAllMocks());

test('tables that were there are collections: by primary key, with names and digits as they are', async () => {
  const found = await v3(site.address, 'items/query', {
    collectionId: 'places',
    query: { filter: { _id: '1' } },
  });
  expect(found.body.items).toEqual([{ _id: '1', Name: 'Here', price: '12345678901234567890.5' }]);
  const none = await v3(site.address, 'items/query', {
    collectionId: 'places',
    query: { filter: { _id: 'x' } },
  });
  expect(none.body.items).toEqual([]);
  const pairs = await v3(site.address, 'collections/get', { collectionIds: ['pairs'] });
  expect(pairs.body.collections[0].capabilities.dataOperations).toEqual([
    'QUERY',
    'COUNT',
    'AGGREGATE',
    'DISTINCT',
  ]);
  expect((await v3(site.address, 'items/insert', { collectionId: 'pairs', items: [{ a: 1 }] })).status).toBe(
    403,
  );
});

test('a table that somebody else makes, changes or removes is seen', async () => {
  await postgres.ask('CREATE TABLE late (_id text PRIMARY KEY, x integer)', url);
  await vi.waitFor(
    async () => expect((await v3(site.address, 'items/count', { collectionId: 'late' })).status).toBe(200),
    { timeout: 5_000 },
  );
  await postgres.ask('DROP TABLE late', url);
  expect((await v3(site.address, 'items/count', { collectionId: 'late' })).status).toBe(404);
});

test('AD-18 a lock held by another client ends in a 504, and others go on', async () => {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query('BEGIN; LOCK TABLE places IN ACCESS EXCLUSIVE MODE');
  const waiting = count();
  expect((await v3(site.address, 'items/count', { collectionId: 'pairs' })).status).toBe(200);
  const answer = await waiting;
  expect(answer).toMatchObject({ status: 504, body: { errorCode: 'DATABASE_TIMEOUT' } });
  await client.query('ROLLBACK');
  await client.end();
  expect((await count()).body).toEqual({ totalCount: 2 });
});

test('FA-02 AD-19 a server that is away is a 503 that says nothing more, and is found again within 5 s', async () => {
  await postgres.restart({
    how: 'SIGQUIT',
    meanwhile: async () => {
      const answers = [await count(), await legacy(site.address, 'data/count', { collectionName: 'places' })];
      for (const { status, text, headers } of answers) {
        expect(status).toBe(503);
        expect(headers.get('retry-after')).toBe('2');
        expect(text).not.toMatch(/ECONN|127\.0\.0\.1|places|SELECT/);
      }
    },
  });
  await vi.waitFor(async () => expect((await count()).status).toBe(200), { timeout: 5_000 });
});

test('AD-17 a database that is only read refuses writes, and nothing else', async () => {
  const name = new URL(url).pathname.slice(1);
  await postgres.ask(`ALTER DATABASE "${name}" SET default_transaction_read_only = on`);
  await postgres.ask(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);
  await vi.waitFor(async () => expect((await count()).status).toBe(200), { timeout: 5_000 });
  const write = await v3(site.address, 'items/insert', {
    collectionId: 'places',
    items: [{ _id: '9', Name: 'x' }],
  });
  expect(write).toMatchObject({ status: 403, body: { errorCode: 'FORBIDDEN' } });
});
