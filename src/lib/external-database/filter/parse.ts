import type { Operator } from '../catalogue/field-types.ts';
import type { Column } from '../catalogue/table.ts';
import { badRequest, Fault } from '../fault.ts';
import { isWixDate, readValue, type Stored } from '../sql/values.ts';
import { EVERYTHING, NOTHING, type Condition } from './condition.ts';

const DEPTH_LIMIT = 8;
const CONDITION_LIMIT = 100;
const LIST_LIMIT = 1000;

/** What operators of filters are announced as. */
const ANNOUNCED: Readonly<Record<string, Operator>> = {
  $eq: 'EQ',
  $ne: 'NE',
  $lt: 'LT',
  $lte: 'LTE',
  $gt: 'GT',
  $gte: 'GTE',
  $in: 'HAS_SOME',
  $nin: 'HAS_SOME',
  $hasSome: 'HAS_SOME',
  $hasAll: 'HAS_ALL',
  $contains: 'CONTAINS',
  $startsWith: 'STARTS_WITH',
  $endsWith: 'ENDS_WITH',
  $urlized: 'URLIZED',
  $exists: 'EXISTS',
};

const ORDERS = { $lt: '<', $lte: '<=', $gt: '>', $gte: '>=' } as const;

/**
 * Reads a filter in any of its notations: the tree of operators (protocol 1), keyed by field (protocol 2), and keyed
 * with bare values (the current generation). Several keys of one object are met together.
 * @param columns those this caller may read: others do not exist here.
 * @throws {Fault} `BAD_REQUEST` or `FIELD_DOESNT_EXIST`; nothing of a filter is ever dropped.
 */
export function parseFilter(document: unknown, columns: ReadonlyMap<string, Column>): Condition {
  let conditions = 0;

  function count(): void {
    if (++conditions > CONDITION_LIMIT)
      throw badRequest(`The filter has more than ${CONDITION_LIMIT} conditions.`);
  }

  function group(value: unknown, depth: number): Condition {
    if (depth > DEPTH_LIMIT) throw badRequest(`The filter is nested deeper than ${DEPTH_LIMIT}.`);
    const entries = Object.entries(asObject(value));
    if (isTree(value)) return tree(value, depth);
    return together(
      entries.map(([key, inner]) => {
        count();
        return key.startsWith('$') ? junction(key, inner, depth) : field(key, inner);
      }),
    );
  }

  function junction(operator: string, value: unknown, depth: number): Condition {
    switch (operator) {
      case '$and':
        return together(asList(value).map((part) => group(part, depth + 1)));
      case '$or': {
        const parts = asList(value).map((part) => group(part, depth + 1));
        // As the first adapter had it: nothing to choose from is no restriction.
        return parts.length === 0 ? EVERYTHING : { kind: 'any', of: parts };
      }
      case '$not':
        return {
          kind: 'not',
          of: together(
            (Array.isArray(value) ? asList(value) : [value]).map((part) => group(part, depth + 1)),
          ),
        };
      default:
        throw badRequest('The filter has an operator that is not known here.');
    }
  }

  function tree(node: Tree, depth: number): Condition {
    if (node.operator === undefined) return EVERYTHING;
    count();
    if (node.fieldName === undefined) return junction(asText(node.operator), node.value, depth);
    return condition(columnOf(asText(node.fieldName)), asText(node.operator), node.value);
  }

  function field(key: string, value: unknown): Condition {
    const column = columnOf(key);
    if (!isOperators(value)) return condition(column, '$eq', value);
    const operators = Object.entries(value);
    if (operators.length === 0) throw badRequest('The filter has a field without an operator.');
    return together(
      operators.map(([operator, inner]) => {
        count();
        return condition(column, operator, inner);
      }),
    );
  }

  function columnOf(key: string): Column {
    const column = columns.get(key);
    if (!column)
      throw new Fault('FIELD_DOESNT_EXIST', 'The filter names a field that is not there.', {
        data: { propertyName: key },
      });
    return column;
  }

  if (document === undefined || document === null || document === '') return EVERYTHING;
  return group(document, 1);
}

