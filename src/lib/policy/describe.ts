import type { Actor } from '../auth/actor.ts';
import { ACTIONS, type Action, type Policy } from './collection.ts';
import { policies } from './collections.ts';
import { decide } from './decide.ts';
import type { FieldType } from './field.ts';
import { NOTHING } from './filter.ts';
import { readableFields } from './item-schema.ts';

export type CollectionDescription = Readonly<{
  name: string;
  fields: readonly Readonly<{ name: string; type: FieldType; required: boolean; writable: boolean }>[];
  /** What this actor may do, on the rows that are theirs. */
  actions: readonly Action[];
}>;

/** The declared collections as one actor sees them. Fields nobody may read are not mentioned. */
export function describeCollections(actor: Actor): CollectionDescription[] {
  return Object.entries(policies).map(([name, policy]: [string, Policy]) => {
    const decisions = ACTIONS.map((action) => ({ action, decision: decide(actor, action, name) }));
    const granted = decisions.flatMap(({ action, decision }) =>
      decision.outcome === 'granted' && decision.rows !== NOTHING
        ? [{ action, access: decision.access }]
        : [],
    );
    const seen = granted.find(({ action }) => action === 'query')?.access ?? policy;
    return {
      name,
      fields: Object.entries(readableFields(seen)).map(([field, { type, required }]) => ({
        name: field,
        type,
        required,
        writable: policy.writable.includes(field),
      })),
      actions: granted.map(({ action }) => action),
    };
  });
}
