import type { Actor } from '../auth/actor.ts';
import { hasScope, scopeOf } from '../auth/scope.ts';
import { ACTIONS, type Action, type Policy } from './collection.ts';
import { policies } from './collections.ts';
import { NOTHING } from './filter.ts';
import { readableFields } from './item-schema.ts';

export type CollectionDescription = Readonly<{
  name: string;
  fields: readonly Readonly<{ name: string; type: string; required: boolean; writable: boolean }>[];
  /** What this actor may do, on the rows that are theirs; of an access token, what it was made for. */
  actions: readonly Action[];
}>;

/** The declared collections as one actor sees them. Fields nobody may read are not mentioned. */
export function describeCollections(actor: Actor): CollectionDescription[] {
  return Object.entries(policies).map(([name, policy]: [string, Policy]) => ({
    name,
    fields: Object.entries(readableFields(policy)).map(([field, { type, required }]) => ({
      name: field,
      type,
      required,
      writable: policy.writable.includes(field),
    })),
    actions: ACTIONS.filter(
      (action) => hasScope(actor, scopeOf(name, action)) && mayEver(policy, action, actor),
    ),
  }));
}

function mayEver(policy: Policy, action: Action, actor: Actor): boolean {
  const verdict = policy.rules[action]?.decide(actor);
  return verdict !== undefined && verdict.allowed && verdict.rows !== NOTHING;
}
