import type { Actor } from '../auth/actor.ts';
import { hasScope, scopeOf } from '../auth/scope.ts';
import type { Action, FieldAccess, Policy, RunsAs } from './collection.ts';
import { isCollectionName, policies, type CollectionName } from './collections.ts';
import { NOTHING, type RowFilter } from './filter.ts';
import type { Limits, Stamps } from './rules.ts';

/** What policy says of one actor, one action and one collection, and why. */
export type Decision =
  | Readonly<{
      outcome: 'granted';
      collection: CollectionName;
      rule: string;
      as: RunsAs;
      rows: RowFilter;
      stamps: Stamps;
      access: FieldAccess;
    }>
  | Readonly<{
      outcome: 'not-found' | 'forbidden' | 'unauthenticated' | 'insufficient-scope' | 'unverified';
      /** Why, in words that hold no data. */
      reason: string;
    }>;

/** Decides, without doing anything about it. */
export function decide(actor: Actor, action: Action, collection: string): Decision {
  if (!isCollectionName(collection)) return { outcome: 'not-found', reason: `${collection} is not declared` };
  const policy: Policy = policies[collection];
  const rule = policy.rules[action];
  if (!rule) return { outcome: 'forbidden', reason: `no rule lets anybody ${action} ${collection}` };
  const scope = scopeOf(collection, action);
  if (!hasScope(actor, scope)) return { outcome: 'insufficient-scope', reason: `the token lacks ${scope}` };
  const reason = `${action} ${collection}: ${rule.sentence}`;
  const verdict = rule.decide(actor);
  if (!verdict.allowed)
    return { outcome: verdict.because === 'signed-out' ? 'unauthenticated' : 'forbidden', reason };
  // Nothing could be stamped as the owner, so the row would belong to nobody.
  if (action === 'insert' && verdict.rows === NOTHING) return { outcome: 'unverified', reason };
  const { rows, stamps, limits } = verdict;
  const access = limited(policy, limits);
  return {
    outcome: 'granted',
    collection,
    rule: rule.sentence,
    as: policy.as,
    rows,
    stamps: { ...initialsOf(access), ...stamps },
    access,
  };
}

/** First values of fields that this actor's body cannot set. */
function initialsOf({ fields, writable }: FieldAccess): Stamps {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, { initial }]) =>
      initial && !writable.includes(name) ? [[name, initial()]] : [],
    ),
  );
}

function limited({ fields, readable, writable }: Policy, limits: Limits): FieldAccess {
  const left = (names: readonly string[], limit: readonly string[] | null) =>
    limit ? names.filter((name) => limit.includes(name)) : names;
  return {
    fields,
    readable: left(readable, limits.readable),
    writable: left(writable, limits.writable),
  };
}
