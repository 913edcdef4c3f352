import type { Field } from './field.ts';
import type { Rule } from './rules.ts';

/** What can be done with a collection. */
export const ACTIONS = ['query', 'insert', 'update', 'remove'] as const;
export type Action = (typeof ACTIONS)[number];

/** As whom an allowed call runs: with the caller's own Wix rights, or with the app's. */
export type RunsAs = 'member' | 'app';

export type Fields = Readonly<Record<string, Field>>;

/** The fields of a collection that may be seen and set. */
export type FieldAccess<Declared extends Fields = Fields> = Readonly<{
  fields: Declared;
  readable: readonly (keyof Declared & string)[];
  writable: readonly (keyof Declared & string)[];
}>;

/** One declared collection. An action without a rule is refused to everybody. */
export type Policy<Declared extends Fields = Fields> = FieldAccess<Declared> &
  Readonly<{
    rules: Readonly<Partial<Record<Action, Rule>>>;
    as: RunsAs;
    cached: Caching | null;
  }>;

/** How long an answer is as good as new, in seconds: it is kept in memory, for everybody alike. */
export type Caching = Readonly<{ seconds: number }>;

type Declaration<Declared extends Fields> = Readonly<{
  fields: Declared;
  readable: readonly (keyof Declared & string)[];
  writable?: readonly (keyof Declared & string)[];
  /** Default `member`: least privilege. `app` elevates, so it is written out. */
  as?: RunsAs;
  /** Only for what anyone may read. Default: every answer comes from Wix. */
  cached?: Caching;
}> &
  Readonly<Partial<Record<Action, Rule>>>;

/** Writes a collection down. What it says is checked by `declare`, together with all others. */
export function collection<const Declared extends Fields>({
  fields,
  readable,
  writable = [],
  as = 'member',
  cached,
  ...rules
}: Declaration<Declared>): Policy<Declared> {
  return Object.freeze({
    fields,
    rules: Object.freeze(rules),
    readable,
    writable,
    as,
    cached: cached ?? null,
  });
}
