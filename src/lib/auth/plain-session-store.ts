import type { Database } from '../store/database.ts';
import type { Keyring } from '../store/keyring.ts';
import type { SessionRow } from '../store/schema.ts';
import { MEMBER_COLUMNS, memberStore, toKeptMember } from './member-store.ts';
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
const SLIDING_MS = SLIDING_DAYS * DAY;

const SESSION_COLUMNS = [
  'session.id as session_id',
  'expires_at',
  'absolute_expires_at',
  'created_at',
  'last_seen_at',
  'device',
] as const;

/**
 * Sessions kept without lucia, in the same rows and by the same rules: what one store opens the other knows, so the
 * two can be exchanged without signing anybody out.
 * @param keyring seals the members' Wix tokens.
 */
export function plainSessionStore(
  database: Database,
  keyring: Keyring,
  now: () => number = Date.now,
): SessionStore {
  const members = memberStore(database, now);

  return {
    async create({ member, wixTokens, device }) {
      const token = createToken('session');
      const id = hashToken(token);
      const at = now();
      const row: SessionRow = {
        id,
        member_id: member.id,
        device,
        created_at: at,
        last_seen_at: at,
        expires_at: at + SLIDING_MS,
        absolute_expires_at: at + ABSOLUTE_DAYS * DAY,
        wix_tokens: sealTokens(keyring, id, wixTokens),
      };
      await members.remember(member);
      await database.insertInto('session').values(row).execute();
      return { token, session: toSession(row) };
    },

    async validate(token) {
      if (!isToken('session', token)) return null;
      const at = now();
      const row = await database
        .selectFrom('session')
        .innerJoin('member', 'member.id', 'session.member_id')
        .select(MEMBER_COLUMNS)
        .select(SESSION_COLUMNS)
        .where('session.id', '=', hashToken(token))
        .where('expires_at', '>', at)
        .where('absolute_expires_at', '>', at)
        .executeTakeFirst();
      if (!row) return null;
      const slid = Math.min(at + SLIDING_MS, row.absolute_expires_at);
      const extended = row.expires_at - at <= SLIDING_MS / 2 && slid > row.expires_at;
      const seen = at - row.last_seen_at >= LAST_SEEN_EVERY_MS;
      const changes = {
        ...(extended && { expires_at: slid }),
        ...(seen && { last_seen_at: at }),
      };
      if (extended || seen)
        await database.updateTable('session').set(changes).where('id', '=', row.session_id).execute();
      const session = toSession({ ...row, id: row.session_id, member_id: row.id, ...changes });
      return { session, member: toKeptMember(row), extended };
    },

    async list(memberId) {
      const at = now();
      const rows = await database
        .selectFrom('session')
        .selectAll()
        .where('member_id', '=', memberId)
        .where('expires_at', '>', at)
        .where('absolute_expires_at', '>', at)
        .orderBy('last_seen_at', 'desc')
        .execute();
      return rows.map(toSession);
    },

    async end(sessionId) {
      await database.deleteFrom('session').where('id', '=', sessionId).execute();
    },

    async endOwn(memberId, sessionId) {
      const { numDeletedRows } = await database
        .deleteFrom('session')
        .where('member_id', '=', memberId)
        .where('id', '=', sessionId)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },

    async endAll(memberId, except = '') {
      await database
        .deleteFrom('session')
        .where('member_id', '=', memberId)
        .where('id', '<>', except)
        .execute();
    },

    async sweep() {
      const at = now();
      await database
        .deleteFrom('session')
        .where((row) => row.or([row('expires_at', '<=', at), row('absolute_expires_at', '<=', at)]))
        .execute();
    },
  };
}

function toSession(row: Omit<SessionRow, 'wix_tokens' | 'absolute_expires_at'>): Session {
  return {
    id: row.id,
    memberId: row.member_id,
    device: row.device,
    createdAt: new Date(row.created_at),
    lastSeenAt: new Date(row.last_seen_at),
    expiresAt: new Date(row.expires_at),
  };
}
