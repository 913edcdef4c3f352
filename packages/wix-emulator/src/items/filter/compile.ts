import { DATE_COLUMN, DATE_PREFIX, fieldOf } from './field.ts';
import type { Field } from './field.ts';
import type { Condition, Operand } from './parse.ts';

/** SQL with a place for every value. Nothing but validated field paths ever stands in the text itself. */
export type Sql = Readonly<{ text: string; values: readonly unknown[] }>;

/** Whether a field of the collection ever held an array. */
export type HoldsArrays = (path: string) => boolean;

/**
 * Turns a condition into SQL that is true for the rows it matches; for others it may be false or NULL, which
 * `WHERE`, `AND` and `OR` treat alike, and the negation allows for.
 */
export function compile(condition: Condition, holdsArrays: HoldsArrays): Sql {
  switch (condition.is) {
    case 'and':
      return join(condition.of, ' AND ', 'TRUE', holdsArrays);
    case 'or':
      return join(condition.of, ' OR ', 'FALSE', holdsArrays);
    case 'not': {
      const { text, values } = compile(condition.of, holdsArrays);
      return { text: `(${text}) IS NOT TRUE`, values };
    }
    case 'present':
      return { text: `${fieldOf(condition.path).value} IS NOT NULL`, values: [] };
    case 'equal':
      return equal(fieldOf(condition.path), [condition.operand], holdsArrays);
    case 'one-of':
      return equal(fieldOf(condition.path), condition.operands, holdsArrays);
    case 'ordered':
      return ordered(fieldOf(condition.path), condition.relation, condition.operand);
    case 'text': {
      const field = fieldOf(condition.path);
      return {
        text: `(${field.type} = 'text' AND text_${condition.match}(${field.value}, ?))`,
        values: [condition.text],
      };
    }
  }
}

function join(conditions: readonly Condition[], word: string, empty: string, holdsArrays: HoldsArrays): Sql {
  const parts = conditions
    .map((condition) => compile(condition, holdsArrays))
    .filter(({ text }) => text !== empty);
  if (parts.length === 0) return { text: empty, values: [] };
  if (parts.length === 1 && parts[0]) return parts[0];
  return {
    text: `(${parts.map(({ text }) => text).join(word)})`,
    values: parts.flatMap(({ values }) => values),
  };
}

/** The value equals one of the operands or, where arrays were ever stored, one of its elements does. */
function equal(field: Field, operands: readonly Operand[], holdsArrays: HoldsArrays): Sql {
  if (operands.length === 0) return { text: 'FALSE', values: [] };
  const itself = equalsOne(field, operands);
  const elements = operands.filter(({ kind }) => kind !== 'null');
  if (elements.length === 0 || !holdsArrays(field.path)) return itself;
  const element = equalsOne({ ...field, value: 'element.value', type: 'element.type' }, elements);
  return {
    text: `(${itself.text} OR (${field.type} = 'array' AND EXISTS (SELECT 1 FROM ${field.elements} AS element WHERE ${element.text})))`,
    values: [...itself.values, ...element.values],
  };
}

/** Operands of a kind share one comparison, so that a long list stays one term for the query planner. */
function equalsOne(field: Field, operands: readonly Operand[]): Sql {
  const kinds = Map.groupBy(operands, ({ kind }) => kind);
  const parts = [...kinds].map(([kind, ofKind]) => equalsOneOfKind(field, kind, ofKind));
  if (parts.length === 1 && parts[0]) return parts[0];
  return {
    text: `(${parts.map(({ text }) => text).join(' OR ')})`,
    values: parts.flatMap(({ values }) => values),
  };
}

function equalsOneOfKind(field: Field, kind: Operand['kind'], operands: readonly Operand[]): Sql {
  switch (kind) {
    case 'null':
      return { text: `${field.value} IS NULL`, values: [] };
    case 'boolean': {
      // As a value `true` reads as 1, which is what an index holds of it.
      const truths = new Set(operands.map((operand) => 'value' in operand && operand.value === true));
      const values = [...truths].map(Number).join(', ');
      return { text: `(${field.value} IN (${values}) AND ${field.type} ${jsonTypes.boolean})`, values: [] };
    }
    default: {
      const spelled = operands.map((operand) => spell(field, operand));
      const [first] = spelled;
      const match =
        spelled.length === 1 && first
          ? { text: `${field.value} = ${first.text}`, value: first.value }
          : {
              text: `${field.value} IN (SELECT value FROM json_each(?))`,
              value: JSON.stringify(
                operands.map((operand) =>
                  operand.kind === 'number' ? operand.value : spell(field, operand).value,
                ),
              ),
            };
      return { text: `(${match.text} AND ${field.type} ${jsonTypes[kind]})`, values: [match.value] };
    }
  }
}

/** Arrays are not ordered, and neither are values of different types. */
function ordered(field: Field, relation: string, operand: Operand): Sql {
  const { text, value } = spell(field, operand);
  const compared = `${field.value} ${relation} ${text} AND ${field.type} ${jsonTypes[operand.kind]}`;
  // Among objects only those that spell a date come into it.
  const isDate = operand.kind === 'date' && field.type !== DATE_COLUMN;
  const guard = isDate ? ` AND substr(${field.value}, 1, ${DATE_PREFIX.length}) = '${DATE_PREFIX}'` : '';
  return { text: `(${compared}${guard})`, values: [value] };
}

const jsonTypes: Record<Operand['kind'], string> = {
  null: "= 'null'",
  boolean: "IN ('true', 'false')",
  number: "IN ('integer', 'real')",
  text: "= 'text'",
  date: "= 'object'",
  object: "= 'object'",
  array: "= 'array'",
};

function spell(field: Field, operand: Operand): { text: string; value: unknown } {
  switch (operand.kind) {
    case 'null':
      return { text: '?', value: null };
    case 'date':
      return { text: '?', value: field.spellDate(operand.value) };
    case 'number':
      // Beyond 2^53 the text in the item is read as a 64-bit integer, so the operand must be read the same way.
      return Number.isInteger(operand.value) && !Number.isSafeInteger(operand.value)
        ? { text: "(? ->> '$')", value: JSON.stringify(operand.value) }
        : { text: '?', value: operand.value };
    default:
      return { text: '?', value: operand.value };
  }
}
