import { ACTIONS, type Action, type Policy } from '../../src/lib/policy/collection.ts';
import { policies } from '../../src/lib/policy/collections.ts';
import type { Field } from '../../src/lib/policy/field.ts';
import { ownership, readRule, type Person, type Row, type RuleText } from './rule-text.ts';

/** People of whom everybody has rows of their own. */
export const people = {
  owner: person(1, true),
  other: person(2, true),
  unverified: person(3, false),
  blocked: person(4, true),
  /** Has every role that a rule asks for. */
  keeper: person(5, true, [...new Set(Object.values(policies).flatMap(rolesIn))]),
};

function rolesIn({ rules }: Policy): readonly string[] {
  return ACTIONS.flatMap((action) => rules[action]?.roles ?? []);
}

function person(number: number, verified: boolean, roles: readonly string[] = []): Person {
  return {
    id: `00000000-0000-4000-b000-00000000000${number}`,
    email: `person-${number}@example.com`,
    verified,
    roles,
  };
}

/** Who asks. The script holds an access token of the owner that was made for something else. */
export const ACTORS = ['owner', 'other', 'visitor', 'blocked', 'unverified', 'keeper', 'script'] as const;
export type ActorName = (typeof ACTORS)[number];

export type PolicyCase = Readonly<{
  collection: string;
  action: Action;
  actor: ActorName;
  policy: Policy;
  /** `null` where no rule allows the action. */
  rule: RuleText | null;
  /** Each person's row, made for this case alone. */
  rows: Readonly<Record<keyof typeof people, Row & Readonly<{ _id: string }>>>;
}>;

/** No member may see this, in whatever row. */
export const HIDDEN = 'hidden-from-everybody';

/** A case for each collection, action and actor; their rows follow from the rules. */
export function casesOf(declared: Readonly<Record<string, Policy>>): PolicyCase[] {
  return Object.entries(declared).flatMap(([collection, policy]) =>
    ACTIONS.flatMap((action) => {
      const rule = policy.rules[action] ? readRule(policy.rules[action].sentence) : null;
      return ACTORS.map((actor): PolicyCase => {
        const rowOf = (name: keyof typeof people) => ({
          ...valuesOf(policy, `${action}-${actor}-${name}`),
          ...Object.assign({}, ...rulesOf(policy).map((one) => ownership(one, people[name]))),
          _id: `${collection}-${action}-${actor}-${name}`,
        });
        const rows = {
          owner: rowOf('owner'),
          other: rowOf('other'),
          unverified: rowOf('unverified'),
          blocked: rowOf('blocked'),
          keeper: rowOf('keeper'),
        };
        return { collection, action, actor, policy, rule, rows };
      });
    }),
  );
}

function rulesOf({ rules }: Policy): RuleText[] {
  return ACTIONS.flatMap((action) => (rules[action] ? [readRule(rules[action].sentence)] : []));
}

function valuesOf({ fields, readable }: Policy, mark: string): Row {
  const entries = Object.entries(fields).map(([name, field]) => [
    name,
    readable.includes(name) || field.type !== 'text' ? wireValue(field, mark) : HIDDEN,
  ]);
  return Object.fromEntries(entries) as Row;
}

/** A value as it is stored at Wix. */
function wireValue(field: Field, mark: string): unknown {
  const value = valueFor(field, mark);
  return field.type === 'dateTime' ? { $date: value } : value;
}

/** A value that the API takes for a field of this type. */
export function valueFor({ type }: Field, mark: string): unknown {
  switch (type) {
    case 'text':
      return mark;
    case 'email':
      return `${mark}@example.com`;
    case 'number':
      return 7;
    case 'boolean':
      return true;
    case 'dateTime':
      return '2026-01-02T03:04:05.000Z';
    case 'texts':
      return [mark];
    case 'reference':
      return 'nowhere';
  }
}
