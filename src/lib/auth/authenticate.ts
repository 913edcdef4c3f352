import { Problem } from '../http/problem.ts';
import { visitor, type Actor, type Member } from './actor.ts';
import type { Credential } from './credential.ts';
import type { SessionStore } from './session-store.ts';

/** Who is asking, and until when their session was extended just by asking. */
export type Identified = Readonly<{ actor: Actor; extendedTo: Date | null }>;

/**
 * Who is asking, from the credential alone.
 * @throws {Problem} `unauthenticated` when a credential came along that is unusable, unknown, ended or expired.
 */
export async function identify(credential: Credential, sessions: SessionStore): Promise<Identified> {
  if (credential.kind === 'none') return { actor: visitor, extendedTo: null };
  if (credential.kind === 'unusable') {
    throw new Problem('unauthenticated', {
      detail: 'The Authorization header must be "Bearer" and one token.',
    });
  }
  const found = await sessions.validate(credential.token);
  if (!found) {
    throw new Problem('unauthenticated', {
      detail: 'The session is unknown, has ended or has expired. Sign in again.',
      headers: { 'www-authenticate': 'Bearer realm="gatehouse", error="invalid_token"' },
    });
  }
  const { session, extended } = found;
  const { id, email, emailVerified } = found.member;
  const actor: Member = Object.freeze({ kind: 'member', id, email, emailVerified, sessionId: session.id });
  return { actor, extendedTo: extended ? session.expiresAt : null };
}

/** @throws {Problem} `unauthenticated` for visitors. */
export function assertMember(actor: Actor): asserts actor is Member {
  if (actor.kind !== 'member') {
    throw new Problem('unauthenticated', {
      detail: 'Sign in and send the token as "Authorization: Bearer …".',
    });
  }
}
