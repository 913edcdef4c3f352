/**
 * What a filter means, said a second time and without SQL: the judge of the random filter test. Shares no code
 * with the emulator.
 */
export type Item = Readonly<Record<string, unknown>>;
export type Filter = Readonly<Record<string, unknown>>;

export function matches(item: Item, filter: Filter): boolean {
  return Object.entries(filter).every(([key, value]) => {
    if (key === '$and') return (value as Filter[]).every((part) => matches(item, part));
    if (key === '$or') return (value as Filter[]).some((part) => matches(item, part));
    if (key === '$not') return !(value as Filter[]).some((part) => matches(item, part));
    return fieldMatches(valueAt(item, key.split('.')), value);
  });
}

export function valueAt(value: unknown, path: readonly string[]): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, key))
    return undefined;
  return valueAt((value as Item)[key], rest);
}

function fieldMatches(value: unknown, condition: unknown): boolean {
  const isOperators =
    kindOf(condition) === 'object' && Object.keys(condition as Item).some((key) => key.startsWith('$'));
  if (!isOperators) return equalOrElement(value, condition);
  return Object.entries(condition as Item).every(([operator, operand]) =>
    operatorMatches(value, operator, operand),
  );
}

function operatorMatches(value: unknown, operator: string, operand: unknown): boolean {
  const operands = operand as unknown[];
  switch (operator) {
    case '$eq':
      return equalOrElement(value, operand);
    case '$ne':
      return !equalOrElement(value, operand);
    case '$in':
    case '$hasSome':
      return operands.some((one) => equalOrElement(value, one));
    case '$hasAll':
      return operands.length > 0 && operands.every((one) => equalOrElement(value, one));
    case '$exists':
      return (value !== undefined && value !== null) === operand;
    case '$lt':
      return order(value, operand) === -1;
    case '$lte':
      return [-1, 0].includes(order(value, operand) ?? 9);
    case '$gt':
      return order(value, operand) === 1;
    case '$gte':
      return [0, 1].includes(order(value, operand) ?? 9);
    case '$contains':
      return typeof value === 'string' && lower(value).includes(lower(operand));
    case '$startsWith':
      return typeof value === 'string' && lower(value).startsWith(lower(operand));
    case '$endsWith':
      return typeof value === 'string' && lower(value).endsWith(lower(operand));
    default:
      throw new Error(`the model does not know ${operator}`);
  }
}

function equalOrElement(value: unknown, operand: unknown): boolean {
  if (operand === null) return value === null || value === undefined;
  if (equal(value, operand)) return true;
  return Array.isArray(value) && value.some((element) => equal(element, operand));
}

/** Of one kind and the same; dates by the moment, objects and arrays by their JSON. */
function equal(a: unknown, b: unknown): boolean {
  if (kindOf(a) !== kindOf(b)) return false;
  if (kindOf(a) === 'date') return momentOf(a) === momentOf(b);
  if (typeof a === 'object') return JSON.stringify(a) === JSON.stringify(b);
  return a === b;
}

/** -1, 0 or 1 for two numbers, two texts (by code point) or two dates; nothing for anything else. */
function order(a: unknown, b: unknown): number | undefined {
  const kind = kindOf(a);
  if (kind !== kindOf(b)) return undefined;
  if (kind === 'number') return Math.sign((a as number) - (b as number));
  if (kind === 'text') return Buffer.compare(Buffer.from(a as string), Buffer.from(b as string));
  if (kind === 'date') return Math.sign(momentOf(a) - momentOf(b));
  return undefined;
}

export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (typeof value === 'string') return 'text';
  if (typeof value !== 'object') return typeof value;
  if (Array.isArray(value)) return 'array';
  return Object.hasOwn(value, '$date') ? 'date' : 'object';
}

const momentOf = (date: unknown): number => Date.parse((date as { $date: string }).$date);
const lower = (text: unknown): string => String(text).toLowerCase();
