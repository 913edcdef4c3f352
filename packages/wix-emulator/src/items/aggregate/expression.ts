import { invalid } from '../errors.ts';
import { valueAt } from '../path.ts';
import { isObject } from '../value.ts';
import type { Json, JsonObject } from '../value.ts';
import { operations } from './operations.ts';
import type { OperationName } from './operations.ts';
import type { ReadPath } from './read-path.ts';

export type Expression =
  | Readonly<{ is: 'field'; path: string }>
  | Readonly<{ is: 'constant'; value: string | number }>
  | Readonly<{ is: 'operation'; name: OperationName; of: readonly Expression[] }>;

const MAX_DEPTH = 16;
const MAX_TEXT = 1_000;

/** Reads an expression as the SDK's builders write it: an object with one key [recorded]. */
export function parseExpression(value: unknown, readPath: ReadPath, depth = 0): Expression {
  if (depth > MAX_DEPTH) throw invalid(`An expression may not be nested deeper than ${MAX_DEPTH} levels.`);
  const [[name, content] = ['', undefined], ...more] = isObject(value) ? Object.entries(value) : [];
  if (name === '' || more.length > 0) throw invalid('An expression must be an object with one key.');
  if (name === 'fieldPath' && typeof content === 'string') return { is: 'field', path: readPath(content) };
  if (name === 'text' && typeof content === 'string' && content.length <= MAX_TEXT) {
    return { is: 'constant', value: content };
  }
  if (name === 'numeric' && typeof content === 'number') return { is: 'constant', value: content };
  if (!isOperation(name)) throw invalid(`[${name}] is no expression, or not with this value.`);
  const operands = operations[name].takes.safeParse(content);
  if (!operands.success) throw invalid(`${name} does not take these operands.`);
  const of = operands.data.map((operand) => parseExpression(operand, readPath, depth + 1));
  return { is: 'operation', name, of };
}

/** The value of an expression for a row; a missing field is `undefined`. */
export function evaluate(expression: Expression, row: JsonObject): Json | undefined {
  switch (expression.is) {
    case 'field':
      return valueAt(row, expression.path);
    case 'constant':
      return expression.value;
    case 'operation': {
      const operation = operations[expression.name];
      const values = expression.of.map((operand) => evaluate(operand, row) ?? null);
      if (!('skipsNull' in operation) && values.includes(null)) return null;
      return operation.gives(values);
    }
  }
}

const isOperation = (name: string): name is OperationName => Object.hasOwn(operations, name);
