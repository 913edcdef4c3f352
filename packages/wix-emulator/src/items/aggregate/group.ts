import { invalid } from '../errors.ts';
import type { Json, JsonObject } from '../value.ts';
import { accumulators } from './accumulators.ts';
import type { Accumulation, AccumulatorName } from './accumulators.ts';
import { fitting } from './budget.ts';
import type { Budget } from './budget.ts';
import { evaluate, parseExpression } from './expression.ts';
import type { Expression } from './expression.ts';
import { resultField } from './read-path.ts';
import type { ReadPath } from './read-path.ts';
import type { Group as GroupRequest } from './schema.ts';

export type Group = Readonly<{
  /** What a group has in common, under the names it has in the result's `_id`. */
  by: readonly Readonly<{ key: string; expression: Expression }>[];
  results: readonly Readonly<{ field: string; accumulate: AccumulatorName; expression: Expression }>[];
}>;

export function parseGroup({ groupIds, accumulators: asked }: GroupRequest, readPath: ReadPath): Group {
  const by = groupIds.map(({ key, expression }) => ({
    key: resultField(key),
    expression: parseExpression(expression, readPath),
  }));
  const results = asked.map(({ resultFieldName, ...calculation }) => ({
    field: resultField(resultFieldName),
    ...calculationOf(calculation, readPath),
  }));
  return distinctlyNamed({ by, results });
}

/** Of two results with one name the later would hide the earlier; `_id` is the group's own. */
export function distinctlyNamed({ by, results }: Group): Group {
  refuseTwice(by.map(({ key }) => key));
  refuseTwice(['_id', ...results.map(({ field }) => field)]);
  return { by, results };
}

/** One row per group, in the order in which groups first appear; without rows there is no group. */
export function* group(
  { by, results }: Group,
  rows: Iterable<JsonObject>,
  budget: Budget,
): Iterable<JsonObject> {
  const groups = new Map<string, { id: JsonObject; accumulations: Accumulation[] }>();
  for (const row of rows) {
    const values = by.map(({ expression }) => evaluate(expression, row) ?? null);
    const name = JSON.stringify(values);
    let found = groups.get(name);
    if (!found) {
      const id = idOf(by, values);
      budget.hold(id);
      found = { id, accumulations: results.map(({ accumulate }) => accumulators[accumulate](budget)) };
      groups.set(name, found);
    }
    for (const [index, { expression }] of results.entries()) {
      found.accumulations[index]?.add(evaluate(expression, row));
    }
  }
  for (const { id, accumulations } of groups.values()) {
    const fields = results.map(
      ({ field }, index) => [field, accumulations[index]?.result() ?? null] as const,
    );
    yield fitting({ ...(by.length > 0 && { _id: id }), ...Object.fromEntries(fields) });
  }
}

/** Missing and null are one group: that of null. */
const idOf = (by: Group['by'], values: readonly Json[]): JsonObject =>
  Object.fromEntries(by.map(({ key }, index) => [key, values[index] ?? null]));

/** The one key left names what is calculated. */
function calculationOf(
  calculation: Partial<Record<AccumulatorName, { expression?: unknown }>>,
  readPath: ReadPath,
) {
  const [[name, content] = []] = Object.entries(calculation);
  return { accumulate: name as AccumulatorName, expression: parseExpression(content?.expression, readPath) };
}

function refuseTwice(names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalid(`Two results of a group are called [${twice}].`);
}
