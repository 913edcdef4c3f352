import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Problem } from '../http/problem.ts';
import { TOKENS_PER_MEMBER, type AccessTokenStore } from './access-token-store.ts';
import type { KnownMember } from './member-store.ts';
import type { SessionStore } from './session-store.ts';
import type { WixTokenVault } from './wix-token-vault.ts';

/** A store to be put to the test, and what stands beside it. */
export type OpenedTokenStore = Readonly<{
  store: AccessTokenStore;
  sessions: SessionStore;
  wixTokens: WixTokenVault;
  /** Every value of every row, as text. */
  dump: () => Promise<string>;
  close: () => Promise<void>;
}>;

const MINUTE = 60 * 1000;
const DAY = 24 * 60 * MINUTE;
const START = Date.parse('2026-03-01T12:00:00Z');

const ada: KnownMember = {
  id: '1815',
  email: 'ada@example.com',
  emailVerified: true,
  nickname: 'Ada',
  firstName: 'Ada',
  lastName: null,
};
const grace: KnownMember = { ...ada, id: '1906', email: 'grace@example.com', firstName: 'Grace' };
const wixTokens = {
  accessToken: 'wix-access-5f1c',
  expiresAt: 1_800_000_000,
  refreshToken: 'wix-refresh-77ab',
};
const inDays = (days: number) => new Date(START + days * DAY);