function together(parts: readonly Condition[]): Condition {
  const [only, ...others] = parts;
  return only && others.length === 0 ? only : { kind: 'all', of: parts };
}

function condition(column: Column, operator: string, value: unknown): Condition {
  const announced = Object.hasOwn(ANNOUNCED, operator) ? ANNOUNCED[operator] : undefined;
  if (!announced || !column.operators.includes(announced))
    throw badRequest('The filter has an operator that its field does not know.');
  switch (operator) {
    case '$eq':
    case '$ne': {
      const kind = operator === '$eq' ? 'equal' : 'differ';
      const wanted = operand(column, value);
      if (wanted !== undefined) return { kind, column, value: wanted };
      return kind === 'equal' ? NOTHING : EVERYTHING;
    }
    case '$lt':
    case '$lte':
    case '$gt':
    case '$gte': {
      const wanted = operand(column, value);
      // Nothing is greater or less than "empty".
      if (wanted === null || wanted === undefined)
        throw badRequest('The filter compares with something empty.');
      return { kind: 'order', operator: ORDERS[operator], column, value: wanted };
    }
    case '$in':
    case '$hasSome':
      if (column.type === 'ARRAY_STRING')
        return { kind: 'list-has', which: 'some', column, values: texts(value) };
      return { kind: 'one-of', column, values: operands(column, value) };
    case '$nin': {
      if (column.type === 'ARRAY_STRING')
        return { kind: 'not', of: { kind: 'list-has', which: 'some', column, values: texts(value) } };
      return { kind: 'not', of: { kind: 'one-of', column, values: operands(column, value) } };
    }
    case '$hasAll':
      return { kind: 'list-has', which: 'all', column, values: texts(value) };
    case '$exists':
      if (typeof value !== 'boolean') throw badRequest('$exists is true or false.');
      return { kind: 'exists', column, value };
    default:
      return { kind: 'text', operator: operator.slice(1) as 'contains', column, value: plain(asText(value)) };
  }
}

/** A value to compare with; `undefined` for one that no row can have, such as the id "x" where ids are numbers. */
function operand(column: Column, value: unknown): Stored | null | undefined {
  const isNamed = column.key === '_id' || column.storage === 'uuid';
  try {
    return readValue(column, value, column.key);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (isNamed && typeof value === 'string') return undefined;
    throw badRequest(`The filter is wrong: ${error.message}.`);
  }
}

function operands(column: Column, value: unknown): Stored[] {
  return bounded(value).flatMap((entry) => {
    const read = operand(column, entry);
    if (read === null) throw badRequest('The filter has a list with something empty in it.');
    return read === undefined ? [] : [read];
  });
}

function texts(value: unknown): string[] {
  return bounded(value).map((entry) => plain(asText(entry)));
}

/** No stored text has these characters, and PostgreSQL takes none of them. */
function plain(text: string): string {
  if (text.includes('\0') || !text.isWellFormed())
    throw badRequest('The filter holds characters that are not kept.');
  return text;
}

function bounded(value: unknown): unknown[] {
  const list = asList(value);
  if (list.length === 0) throw badRequest('The filter has an empty list.');
  return list;
}

type Tree = Readonly<{ kind: string; operator?: unknown; fieldName?: unknown; value?: unknown }>;

const TREE_KEYS = new Set(['kind', 'operator', 'fieldName', 'value']);

/** A node of protocol 1. A field may be called `kind` as well: then something else stands beside it, or behind it. */
function isTree(value: unknown): value is Tree {
  const { kind } = value as { kind?: unknown };
  return kind === 'filter' && Object.keys(value as object).every((key) => TREE_KEYS.has(key));
}

/** An object is a set of operators, unless it is how Wix writes an instant. */
function isOperators(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isWixDate(value);
}

function asObject(value: unknown): object {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badRequest('The filter has something else where an object is needed.');
  return value;
}

function asList(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw badRequest('The filter has something else where a list is needed.');
  if (value.length > LIST_LIMIT)
    throw badRequest(`The filter has a list of more than ${LIST_LIMIT} entries.`);
  return value;
}

function asText(value: unknown): string {
  if (typeof value !== 'string') throw badRequest('The filter has something else where a text is needed.');
  return value;
}
