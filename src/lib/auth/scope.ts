import { Problem } from '../http/problem.ts';
import type { Actor } from './actor.ts';

/**
 * A scope is a collection and an action, as in `SITConnections:query`, or one of the few that belong to no collection.
 * What may stand in one: RFC 6749 §3.3.
 */
export function scopeOf(subject: string, action: string): string {
  return `${subject}:${action}`;
}

/** A session may do all that its member may; an access token only what it was made for. */
export function hasScope(actor: Actor, scope: string): boolean {
  return actor.kind === 'visitor' || actor.scopes === null || actor.scopes.includes(scope);
}

/** @throws {Problem} `insufficient-scope`. */
export function assertScope(actor: Actor, scope: string): void {
  if (!hasScope(actor, scope)) throw insufficientScope(scope);
}

/** RFC 6750 §3.1: the challenge names the scope that would do, where one would. */
export function insufficientScope(scope?: string): Problem {
  const named = scope === undefined ? '' : `, scope="${scope}"`;
  return new Problem('insufficient-scope', {
    detail:
      scope === undefined
        ? 'No access token may do this; sign in.'
        : `The access token lacks the scope ${scope}.`,
    headers: { 'www-authenticate': `Bearer realm="gatehouse", error="insufficient_scope"${named}` },
  });
}
