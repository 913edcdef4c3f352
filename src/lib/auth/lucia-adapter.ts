import type { Adapter, DatabaseSession, DatabaseUser, Lucia } from 'lucia';
import type { Database } from '../store/database.ts';
import type { MemberRow, SessionRow } from '../store/schema.ts';
import type { SessionMember } from './session-store.ts';

/** What lucia carries through to us with a session and its member. */
export type SessionAttributes = Pick<
  SessionRow,
  'device' | 'created_at' | 'absolute_expires_at' | 'wix_tokens'
>;
export type MemberAttributes = Omit<MemberRow, 'id'>;

type SessionView = Readonly<{ device: string | null; createdAt: Date; absoluteExpiresAt: Date }>;
type MemberView = Omit<SessionMember, 'id'>;

declare module 'lucia' {
  interface Register {
    Lucia: Lucia<SessionView, MemberView>;
    DatabaseSessionAttributes: SessionAttributes;
    DatabaseUserAttributes: MemberAttributes;
  }
}

/** lucia's storage interface over our own tables. The absolute limit is kept here, since lucia extends without an end. */
export function luciaAdapter(database: Database, now: () => number): Adapter {
  return {
    async getSessionAndUser(sessionId) {
      const row = await database
        .selectFrom('session')
        .innerJoin('member', 'member.id', 'session.member_id')
        .selectAll('member')
        .select([
          'session.id as session_id',
          'expires_at',
          'absolute_expires_at',
          'created_at',
          'device',
          'wix_tokens',
        ])
        .where('session.id', '=', sessionId)
        .where('absolute_expires_at', '>', now())
        .executeTakeFirst();
      if (!row) return [null, null];
      const { id, email, email_verified, nickname, first_name, last_name, updated_at } = row;
      const user: DatabaseUser = {
        id,
        attributes: { email, email_verified, nickname, first_name, last_name, updated_at },
      };
      return [toDatabaseSession({ ...row, id: row.session_id, member_id: id }), user];
    },

    async getUserSessions(memberId) {
      const rows = await database
        .selectFrom('session')
        .selectAll()
        .where('member_id', '=', memberId)
        .execute();
      return rows.map(toDatabaseSession);
    },

    async setSession({ id, userId, expiresAt, attributes }) {
      const row = { id, member_id: userId, expires_at: expiresAt.getTime(), ...attributes };
      await database.insertInto('session').values(row).execute();
    },

    async updateSessionExpiration(sessionId, expiresAt) {
      await database
        .updateTable('session')
        .set((row) => ({
          expires_at: row.fn<number>('min', [row.val(expiresAt.getTime()), row.ref('absolute_expires_at')]),
        }))
        .where('id', '=', sessionId)
        .execute();
    },

    async deleteSession(sessionId) {
      await database.deleteFrom('session').where('id', '=', sessionId).execute();
    },

    async deleteUserSessions(memberId) {
      await database.deleteFrom('session').where('member_id', '=', memberId).execute();
    },

    async deleteExpiredSessions() {
      await database
        .deleteFrom('session')
        .where((row) => row.or([row('expires_at', '<=', now()), row('absolute_expires_at', '<=', now())]))
        .execute();
    },
  };
}

function toDatabaseSession(row: SessionRow): DatabaseSession {
  const { id, member_id, expires_at, device, created_at, absolute_expires_at, wix_tokens } = row;
  return {
    id,
    userId: member_id,
    expiresAt: new Date(expires_at),
    attributes: { device, created_at, absolute_expires_at, wix_tokens },
  };
}
