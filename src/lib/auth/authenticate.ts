import { Problem } from '../http/problem.ts';
import { visitor, type Actor, type Member } from './actor.ts';
import type { Credential } from './credential.ts';
import type { SessionStore } from './session-store.ts';

/**
 * Who is asking, from the credential alone.
 * @throws {Problem} `unauthenticated` when a credential came along that is unusable, unknown, ended or expired.
 */
export async function identify(credential: Credential, sessions: SessionStore): Promise<Actor> {
  if (credential.kind === 'none') return visitor;
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
  const { id, email, emailVerified } = found.member;
  return Object.freeze({ kind: 'member', id, email, emailVerified, sessionId: found.session.id });
}

/** @throws {Problem} `unauthenticated` for visitors. */
export function assertMember(actor: Actor): asserts actor is Member {
  if (actor.kind !== 'member') {
    throw new Problem('unauthenticated', {
      detail: 'Sign in and send the token as "Authorization: Bearer …".',
    });
  }
}
