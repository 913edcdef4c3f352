import { Problem } from '../http/problem.ts';
import type { Field, FieldType } from './field.ts';
import type { Filter } from './filter.ts';

const DEPTH_LIMIT = 8;
const CONDITION_LIMIT = 100;
export const LIST_LIMIT = 1000;

const ORDERINGS = ['$gt', '$gte', '$lt', '$lte'];
const COMPARISONS = ['$eq', '$ne', ...ORDERINGS];
const LISTS = ['$in', '$hasSome', '$hasAll'];
const TEXTS = ['$contains', '$startsWith', '$endsWith'];
const TEXT_OPERATORS = [...COMPARISONS, ...LISTS, ...TEXTS, '$exists'];
const ORDERED_OPERATORS = [...COMPARISONS, ...LISTS, '$exists'];

/** Asked for by text, of whatever length or format. */
const TEXTUAL: readonly FieldType[] = ['text', 'email', 'texts', 'reference'];

/** What can be asked of a field of each type. An operator that is not here is refused, never dropped. */
export const OPERATORS: Record<FieldType, readonly string[]> = {
  text: TEXT_OPERATORS,
  email: TEXT_OPERATORS,
  number: ORDERED_OPERATORS,
  dateTime: ORDERED_OPERATORS,
  boolean: ['$eq', '$ne', '$in', '$exists'],
  // An array matches by any of its entries.
  texts: ['$eq', '$ne', '$in', '$hasSome', '$hasAll', '$exists'],
  reference: ['$eq', '$ne', '$in', '$hasSome', '$exists'],
};

/**
 * Reads a caller's Wix filter.
 * @param fields the fields this caller may read: others do not exist here, whatever they hold.
 * @throws {Problem} `invalid-request` with the path of the fault.
 */
export function parseFilter(document: unknown, fields: Readonly<Record<string, Field>>): Filter {
  let conditions = 0;

  function group(value: unknown, path: string, depth: number): Filter {
    if (depth > DEPTH_LIMIT) throw fault(path, `is nested deeper than ${DEPTH_LIMIT}`);
    const entries = Object.entries(asObject(value, path)).map(([key, inner]): [string, unknown] => {
      if (++conditions > CONDITION_LIMIT) throw fault(path, `has more than ${CONDITION_LIMIT} conditions`);
      const at = join(path, key);
      if (key === '$and' || key === '$or' || key === '$not') {
        return [key, asList(inner, at).map((part, index) => group(part, join(at, index), depth + 1))];
      }
      if (key.startsWith('$')) throw fault(at, 'is not an operator known here');
      const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
      if (!field) throw fault(at, 'is not a field known here');
      return [key, condition(inner, field, at)];
    });
    return Object.fromEntries(entries);
  }

  function condition(value: unknown, field: Field, path: string): unknown {
    if (!isOperators(value)) return operand(value, field, path);
    const entries = Object.entries(value).map(([operator, inner]): [string, unknown] => {
      if (++conditions > CONDITION_LIMIT) throw fault(path, `has more than ${CONDITION_LIMIT} conditions`);
      const at = join(path, operator);
      if (!OPERATORS[field.type].includes(operator)) throw fault(at, `is not an operator for ${field.type}`);
      if (operator === '$exists') return [operator, asBoolean(inner, at)];
      if (LISTS.includes(operator)) {
        return [operator, asList(inner, at).map((part, index) => listed(part, field, join(at, index)))];
      }
      if (TEXTS.includes(operator)) return [operator, asText(inner, at)];
      // Nothing is greater or less than "empty"; Wix refuses the question too.
      if (ORDERINGS.includes(operator) && inner === null) throw fault(at, `is not a ${field.type}`);
      return [operator, operand(inner, field, at)];
    });
    if (entries.length === 0) throw fault(path, 'has no operator');
    return Object.fromEntries(entries);
  }

  return group(document, '', 1);
}

/** An object is a set of operators, unless it is Wix's way to write an instant. */
function isOperators(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isWixDate(value);
}

function isWixDate(value: object): value is { $date: unknown } {
  return Object.keys(value).length === 1 && '$date' in value;
}

/** A single value of the field's type. `null` asks for "empty". */
function operand(value: unknown, field: Field, path: string): unknown {
  if (value === null) return null;
  const plain =
    typeof value === 'object' && isWixDate(value) && field.type === 'dateTime' ? value.$date : value;
  // Lengths and formats are for stored values; a filter asks only for the type, so that part of an address can be sought.
  if (TEXTUAL.includes(field.type)) return asText(plain, path);
  const result = field.schema.safeParse(plain);
  if (!result.success) throw fault(path, `is not a ${field.type}`);
  return result.data;
}

/** "Empty" is no entry of a list: Wix refuses it there, and `$exists` or `null` ask for it. */
function listed(value: unknown, field: Field, path: string): unknown {
  if (value === null) throw fault(path, `is not a ${field.type}`);
  return operand(value, field, path);
}

function asObject(value: unknown, path: string): object {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw fault(path, 'is not an object');
  return value;
}

function asList(value: unknown, path: string): unknown[] {
  if (!Array.isArray(value)) throw fault(path, 'is not a list');
  if (value.length === 0) throw fault(path, 'is an empty list');
  if (value.length > LIST_LIMIT) throw fault(path, `has more than ${LIST_LIMIT} entries`);
  return value;
}

function asBoolean(value: unknown, path: string): boolean {
  if (typeof value !== 'boolean') throw fault(path, 'is not true or false');
  return value;
}

function asText(value: unknown, path: string): string {
  if (typeof value !== 'string') throw fault(path, 'is not a text');
  return value;
}

function join(path: string, key: string | number): string {
  return path === '' ? String(key) : `${path}.${key}`;
}

function fault(path: string, message: string): Problem {
  return new Problem('invalid-request', {
    errors: [{ path: path === '' ? 'filter' : `filter.${path}`, message }],
  });
}
