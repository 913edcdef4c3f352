import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase, type Database } from '../store/database.ts';
import { luciaSessionStore } from './lucia-session-store.ts';
import { sessionStoreContract } from './session-store.contract.ts';

const key = Buffer.alloc(32, 7);
const member = {
  id: '1815',
  email: 'ada@example.com',
  emailVerified: true,
  nickname: null,
  firstName: null,
  lastName: null,
};
const wixTokens = { accessToken: 'a', expiresAt: 1, refreshToken: 'r' };

sessionStoreContract('lucia over SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sessions-'));
  const database = await openDatabase(folder);
  return {
    store: luciaSessionStore(database, key),
    async dump() {
      const members = await database.selectFrom('member').selectAll().execute();
      const sessions = await database.selectFrom('session').selectAll().execute();
      return JSON.stringify([members, sessions]);
    },
    sessionCount: async () => (await database.selectFrom('session').select('id').execute()).length,
    async close() {
      await database.destroy();
      await rm(folder, { recursive: true });
    },
  };
});

describe('the row of a session', () => {
  let folder: string;
  let database: Database;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sessions-'));
    database = await openDatabase(folder);
  });

  afterEach(async () => {
    await database.destroy();
    await rm(folder, { recursive: true });
  });

  test('does not open with another key, nor when copied into another row', async () => {
    const store = luciaSessionStore(database, key);
    const [one, other] = [
      await store.create({ member, wixTokens, device: null }),
      await store.create({ member, wixTokens: { ...wixTokens, accessToken: 'b' }, device: null }),
    ];
    const withOtherKey = luciaSessionStore(database, Buffer.alloc(32, 8));
    expect(await withOtherKey.wixTokens.read(one.session.id)).toBeNull();

    const { wix_tokens } = await database
      .selectFrom('session')
      .select('wix_tokens')
      .where('id', '=', other.session.id)
      .executeTakeFirstOrThrow();
    await database.updateTable('session').set({ wix_tokens }).where('id', '=', one.session.id).execute();
    expect(await store.wixTokens.read(one.session.id)).toBeNull();
    expect(await store.wixTokens.read(other.session.id)).toMatchObject({ accessToken: 'b' });
  });

  test.each(['', 'AAAA', '{}', 'null', 'A'.repeat(400)])('damaged to %j holds no tokens', async (damaged) => {
    const store = luciaSessionStore(database, key);
    const { session } = await store.create({ member, wixTokens, device: null });
    await database.updateTable('session').set({ wix_tokens: damaged }).execute();
    expect(await store.wixTokens.read(session.id)).toBeNull();
  });

  test('goes with its member', async () => {
    const store = luciaSessionStore(database, key);
    const { token } = await store.create({ member, wixTokens, device: null });
    await database.deleteFrom('member').execute();
    expect(await store.validate(token)).toBeNull();
  });

  test('a store that cannot answer throws, so that nobody is taken for signed out', async () => {
    const store = luciaSessionStore(database, key);
    const { token } = await store.create({ member, wixTokens, device: null });
    await database.schema.dropTable('session').execute();
    await expect(store.validate(token)).rejects.toThrow();
  });
});
