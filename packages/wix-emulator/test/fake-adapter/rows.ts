/** What the tests' adapter keeps, and how it finds it. It shares no code with the emulator. */

export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };
export type Row = Record<string, Value>;

type Test = (row: Row) => boolean;

/** A filter keyed by field, in which every key counts; an operator nobody knows is refused. */
export function matching(
  filter: unknown,
  fields: readonly string[],
  mistakes: ReadonlySet<string> = new Set(),
): Test {
  if (filter === '' || filter === null || filter === undefined) return () => true;
  const entries = Object.entries(filter as Row);
  const looked = mistakes.has('first key only') ? entries.slice(0, 1) : entries;
  const tests = looked.map(([key, value]): Test => {
    if (key === '$and') return all((value as Value[]).map((part) => matching(part, fields, mistakes)));
    if (key === '$or') return any((value as Value[]).map((part) => matching(part, fields, mistakes)));
    if (key === '$not') {
      const inner = [value].flat().map((part) => matching(part, fields, mistakes));
      return (row) => !any(inner)(row);
    }
    if (key.startsWith('$')) throw new Refusal(400, `unknown operator ${key}`);
    if (!fields.includes(key) && mistakes.has('unknown fields ignored')) return () => true;
    if (!fields.includes(key)) throw new Refusal(400, `unknown field ${key}`);
    return all(
      conditionsOf(value).map(([operator, operand]) => comparison(key, operator, operand, mistakes)),
    );
  });
  return all(tests);
}

/** The tree of the first protocol, as a filter keyed by field. */
export function keyed(node: unknown): unknown {
  if (!isObject(node) || node['operator'] === undefined) return isObject(node) && 'kind' in node ? {} : node;
  const { operator, fieldName, value } = node as { operator: string; fieldName?: string; value: Value };
  if (fieldName !== undefined) return { [fieldName]: { [operator]: value } };
  return { [operator]: (value as Value[]).map(keyed) };
}

export function sorted(rows: readonly Row[], sort: readonly { fieldName: string; isDown: boolean }[]): Row[] {
  const keys = [...sort, { fieldName: '_id', isDown: false }];
  return rows.toSorted((a, b) => {
    for (const { fieldName, isDown } of keys) {
      const difference = compare(a[fieldName] ?? null, b[fieldName] ?? null);
      if (difference !== 0) return isDown ? -difference : difference;
    }
    return 0;
  });
}

export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly data: object | undefined;

  constructor(status: number, message: string, code = 'BAD_REQUEST', data?: object) {
    super(message);
    this.status = status;
    this.code = code;
    this.data = data;
  }
}

export function compare(a: Value, b: Value): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [textOf(a), textOf(b)];
  return left < right ? -1 : Number(left > right);
}

const isObject = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: Value): string => (typeof value === 'string' ? value : JSON.stringify(value));
const all =
  (tests: Test[]): Test =>
  (row) =>
    tests.every((test) => test(row));
const any =
  (tests: Test[]): Test =>
  (row) =>
    tests.length === 0 || tests.some((test) => test(row));

function conditionsOf(value: Value): [string, Value][] {
  if (!isObject(value)) return [['$eq', value]];
  const entries = Object.entries(value);
  return entries.some(([key]) => key.startsWith('$') && key !== '$date') ? entries : [['$eq', value]];
}

function comparison(field: string, operator: string, operand: Value, mistakes: ReadonlySet<string>): Test {
  if (mistakes.has('wildcards') && operand === '%') return () => true;
  const same = (value: Value, other: Value) => compare(value, other) === 0;
  const text = (row: Row) => textOf(row[field] ?? '').toLowerCase();
  const wanted = textOf(operand).toLowerCase();
  const at = (row: Row): Value => row[field] ?? null;
  const ordered = (test: (difference: number) => boolean) => (row: Row) =>
    at(row) !== null && test(compare(at(row), operand));
  switch (operator) {
    case '$eq':
      return (row) => same(at(row), operand);
    case '$ne':
      return (row) => !same(at(row), operand);
    case '$lt':
      return ordered((difference) => difference < 0);
    case '$lte':
      return ordered((difference) => difference <= 0);
    case '$gt':
      return ordered((difference) => difference > 0);
    case '$gte':
      return ordered((difference) => difference >= 0);
    case '$in':
    case '$hasSome':
      return (row) => (operand as Value[]).some((one) => same(at(row), one));
    case '$contains':
      return (row) => text(row).includes(wanted);
    case '$startsWith':
      return (row) => text(row).startsWith(wanted);
    case '$endsWith':
      return (row) => text(row).endsWith(wanted);
    case '$exists':
      return (row) => (at(row) !== null) === operand;
    default:
      throw new Refusal(400, `unknown operator ${operator}`);
  }
}
