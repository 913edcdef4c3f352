import type { Database } from '../store/database.ts';

/** Longer than any sign-in takes from its beginning to its session: on Wix's page, ten minutes and Wix's answers. */
const COUNTS_FOR_MS = 60 * 60 * 1000;

/**
 * Until when a member's sign-ins had to begin afresh. Wix says who somebody is some answers after they have shown a
 * password: should it change in between, whoever showed the old one must not come in with a session that nothing ends.
 */
export interface SignInFloorStore {
  /**
   * From here on only sign-ins count that begin later.
   * @returns that instant, in epoch milliseconds.
   */
  raise(memberId: string): Promise<number>;
  /** Whether a sign-in that began at this instant counts still. */
  isAbove(memberId: string, begunAt: number): Promise<boolean>;
  /** Removes rows whose time is over. */
  sweep(): Promise<void>;
}

export function signInFloorStore(database: Database, now: () => number = () => Date.now()): SignInFloorStore {
  return {
    async raise(memberId) {
      const raised_at = now();
      await database
        .insertInto('sign_in_floor')
        .values({ member_id: memberId, raised_at })
        .onConflict((conflict) =>
          conflict
            .column('member_id')
            .doUpdateSet({ raised_at })
            // Never down again, should another replica's clock be ahead.
            .where('sign_in_floor.raised_at', '<', raised_at),
        )
        .execute();
      return raised_at;
    },

    async isAbove(memberId, begunAt) {
      const row = await database
        .selectFrom('sign_in_floor')
        .select('raised_at')
        .where('member_id', '=', memberId)
        .where('raised_at', '>', begunAt)
        .executeTakeFirst();
      return row === undefined;
    },

    async sweep() {
      await database
        .deleteFrom('sign_in_floor')
        .where('raised_at', '<=', now() - COUNTS_FOR_MS)
        .execute();
    },
  };
}
