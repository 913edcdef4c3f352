import { sql } from 'kysely';
import type { Adapter, DatabaseSession, DatabaseUser, Lucia } from 'lucia';
import { builtOnce } from '../store/built-once.ts';
import type { Database } from '../store/database.ts';
import type { MemberRow, SessionRow } from '../store/schema.ts';
import { MEMBER_COLUMNS, toKeptMember, type KeptMember } from './member-store.ts';

/** What lucia carries through to us with a session and its member. */
type SessionAttributes = Omit<SessionRow, 'id' | 'member_id' | 'expires_at'>;
type MemberAttributes = Omit<MemberRow, 'id'>;

type SessionView = Readonly<{
  device: string | null;
  createdAt: Date;
  lastSeenAt: Date;
  absoluteExpiresAt: Date;
}>;

declare module 'lucia' {
  interface Register {
    Lucia: Lucia<SessionView, Omit<KeptMember, 'id'>>;
    DatabaseSessionAttributes: SessionAttributes;
    DatabaseUserAttributes: MemberAttributes;
  }
}

export function toSessionView(attributes: SessionAttributes): SessionView {
  return {
    device: attributes.device,
    createdAt: new Date(attributes.created_at),
    lastSeenAt: new Date(attributes.last_seen_at),
    absoluteExpiresAt: new Date(attributes.absolute_expires_at),
  };
}

export function toMemberView(attributes: MemberAttributes): Omit<KeptMember, 'id'> {
  const { id: _, ...member } = toKeptMember({ id: '', ...attributes });
  return member;
}

/** lucia's storage interface over our own tables. The absolute limit is kept here, since lucia extends without an end. */
export function luciaAdapter(database: Database, now: () => number): Adapter {
  // Every request with a session asks this, so it is built once.
  const sessionAndMember = builtOnce(database, (sessionId: string, at: number) =>
    database
      .selectFrom('session')
      .innerJoin('member', 'member.id', 'session.member_id')
      .select(MEMBER_COLUMNS)
      .select([
        'session.id as session_id',
        'expires_at',
        'absolute_expires_at',
        'created_at',
        'last_seen_at',
        'device',
      ])
      .where('session.id', '=', sessionId)
      .where('absolute_expires_at', '>', at),
  );

  return {
    async getSessionAndUser(sessionId) {
      const [row] = await sessionAndMember(sessionId, now());
      if (!row) return [null, null];
      const { id, email, email_verified, nickname, first_name, last_name, updated_at, roles, wrote_at } = row;
      const names = { nickname, first_name, last_name };
      const user: DatabaseUser = {
        id,
        attributes: { email, email_verified, ...names, updated_at, roles, wrote_at },
      };
      // Wix's tokens are large, and who is asking does not depend on them: the vault reads them when they are needed.
      const session = { ...row, id: row.session_id, member_id: id, wix_tokens: '' };
      return [toDatabaseSession(session), user];
    },

    async getUserSessions(memberId) {
      const rows = await database
        .selectFrom('session')
        .selectAll()
        .where('member_id', '=', memberId)
        .where('absolute_expires_at', '>', now())
        .execute();
      return rows.map(toDatabaseSession);
    },

    async setSession({ id, userId, expiresAt, attributes }) {
      const row = { id, member_id: userId, expires_at: expiresAt.getTime(), ...attributes };
      await database.insertInto('session').values(row).execute();
    },

    async updateSessionExpiration(sessionId, expiresAt) {
      const asked = expiresAt.getTime();
      await database
        .updateTable('session')
        .set({
          expires_at: sql<number>`CASE WHEN absolute_expires_at < ${asked} THEN absolute_expires_at ELSE ${asked} END`,
        })
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
  const { id, member_id, expires_at, ...attributes } = row;
  return { id, userId: member_id, expiresAt: new Date(expires_at), attributes };
}
