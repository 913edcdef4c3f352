import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { TestDatabase } from '../../../tests/databases.ts';
import type { Database } from '../store/database.ts';
import { keyring, type Keyring } from '../store/keyring.ts';
import { memberStore, type KnownMember } from './member-store.ts';
import { ABSOLUTE_DAYS, SLIDING_DAYS, type SessionStore } from './session-store.ts';
import { wixTokenVault, type WixTokenVault } from './wix-token-vault.ts';

const DAY = 24 * 60 * 60 * 1000;
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

const secrets = keyring(Buffer.alloc(32, 7));

/** What every session store has to do, whichever library or database is behind it. Time is moved, not waited for. */
export function sessionStoreContract(
  name: string,
  make: (database: Database, keyring: Keyring) => SessionStore,
  open: () => Promise<TestDatabase>,
): void {
  describe(`${name} as a session store`, { timeout: 30_000 }, () => {
    let opened: TestDatabase;
    let store: SessionStore;
    let vault: WixTokenVault;

    beforeAll(async () => {
      opened = await open();
      vault = wixTokenVault(opened.database, secrets);
    });

    beforeEach(() => {
      vi.useFakeTimers({ toFake: ['Date'] });
      vi.setSystemTime(START);
      // After the clock has been exchanged, or it would go by the real one.
      store = make(opened.database, secrets);
    });

    afterEach(async () => {
      vi.useRealTimers();
      await opened.empty();
    });

    afterAll(() => opened.close());

    const atDay = (day: number) => vi.setSystemTime(START + day * DAY);
    const create = (member = ada, device: string | null = 'Pixel 9') =>
      store.create({ member, wixTokens, device });
    const ref = ({ session }: { session: { id: string } }) => ({ kind: 'session', id: session.id }) as const;
    const unknown = { kind: 'session', id: 'unknown' } as const;
    const sessionCount = async () =>
      (await opened.database.selectFrom('session').select('id').execute()).length;
    const isValid = async (token: string) => (await store.validate(token)) !== null;

    test('finds the session and its member by the token', async () => {
      const { token, session } = await create();
      expect(token).toMatch(/^gh_s_[\w-]{43}$/);
      expect(session).toEqual({
        id: createHash('sha256').update(token).digest('hex'),
        memberId: ada.id,
        device: 'Pixel 9',
        createdAt: new Date(START),
        lastSeenAt: new Date(START),
        expiresAt: new Date(START + SLIDING_DAYS * DAY),
      });
      const found = await store.validate(token);
      expect(found?.session).toEqual(session);
      expect(found?.member).toMatchObject(ada);
    });

    test('says when its member last wrote', async () => {
      const { token } = await create();
      expect((await store.validate(token))?.member.wroteAt).toBeUndefined();
      await memberStore(opened.database).noteWrite(ada.id);
      expect((await store.validate(token))?.member.wroteAt).toEqual(new Date());
    });

    test('gives each session a token of its own, also to fifty at once', async () => {
      const all = await Promise.all(Array.from({ length: 50 }, () => create()));
      expect(new Set(all.map(({ token }) => token)).size).toBe(50);
      for (const { token } of all) expect(await isValid(token)).toBe(true);
    });

    test('knows nothing by anything but the token', async () => {
      const { token, session } = await create();
      for (const other of [
        '',
        session.id,
        `gh_s_${session.id.slice(0, 43)}`,
        token.slice(0, -1),
        token.toUpperCase(),
        `${token} `,
        token.replace('gh_s_', 'gh_pat_'),
        `gh_s_${'A'.repeat(43)}`,
        `' OR 1=1 --`,
      ]) {
        expect(await store.validate(other)).toBeNull();
      }
    });

    test('ends one session at once and leaves the others', async () => {
      const [first, second, other] = [await create(), await create(), await create(grace)];
      await store.end(first.session.id);
      expect(await store.validate(first.token)).toBeNull();
      expect(await vault.read(ref(first))).toBeNull();
      expect(await isValid(second.token)).toBe(true);
      expect(await isValid(other.token)).toBe(true);
      await expect(store.end(first.session.id)).resolves.toBeUndefined();
      await expect(store.end('unknown')).resolves.toBeUndefined();
    });

    test(`is over after ${SLIDING_DAYS} idle days, and not a moment earlier`, async () => {
      const [kept, left] = [await create(), await create()];
      vi.setSystemTime(START + SLIDING_DAYS * DAY - 1);
      expect(await isValid(kept.token)).toBe(true);
      vi.setSystemTime(START + SLIDING_DAYS * DAY);
      expect(await store.validate(left.token)).toBeNull();
      // Using the other one has given it time.
      expect(await isValid(kept.token)).toBe(true);
    });

    test('slides once half of its time has gone by, not with every request', async () => {
      const { token, session } = await create();
      atDay(SLIDING_DAYS / 2 - 1);
      const early = await store.validate(token);
      expect(early).toMatchObject({ extended: false, session: { expiresAt: session.expiresAt } });
      atDay(SLIDING_DAYS / 2 + 1);
      const later = new Date(START + (SLIDING_DAYS / 2 + 1 + SLIDING_DAYS) * DAY);
      expect(await store.validate(token)).toMatchObject({ extended: true, session: { expiresAt: later } });
      expect(await store.validate(token)).toMatchObject({ extended: false, session: { expiresAt: later } });
    });

    test(`SE-11 is over after ${ABSOLUTE_DAYS} days, however busy, and never claims to last longer`, async () => {
      const { token } = await create();
      const end = START + ABSOLUTE_DAYS * DAY;
      for (let day = 1; day < ABSOLUTE_DAYS; day += 1) {
        atDay(day);
        const found = await store.validate(token);
        expect(found, `day ${day}`).not.toBeNull();
        expect(found?.session.expiresAt.getTime()).toBeLessThanOrEqual(end);
      }
      vi.setSystemTime(end);
      expect(await store.validate(token)).toBeNull();
    });

    test('FA-08 a clock that jumps a day ahead or back ends nothing early', async () => {
      const { token } = await create();
      for (const day of [1, -1, 0, -1 / 24, 1 / 24]) {
        atDay(day);
        expect(await isValid(token), `day ${day}`).toBe(true);
      }
    });

    test('SE-05 keeps no token in any form, only its hash', async () => {
      const { token, session } = await create();
      await store.validate(token);
      const kept = await opened.dump();
      expect(kept).toContain(session.id);
      const secret = token.slice('gh_s_'.length);
      const bytes = Buffer.from(secret, 'base64url');
      for (const form of [
        token,
        secret,
        bytes.toString('hex'),
        bytes.toString('base64'),
        Buffer.from(token).toString('hex'),
        Buffer.from(token).toString('base64').slice(0, 40),
      ]) {
        expect(kept).not.toContain(form);
      }
    });

    test('keeps Wix’s tokens sealed, each session its own', async () => {
      const [first, second] = [await create(), await create()];
      expect(await vault.read(ref(first))).toEqual(wixTokens);
      const renewed = { ...wixTokens, accessToken: 'wix-access-renewed', expiresAt: 1_900_000_000 };
      await vault.write(ref(first), renewed);
      expect(await vault.read(ref(first))).toEqual(renewed);
      expect(await vault.read(ref(second))).toEqual(wixTokens);
      expect(await opened.dump()).not.toMatch(/wix-access|wix-refresh/);
    });

    test('has no tokens for a session that is not there, and makes none', async () => {
      expect(await vault.read(unknown)).toBeNull();
      await vault.write(unknown, wixTokens);
      expect(await vault.read(unknown)).toBeNull();
      expect(await sessionCount()).toBe(0);
    });

    test('lists a member’s devices, the last used first, and nobody else’s', async () => {
      const phone = await create(ada, 'Pixel 9');
      atDay(1);
      const laptop = await create(ada, null);
      await create(grace, 'Mark I');
      atDay(2);
      await store.validate(phone.token);
      const devices = await store.list(ada.id);
      expect(devices.map(({ id, device }) => [id, device])).toEqual([
        [phone.session.id, 'Pixel 9'],
        [laptop.session.id, null],
      ]);
      expect(devices[0]).toEqual({ ...phone.session, lastSeenAt: new Date(START + 2 * DAY) });
      expect(await store.list('nobody')).toEqual([]);
    });

    test('lists no device whose time is over', async () => {
      await create();
      atDay(SLIDING_DAYS);
      const { session } = await create();
      expect((await store.list(ada.id)).map(({ id }) => id)).toEqual([session.id]);
    });

    test('writes down that a session is used once an hour at most', async () => {
      const { token } = await create();
      const minutes = async (passed: number) => {
        vi.setSystemTime(START + passed * 60_000);
        return (await store.validate(token))?.session.lastSeenAt.getTime();
      };
      expect(await minutes(59)).toBe(START);
      expect(await minutes(60)).toBe(START + 60 * 60_000);
      expect(await minutes(61)).toBe(START + 60 * 60_000);
      expect(await minutes(119)).toBe(START + 60 * 60_000);
      expect(await minutes(120)).toBe(START + 120 * 60_000);
      expect((await store.list(ada.id)).map(({ lastSeenAt }) => lastSeenAt.getTime())).toEqual([
        START + 120 * 60_000,
      ]);
    });

    test('ends a session for its own member only, and says whether it was there', async () => {
      const [mine, other] = [await create(), await create(grace)];
      expect(await store.endOwn(ada.id, other.session.id)).toBe(false);
      expect(await isValid(other.token)).toBe(true);
      expect(await store.endOwn(ada.id, mine.session.id)).toBe(true);
      expect(await isValid(mine.token)).toBe(false);
      expect(await store.endOwn(ada.id, mine.session.id)).toBe(false);
      expect(await store.endOwn(ada.id, 'unknown')).toBe(false);
    });

    test('ends all sessions of a member, or all but one, and no other member’s', async () => {
      const [kept, second, third, other] = [
        await create(),
        await create(),
        await create(),
        await create(grace),
      ];
      await store.endAll(ada.id, kept.session.id);
      expect(await Promise.all([kept, second, third, other].map(({ token }) => isValid(token)))).toEqual([
        true,
        false,
        false,
        true,
      ]);
      await store.endAll(ada.id);
      expect(await isValid(kept.token)).toBe(false);
      expect(await isValid(other.token)).toBe(true);
      await expect(store.endAll('nobody')).resolves.toBeUndefined();
    });

    test('takes what Wix says of a member from the newest sign-in', async () => {
      const { token } = await create({ ...ada, emailVerified: false });
      await create({ ...ada, email: 'countess@example.com', nickname: null });
      const found = await store.validate(token);
      expect(found?.member).toMatchObject({
        id: ada.id,
        email: 'countess@example.com',
        emailVerified: true,
        nickname: null,
      });
    });

    test('the member comes with the roles they have at the moment', async () => {
      const { token } = await create();
      expect((await store.validate(token))?.member.roles).toEqual([]);
      await memberStore(opened.database).rememberRoles(ada.id, ['editor']);
      expect((await store.validate(token))?.member.roles).toEqual(['editor']);
    });

    test('sweeps out what is over and nothing else', async () => {
      const early = await create();
      atDay(20);
      const late = await create(grace, null);
      atDay(SLIDING_DAYS + 1);
      expect(await sessionCount()).toBe(2);
      await store.sweep();
      expect(await sessionCount()).toBe(1);
      expect(await store.validate(early.token)).toBeNull();
      expect((await store.validate(late.token))?.session.device).toBeNull();
    });
  });
}
