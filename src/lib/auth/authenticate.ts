import { Problem } from '../http/problem.ts';
import { visitor, type Actor, type Member } from './actor.ts';
import type { Credential } from './credential.ts';
import type { KeptMember } from './member-store.ts';
import { insufficientScope } from './scope.ts';
import type { AuthStores } from './stores.ts';
import { isToken } from './token.ts';

/** Who is asking, and until when their session was extended just by asking. */
export type Identified = Readonly<{ actor: Actor; extendedTo: Date | null }>;

/**
 * Who is asking, from the credential alone.
 * @throws {Problem} `unauthenticated` when a credential came along that is unusable, unknown, ended or expired.
 */
export async function identify(
  credential: Credential,
  stores: Pick<AuthStores, 'sessions' | 'accessTokens'>,
): Promise<Identified> {
  if (credential.kind === 'none') return { actor: visitor, extendedTo: null };
  if (credential.kind === 'unusable') {
    throw new Problem('unauthenticated', {
      detail: 'The Authorization header must be "Bearer" and one token.',
    });
  }
  const { kind, token } = credential;
  // Made for programs: in a cookie it would be somebody else's who planted it there.
  const isAccessToken = kind === 'bearer' && isToken('access-token', token);
  return isAccessToken ? byAccessToken(token, stores) : bySession(token, stores);
}

async function bySession(token: string, { sessions }: Pick<AuthStores, 'sessions'>): Promise<Identified> {
  const found = await sessions.validate(token);
  if (!found) throw ended('The session is unknown, has ended or has expired. Sign in again.');
  const { session, member, extended } = found;
  const actor = toMember(member, { credential: { kind: 'session', id: session.id }, scopes: null });
  return { actor, extendedTo: extended ? session.expiresAt : null };
}

async function byAccessToken(
  token: string,
  { accessTokens }: Pick<AuthStores, 'accessTokens'>,
): Promise<Identified> {
  const found = await accessTokens.validate(token);
  if (!found) throw ended('The access token is unknown, has ended or has expired.');
  const { id, scopes } = found.accessToken;
  return {
    actor: toMember(found.member, { credential: { kind: 'access-token', id }, scopes }),
    extendedTo: null,
  };
}

function toMember(
  { id, email, emailVerified, roles, wroteAt }: KeptMember,
  rights: Pick<Member, 'credential' | 'scopes'>,
): Member {
  const written = wroteAt && { wroteAt };
  return Object.freeze({ kind: 'member', id, email, emailVerified, roles, ...rights, ...written });
}

/** RFC 6750 §3.1: `invalid_token`. */
function ended(detail: string): Problem {
  const headers = { 'www-authenticate': 'Bearer realm="gatehouse", error="invalid_token"' };
  return new Problem('unauthenticated', { detail, headers });
}

/** @throws {Problem} `unauthenticated` for visitors. */
export function assertMember(actor: Actor): asserts actor is Member {
  if (actor.kind !== 'member') {
    throw new Problem('unauthenticated', {
      detail: 'Sign in and send the token as "Authorization: Bearer …".',
    });
  }
}

/**
 * What concerns the account itself, its devices, tokens and password, is for somebody who has signed in: a token that
 * was given to a program must not make or end others.
 * @throws {Problem} `unauthenticated` for visitors, `insufficient-scope` for access tokens.
 */
export function assertSignedIn(actor: Actor): asserts actor is Member {
  assertMember(actor);
  if (actor.scopes !== null) throw insufficientScope();
}
