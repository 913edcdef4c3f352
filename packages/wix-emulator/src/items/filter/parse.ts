import { z } from 'zod';
import { notImplemented } from '../../http/errors.ts';
import type { textMatches } from '../../store/text-functions.ts';
import { invalid } from '../errors.ts';
import { isDate, isObject, normalise } from '../value.ts';
import type { Json } from '../value.ts';

/** A value to compare with, by kind: matching is type-strict. */
export type Operand =
  | { kind: 'null' }
  | { kind: 'boolean'; value: boolean }
  | { kind: 'number'; value: number }
  | { kind: 'text'; value: string }
  | { kind: 'date'; value: string }
  | { kind: 'object' | 'array'; value: string };

export type Condition =
  | { is: 'and' | 'or'; of: Condition[] }
  | { is: 'not'; of: Condition }
  | { is: 'equal'; path: string; operand: Operand }
  | { is: 'one-of'; path: string; operands: Operand[] }
  | { is: 'ordered'; path: string; relation: '<' | '<=' | '>' | '>='; operand: Operand }
  | { is: 'text'; path: string; match: keyof typeof textMatches; text: string }
  | { is: 'present'; path: string };

const MAX_DEPTH = 16;
const MAX_CONDITIONS = 500;
const MAX_LIST = 5_000;

/**
 * Reads a filter as the SDK's builders write it [recorded], and as people write it by hand. `readPath` hears the path
 * of each field that is to be read; in SQL, naming the field checks it.
 */
export function parseFilter(filter: unknown, readPath?: (path: string) => void): Condition {
  let conditions = 0;

  function all(value: unknown, depth: number): Condition {
    if (!isObject(value)) throw invalid('A filter must be an object.');
    if (depth > MAX_DEPTH) throw invalid(`A filter may not be nested deeper than ${MAX_DEPTH} levels.`);
    const entries = Object.entries(value);
    // An empty filter in a list is a term in SQL like any other.
    if (entries.length === 0 && depth > 0) count();
    const parts = entries.map(([key, part]) =>
      key.startsWith('$') ? logical(key, part, depth) : field(key, part, depth),
    );
    return { is: 'and', of: parts };
  }

  function logical(operator: string, value: Json, depth: number): Condition {
    count();
    if (operator !== '$and' && operator !== '$or' && operator !== '$not') {
      throw invalid(`Unknown operator ${operator}. Expected $and, $or or $not.`);
    }
    // `$not` takes a list in the data API and a single filter in the members API [recorded]. Of several none may match.
    const parts = operator === '$not' && isObject(value) ? [value] : value;
    if (!Array.isArray(parts) || parts.length === 0) throw invalid(`${operator} must be a list of filters.`);
    const of = parts.map((part) => all(part, depth + 1));
    if (operator === '$not') return { is: 'not', of: { is: 'or', of } };
    return { is: operator === '$and' ? 'and' : 'or', of };
  }

  function field(path: string, value: Json, depth: number): Condition {
    readPath?.(path);
    if (!isObject(value) || isDate(value)) return comparison(path, '$eq', value);
    const operators = Object.keys(value).filter((key) => key.startsWith('$'));
    if (operators.length === 0) return comparison(path, '$eq', value);
    if (operators.length < Object.keys(value).length) {
      throw invalid(`[${path}] mixes operators with fields: ${Object.keys(value).join(', ')}.`);
    }
    return {
      is: 'and',
      of: operators.map((operator) =>
        operator === '$not'
          ? negated(path, value[operator], depth + 1)
          : comparison(path, operator, value[operator] ?? null),
      ),
    };
  }

  /** `{field: {$not: {operator: value}}}`: the SDK's own check of filters knows it. */
  function negated(path: string, value: Json | undefined, depth: number): Condition {
    count();
    if (depth > MAX_DEPTH) throw invalid(`A filter may not be nested deeper than ${MAX_DEPTH} levels.`);
    if (!isObject(value) || !Object.keys(value).some((key) => key.startsWith('$'))) {
      throw invalid(`$not on [${path}] must hold operators.`);
    }
    return { is: 'not', of: field(path, value, depth) };
  }

  function comparison(path: string, operator: string, value: Json): Condition {
    count();
    switch (operator) {
      case '$eq':
        return { is: 'equal', path, operand: operandOf(value) };
      case '$ne':
        return { is: 'not', of: { is: 'equal', path, operand: operandOf(value) } };
      case '$lt':
        return { is: 'ordered', path, relation: '<', operand: orderedOperand(operator, value) };
      case '$lte':
        return { is: 'ordered', path, relation: '<=', operand: orderedOperand(operator, value) };
      case '$gt':
        return { is: 'ordered', path, relation: '>', operand: orderedOperand(operator, value) };
      case '$gte':
        return { is: 'ordered', path, relation: '>=', operand: orderedOperand(operator, value) };
      case '$in':
      case '$hasSome':
        return { is: 'one-of', path, operands: listOf(operator, value) };
      case '$hasAll': {
        // In SQL each value is a condition, and so it counts as one.
        const operands = listOf(operator, value);
        count(Math.max(operands.length - 1, 0));
        return hasAll(path, operands);
      }
      case '$contains':
        return { is: 'text', path, match: 'contains', text: textOf(operator, value) };
      case '$startsWith':
        return { is: 'text', path, match: 'starts', text: textOf(operator, value) };
      case '$endsWith':
        return { is: 'text', path, match: 'ends', text: textOf(operator, value) };
      case '$exists':
        return exists(path, value);
      case '$matches':
        return { is: 'text', path, match: 'fits', text: patternOf(value) };
      case '$urlized':
        throw notImplemented(`the filter operator ${operator}`);
      default:
        throw invalid(`Unknown operator ${operator} on [${path}].`);
    }
  }

  function count(more = 1): void {
    conditions += more;
    if (conditions > MAX_CONDITIONS)
      throw invalid(`A filter may not have more than ${MAX_CONDITIONS} conditions.`);
  }

  return all(filter, 0);
}

