import SQLite from 'better-sqlite3';
import { sql } from 'kysely';
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase, type Database } from './database.ts';

let folder: string;
let file: string;

async function open(dataFolder: string): Promise<Database> {
  return (await openDatabase({ dataFolder, poolSize: 1 })).database;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'database-'));
  file = join(folder, 'gatehouse.sqlite');
});

afterEach(() => rm(folder, { recursive: true }));

/** Opens it, writes a member with 200 sessions, and closes it: a file of several pages, with nothing left in the log. */
async function fill(): Promise<Buffer> {
  const database = await open(folder);
  await database
    .insertInto('member')
    .values({
      id: '1815',
      email: 'ada@example.com',
      email_verified: 1,
      nickname: null,
      first_name: null,
      last_name: null,
      updated_at: 0,
    })
    .execute();
  const sessions = Array.from({ length: 200 }, (_, index) => ({
    id: String(index).padStart(64, '0'),
    member_id: '1815',
    expires_at: index,
    absolute_expires_at: index,
    created_at: 0,
    last_seen_at: 0,
    device: null,
    wix_tokens: 'x'.repeat(300),
  }));
  await database.insertInto('session').values(sessions).execute();
  await database.destroy();
  return readFile(file);
}

async function sessionsIn(): Promise<number> {
  const database = await open(folder);
  const { count } = await database
    .selectFrom('session')
    .select((row) => row.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  await database.destroy();
  return count;
}

describe('opening', () => {
  test('makes the file with all tables, and finds its rows again', async () => {
    await fill();
    expect(await sessionsIn()).toBe(200);
    expect(await sessionsIn()).toBe(200);
  });

  test('makes the data folder, for nobody else to look into', async () => {
    const inside = join(folder, 'deeper', 'still');
    const database = await open(inside);
    await database.destroy();
    expect((await stat(inside)).mode & 0o077).toBe(0);
  });

  test('an acknowledged write is on disk: write-ahead log, full synchronisation, foreign keys', async () => {
    const database = await open(folder);
    const ask = async (pragma: string) => {
      const { rows } = await sql<Record<string, unknown>>`PRAGMA ${sql.raw(pragma)}`.execute(database);
      return Object.values(rows[0] ?? {})[0];
    };
    expect(await ask('journal_mode')).toBe('wal');
    expect(await ask('synchronous')).toBe(2);
    expect(await ask('foreign_keys')).toBe(1);
    expect(await ask('busy_timeout')).toBeLessThanOrEqual(1_000);
    await database.destroy();
  });

  test('a session of nobody cannot be kept', async () => {
    const database = await open(folder);
    const row = {
      id: 'x',
      member_id: 'nobody',
      expires_at: 0,
      absolute_expires_at: 0,
      created_at: 0,
      last_seen_at: 0,
      device: null,
      wix_tokens: '',
    };
    await expect(database.insertInto('session').values(row).execute()).rejects.toThrow(/FOREIGN KEY/);
    await database.destroy();
  });

  test('FA-01 what was written before a crash is there afterwards, read from the log', async () => {
    const database = await open(folder);
    await database
      .insertInto('member')
      .values({
        id: '1815',
        email: 'ada@example.com',
        email_verified: 1,
        nickname: null,
        first_name: null,
        last_name: null,
        updated_at: 0,
      })
      .execute();
    // A copy of the files at this moment is what a power cut leaves.
    const crashed = await mkdtemp(join(tmpdir(), 'database-'));
    for (const name of await readdir(folder))
      await writeFile(join(crashed, name), await readFile(join(folder, name)));
    await database.destroy();
    const recovered = await open(crashed);
    expect(await recovered.selectFrom('member').select('email').execute()).toEqual([
      { email: 'ada@example.com' },
    ]);
    await recovered.destroy();
    await rm(crashed, { recursive: true });
  });
});

describe('FA-14 a database of another version', () => {
  const migrationsIn = (database: SQLite.Database) =>
    (database.prepare('SELECT name FROM kysely_migration').all() as { name: string }[]).map(
      ({ name }) => name,
    );

  test('of a newer one is refused, with a word about what to do, and stays as it is', async () => {
    await fill();
    const newer = new SQLite(file);
    newer.prepare('INSERT INTO kysely_migration VALUES (?, ?)').run('999-from-the-future', '2030-01-01');
    newer.exec('ALTER TABLE session ADD COLUMN invented TEXT');
    newer.close();
    const before = await readFile(file);

    await expect(open(folder)).rejects.toThrow(/newer Gatehouse.*999-from-the-future/);
    expect(await readFile(file)).toEqual(before);
  });

  test('a migration that fails leaves nothing behind', async () => {
    const blocked = new SQLite(file);
    // Stands in the way of the last statement of the first migration.
    blocked.exec('CREATE TABLE session_expiry (x)');
    blocked.close();
    await expect(open(folder)).rejects.toThrow();

    const left = new SQLite(file);
    const tables = left.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as {
      name: string;
    }[];
    expect(tables.map(({ name }) => name)).not.toContain('member');
    expect(migrationsIn(left)).toEqual([]);
    left.exec('DROP TABLE session_expiry');
    left.close();
    expect(await sessionsIn()).toBe(0);
  });

  test('opened twice at once it is brought up to date once', async () => {
    const [one, other] = await Promise.all([open(folder), open(folder)]);
    await Promise.all([one.destroy(), other.destroy()]);
    const database = new SQLite(file, { readonly: true });
    expect(new Set(migrationsIn(database)).size).toBe(migrationsIn(database).length);
    database.close();
  });
});

describe('FA-12 a damaged file is refused and left as it is', () => {
  const damages: [what: string, damage: (whole: Buffer) => Buffer][] = [
    ['cut in half', (whole) => whole.subarray(0, whole.length >> 1)],
    ['cut after its first page', (whole) => whole.subarray(0, 4096)],
    ['cut inside a page', (whole) => whole.subarray(0, whole.length - 1000)],
    ['cut to nothing', () => Buffer.alloc(0)],
    ['zeroed', (whole) => Buffer.alloc(whole.length)],
    [
      'zeroed but for its header',
      (whole) => Buffer.concat([whole.subarray(0, 100), Buffer.alloc(whole.length - 100)]),
    ],
    ['without its header', (whole) => Buffer.concat([Buffer.alloc(100), whole.subarray(100)])],
    ['with a zeroed page', (whole) => Buffer.from(whole).fill(0, 3 * 4096, 4 * 4096)],
    ['with random pages', (whole) => Buffer.from(whole).fill('deadbeef', 2 * 4096, 6 * 4096)],
    ['another kind of file', () => Buffer.from('%PDF-1.7\n'.repeat(1000))],
  ];

  test.each(damages)('%s', async (_, damage) => {
    const damaged = damage(await fill());
    await writeFile(file, damaged);
    await expect(open(folder)).rejects.toThrow(/gatehouse\.sqlite.*(damaged|was not opened)/s);
    expect((await readFile(file)).equals(damaged)).toBe(true);
  });

  test('and says so again at the next start, until a good copy is put back', async () => {
    const whole = await fill();
    await truncate(file, whole.length >> 1);
    await expect(open(folder)).rejects.toThrow(/damaged/);
    await expect(open(folder)).rejects.toThrow(/damaged/);
    await writeFile(file, whole);
    expect(await sessionsIn()).toBe(200);
  });

  test('a folder that cannot be written is refused too', async () => {
    await writeFile(join(folder, 'a-file'), '');
    await expect(open(join(folder, 'a-file'))).rejects.toThrow();
  });
});
