import { randomUUID } from 'node:crypto';
import type { Actor } from '../auth/actor.ts';
import { assertScope, scopeOf } from '../auth/scope.ts';
import { Problem } from '../http/problem.ts';
import type { Action, Policy } from './collection.ts';
import { isCollectionName, policies } from './collections.ts';
import { NOTHING, type RowFilter } from './filter.ts';
import { mint, type Capability, type CapabilityGrant, type Grant } from './grant.ts';

/**
 * May this actor do this? The one gate of pages, routes and forms.
 * @throws {Problem} `not-found` for a collection that is not declared, `forbidden` where no rule allows the action,
 *   `unauthenticated` where signing in could help, `insufficient-scope` for access tokens made for something else.
 */
export function authorize<A extends Action>(actor: Actor, action: A, collection: string): Grant<A> {
  if (!isCollectionName(collection))
    throw new Problem('not-found', { reason: `${collection} is not declared` });
  const policy: Policy = policies[collection];
  const rule = policy.rules[action];
  if (!rule) throw new Problem('forbidden', { reason: `no rule lets anybody ${action} ${collection}` });
  assertScope(actor, scopeOf(collection, action));
  const verdict = rule.decide(actor);
  if (!verdict.allowed)
    throw new Problem('unauthenticated', { reason: `${action} ${collection}: ${rule.sentence}` });
  if (action === 'insert' && verdict.rows === NOTHING) {
    // Nothing could be stamped as the owner, so the row would belong to nobody.
    throw new Problem('forbidden', { detail: 'Verify your e-mail address first.', reason: rule.sentence });
  }
  return mint<Grant<A>>({
    kind: 'collection',
    decision: randomUUID(),
    action,
    collection,
    memberId: actor.kind === 'member' ? actor.id : null,
    rule: rule.sentence,
    as: policy.as,
    rows: frozen(verdict.rows),
    stamps: Object.freeze({ ...verdict.stamps }),
    policy,
  });
}

/**
 * The gate of app-level rights that belong to no collection. Members only.
 * @throws {Problem} `unauthenticated` for visitors, `insufficient-scope` for access tokens made for something else.
 */
export function authorizeCapability<C extends Capability>(actor: Actor, capability: C): CapabilityGrant<C> {
  if (actor.kind !== 'member') throw new Problem('unauthenticated', { reason: `${capability}: any member` });
  assertScope(actor, capability);
  return mint<CapabilityGrant<C>>({
    kind: 'capability',
    decision: randomUUID(),
    capability,
    memberId: actor.id,
    rule: 'any member',
  });
}

function frozen(rows: RowFilter): RowFilter {
  return rows === NOTHING ? rows : Object.freeze({ ...rows });
}
