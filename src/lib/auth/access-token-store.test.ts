import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase, type Database } from '../store/database.ts';
import { keyring } from '../store/keyring.ts';
import { accessTokenStore, TOKENS_PER_MEMBER, type AccessTokenStore } from './access-token-store.ts';
import { memberStore } from './member-store.ts';

const DAY = 24 * 60 * 60 * 1000;
const ada = { id: '1815', emailVerified: true, nickname: null, firstName: null, lastName: null };
const wixTokens = { accessToken: 'a', expiresAt: 1, refreshToken: 'r' };

let folder: string;
let database: Database;
let store: AccessTokenStore;
let at: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'access-tokens-'));
  ({ database } = await openDatabase({ dataFolder: folder, poolSize: 1 }));
  at = Date.parse('2026-03-01T12:00:00Z');
  store = accessTokenStore(database, keyring(Buffer.alloc(32, 7)), () => at);
  for (const id of ['1815', '1906'])
    await memberStore(database).remember({ ...ada, id, email: `${id}@example.com` });
});

afterEach(async () => {
  await database.destroy();
  await rm(folder, { recursive: true });
});

const create = (memberId = ada.id, days: number | null = 90) =>
  store.create({
    memberId,
    wixTokens,
    name: 'Nightly export',
    scopes: ['profile:read'],
    expiresAt: days === null ? null : new Date(at + days * DAY),
  });

test(`a member has ${TOKENS_PER_MEMBER} living tokens at most, also when asked for together`, async () => {
  const made = await Promise.allSettled(Array.from({ length: TOKENS_PER_MEMBER + 10 }, () => create()));
  const refused = made.filter((one) => one.status === 'rejected');
  expect(refused).toHaveLength(10);
  for (const { reason } of refused) expect(reason).toMatchObject({ code: 'invalid-request' });
  expect(await store.list(ada.id)).toHaveLength(TOKENS_PER_MEMBER);
});

test('those of others, those that were ended and those that are over do not count', async () => {
  const made = await Promise.all(Array.from({ length: TOKENS_PER_MEMBER }, () => create()));
  await expect(create('1906')).resolves.toBeDefined();
  await expect(create()).rejects.toThrow(/End one first/);
  await store.end(ada.id, made[0]?.accessToken.id ?? '');
  await expect(create()).resolves.toBeDefined();
  await expect(create()).rejects.toThrow(/End one first/);
  at += 90 * DAY;
  await expect(create(ada.id, null)).resolves.toBeDefined();
});
