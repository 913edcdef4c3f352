import { Lucia, TimeSpan, type Session as LuciaSession } from 'lucia';
import type { Database } from '../store/database.ts';
import type { Keyring } from '../store/keyring.ts';
import { luciaAdapter, toMemberView, toSessionView } from './lucia-adapter.ts';
import { memberStore } from './member-store.ts';
import {
  ABSOLUTE_DAYS,
  LAST_SEEN_EVERY_MS,
  SLIDING_DAYS,
  type Session,
  type SessionStore,
} from './session-store.ts';
import { createToken, hashToken, isToken } from './token.ts';
import { sealTokens } from './wix-token-vault.ts';

const DAY = 24 * 60 * 60 * 1000;

/**
 * Sessions kept by lucia 3.2.2. lucia stores the id it is given, so it is given the hash of the token and never the
 * token itself (lucia-auth.com, "Sessions").
 * @param keyring seals the members' Wix tokens.
 */
export function luciaSessionStore(
  database: Database,
  keyring: Keyring,
  now: () => number = () => Date.now(),
): SessionStore {
  const members = memberStore(database, now);
  const lucia = new Lucia(luciaAdapter(database, now), {
    sessionExpiresIn: new TimeSpan(SLIDING_DAYS, 'd'),
    getSessionAttributes: toSessionView,
    getUserAttributes: toMemberView,
  });

  return {
    async create({ member, wixTokens, device }) {
      const token = createToken('session');
      const id = hashToken(token);
      const createdAt = now();
      await members.remember(member);
      const opened = await lucia.createSession(
        member.id,
        {
          device,
          created_at: createdAt,
          last_seen_at: createdAt,
          absolute_expires_at: createdAt + ABSOLUTE_DAYS * DAY,
          wix_tokens: sealTokens(keyring, id, wixTokens),
        },
        { sessionId: id },
      );
      return { token, session: toSession(opened) };
    },

    async validate(token) {
      if (!isToken('session', token)) return null;
      const { session, user: member } = await lucia.validateSession(hashToken(token));
      if (!session) return null;
      const at = now();
      const seen = at - session.lastSeenAt.getTime() >= LAST_SEEN_EVERY_MS;
      if (seen) await see(session.id, at);
      const lastSeenAt = seen ? new Date(at) : session.lastSeenAt;
      return { session: { ...toSession(session), lastSeenAt }, member, extended: session.fresh };
    },

    async list(memberId) {
      const sessions = await lucia.getUserSessions(memberId);
      return sessions.map(toSession).toSorted((a, b) => Number(b.lastSeenAt) - Number(a.lastSeenAt));
    },

    end: (sessionId) => lucia.invalidateSession(sessionId),

    async endOwn(memberId, sessionId) {
      // lucia ends a session whoever asks; whose it is has to be part of the statement itself.
      const { numDeletedRows } = await database
        .deleteFrom('session')
        .where('member_id', '=', memberId)
        .where('id', '=', sessionId)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },

    async endAll(memberId, except) {
      if (except === undefined) return lucia.invalidateUserSessions(memberId);
      // lucia has no word for "all but one".
      await database
        .deleteFrom('session')
        .where('member_id', '=', memberId)
        .where('id', '<>', except)
        .execute();
    },

    sweep: () => lucia.deleteExpiredSessions(),
  };

  async function see(id: string, at: number): Promise<void> {
    await database
      .updateTable('session')
      .set({ last_seen_at: at })
      .where('id', '=', id)
      .where('last_seen_at', '<=', at - LAST_SEEN_EVERY_MS)
      .execute();
  }
}

function toSession({
  id,
  userId,
  device,
  createdAt,
  lastSeenAt,
  expiresAt,
  ...limits
}: LuciaSession): Session {
  const { absoluteExpiresAt } = limits;
  return {
    id,
    memberId: userId,
    device,
    createdAt,
    lastSeenAt,
    // lucia tells how far it would like to slide, not where the adapter stopped it.
    expiresAt: expiresAt < absoluteExpiresAt ? expiresAt : absoluteExpiresAt,
  };
}
