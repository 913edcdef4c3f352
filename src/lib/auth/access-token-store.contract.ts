import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { TestDatabase } from '../../../tests/databases.ts';
import { keyring } from '../store/keyring.ts';
import { accessTokenStore, type AccessTokenStore } from './access-token-store.ts';
import { memberStore, type KnownMember } from './member-store.ts';
import { wixTokenVault } from './wix-token-vault.ts';

const DAY = 24 * 60 * 60 * 1000;
const START = Date.parse('2026-03-01T12:00:00Z');
const secrets = keyring(Buffer.alloc(32, 7));

const ada: KnownMember = {
  id: '1815',
  email: 'ada@example.com',
  emailVerified: true,
  nickname: 'Ada',
  firstName: 'Ada',
  lastName: null,
};
const grace: KnownMember = { ...ada, id: '1906', email: 'grace@example.com', firstName: 'Grace' };
const wixTokens = { accessToken: 'wix-access-9c', expiresAt: 1_800_000_000, refreshToken: 'wix-refresh-9c' };

/** What the store of personal access tokens has to do on every database. */
export function accessTokenStoreContract(name: string, open: () => Promise<TestDatabase>): void {
  describe(`access tokens on ${name}`, { timeout: 30_000 }, () => {
    let opened: TestDatabase;
    let store: AccessTokenStore;

    beforeAll(async () => {
      opened = await open();
    });

    beforeEach(async () => {
      vi.useFakeTimers({ toFake: ['Date'] });
      vi.setSystemTime(START);
      // After the clock has been exchanged, or it would go by the real one.
      store = accessTokenStore(opened.database, secrets);
      await memberStore(opened.database).remember(ada);
      await memberStore(opened.database).remember(grace);
    });

    afterEach(async () => {
      vi.useRealTimers();
      await opened.empty();
    });

    afterAll(() => opened.close());

    const create = (
      options: { memberId?: string; name?: string; scopes?: string[]; expiresAt?: Date | null } = {},
    ) =>
      store.create({
        memberId: ada.id,
        wixTokens,
        name: 'Nightly export',
        scopes: ['SITConnections:query', 'SITConnections:insert'],
        expiresAt: new Date(START + 10 * DAY),
        ...options,
      });

    test('finds the token, its scopes and its member', async () => {
      const { token, accessToken } = await create();
      expect(token).toMatch(/^gh_pat_[\w-]{43}$/);
      expect(accessToken).toEqual({
        id: expect.stringMatching(/^[\da-f-]{36}$/),
        memberId: ada.id,
        name: 'Nightly export',
        prefix: token.slice(0, 13),
        scopes: ['SITConnections:query', 'SITConnections:insert'],
        createdAt: new Date(START),
        expiresAt: new Date(START + 10 * DAY),
        lastUsedAt: null,
      });
      expect(await store.validate(token)).toEqual({ accessToken, member: { ...ada, roles: [] } });
    });

    test('the member comes with the roles they have at the moment', async () => {
      const { token } = await create();
      await memberStore(opened.database).rememberRoles(ada.id, ['editor']);
      expect((await store.validate(token))?.member.roles).toEqual(['editor']);
      await memberStore(opened.database).rememberRoles(ada.id, []);
      expect((await store.validate(token))?.member.roles).toEqual([]);
    });

    test('says when its member last wrote', async () => {
      const { token } = await create();
      await memberStore(opened.database).noteWrite(ada.id);
      expect((await store.validate(token))?.member.wroteAt).toEqual(new Date(START));
    });

    test('SE-14 knows nothing by anything but the token', async () => {
      const { token, accessToken } = await create();
      for (const other of [
        '',
        accessToken.id,
        accessToken.prefix,
        token.slice(0, -1),
        `${token}A`,
        token.replace('gh_pat_', 'gh_s_'),
        `gh_pat_${'A'.repeat(43)}`,
      ])
        expect(await store.validate(other), other).toBeNull();
    });

    test('is over at its end and not a moment earlier; without one it goes on', async () => {
      const [short, endless] = [await create(), await create({ expiresAt: null })];
      vi.setSystemTime(START + 10 * DAY - 1);
      expect(await store.validate(short.token)).not.toBeNull();
      vi.setSystemTime(START + 10 * DAY);
      expect(await store.validate(short.token)).toBeNull();
      expect((await store.list(ada.id)).map(({ id }) => id)).toEqual([endless.accessToken.id]);
      vi.setSystemTime(START + 10_000 * DAY);
      expect(await store.validate(endless.token)).not.toBeNull();
      await store.sweep();
      expect(await opened.dump()).not.toContain(short.accessToken.id);
      expect(await store.validate(endless.token)).not.toBeNull();
    });

    test('writes down once an hour at most that a token is used', async () => {
      const { token } = await create();
      const usedAt = async () => (await store.list(ada.id))[0]?.lastUsedAt?.getTime();
      expect(await usedAt()).toBeUndefined();
      for (const [minutes, seen] of [
        [1, 1],
        [60, 1],
        [61, 61],
        [62, 61],
      ] as const) {
        vi.setSystemTime(START + minutes * 60_000);
        await store.validate(token);
        expect(await usedAt(), `minute ${minutes}`).toBe(START + seen * 60_000);
      }
    });

    test('lists a member’s tokens, the newest first, and nobody else’s', async () => {
      const first = await create({ name: 'first' });
      vi.setSystemTime(START + 1);
      const second = await create({ name: 'second' });
      await create({ memberId: grace.id });
      expect(await store.list(ada.id)).toEqual([second.accessToken, first.accessToken]);
      expect(await store.list('nobody')).toEqual([]);
    });

    test('ends one token of the member and says whether it was there; nobody ends another’s', async () => {
      const [first, second] = [await create(), await create()];
      expect(await store.end(grace.id, first.accessToken.id)).toBe(false);
      expect(await store.validate(first.token)).not.toBeNull();
      expect(await store.end(ada.id, first.accessToken.id)).toBe(true);
      expect(await store.validate(first.token)).toBeNull();
      expect(await store.end(ada.id, first.accessToken.id)).toBe(false);
      expect(await store.validate(second.token)).not.toBeNull();
    });

    test('ends all tokens of a member and no other member’s', async () => {
      const [first, second, other] = [
        await create(),
        await create({ expiresAt: null }),
        await create({ memberId: grace.id }),
      ];
      await store.endAll(ada.id);
      expect(await store.validate(first.token)).toBeNull();
      expect(await store.validate(second.token)).toBeNull();
      expect(await store.validate(other.token)).not.toBeNull();
    });

    test('SE-05 keeps no token in any form, only its hash and its first characters', async () => {
      const { token } = await create();
      await store.validate(token);
      const kept = await opened.dump();
      const bytes = Buffer.from(token.slice('gh_pat_'.length), 'base64url');
      for (const form of [
        token,
        token.slice('gh_pat_'.length),
        token.slice(0, 20),
        bytes.toString('hex'),
        bytes.toString('base64'),
      ])
        expect(kept).not.toContain(form);
      expect(kept).not.toMatch(/wix-access|wix-refresh/);
    });

    test('has a copy of its own of Wix’s tokens', async () => {
      const [first, second] = [await create(), await create()];
      const vault = wixTokenVault(opened.database, secrets);
      const ref = ({ accessToken: { id } }: typeof first) => ({ kind: 'access-token', id }) as const;
      await vault.write(ref(first), { ...wixTokens, accessToken: 'renewed' });
      expect(await vault.read(ref(first))).toMatchObject({ accessToken: 'renewed' });
      expect(await vault.read(ref(second))).toEqual(wixTokens);
    });

    test('a token of nobody cannot be kept', async () => {
      await expect(create({ memberId: 'nobody' })).rejects.toThrow(/foreign key/i);
    });
  });
}
