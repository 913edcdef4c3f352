import { compareValues } from '../compare.ts';
import type { Json } from '../value.ts';
import type { Budget } from './budget.ts';
import { finite } from './operations.ts';

/** Takes the values of a group one by one; a missing field is `undefined`. */
export type Accumulation = { add(value: Json | undefined): void; result(): Json };

/**
 * What becomes of the values of a group. The data has no enforced types, so sums and averages pass over what is not
 * a number instead of failing for one bad row, as do the databases Wix runs on.
 */
export const accumulators = {
  sum: () => numbers((total) => total),
  avg: () => numbers((total, count) => (count === 0 ? null : total / count)),
  min: (budget: Budget) => extreme(budget, (value, kept) => compareValues(value, kept) < 0),
  max: (budget: Budget) => extreme(budget, (value, kept) => compareValues(value, kept) > 0),
  first: (budget: Budget) => one(budget, false),
  last: (budget: Budget) => one(budget, true),
  push,
} as const satisfies Record<string, (budget: Budget) => Accumulation>;

export type AccumulatorName = keyof typeof accumulators;

function numbers(resultOf: (total: number, count: number) => Json): Accumulation {
  let total = 0;
  let count = 0;
  return {
    add(value) {
      if (typeof value !== 'number') return;
      total = finite('sum', total + value);
      count += 1;
    },
    result: () => resultOf(total, count),
  };
}

/** Null and missing are neither least nor greatest; among different types the order of sorting holds. */
function extreme(budget: Budget, replaces: (value: Json, kept: Json) => boolean): Accumulation {
  let kept: Json = null;
  return {
    add(value) {
      if (value === undefined || value === null) return;
      if (kept === null) budget.hold(value);
      else if (!replaces(value, kept)) return;
      kept = value;
    },
    result: () => kept,
  };
}

function one(budget: Budget, isLast: boolean): Accumulation {
  let kept: Json | undefined;
  return {
    add(value) {
      if (kept === undefined) budget.hold(value ?? null);
      else if (!isLast) return;
      kept = value ?? null;
    },
    result: () => kept ?? null,
  };
}

function push(budget: Budget): Accumulation {
  const values: Json[] = [];
  return {
    add(value) {
      if (value === undefined) return;
      budget.hold(value);
      values.push(value);
    },
    result: () => values,
  };
}
