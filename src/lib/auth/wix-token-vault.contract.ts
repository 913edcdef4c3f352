import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TestDatabase } from '../../../tests/databases.ts';
import { keyring } from '../store/keyring.ts';
import { accessTokenStore } from './access-token-store.ts';
import type { CredentialRef } from './actor.ts';
import { memberStore } from './member-store.ts';
import { plainSessionStore } from './plain-session-store.ts';
import { wixTokenVault } from './wix-token-vault.ts';

const [oldKey, newKey] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
const [oldRing, bothRing, newRing] = [keyring(oldKey), keyring(newKey, [oldKey]), keyring(newKey)];

const member = {
  id: '1815',
  email: 'ada@example.com',
  emailVerified: true,
  nickname: null,
  firstName: null,
  lastName: null,
};
const wixTokens = { accessToken: 'a', expiresAt: 1, refreshToken: 'r' };

/** What the vault of the members' Wix tokens has to do on every database. */
export function wixTokenVaultContract(name: string, open: () => Promise<TestDatabase>): void {
  describe(`Wix's tokens on ${name}`, { timeout: 30_000 }, () => {
    let opened: TestDatabase;

    beforeAll(async () => {
      opened = await open();
    });

    beforeEach(() => memberStore(opened.database).remember(member));

    afterEach(() => opened.empty());

    afterAll(() => opened.close());

    async function session(ring = oldRing, wixToken = 'a'): Promise<CredentialRef> {
      const sessions = plainSessionStore(opened.database, ring);
      const created = await sessions.create({
        member,
        wixTokens: { ...wixTokens, accessToken: wixToken },
        device: null,
      });
      return { kind: 'session', id: created.session.id };
    }

    async function accessToken(ring = oldRing): Promise<CredentialRef> {
      const making = { memberId: member.id, wixTokens, name: 'x', scopes: [], expiresAt: null };
      const { accessToken: made } = await accessTokenStore(opened.database, ring).create(making);
      return { kind: 'access-token', id: made.id };
    }

    test.each([
      ['a session', session],
      ['an access token', accessToken],
    ])('%s: are read, written, and gone with their row', async (_, make) => {
      const ref = await make();
      const vault = wixTokenVault(opened.database, oldRing);
      expect(await vault.read(ref)).toEqual(wixTokens);
      await vault.write(ref, { ...wixTokens, accessToken: 'renewed' });
      expect(await vault.read(ref)).toEqual({ ...wixTokens, accessToken: 'renewed' });
      await opened.empty();
      expect(await vault.read(ref)).toBeNull();
      await vault.write(ref, wixTokens);
      expect(await vault.read(ref)).toBeNull();
    });

    test('the id of one kind opens nothing of the other', async () => {
      const { id } = await session();
      expect(await wixTokenVault(opened.database, oldRing).read({ kind: 'access-token', id })).toBeNull();
    });

    test('do not open with another key, nor when copied into another row', async () => {
      const [one, other] = [await session(oldRing, 'a'), await session(oldRing, 'b')];
      expect(await wixTokenVault(opened.database, newRing).read(one)).toBeNull();
      const { wix_tokens } = await opened.database
        .selectFrom('session')
        .select('wix_tokens')
        .where('id', '=', other.id)
        .executeTakeFirstOrThrow();
      await opened.database.updateTable('session').set({ wix_tokens }).where('id', '=', one.id).execute();
      const vault = wixTokenVault(opened.database, oldRing);
      expect(await vault.read(one)).toBeNull();
      expect(await vault.read(other)).toMatchObject({ accessToken: 'b' });
    });

    test.each(['', 'AAAA', '{}', 'null', 'A'.repeat(400)])('damaged to %j are none', async (damaged) => {
      const ref = await session();
      await opened.database.updateTable('session').set({ wix_tokens: damaged }).execute();
      expect(await wixTokenVault(opened.database, oldRing).read(ref)).toBeNull();
    });

    test('a changed key: all rows are sealed again, once, and then open without the old one', async () => {
      // More than one batch of them.
      const sessions = await Promise.all(Array.from({ length: 205 }, () => session()));
      const refs = [...sessions, await accessToken(), await session(bothRing)];
      const vault = wixTokenVault(opened.database, bothRing);
      expect(await vault.reseal()).toBe(206);
      expect(await vault.reseal()).toBe(0);
      const alone = wixTokenVault(opened.database, newRing);
      for (const ref of refs) expect(await alone.read(ref)).toEqual(wixTokens);
    });

    test('while it is changed from process to process, those that know both keys open what either has sealed', async () => {
      const waiting = keyring(oldKey, [newKey]);
      const refs = [await session(waiting), await session(bothRing), await accessToken(bothRing)];
      for (const ring of [waiting, bothRing]) {
        const vault = wixTokenVault(opened.database, ring);
        await vault.reseal();
        for (const ref of refs) expect(await vault.read(ref)).toEqual(wixTokens);
      }
      // Why the new key has to be known everywhere first.
      expect(await wixTokenVault(opened.database, oldRing).read(refs[1] as CredentialRef)).toBeNull();
    });

    test('what no key opens is left as it is, and does not stand in the way of the rest', async () => {
      const lost = await session(keyring(Buffer.alloc(32, 9)));
      await session();
      const sealed = () =>
        opened.database
          .selectFrom('session')
          .select('wix_tokens')
          .where('id', '=', lost.id)
          .executeTakeFirstOrThrow();
      const before = await sealed();
      expect(await wixTokenVault(opened.database, bothRing).reseal()).toBe(1);
      expect(await sealed()).toEqual(before);
    });
  });
}
