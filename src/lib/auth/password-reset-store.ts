import type { Database } from '../store/database.ts';

/** How long a reset that was asked for counts: a day, since a link in a mail may be followed late. */
const RESET_COUNTS_FOR_MS = 24 * 60 * 60 * 1000;

/**
 * Addresses that somebody asked a new password for. Anybody can ask for any address, so a row means no more than this:
 * a sign-in by that address ends the sessions and tokens from before it.
 */
export interface PasswordResetStore {
  note(email: string): Promise<void>;
  /** Whether a reset was asked for within `RESET_COUNTS_FOR_MS`. */
  isNoted(email: string): Promise<boolean>;
  forget(email: string): Promise<void>;
  /** Removes rows whose time is over. */
  sweep(): Promise<void>;
}

export function passwordResetStore(
  database: Database,
  now: () => number = () => Date.now(),
): PasswordResetStore {
  return {
    async note(email) {
      const asked_at = now();
      await database
        .insertInto('password_reset')
        .values({ email, asked_at })
        .onConflict((conflict) => conflict.column('email').doUpdateSet({ asked_at }))
        .execute();
    },

    async isNoted(email) {
      const row = await database
        .selectFrom('password_reset')
        .select('email')
        .where('email', '=', email)
        .where('asked_at', '>', now() - RESET_COUNTS_FOR_MS)
        .executeTakeFirst();
      return row !== undefined;
    },

    async forget(email) {
      await database.deleteFrom('password_reset').where('email', '=', email).execute();
    },

    async sweep() {
      await database
        .deleteFrom('password_reset')
        .where('asked_at', '<=', now() - RESET_COUNTS_FOR_MS)
        .execute();
    },
  };
}
