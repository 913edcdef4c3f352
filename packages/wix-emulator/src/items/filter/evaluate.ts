import { compareTexts } from '../compare.ts';
import { valueAt } from '../path.ts';
import { isDate } from '../value.ts';
import type { Json, JsonObject } from '../value.ts';
import { textMatches } from '../../store/text-functions.ts';
import type { Condition, Operand } from './parse.ts';

/** Whether a row that is not in the data file matches: the meaning of `compile`, for results of an aggregation. */
export function matches(condition: Condition, row: JsonObject): boolean {
  switch (condition.is) {
    case 'and':
      return condition.of.every((part) => matches(part, row));
    case 'or':
      return condition.of.some((part) => matches(part, row));
    case 'not':
      return !matches(condition.of, row);
    case 'present':
      return (valueAt(row, condition.path) ?? null) !== null;
    case 'equal':
      return equals(valueAt(row, condition.path), condition.operand);
    case 'one-of': {
      const value = valueAt(row, condition.path);
      return condition.operands.some((operand) => equals(value, operand));
    }
    case 'ordered':
      return ordered(valueAt(row, condition.path), condition.relation, condition.operand);
    case 'text': {
      const value = valueAt(row, condition.path);
      return typeof value === 'string' && textMatches[condition.match](value, condition.text);
    }
  }
}

/** The value equals the operand or, in an array, one of its elements does. */
function equals(value: Json | undefined, operand: Operand): boolean {
  if (operand.kind === 'null') return value === undefined || value === null;
  if (equalsItself(value, operand)) return true;
  return Array.isArray(value) && value.some((element: Json) => equalsItself(element, operand));
}

function equalsItself(value: Json | undefined, operand: Operand): boolean {
  switch (operand.kind) {
    case 'null':
      return false;
    case 'date':
      return isDate(value) && value.$date === operand.value;
    case 'object':
    case 'array':
      return typeof value === 'object' && value !== null && JSON.stringify(value) === operand.value;
    default:
      return value === operand.value;
  }
}

function ordered(value: Json | undefined, relation: string, operand: Operand): boolean {
  const difference = differenceOf(value, operand);
  if (difference === undefined) return false;
  switch (relation) {
    case '<':
      return difference < 0;
    case '<=':
      return difference <= 0;
    case '>':
      return difference > 0;
    default:
      return difference >= 0;
  }
}

/** Values of different kinds have no order. */
function differenceOf(value: Json | undefined, operand: Operand): number | undefined {
  if (operand.kind === 'number' && typeof value === 'number') return value - operand.value;
  if (operand.kind === 'text' && typeof value === 'string') return compareTexts(value, operand.value);
  if (operand.kind === 'date' && isDate(value)) return compareTexts(value.$date, operand.value);
  return undefined;
}
