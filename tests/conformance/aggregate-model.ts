import { kindOf, matches, valueAt } from './filter-model.ts';
import type { Filter, Item } from './filter-model.ts';

/**
 * What aggregations mean, said a second time and without SQL: the judge of the random aggregation test. Shares no
 * code with the emulator. Rows come one by one, because one that is never asked for cannot fail either.
 */
export type Expression = Readonly<Record<string, unknown>>;
type Rows = Iterable<Item>;
type Sort = readonly { fieldName: string; order: string }[];

/** What makes no sense, for the value it meets. */
export class Refused extends Error {}

export function* runStage(stage: Readonly<Record<string, unknown>>, rows: Rows): Rows {
  const [[name, content] = ['', undefined]] = Object.entries(stage);
  switch (name) {
    case 'filter':
      for (const row of rows) if (matches(row, content as Filter)) yield row;
      return;
    case 'skip': {
      let left = content as number;
      for (const row of rows) {
        if (left === 0) yield row;
        else left -= 1;
      }
      return;
    }
    case 'limit': {
      let left = content as number;
      for (const row of rows) {
        yield row;
        left -= 1;
        if (left === 0) return;
      }
      return;
    }
    case 'sort':
      yield* sorted([...rows], (content as { values: Sort }).values);
      return;
    case 'unwindArray':
      for (const row of rows) yield* unwound(row, (content as { arrayFieldName: string }).arrayFieldName);
      return;
    case 'objectToArray':
      for (const row of rows) yield withPairs(row, content as Record<string, string>);
      return;
    case 'projection':
      for (const row of rows) yield projected(row, (content as { fields: Field[] }).fields);
      return;
    case 'group':
      yield* grouped([...rows], content as Group);
      return;
    default:
      throw new Error(`the model does not know the stage ${name}`);
  }
}

/** Numbers and booleans before texts; dates, objects and arrays among the texts, by their JSON. */
function sortOrder(a: unknown, b: unknown): number {
  const rank = (value: unknown) => ['nothing', 'number', 'boolean'].indexOf(kindOf(value));
  const place = (value: unknown) => [2, 0, 1, 1][rank(value) + 1] ?? 2;
  if (place(a) !== place(b)) return place(a) - place(b);
  if (place(a) === 0) return 0;
  if (place(a) === 1) return Math.sign(Number(a) - Number(b));
  const text = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
  return Buffer.compare(text(a), text(b));
}

export const sorted = (rows: Item[], sort: Sort): Item[] =>
  rows.toSorted((a, b) => {
    for (const { fieldName, order } of sort) {
      const path = fieldName.split('.');
      const difference = sortOrder(valueAt(a, path), valueAt(b, path));
      if (difference !== 0) return order === 'ASC' ? difference : -difference;
    }
    return 0;
  });

function unwound(row: Item, field: string): Item[] {
  const path = field.split('.');
  const value = valueAt(row, path) ?? [];
  return (Array.isArray(value) ? value : [value]).map((element: unknown) => {
    const copy = structuredClone(row) as Record<string, unknown>;
    let holder = copy;
    for (const key of path.slice(0, -1)) holder = holder[key] as Record<string, unknown>;
    holder[path.at(-1) ?? ''] = element;
    return copy;
  });
}

function withPairs(row: Item, stage: Record<string, string>): Item {
  const { objectFieldName = '', destinationFieldName = '' } = stage;
  const value = valueAt(row, objectFieldName.split('.')) ?? null;
  if (value !== null && kindOf(value) !== 'object') throw new Refused();
  const pairs = value === null ? null : Object.entries(value).map(([k, v]) => ({ k, v: v as unknown }));
  return { ...row, [destinationFieldName]: pairs };
}

/** The projections that random tests write: one kind at a time, without nesting. */
type Field = {
  include?: { fieldName: string };
  exclude?: { fieldName: string };
  reshape?: { resultFieldName: string; expression: Expression };
};

function projected(row: Item, fields: readonly Field[]): Item {
  if (fields.some(({ exclude }) => exclude)) {
    const copy = structuredClone(row) as Record<string, unknown>;
    for (const { exclude } of fields) delete copy[exclude?.fieldName ?? ''];
    return copy;
  }
  const result: Record<string, unknown> = {};
  for (const { include, reshape } of fields) {
    const name = include?.fieldName ?? reshape?.resultFieldName ?? '';
    const value = reshape ? evaluated(reshape.expression, row) : valueAt(row, [name]);
    if (value !== undefined) result[name] = value;
  }
  if (row['_id'] !== undefined && !Object.hasOwn(result, '_id')) result['_id'] = row['_id'];
  return result;
}

