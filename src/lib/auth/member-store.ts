import type { Database } from '../store/database.ts';
import { lockUntilCommit } from '../store/lock.ts';
import type { MemberRow } from '../store/schema.ts';
import type { WixMember } from '../wix/members.ts';

/** What is known here of a member: what Wix said last. */
export type KnownMember = Pick<
  WixMember,
  'id' | 'email' | 'emailVerified' | 'nickname' | 'firstName' | 'lastName'
> &
  Readonly<{
    /** When they last wrote items here, to five seconds; absent when they never did. */
    wroteAt?: Date;
  }>;

/** That a member wrote is written down this often at most, in milliseconds. */
export const NOTED_EVERY_MS = 5_000;

/** The same with their roles, which Wix is asked for apart. */
export type KeptMember = KnownMember & Readonly<{ roles: readonly string[] }>;

/** Members who have signed in here, as Wix named them last. */
export interface MemberStore {
  /** Keeps what Wix has just said of a member: their e-mail, and whether it is verified, decide what they own. */
  remember(member: KnownMember): Promise<void>;
  /** Keeps the roles that Wix has just named, in place of all from before. */
  rememberRoles(id: string, roles: readonly string[]): Promise<void>;
  /** Notes that the member has just written items. */
  noteWrite(id: string): Promise<void>;
  /** What is kept of those of the named members who are known here. */
  known(ids: readonly string[]): Promise<readonly RememberedMember[]>;
  /** Ids of members with a live session or access token, in their order, from behind `after` on. */
  withCredentials(after: string, limit: number): Promise<readonly string[]>;
}

export type RememberedMember = KeptMember & Readonly<{ rememberedAt: Date }>;

export function memberStore(database: Database, now: () => number = () => Date.now()): MemberStore {
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
        // An address has one owner. Whoever had it before keeps their sessions, but owns nothing by it any more; and
        // this is Wix's fresh word on them too, before which its lists, which lag behind, do not count.
        await transaction
          .updateTable('member')
          .set({ email_verified: 0, updated_at: row.updated_at })
          .where('email', '=', member.email)
          .where('id', '<>', member.id)
          .where('email_verified', '=', 1)
          .execute();
      });
    },

    async rememberRoles(id, roles) {
      await database
        .updateTable('member')
        .set({ roles: JSON.stringify(roles) })
        .where('id', '=', id)
        .execute();
    },

    async noteWrite(id) {
      const at = now();
      await database
        .updateTable('member')
        .set({ wrote_at: at })
        .where('id', '=', id)
        // Of many writes at once the first is enough.
        .where((row) => row.or([row('wrote_at', 'is', null), row('wrote_at', '<=', at - NOTED_EVERY_MS)]))
        .execute();
    },

    async known(ids) {
      if (ids.length === 0) return [];
      const rows = await database.selectFrom('member').selectAll().where('id', 'in', ids).execute();
      return rows.map((row) => ({ ...toKeptMember(row), rememberedAt: new Date(row.updated_at) }));
    },

    async withCredentials(after, limit) {
      const at = now();
      // Each walks its index of members from `after` on and stops at the limit, however many there are.
      const withSession = database
        .selectFrom('session')
        .select('member_id')
        .where('member_id', '>', after)
        .where('expires_at', '>', at)
        .groupBy('member_id')
        .orderBy('member_id')
        .limit(limit);
      const withToken = database
        .selectFrom('access_token')
        .select('member_id')
        .where('member_id', '>', after)
        .where((row) => row.or([row('expires_at', 'is', null), row('expires_at', '>', at)]))
        .groupBy('member_id')
        .orderBy('member_id')
        .limit(limit);
      const rows = await database
        .selectFrom(withSession.as('with_session'))
        .select('member_id')
        .union(database.selectFrom(withToken.as('with_token')).select('member_id'))
        .orderBy('member_id')
        .limit(limit)
        .execute();
      return rows.map(({ member_id }) => member_id);
    },
  };
}

/** All that `toKeptMember` needs, for joins. */
export const MEMBER_COLUMNS = [
  'member.id',
  'email',
  'email_verified',
  'nickname',
  'first_name',
  'last_name',
  'updated_at',
  'roles',
  'wrote_at',
] as const;

export function toKeptMember(row: MemberRow): KeptMember {
  return {
    id: row.id,
    email: row.email,
    emailVerified: row.email_verified === 1,
    nickname: row.nickname,
    firstName: row.first_name,
    lastName: row.last_name,
    roles: JSON.parse(row.roles) as string[],
    ...(row.wrote_at !== null && { wroteAt: new Date(row.wrote_at) }),
  };
}
