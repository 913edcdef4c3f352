import { Kysely, sql, type Dialect } from 'kysely';
import type { Migration } from 'kysely/migration';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DATABASES, useDatabases, type DatabaseKind, type Place } from '../../../tests/databases.ts';
import { openDatabase, type DatabaseAddress } from './database.ts';
import { migrations } from './migrations/index.ts';
import { openPostgres } from './postgres.ts';
import { openSqlite } from './sqlite.ts';

const databases = useDatabases();
const KILLS = process.env['LONG'] ? 50 : 5;
const OPENER = fileURLToPath(new URL('../../../tests/opener.ts', import.meta.url));

describe.each(DATABASES)('FA-14 migrating %s', { timeout: 30_000 }, (kind) => {
  let place: Place;

  beforeEach(async () => {
    place = await databases.place(kind);
  });

  afterEach(() => place.remove());

  async function open(all: Record<string, Migration> = migrations): Promise<void> {
    await (await openDatabase(place.address, all)).database.destroy();
  }

  /** Every table, column and index, and which migrations have run when. */
  async function state() {
    const database = new Kysely<unknown>({ dialect: dialectOf(place.address) });
    const tables = await database.introspection.getTables({ withInternalKyselyTables: true });
    const indexes = await (
      kind === 'SQLite'
        ? sql`SELECT name FROM sqlite_master WHERE type = 'index' ORDER BY name`
        : sql`SELECT indexname AS name FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1`
    ).execute(database);
    const ran = tables.some(({ name }) => name === 'kysely_migration')
      ? (await sql<{ name: string }>`SELECT * FROM kysely_migration ORDER BY name`.execute(database)).rows
      : [];
    await database.destroy();
    return {
      tables: tables.map(({ name, columns }) => [name, columns.map((column) => column.name)] as const),
      indexes: indexes.rows,
      ran,
    };
  }

  const step = (up: (database: Kysely<unknown>) => Promise<void>): Migration => ({ up });
  const failing = {
    ...migrations,
    '900-half-done': step(async (database) => {
      await database.schema.createTable('half_done').addColumn('id', 'text').execute();
      await sql`ALTER TABLE session ADD COLUMN half_done text`.execute(database);
      await sql`UPDATE member SET nickname = 'half done'`.execute(database);
      await sql`SELECT * FROM there_is_no_such_table`.execute(database);
    }),
  };

  test('one that fails leaves nothing behind, neither on an empty database nor on one in use', async () => {
    await expect(open(failing)).rejects.toThrow(/there_is_no_such_table/);
    expect(JSON.stringify(await state())).not.toMatch(/half_done|member|900/);
    await open();
    const before = await state();
    await expect(open(failing)).rejects.toThrow(/there_is_no_such_table/);
    expect(await state()).toEqual(before);
    // And it can be done once it is right.
    await open({ ...migrations, '900-half-done': step(async () => undefined) });
  });

  test('a schema of a newer Gatehouse is refused, with a word about what to do, and stays as it is', async () => {
    const newer = {
      ...migrations,
      '999-from-the-future': step((database) =>
        database.schema.alterTable('session').addColumn('invented', 'text').execute(),
      ),
    };
    await open(newer);
    await expect(open()).rejects.toThrow(/newer Gatehouse.*999-from-the-future.*backup/);
    await open(newer);
  });

  test('every migration can be run on what the one before has left', async () => {
    const names = Object.keys(migrations);
    for (let count = 1; count <= names.length; count += 1)
      await open(Object.fromEntries(Object.entries(migrations).slice(0, count)));
    const stepwise = await shape();
    await place.remove();
    place = await databases.place(kind);
    await open();
    expect(stepwise).toEqual(await shape());
  });

  async function shape(): Promise<unknown> {
    const { database } = await openDatabase(place.address);
    const tables = await database.introspection.getTables();
    await database.destroy();
    return tables;
  }

  test('members keep what is theirs when their table is made anew, and take it along when they go', async () => {
    const older = Object.fromEntries(Object.entries(migrations).filter(([name]) => name < '004'));
    const before = await openDatabase(place.address, older);
    const ada = { id: '1815', email: 'ada@example.com', email_verified: 1 as const, updated_at: 5 };
    const names = { nickname: 'Ada', first_name: 'Ada', last_name: null };
    await before.database
      .insertInto('member')
      .values({ ...ada, ...names })
      .execute();
    const session = {
      id: 's',
      member_id: '1815',
      expires_at: 7,
      absolute_expires_at: 9,
      created_at: 1,
      last_seen_at: 2,
      device: null,
      wix_tokens: 'sealed',
    };
    await before.database.insertInto('session').values(session).execute();
    await before.database.destroy();

    const { database } = await openDatabase(place.address);
    expect(await database.selectFrom('member').selectAll().execute()).toEqual([
      { ...ada, ...names, roles: '[]', wrote_at: null },
    ]);
    expect(await database.selectFrom('session').selectAll().execute()).toEqual([session]);
    const orphan = { ...session, id: 'of nobody', member_id: 'nobody' };
    await expect(database.insertInto('session').values(orphan).execute()).rejects.toThrow();
    await database.deleteFrom('member').execute();
    expect(await database.selectFrom('session').selectAll().execute()).toEqual([]);
    await database.destroy();
  });

  test('of eight that open it at once one migrates, and all of them work', async () => {
    let runs = 0;
    const counted = {
      ...migrations,
      '900-slow': step(async (database) => {
        runs += 1;
        await database.schema.createTable('slow').addColumn('id', 'text').execute();
        await new Promise((resolve) => setTimeout(resolve, 300));
      }),
    };
    await Promise.all(Array.from({ length: 8 }, () => open(counted)));
    expect(runs).toBe(1);
  });

  test('nor does it matter that they are processes', { timeout: 60_000 }, async () => {
    const openers = Array.from({ length: 3 }, () => fork(OPENER, [JSON.stringify(place.address)]));
    const codes = await Promise.all(
      openers.map(async (child) => ((await once(child, 'exit')) as [number])[0]),
    );
    expect(codes).toEqual([0, 0, 0]);
    await open();
  });

  test(`${KILLS} killed in the middle of it leave all or nothing`, { timeout: 120_000 }, async () => {
    for (let kill = 0; kill < KILLS; kill += 1) {
      const isSurelyInside = kill % 2 === 0;
      const child = fork(OPENER, [JSON.stringify(place.address), isSurelyInside ? 'and stay inside' : '']);
      const ended = once(child, 'exit');
      await once(child, 'message');
      if (!isSurelyInside) await wait(kill);
      child.kill('SIGKILL');
      await ended;

      const { tables, ran } = await state();
      const ours = tables.map(([name]) => name).filter((name) => !name.startsWith('kysely_'));
      const nothing = [[], []];
      const everything = [tablesOf(kind), Object.keys(migrations)];
      const found = [ours.toSorted(), ran.map(({ name }) => name)];
      expect(isSurelyInside ? [nothing] : [nothing, everything]).toContainEqual(found);
      await open();
      await place.remove();
      place = await databases.place(kind);
    }
  });
});

function dialectOf({ url, dataFolder }: DatabaseAddress): Dialect {
  if (url !== undefined) return openPostgres(url, 1, 5_000).dialect;
  const path = join(dataFolder, 'gatehouse.sqlite');
  return openSqlite(path, { patienceMs: 1_000, isChecked: false, isMigrating: false });
}

function tablesOf(kind: DatabaseKind): string[] {
  const credentials = ['access_token', 'authorization_code', 'session', 'sign_in_floor'];
  const both = [...credentials, 'idempotency_key', 'member', 'password_reset'].toSorted();
  return kind === 'SQLite' ? both : [...both, 'rate_limit'].toSorted();
}
