import { ACTIONS, type Action } from '../../policy/collection.ts';
import type { CallerRule } from './rules.ts';

/** What others than administrators may do with a table, and for whom the table is there at all. */
export type TablePolicy = Readonly<{
  rules: Readonly<Partial<Record<Action, CallerRule>>>;
  /** Fields others than administrators see; all unless named. */
  readable: readonly string[] | null;
  /** Fields they set; unless named, all they see that no rule selects rows by. */
  writable: readonly string[] | null;
  /** The field with the site's id: each site has its own rows, its administrators included. */
  site: string | null;
  /** Configurations that the table is there for; all unless named. */
  installations: readonly string[] | null;
}>;

export type TablePolicies = Readonly<Record<string, TablePolicy>>;

type Declaration = Readonly<
  Partial<Record<Action, CallerRule>> & {
    readable?: readonly string[];
    writable?: readonly string[];
    site?: string;
    installations?: readonly string[];
  }
>;

/**
 * Writes a table's policy down.
 * @throws {Error} at start, when a field that decides whose a row is could be written by those it decides about.
 */
export function table(declaration: Declaration): TablePolicy {
  const { readable = null, writable = null, site = null, installations = null, ...rules } = declaration;
  const deciding = ACTIONS.flatMap((action) => rules[action]?.ownerFields ?? []);
  const loose = [...deciding, ...(site === null ? [] : [site])].filter((field) => writable?.includes(field));
  if (loose.length > 0)
    throw new Error(`${loose.join(', ')} decides whose a row is, so it cannot be writable`);
  return Object.freeze({ rules, readable, writable, site, installations });
}
