import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { TestDatabase } from '../../../tests/databases.ts';
import { memberStore, type KnownMember } from './member-store.ts';

const ada: KnownMember = {
  id: '1815',
  email: 'ada@example.com',
  emailVerified: true,
  nickname: 'Ada',
  firstName: 'Ada',
  lastName: null,
};

/** What the store of members has to do on every database. */
export function memberStoreContract(name: string, open: () => Promise<TestDatabase>): void {
  describe(`members on ${name}`, { timeout: 30_000 }, () => {
    let opened: TestDatabase;

    beforeAll(async () => {
      opened = await open();
    });

    afterEach(() => opened.empty());

    afterAll(() => opened.close());

    const rows = () => opened.database.selectFrom('member').selectAll().orderBy('id').execute();
    const remember = (member: KnownMember, at = 1_000) =>
      memberStore(opened.database, () => at).remember(member);

    test('keeps what Wix says, times to the millisecond', async () => {
      await remember(ada, 1_772_366_400_123);
      expect(await rows()).toEqual([
        {
          id: '1815',
          email: 'ada@example.com',
          email_verified: 1,
          nickname: 'Ada',
          first_name: 'Ada',
          last_name: null,
          updated_at: 1_772_366_400_123,
          roles: '[]',
          wrote_at: null,
        },
      ]);
    });

    test('and when they last wrote, to five seconds', async () => {
      await remember(ada);
      await remember({ ...ada, id: '1906', email: 'grace@example.com' });
      const wroteAt = async (at: number) => {
        await memberStore(opened.database, () => at).noteWrite(ada.id);
        return (await rows()).map(({ wrote_at }) => wrote_at);
      };
      expect(await wroteAt(1_772_366_400_123)).toEqual([1_772_366_400_123, null]);
      expect(await wroteAt(1_772_366_405_122)).toEqual([1_772_366_400_123, null]);
      expect(await wroteAt(1_772_366_405_123)).toEqual([1_772_366_405_123, null]);
      await remember({ ...ada, nickname: 'Countess' });
      const [known] = await memberStore(opened.database).known([ada.id]);
      expect(known?.wroteAt, 'what Wix says of them leaves it').toEqual(new Date(1_772_366_405_123));
    });

    test('and what it says later, in the same row', async () => {
      await remember(ada);
      await remember({ ...ada, email: 'countess@example.com', emailVerified: false, nickname: null }, 2_000);
      expect(await rows()).toMatchObject([
        { id: '1815', email: 'countess@example.com', email_verified: 0, nickname: null, updated_at: 2_000 },
      ]);
    });

    test('roles are kept as they were named last, and named again they leave nothing behind', async () => {
      const members = memberStore(opened.database, () => 1_000);
      const kept = async () => (await members.known([ada.id])).map(({ roles }) => roles);
      await members.rememberRoles(ada.id, ['admin']);
      expect(await kept(), 'of somebody who is not known').toEqual([]);
      await members.remember(ada);
      expect(await kept()).toEqual([[]]);
      await members.rememberRoles(ada.id, ['admin', 'writer "of" letters']);
      await members.remember({ ...ada, nickname: 'Countess' });
      expect(await kept(), 'whatever else is remembered').toEqual([['admin', 'writer "of" letters']]);
      await members.rememberRoles(ada.id, ['editor']);
      expect(await kept()).toEqual([['editor']]);
    });

    test('an address has one owner: whoever had it before owns nothing by it any more', async () => {
      const bystander = { ...ada, id: '1906', email: 'grace@example.com' };
      await remember(ada);
      await remember(bystander);
      await remember({ ...ada, id: '2024' });
      expect((await rows()).map(({ id, email_verified }) => [id, email_verified])).toEqual([
        ['1815', 0],
        ['1906', 1],
        ['2024', 1],
      ]);
    });

    test('and that is fresh word of Wix on both of them: a list that lags behind does not give it back', async () => {
      await remember(ada, 1_000);
      await remember({ ...ada, id: '2024' }, 90_000);
      // Once is enough: what was no longer theirs stays as it is.
      await remember({ ...ada, id: '2024' }, 95_000);
      expect((await rows()).map(({ id, updated_at }) => [id, updated_at])).toEqual([
        ['1815', 90_000],
        ['2024', 95_000],
      ]);
    });

    test('also when several come with it at the same moment', async () => {
      const rivals = ['1', '2', '3', '4'].map((id) => ({ ...ada, id }));
      for (let round = 0; round < 10; round += 1) {
        await Promise.all(rivals.map((member) => remember(member)));
        expect((await rows()).filter(({ email_verified }) => email_verified === 1)).toHaveLength(1);
        await opened.empty();
      }
    });

    test('any text is kept as it is', async () => {
      const nickname = `'; DROP TABLE member; -- "Ada" \\ % _ 愛 🎩`;
      await remember({ ...ada, nickname });
      expect((await rows())[0]?.nickname).toBe(nickname);
    });

    test('twenty sign-ins of one member at once leave one row', async () => {
      await Promise.all(Array.from({ length: 20 }, (_, index) => remember(ada, index)));
      expect(await rows()).toHaveLength(1);
    });
  });
}
