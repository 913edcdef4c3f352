import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DATABASES, useDatabases, type TestDatabase } from '../../../tests/databases.ts';
import { keyring } from '../store/keyring.ts';
import { authorizationCodeStore, CODE_LIFETIME_MS } from './authorization-code-store.ts';
import { memberStore } from './member-store.ts';
import { createToken } from './token.ts';

const DAY = 24 * 60 * 60 * 1000;
const secrets = keyring(Buffer.alloc(32, 7));
const ada = {
  id: '1815',
  email: 'ada@example.com',
  emailVerified: true,
  nickname: null,
  firstName: null,
  lastName: null,
};
const grant = {
  memberId: ada.id,
  codeChallenge: 'challenge',
  redirectUri: 'com.example.app:/signed-in',
  clientId: null,
  device: 'com.example.app',
  wixTokens: { accessToken: 'wix-access-5f1c', expiresAt: 1_800_000_000, refreshToken: 'wix-refresh-77ab' },
};

const databases = useDatabases();

describe.each(DATABASES)('one-time codes on %s', { timeout: 30_000 }, (kind) => {
  let opened: TestDatabase;
  let now: number;

  beforeAll(async () => {
    opened = await databases.open(kind);
  });

  beforeEach(async () => {
    now = Date.parse('2026-03-01T12:00:00Z');
    await memberStore(opened.database).remember(ada);
  });

  afterEach(() => opened.empty());

  afterAll(() => opened.close());

  const open = (secretsOfStore = secrets) =>
    authorizationCodeStore(opened.database, secretsOfStore, () => now);
  const rows = () => opened.database.selectFrom('authorization_code').selectAll().execute();

  test('a code gives back what it was issued for, and its row neither the code nor the tokens', async () => {
    const store = open();
    const code = await store.issue(grant);
    const kept = JSON.stringify(await rows());
    for (const secret of [code, code.slice('gh_code_'.length), 'wix-access-5f1c', 'wix-refresh-77ab'])
      expect(kept).not.toContain(secret);
    expect(await store.claim(code)).toEqual({ state: 'valid', grant });
  });

  test('it is good for a minute', async () => {
    const store = open();
    const [early, late] = [await store.issue(grant), await store.issue(grant)];
    now += CODE_LIFETIME_MS - 1;
    expect((await store.claim(early)).state).toBe('valid');
    now += 1;
    expect(await store.claim(late)).toEqual({ state: 'invalid', usedFor: null });
  });

  test('of two claims one is valid, and the other makes it void', async () => {
    const store = open();
    const code = await store.issue(grant);
    const claims = await Promise.all([store.claim(code), store.claim(code)]);
    expect(claims.map(({ state }) => state).toSorted()).toEqual(['invalid', 'valid']);
    expect(await store.complete(code, 'session-1')).toBe(false);
    expect(await store.claim(code)).toEqual({ state: 'invalid', usedFor: null });
    expect(await rows(), 'no tokens of Wix’s stay behind').toMatchObject([
      { session_id: 'void', wix_tokens: '' },
    ]);
  });

  test('a later claim names the session that came of the first, for a day, and the tokens are gone at once', async () => {
    const store = open();
    const code = await store.issue(grant);
    await store.claim(code);
    expect(await store.complete(code, 'session-1')).toBe(true);
    expect((await rows()).map(({ wix_tokens }) => wix_tokens)).toEqual(['']);
    now += DAY;
    await store.sweep();
    expect(await store.claim(code)).toEqual({ state: 'invalid', usedFor: 'session-1' });
    now += CODE_LIFETIME_MS;
    await store.sweep();
    expect(await rows()).toEqual([]);
  });

  test('released it is good again; burnt, or after a second use, it is not', async () => {
    const store = open();
    const code = await store.issue(grant);
    await store.claim(code);
    await store.release(code);
    expect((await store.claim(code)).state).toBe('valid');
    await store.burn(code);
    await store.release(code);
    expect((await store.claim(code)).state).toBe('invalid');

    const other = await store.issue(grant);
    await store.claim(other);
    await store.claim(other);
    await store.release(other);
    expect((await store.claim(other)).state).toBe('invalid');
  });

  test('SE-03 ending all of a member ends codes that wait and codes that are being exchanged', async () => {
    const store = open();
    const [waiting, underWay, done] = [
      await store.issue(grant),
      await store.issue(grant),
      await store.issue(grant),
    ];
    await store.claim(underWay);
    await store.claim(done);
    await store.complete(done, 'session-1');
    await store.endAll('1906');
    await store.endAll(ada.id);
    expect((await store.claim(waiting)).state).toBe('invalid');
    expect(await store.complete(underWay, 'session-2')).toBe(false);
    expect(await store.claim(done)).toEqual({ state: 'invalid', usedFor: 'session-1' });
  });

  test('codes nobody came for are swept away, those of this minute stay', async () => {
    const store = open();
    await store.issue(grant);
    now += CODE_LIFETIME_MS;
    const code = await store.issue(grant);
    await store.sweep();
    expect(await rows()).toHaveLength(1);
    expect((await store.claim(code)).state).toBe('valid');
  });

  test('another kind of token, or tokens sealed with a key that is gone, make no grant', async () => {
    const code = await open().issue(grant);
    for (const other of [createToken('session'), createToken('authorization-code'), 'x', ''])
      expect(await open().claim(other)).toEqual({ state: 'invalid', usedFor: null });
    expect(await open(keyring(Buffer.alloc(32, 8))).claim(code)).toEqual({ state: 'invalid', usedFor: null });
  });
});
