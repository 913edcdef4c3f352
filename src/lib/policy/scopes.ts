import { scopeOf } from '../auth/scope.ts';
import { ACTIONS, type Action, type Policy } from './collection.ts';
import { policies } from './collections.ts';
import { CAPABILITIES, type Capability } from './grant.ts';

/** Rights that belong to no collection: who the member is, and what the app does for any member. */
const BARE_SCOPES = ['profile:read', ...CAPABILITIES] as const;
export type BareScope = 'profile:read' | Capability;

/** One right that an access token can be made with. */
export type KnownScope =
  | Readonly<{ scope: string; collection: string; action: Action }>
  | Readonly<{ scope: BareScope; collection: null; action: null }>;

/**
 * Every right an access token can be made with: each action of a declared collection that some rule allows, and the
 * bare ones. A scope for an action without a rule would promise what nobody gets.
 */
export const KNOWN_SCOPES: readonly KnownScope[] = [
  ...BARE_SCOPES.map((scope): KnownScope => ({ scope, collection: null, action: null })),
  ...Object.entries(policies).flatMap(([collection, { rules }]: [string, Policy]) =>
    ACTIONS.filter((action) => rules[action] !== undefined).map((action): KnownScope => ({
      scope: scopeOf(collection, action),
      collection,
      action,
    })),
  ),
];

const NAMES: ReadonlySet<string> = new Set(KNOWN_SCOPES.map(({ scope }) => scope));

export function isKnownScope(text: string): boolean {
  return NAMES.has(text);
}
