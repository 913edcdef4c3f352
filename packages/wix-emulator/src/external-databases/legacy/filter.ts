import { invalid } from '../../items/errors.ts';
import type { Filter } from '../../items/reads.ts';
import { isDate, isObject } from '../../items/value.ts';
import type { Json, JsonObject } from '../../items/value.ts';

/** A filter of the data API, freed of its short forms: every condition has an operator, every "and" is written. */
type Node =
  | { is: 'all' }
  | { is: 'of'; operator: '$and' | '$or' | '$not'; of: Node[] }
  | { is: 'field'; fieldName: string; operator: string; value: Json };

/** What both protocols know. A list of values in the filter is called `$hasSome` there. */
const SAME = new Set([
  '$eq',
  '$ne',
  '$lt',
  '$lte',
  '$gt',
  '$gte',
  '$hasSome',
  '$contains',
  '$startsWith',
  '$endsWith',
  '$urlized',
  '$matches',
]);

/** Protocol 2 is keyed by field, protocol 1 a tree of nodes. */
export function legacyFilter(filter: Filter, version: 'V1' | 'V2'): object {
  const node = nodeOf(filter as JsonObject);
  return version === 'V2' ? keyed(node) : tree(node);
}

function nodeOf(filter: Json): Node {
  if (!isObject(filter)) throw invalid('A filter must be an object.');
  return all(
    Object.entries(filter).map(([key, value]) =>
      key.startsWith('$') ? logical(key, value) : field(key, value),
    ),
  );
}

function logical(operator: string, value: Json): Node {
  if (operator !== '$and' && operator !== '$or' && operator !== '$not') {
    throw invalid(`Unknown operator ${operator}. Expected $and, $or or $not.`);
  }
  const parts = operator === '$not' && isObject(value) ? [value] : value;
  if (!Array.isArray(parts) || parts.length === 0) throw invalid(`${operator} must be a list of filters.`);
  const of = parts.map(nodeOf);
  // Of several filters in `$not` none may match; the protocols take one.
  if (operator === '$not') return { is: 'of', operator, of: [any(of)] };
  return operator === '$and' ? all(of) : any(of);
}

function field(fieldName: string, value: Json): Node {
  if (!isObject(value) || isDate(value)) return comparison(fieldName, '$eq', value);
  const entries = Object.entries(value);
  if (!entries.some(([key]) => key.startsWith('$'))) return comparison(fieldName, '$eq', value);
  return all(
    entries.map(([operator, operand]) =>
      operator === '$not'
        ? { is: 'of', operator, of: [field(fieldName, operand)] }
        : comparison(fieldName, operator, operand),
    ),
  );
}

function comparison(fieldName: string, operator: string, value: Json): Node {
  if (SAME.has(operator)) return { is: 'field', fieldName, operator, value };
  if (operator === '$in') return { is: 'field', fieldName, operator: '$hasSome', value };
  if (operator === '$exists')
    return { is: 'field', fieldName, operator: value === true ? '$ne' : '$eq', value: null };
  throw invalid(`${operator} on [${fieldName}] is not known to the external database.`);
}

/** No condition at all is none of an "and", and makes an "or" match everything. */
function all(nodes: Node[]): Node {
  const of = nodes.filter(({ is }) => is !== 'all');
  const [only = { is: 'all' }, ...more] = of;
  return more.length === 0 ? only : { is: 'of', operator: '$and', of };
}

function any(of: Node[]): Node {
  if (of.some(({ is }) => is === 'all')) return { is: 'all' };
  const [only, ...more] = of;
  return only && more.length === 0 ? only : { is: 'of', operator: '$or', of };
}

function keyed(node: Node): object {
  if (node.is === 'all') return {};
  if (node.is === 'of') return { [node.operator]: node.of.map(keyed) };
  return { [node.fieldName]: { [node.operator]: node.value } };
}

function tree(node: Node): object {
  if (node.is === 'all') return {};
  const { operator } = node;
  if (node.is === 'of') return { kind: 'filter', operator, value: node.of.map(tree) };
  return { kind: 'filter', operator, fieldName: node.fieldName, value: node.value };
}
