import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { builtOnce } from './built-once.ts';
import { openDatabase, type Database } from './database.ts';

let folder: string;
let database: Database;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'built-once-'));
  ({ database } = await openDatabase({ url: undefined, poolSize: 1, dataFolder: folder }));
  const names = { nickname: null, first_name: null, last_name: null };
  for (const [id, at] of [
    ['1815', 1],
    ['1906', 2],
  ] as const) {
    const row = { id, email: `${id}@example.com`, email_verified: 1 as const, ...names, updated_at: at };
    await database
      .insertInto('member')
      .values({ ...row, roles: '[]', wrote_at: null })
      .execute();
  }
});

afterAll(async () => {
  await database.destroy();
  await rm(folder, { recursive: true });
});

test('a query is built once, and asked with other values each time', async () => {
  let builds = 0;
  const since = builtOnce(database, (id: string, at: number) => {
    builds += 1;
    return database.selectFrom('member').select('email').where('id', '=', id).where('updated_at', '>=', at);
  });
  expect(await since('1815', 1)).toEqual([{ email: '1815@example.com' }]);
  expect(await since('1906', 2)).toEqual([{ email: '1906@example.com' }]);
  expect(await since('1906', 3)).toEqual([]);
  expect(builds).toBe(1);
});

test('one that takes its values in another order is refused, before it is asked anything', async () => {
  const swapped = builtOnce(database, (at: number, id: string) =>
    database.selectFrom('member').select('email').where('id', '=', id).where('updated_at', '>=', at),
  );
  await expect(swapped(1, '1815')).rejects.toThrow('in their order');
});