/** What every store of access tokens has to do, whichever database is behind it. Time is moved, not waited for. */
export function accessTokenStoreContract(name: string, open: () => Promise<OpenedTokenStore>): void {
  describe(`${name} as a store of access tokens`, () => {
    let opened: OpenedTokenStore;
    let store: AccessTokenStore;
    let sessions: Record<string, string>;

    beforeEach(async () => {
      vi.useFakeTimers({ toFake: ['Date'] });
      vi.setSystemTime(START);
      opened = await open();
      store = opened.store;
      sessions = {};
      for (const member of [ada, grace]) {
        const { session } = await opened.sessions.create({ member, wixTokens, device: null });
        sessions[member.id] = session.id;
      }
    });

    afterEach(async () => {
      await opened.close();
      vi.useRealTimers();
    });

    const create = (member = ada, expiresAt: Date | null = inDays(90)) =>
      store.create({
        memberId: member.id,
        sessionId: sessions[member.id] ?? '',
        wixTokens,
        name: 'Nightly export',
        scopes: ['SITConnections:query', 'profile:read'],
        expiresAt,
      });
    const isValid = async (token: string) => (await store.validate(token)) !== null;

    test('finds the token, what it was made for, and whose it is', async () => {
      const { token, accessToken } = await create();
      expect(token).toMatch(/^gh_pat_[\w-]{43}$/);
      expect(accessToken).toEqual({
        id: expect.stringMatching(/^[\da-f-]{36}$/),
        memberId: ada.id,
        name: 'Nightly export',
        prefix: token.slice(0, 13),
        scopes: ['SITConnections:query', 'profile:read'],
        createdAt: new Date(START),
        expiresAt: inDays(90),
        lastUsedAt: null,
      });
      const found = await store.validate(token);
      expect(found?.accessToken.id).toBe(accessToken.id);
      expect(found?.member).toMatchObject(ada);
    });

    test('SE-05 keeps a hash and the first characters, and the Wix tokens sealed', async () => {
      const { token, accessToken } = await create();
      const kept = await opened.dump();
      expect(kept).toContain(createHash('sha256').update(token).digest('hex'));
      for (const secret of [token, token.slice(14), wixTokens.accessToken, wixTokens.refreshToken])
        expect(kept).not.toContain(secret);
      const ref = { kind: 'access-token', id: accessToken.id } as const;
      expect(await opened.wixTokens.read(ref)).toEqual(wixTokens);
    });

    test('knows no other token, and not its own id, prefix or hash', async () => {
      const { token, accessToken } = await create();
      const hash = createHash('sha256').update(token).digest('hex');
      for (const text of ['', accessToken.id, accessToken.prefix, hash, `${token}A`, token.slice(0, -1)])
        expect(await store.validate(text)).toBeNull();
    });

    test('is over at its time, and not a moment earlier; one without a time never', async () => {
      const [ends, stays] = [await create(), await create(ada, null)];
      vi.setSystemTime(START + 90 * DAY - 1);
      expect(await isValid(ends.token)).toBe(true);
      expect(await store.list(ada.id)).toHaveLength(2);
      vi.setSystemTime(START + 90 * DAY);
      expect(await isValid(ends.token)).toBe(false);
      expect((await store.list(ada.id)).map(({ id }) => id)).toEqual([stays.accessToken.id]);
      vi.setSystemTime(START + 4_000 * DAY);
      expect(await isValid(stays.token)).toBe(true);
    });

    test('writes down that a token is used once an hour at most', async () => {
      const { token } = await create();
      const usedAfter = async (minutes: number) => {
        vi.setSystemTime(START + minutes * MINUTE);
        await Promise.all([store.validate(token), store.validate(token)]);
        const [{ lastUsedAt } = { lastUsedAt: null }] = await store.list(ada.id);
        return (Number(lastUsedAt) - START) / MINUTE;
      };
      expect(await usedAfter(5)).toBe(5);
      expect(await usedAfter(64)).toBe(5);
      expect(await usedAfter(65)).toBe(65);
      expect(await usedAfter(124)).toBe(65);
    });

    test('ends one of the member’s tokens and no other member’s', async () => {
      const [mine, other] = [await create(), await create(grace)];
      expect(await store.end(ada.id, other.accessToken.id)).toBe(false);
      expect(await isValid(other.token)).toBe(true);
      expect(await store.end(ada.id, mine.accessToken.id)).toBe(true);
      expect(await isValid(mine.token)).toBe(false);
      expect(await store.end(ada.id, mine.accessToken.id)).toBe(false);
    });

    test('ends all tokens of a member and no other member’s', async () => {
      const [one, two, other] = [await create(), await create(), await create(grace)];
      await store.endAll(ada.id);
      expect(await Promise.all([one, two, other].map(({ token }) => isValid(token)))).toEqual([
        false,
        false,
        true,
      ]);
    });

    test('makes none for a session that has ended, whoever asked first', async () => {
      await opened.sessions.end(sessions[ada.id] ?? '');
      await expect(create()).rejects.toThrow(expect.objectContaining({ code: 'unauthenticated' }));
      expect(await store.list(ada.id)).toEqual([]);

      // However making and ending interleave, nothing is left.
      for (let round = 0; round < 20; round += 1) {
        const making = create(grace).catch((error: unknown) => {
          expect(error).toBeInstanceOf(Problem);
        });
        const ending = opened.sessions.endAll(grace.id).then(() => store.endAll(grace.id));
        await Promise.all(round % 2 === 0 ? [making, ending] : [ending, making]);
        expect(await store.list(grace.id)).toEqual([]);
        const { session } = await opened.sessions.create({ member: grace, wixTokens, device: null });
        sessions[grace.id] = session.id;
      }
    });

    test(`makes ${TOKENS_PER_MEMBER} at most that live at once, also when asked together`, async () => {
      const made = await Promise.allSettled(Array.from({ length: TOKENS_PER_MEMBER + 10 }, () => create()));
      const refused = made.filter((one) => one.status === 'rejected');
      expect(refused).toHaveLength(10);
      for (const { reason } of refused) expect(reason).toMatchObject({ code: 'invalid-request' });
      expect(await store.list(ada.id)).toHaveLength(TOKENS_PER_MEMBER);
      await expect(create(grace)).resolves.toBeDefined();
      vi.setSystemTime(START + 90 * DAY);
      await expect(create(ada, null)).resolves.toBeDefined();
    });

    test('sweeps out what is over and nothing else', async () => {
      await create(ada, inDays(1));
      const stays = [await create(ada, inDays(2)), await create(grace, null)];
      vi.setSystemTime(START + DAY);
      await store.sweep();
      const kept = await opened.dump();
      expect(kept.match(/gh_pat_/g)).toHaveLength(2);
      for (const { token } of stays) expect(await isValid(token)).toBe(true);
    });
  });
}