/** No value asked for is matched by nothing, as in the databases Wix runs on. */
function hasAll(path: string, operands: Operand[]): Condition {
  if (operands.length === 0) return { is: 'one-of', path, operands };
  return { is: 'and', of: operands.map((operand) => ({ is: 'equal', path, operand })) };
}

/** Present means neither missing nor null; the empty text is present. */
function exists(path: string, value: Json): Condition {
  if (typeof value !== 'boolean') throw invalid('$exists must be true or false.');
  return value ? { is: 'present', path } : { is: 'not', of: { is: 'present', path } };
}

function operandOf(value: Json): Operand {
  if (value === null) return { kind: 'null' };
  if (typeof value === 'boolean') return { kind: 'boolean', value };
  if (typeof value === 'number') return { kind: 'number', value };
  if (typeof value === 'string') return { kind: 'text', value };
  const canonical = normalise(value);
  if (isDate(canonical)) return { kind: 'date', value: canonical.$date };
  // Objects and arrays are equal when their JSON is, order of keys included.
  return { kind: Array.isArray(canonical) ? 'array' : 'object', value: JSON.stringify(canonical) };
}

function orderedOperand(operator: string, value: Json): Operand {
  const operand = operandOf(value);
  if (operand.kind === 'number' || operand.kind === 'text' || operand.kind === 'date') return operand;
  throw invalid(`${operator} supports only Number, String or Date.`);
}

function listOf(operator: string, value: Json): Operand[] {
  if (!Array.isArray(value) || value.length > MAX_LIST) {
    throw invalid(`${operator} must be a list of at most ${MAX_LIST} values.`);
  }
  const operands = value.map(operandOf);
  if (operands.some(({ kind }) => kind === 'null' || kind === 'object' || kind === 'array')) {
    throw invalid(`${operator} supports only Date, Number, String and Boolean values.`);
  }
  return operands;
}

/** What the SDK's own check of filters lets pass: it is how it looks up titles by their slug. */
const Pattern = z.strictObject({
  ignoreCase: z.literal(true),
  spec: z
    .array(
      z.discriminatedUnion('type', [
        z.strictObject({ type: z.literal('literal'), value: z.string().max(1_000) }),
        z.strictObject({ type: z.literal('anyOf'), value: z.literal(' \t\n-') }),
      ]),
    )
    .max(1_000),
});

function patternOf(value: Json): string {
  const pattern = Pattern.safeParse(value);
  if (pattern.success) return JSON.stringify(pattern.data.spec);
  throw invalid('$matches must have ignoreCase: true and a spec of literals and separators.');
}

function textOf(operator: string, value: Json): string {
  if (typeof value === 'string') return value;
  throw invalid(`${operator} supports only String.`);
}
