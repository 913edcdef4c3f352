import type { Database } from '../store/database.ts';

/** One-time codes on their way to native apps, as far as ending them goes. */
export interface PendingCodes {
  endAll(memberId: string): Promise<void>;
  /** Removes rows whose time is over. */
  sweep(): Promise<void>;
}

export function pendingCodes(database: Database, now: () => number = () => Date.now()): PendingCodes {
  return {
    async endAll(memberId) {
      await database.deleteFrom('authorization_code').where('member_id', '=', memberId).execute();
    },
    async sweep() {
      await database.deleteFrom('authorization_code').where('expires_at', '<=', now()).execute();
    },
  };
}