export type Group = {
  groupIds: readonly { key: string; expression: Expression }[];
  accumulators: readonly Readonly<Record<string, unknown>>[];
};

function grouped(rows: readonly Item[], { groupIds, accumulators }: Group): Item[] {
  const ids = rows.map((row) => groupIds.map(({ expression }) => evaluated(expression, row) ?? null));
  const groups = Map.groupBy(rows.keys(), (index) => JSON.stringify(ids[index]));
  return [...groups.values()].map((members) => {
    const id = ids[members[0] ?? 0] ?? [];
    const result: Record<string, unknown> = {};
    if (groupIds.length > 0) result['_id'] = Object.fromEntries(groupIds.map(({ key }, n) => [key, id[n]]));
    for (const { resultFieldName, ...calculation } of accumulators) {
      const [[name, content] = ['', {}]] = Object.entries(calculation);
      const { expression } = content as { expression: Expression };
      const values = members.map((index) => evaluated(expression, rows[index] ?? {}));
      result[resultFieldName as string] = accumulated(name, values);
    }
    return result;
  });
}

function accumulated(name: string, values: readonly unknown[]): unknown {
  const numbers = values.filter((value): value is number => typeof value === 'number');
  const present = values.filter((value) => value !== undefined && value !== null).toSorted(sortOrder);
  switch (name) {
    case 'sum':
      return total(numbers);
    case 'avg':
      return numbers.length === 0 ? (total(numbers), null) : total(numbers) / numbers.length;
    case 'min':
      return present[0] ?? null;
    case 'max':
      // Of equals the first is kept, as of the least.
      return present.find((value) => sortOrder(value, present.at(-1)) === 0) ?? null;
    case 'first':
      return values[0] ?? null;
    case 'last':
      return values.at(-1) ?? null;
    case 'push':
      return values.filter((value) => value !== undefined);
    default:
      throw new Error(`the model does not know the accumulator ${name}`);
  }
}

function evaluated(expression: Expression, row: Item): unknown {
  const [[name, content] = ['', undefined]] = Object.entries(expression);
  if (name === 'fieldPath') return valueAt(row, (content as string).split('.'));
  if (name === 'text' || name === 'numeric') return content;
  const operands = Object.entries(content as Record<string, unknown>).flatMap(([key, operand]) =>
    key === 'expressions' ? (operand as Expression[]) : [operand as Expression],
  );
  const values = operands.map((operand: Expression) => evaluated(operand, row) ?? null);
  if (name === 'sum') return total(values.filter((value) => value !== null).map(asNumber));
  if (values.includes(null)) return null;
  return calculated(name, values);
}

function calculated(name: string, values: readonly unknown[]): unknown {
  const [a, b, c] = values;
  switch (name) {
    case 'add':
      return total(values.map(asNumber));
    case 'subtract':
      return bounded(asNumber(a) - asNumber(b));
    case 'multiply':
      return bounded(values.map(asNumber).reduce((product, one) => product * one, 1));
    case 'divide':
      return bounded(asNumber(a) / notZero(asNumber(b)));
    case 'mod':
      return asNumber(a) % notZero(asNumber(b));
    case 'abs':
      return Math.abs(asNumber(a));
    case 'floor':
      return Math.floor(asNumber(a));
    case 'ceil':
      return Math.ceil(asNumber(a));
    case 'concat':
      return values.map(asText).join('');
    case 'stringify':
      if (kindOf(a) === 'date') return (a as { $date: string }).$date;
      return typeof a === 'string' ? a : JSON.stringify(a);
    case 'toLower':
      return asText(a).toLowerCase();
    case 'toUpper':
      return asText(a).toUpperCase();
    case 'length':
      return Array.from(asText(a)).length;
    case 'substring': {
      const [characters, start] = [Array.from(asText(a)), asCount(b)];
      return characters
        .filter((_, n) => n >= start && (values.length < 3 || n < start + asCount(c)))
        .join('');
    }
    default:
      throw new Error(`the model does not know the expression ${name}`);
  }
}

const total = (numbers: readonly number[]): number => numbers.reduce((sum, one) => bounded(sum + one), 0);

function bounded(number: number): number {
  if (!Number.isFinite(number)) throw new Refused();
  return number;
}

function notZero(number: number): number {
  if (number === 0) throw new Refused();
  return number;
}

function asNumber(value: unknown): number {
  if (typeof value !== 'number') throw new Refused();
  return value;
}

function asText(value: unknown): string {
  if (typeof value !== 'string') throw new Refused();
  return value;
}

function asCount(value: unknown): number {
  if (!Number.isInteger(value) || (value as number) < 0) throw new Refused();
  return value as number;
}
