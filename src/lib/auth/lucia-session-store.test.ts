import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase, type Database } from '../store/database.ts';
import { keyring } from '../store/keyring.ts';
import { luciaSessionStore } from './lucia-session-store.ts';
import { memberStore } from './member-store.ts';
import { sessionStoreContract } from './session-store.contract.ts';
import { wixTokenVault } from './wix-token-vault.ts';

const secrets = keyring(Buffer.alloc(32, 7));
const member = {
  id: '1815',
  email: 'ada@example.com',
  emailVerified: true,
  nickname: null,
  firstName: null,
  lastName: null,
};
const wixTokens = { accessToken: 'a', expiresAt: 1, refreshToken: 'r' };

async function open(dataFolder: string): Promise<Database> {
  return (await openDatabase({ dataFolder, poolSize: 1 })).database;
}

sessionStoreContract('lucia over SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sessions-'));
  const database = await open(folder);
  return {
    store: luciaSessionStore(database, secrets),
    members: memberStore(database),
    wixTokens: wixTokenVault(database, secrets),
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
    database = await open(folder);
  });

  afterEach(async () => {
    await database.destroy();
    await rm(folder, { recursive: true });
  });

  test('does not open with another key, nor when copied into another row', async () => {
    const store = luciaSessionStore(database, secrets);
    const [one, other] = [
      await store.create({ member, wixTokens, device: null }),
      await store.create({ member, wixTokens: { ...wixTokens, accessToken: 'b' }, device: null }),
    ];
    const vault = wixTokenVault(database, secrets);
    const withOtherKey = wixTokenVault(database, keyring(Buffer.alloc(32, 8)));
    const ref = ({ session }: typeof one) => ({ kind: 'session', id: session.id }) as const;
    expect(await withOtherKey.read(ref(one))).toBeNull();

    const { wix_tokens } = await database
      .selectFrom('session')
      .select('wix_tokens')
      .where('id', '=', other.session.id)
      .executeTakeFirstOrThrow();
    await database.updateTable('session').set({ wix_tokens }).where('id', '=', one.session.id).execute();
    expect(await vault.read(ref(one))).toBeNull();
    expect(await vault.read(ref(other))).toMatchObject({ accessToken: 'b' });
  });

  test.each(['', 'AAAA', '{}', 'null', 'A'.repeat(400)])('damaged to %j holds no tokens', async (damaged) => {
    const store = luciaSessionStore(database, secrets);
    const { session } = await store.create({ member, wixTokens, device: null });
    await database.updateTable('session').set({ wix_tokens: damaged }).execute();
    expect(await wixTokenVault(database, secrets).read({ kind: 'session', id: session.id })).toBeNull();
  });

  test('goes with its member', async () => {
    const store = luciaSessionStore(database, secrets);
    const { token } = await store.create({ member, wixTokens, device: null });
    await database.deleteFrom('member').execute();
    expect(await store.validate(token)).toBeNull();
  });

  test('a store that cannot answer throws, so that nobody is taken for signed out', async () => {
    const store = luciaSessionStore(database, secrets);
    const { token } = await store.create({ member, wixTokens, device: null });
    await database.schema.dropTable('session').execute();
    await expect(store.validate(token)).rejects.toThrow();
  });
});
