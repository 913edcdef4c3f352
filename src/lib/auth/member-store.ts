import type { Database } from '../store/database.ts';
import { lockUntilCommit } from '../store/lock.ts';
import type { MemberRow } from '../store/schema.ts';
import type { WixMember } from '../wix/members.ts';

/** What is known here of a member: what Wix said last. */
export type KnownMember = Pick<
  WixMember,
  'id' | 'email' | 'emailVerified' | 'nickname' | 'firstName' | 'lastName'
>;

/** Members who have signed in here, as Wix named them last. */
export interface MemberStore {
  /** Keeps what Wix has just said of a member: their e-mail, and whether it is verified, decide what they own. */
  remember(member: KnownMember): Promise<void>;
}

export function memberStore(database: Database, now: () => number = Date.now): MemberStore {
  return {
    async remember(member) {
      const row = {
        email: member.email,
        email_verified: member.emailVerified ? (1 as const) : (0 as const),
        nickname: member.nickname,
        first_name: member.firstName,
        last_name: member.lastName,
        updated_at: now(),
      };
      await database.transaction().execute(async (transaction) => {
        await lockUntilCommit(transaction, `e-mail ${member.email}`);
        await transaction
          .insertInto('member')
          .values({ id: member.id, ...row })
          .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
          .execute();
        // An address has one owner. Whoever had it before keeps their sessions, but owns nothing by it any more.
        await transaction
          .updateTable('member')
          .set({ email_verified: 0 })
          .where('email', '=', member.email)
          .where('id', '<>', member.id)
          .execute();
      });
    },
  };
}

/** All that `toKnownMember` needs, for joins. */
export const MEMBER_COLUMNS = [
  'member.id',
  'email',
  'email_verified',
  'nickname',
  'first_name',
  'last_name',
  'updated_at',
] as const;

export function toKnownMember(row: MemberRow): KnownMember {
  return {
    id: row.id,
    email: row.email,
    emailVerified: row.email_verified === 1,
    nickname: row.nickname,
    firstName: row.first_name,
    lastName: row.last_name,
  };
}
