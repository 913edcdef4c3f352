import type { Column } from '../catalogue/table.ts';
import type { TextOperator } from '../sql/dialect.ts';
import type { Stored } from '../sql/values.ts';

/**
 * A filter of any generation, read and checked. A condition on an empty value is simply not met; `not` is met by
 * whatever its part is not met by.
 */
export type Condition =
  | Readonly<{ kind: 'all' | 'any'; of: readonly Condition[] }>
  | Readonly<{ kind: 'not'; of: Condition }>
  | Readonly<{ kind: 'equal' | 'differ'; column: Column; value: Stored | null }>
  | Readonly<{ kind: 'order'; operator: '<' | '<=' | '>' | '>='; column: Column; value: Stored }>
  | Readonly<{ kind: 'one-of'; column: Column; values: readonly Stored[] }>
  | Readonly<{ kind: 'list-has'; which: 'some' | 'all'; column: Column; values: readonly string[] }>
  | Readonly<{ kind: 'text'; operator: TextOperator; column: Column; value: string }>
  | Readonly<{ kind: 'exists'; column: Column; value: boolean }>
  | Readonly<{ kind: 'never' }>;

export const EVERYTHING: Condition = Object.freeze({ kind: 'all', of: [] });
export const NOTHING: Condition = Object.freeze({ kind: 'never' });

/** Met where all of them are. */
export function allOf(...conditions: readonly Condition[]): Condition {
  const narrowing = conditions.filter(
    (condition) => !(condition.kind === 'all' && condition.of.length === 0),
  );
  const [first, ...others] = narrowing;
  if (!first) return EVERYTHING;
  return others.length === 0 ? first : { kind: 'all', of: narrowing };
}
