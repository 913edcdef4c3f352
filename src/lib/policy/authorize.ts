import { randomUUID } from 'node:crypto';
import type { Actor } from '../auth/actor.ts';
import { assertScope, insufficientScope, scopeOf } from '../auth/scope.ts';
import { Problem } from '../http/problem.ts';
import type { Action } from './collection.ts';
import { isCollectionName, type CollectionName } from './collections.ts';
import { decide, type Decision } from './decide.ts';
import { NOTHING, type RowFilter } from './filter.ts';
import { mint, type Capability, type CapabilityGrant, type Grant } from './grant.ts';

/**
 * May this actor do this? The one gate of pages, routes and forms.
 * @throws {Problem} `not-found` for a collection that is not declared, `forbidden` where no rule allows the action,
 *   `unauthenticated` where signing in could help, `insufficient-scope` for access tokens made for something else.
 */
export function authorize<A extends Action, C extends CollectionName>(
  actor: Actor,
  action: A,
  collection: C,
): Grant<A, C>;
export function authorize<A extends Action>(actor: Actor, action: A, collection: string): Grant<A>;
export function authorize(actor: Actor, action: Action, collection: string): Grant {
  const decision = decide(actor, action, collection);
  if (decision.outcome !== 'granted') throw refusal(decision, scopeOf(collection, action));
  const { rule, as, rows, stamps, access } = decision;
  return mint<Grant>({
    kind: 'collection',
    decision: randomUUID(),
    action,
    collection: decision.collection,
    memberId: actor.kind === 'member' ? actor.id : null,
    rule,
    as,
    rows: frozen(rows),
    stamps: Object.freeze(stamps),
    access: Object.freeze(access),
  });
}

/**
 * For requests whose actions only their body tells.
 * @throws {Problem} `not-found` for a collection that is not declared.
 */
export function assertDeclared(collection: string): void {
  if (!isCollectionName(collection))
    throw new Problem('not-found', { reason: `${collection} is not declared` });
}

function refusal({ outcome, reason }: Exclude<Decision, { outcome: 'granted' }>, scope: string): Problem {
  switch (outcome) {
    case 'insufficient-scope':
      return insufficientScope(scope);
    case 'unverified':
      return new Problem('forbidden', { detail: 'Verify your e-mail address first.', reason });
    default:
      return new Problem(outcome, { reason });
  }
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
