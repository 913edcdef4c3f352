import type { Field } from './field.ts';
import type { Rule } from './rules.ts';

/** What can be done with a collection. */
export const ACTIONS = ['query', 'insert', 'update', 'remove'] as const;
export type Action = (typeof ACTIONS)[number];

/** As whom an allowed call runs: with the caller's own Wix rights, or with the app's. */
export type RunsAs = 'member' | 'app';

export type Fields = Readonly<Record<string, Field>>;

/** One declared collection. An action without a rule is refused to everybody. */
export type Policy<Declared extends Fields = Fields> = Readonly<{
  fields: Declared;
  rules: Readonly<Partial<Record<Action, Rule>>>;
  readable: readonly (keyof Declared & string)[];
  writable: readonly (keyof Declared & string)[];
  as: RunsAs;
}>;

type Declaration<Declared extends Fields> = Readonly<{
  fields: Declared;
  readable: readonly (keyof Declared & string)[];
  writable?: readonly (keyof Declared & string)[];
  /** Default `member`: least privilege. `app` elevates, so it is written out. */
  as?: RunsAs;
}> &
  Readonly<Partial<Record<Action, Rule>>>;

/**
 * Declares a collection.
 * @throws {Error} at start, when a rule names a field that is not declared, or an owner field is writable.
 */
export function collection<const Declared extends Fields>(
  declaration: Declaration<Declared>,
): Policy<Declared> {
  const { fields, readable, writable = [], as = 'member', ...rules } = declaration;
  for (const name of [...readable, ...writable]) {
    if (!Object.hasOwn(fields, name)) throw new Error(`${name} is readable or writable, but is not a field`);
  }
  for (const action of ACTIONS) {
    const owner = rules[action]?.ownerField;
    if (owner === null || owner === undefined) continue;
    if (!Object.hasOwn(fields, owner))
      throw new Error(`the ${action} rule names ${owner}, which is not a field`);
    // Else a member could hand a row to somebody else, or take one.
    if (writable.includes(owner))
      throw new Error(`${owner} decides who owns a row, so it cannot be writable`);
  }
  return Object.freeze({ fields, rules: Object.freeze(rules), readable, writable, as });
}
