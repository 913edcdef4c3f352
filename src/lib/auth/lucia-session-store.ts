import { Lucia, TimeSpan } from 'lucia';
import { z } from 'zod';
import type { Database } from '../store/database.ts';
import { seal, unseal } from '../store/seal.ts';
import type { MemberTokens } from '../wix/member-tokens.ts';
import { luciaAdapter, type MemberAttributes } from './lucia-adapter.ts';
import { ABSOLUTE_DAYS, SLIDING_DAYS, type SessionMember, type SessionStore } from './session-store.ts';
import { createSessionToken, hashSessionToken, isSessionToken } from './session-token.ts';

const DAY = 24 * 60 * 60 * 1000;

const StoredTokens = z.strictObject({
  accessToken: z.string(),
  expiresAt: z.number(),
  refreshToken: z.string(),
});

/**
 * Sessions kept by lucia 3.2.2. lucia stores the id it is given, so it is given the hash of the token and never the
 * token itself (lucia-auth.com, "Sessions").
 * @param secretsKey 32 bytes that seal the members' Wix tokens.
 */
export function luciaSessionStore(
  database: Database,
  secretsKey: Buffer,
  now: () => number = Date.now,
): SessionStore {
  const lucia = new Lucia(luciaAdapter(database, now), {
    sessionExpiresIn: new TimeSpan(SLIDING_DAYS, 'd'),
    getSessionAttributes: ({ device, created_at, absolute_expires_at }) => ({
      device,
      createdAt: new Date(created_at),
      absoluteExpiresAt: new Date(absolute_expires_at),
    }),
    getUserAttributes: toMember,
  });

  return {
    async create({ member, wixTokens, device }) {
      const token = createSessionToken();
      const id = hashSessionToken(token);
      const createdAt = now();
      await rememberMember(database, member, createdAt);
      const opened = await lucia.createSession(
        member.id,
        {
          device,
          created_at: createdAt,
          absolute_expires_at: createdAt + ABSOLUTE_DAYS * DAY,
          wix_tokens: seal(secretsKey, id, JSON.stringify(wixTokens)),
        },
        { sessionId: id },
      );
      return {
        token,
        session: {
          id,
          memberId: member.id,
          expiresAt: opened.expiresAt,
          device,
          createdAt: new Date(createdAt),
        },
      };
    },

    async validate(token) {
      if (!isSessionToken(token)) return null;
      const { session, user } = await lucia.validateSession(hashSessionToken(token));
      if (!session) return null;
      const { id, userId: memberId, device, createdAt, absoluteExpiresAt, fresh: extended } = session;
      // lucia tells how far it would like to slide, not where the adapter stopped it.
      const expiresAt = session.expiresAt < absoluteExpiresAt ? session.expiresAt : absoluteExpiresAt;
      return { session: { id, memberId, expiresAt, device, createdAt }, member: user, extended };
    },

    remember: (member) => rememberMember(database, member, now()),

    end: (sessionId) => lucia.invalidateSession(sessionId),

    sweep: () => lucia.deleteExpiredSessions(),

    wixTokens: {
      async read(sessionId) {
        const row = await database
          .selectFrom('session')
          .select('wix_tokens')
          .where('id', '=', sessionId)
          .executeTakeFirst();
        return row ? openTokens(secretsKey, sessionId, row.wix_tokens) : null;
      },
      async write(sessionId, tokens: MemberTokens) {
        await database
          .updateTable('session')
          .set({ wix_tokens: seal(secretsKey, sessionId, JSON.stringify(tokens)) })
          .where('id', '=', sessionId)
          .execute();
      },
    },
  };
}

/** Tokens sealed with a key that is no longer ours are gone for good: their session has to sign in again. */
function openTokens(secretsKey: Buffer, sessionId: string, sealed: string): MemberTokens | null {
  try {
    return StoredTokens.parse(JSON.parse(unseal(secretsKey, sessionId, sealed)));
  } catch {
    return null;
  }
}

function toMember(attributes: MemberAttributes): Omit<SessionMember, 'id'> {
  return {
    email: attributes.email,
    emailVerified: attributes.email_verified === 1,
    nickname: attributes.nickname,
    firstName: attributes.first_name,
    lastName: attributes.last_name,
  };
}

async function rememberMember(database: Database, member: SessionMember, at: number): Promise<void> {
  const row = {
    email: member.email,
    email_verified: member.emailVerified ? (1 as const) : (0 as const),
    nickname: member.nickname,
    first_name: member.firstName,
    last_name: member.lastName,
    updated_at: at,
  };
  await database.transaction().execute(async (transaction) => {
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
}
