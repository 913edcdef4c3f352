import type { Action } from '../lib/policy/collection.ts';
import { KNOWN_SCOPES, type BareScope } from '../lib/policy/scopes.ts';

/** Names people see in the form of an access token. */
export const LABELS = { name: 'Name', scopes: 'What it may do', expiresInDays: 'Ends after' } as const;

/** How long a token may live, as the page offers it; the API takes any number of days. */
export const LIFETIMES: readonly (readonly [value: string, text: string])[] = [
  ['7', '7 days'],
  ['30', '30 days'],
  ['90', '90 days'],
  ['180', '180 days'],
  ['365', '365 days'],
];

const ACTION_WORDS: Readonly<Record<Action, string>> = {
  query: 'Read',
  insert: 'Add',
  update: 'Change',
  remove: 'Remove',
};

const BARE_WORDS: Readonly<Record<BareScope, string>> = {
  'profile:read': 'Your profile',
  'site-properties:read': 'Site properties',
};

/** How people call a collection, where that is not its name. */
const COLLECTION_WORDS: Readonly<Partial<Record<string, string>>> = { SITConnections: 'Connections' };

type Choice = Readonly<{ scope: string; text: string }>;
export type ScopeGroup = Readonly<{ title: string; choices: readonly Choice[] }>;

/** What a token can be made for, in words: one group for the account, and one for each collection. */
export const SCOPE_GROUPS: readonly ScopeGroup[] = grouped();

function grouped(): ScopeGroup[] {
  const groups = new Map<string, Choice[]>();
  for (const { scope, collection, action } of KNOWN_SCOPES) {
    const title = collection === null ? 'Read' : (COLLECTION_WORDS[collection] ?? collection);
    const text = collection === null ? BARE_WORDS[scope] : ACTION_WORDS[action];
    groups.set(title, [...(groups.get(title) ?? []), { scope, text }]);
  }
  return [...groups].map(([title, choices]) => ({ title, choices }));
}
