import type { oas31 } from 'zod-openapi';
import type { FieldType } from '../policy/field.ts';
import { readableFields } from '../policy/item-schema.ts';
import { LIST_LIMIT, OPERATORS } from '../policy/parse-filter.ts';
import { schemaRef, type DescribedCollection } from './item-schemas.ts';

type Schema = oas31.SchemaObject;

const VALUES: Readonly<Record<FieldType, Schema>> = {
  text: { type: 'string' },
  email: { type: 'string' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  dateTime: {
    anyOf: [
      { type: 'string', format: 'date-time' },
      {
        type: 'object',
        properties: { $date: { type: 'string', format: 'date-time' } },
        required: ['$date'],
        additionalProperties: false,
      },
    ],
  },
  texts: { type: 'string', description: 'Matches when one entry of the list does.' },
  reference: { type: 'string' },
};

/** What can be asked of a field of each type there is, from the table by which filters are parsed. */
export function conditionsOf(collections: readonly DescribedCollection[]): Record<string, Schema> {
  const types = new Set(
    collections.flatMap(({ access }) => Object.values(readableFields(access.query)).map(({ type }) => type)),
  );
  return Object.fromEntries([...types].map((type) => [conditionName(type), conditionSchema(type)]));
}

function conditionName(type: FieldType): string {
  return `${type.charAt(0).toUpperCase()}${type.slice(1)}Condition`;
}

function conditionSchema(type: FieldType): Schema {
  const operators: Schema = {
    type: 'object',
    properties: Object.fromEntries(OPERATORS[type].map((name) => [name, operandSchema(name, VALUES[type])])),
    additionalProperties: false,
    minProperties: 1,
  };
  return {
    description: 'A value to be equal to (null: empty), or operators.',
    anyOf: [VALUES[type], { type: 'null' }, operators],
  };
}

function operandSchema(operator: string, value: Schema): Schema {
  switch (operator) {
    case '$eq':
    case '$ne':
      return { anyOf: [value, { type: 'null' }] };
    case '$in':
    case '$hasSome':
    case '$hasAll':
      return { type: 'array', items: value, minItems: 1, maxItems: LIST_LIMIT };
    case '$contains':
    case '$startsWith':
    case '$endsWith':
      return { type: 'string' };
    case '$exists':
      return { type: 'boolean' };
    default:
      return value;
  }
}

/** The Wix filter over one collection: what may be read may be asked for. */
export function filterSchema({ name, access }: DescribedCollection): Schema {
  const parts: Schema = {
    type: 'array',
    minItems: 1,
    maxItems: LIST_LIMIT,
    items: schemaRef(filterName(name)),
  };
  const fields = Object.entries(readableFields(access.query)).map(([field, { type }]) => [
    field,
    schemaRef(conditionName(type)),
  ]);
  return {
    description: 'A Wix filter. Several keys mean AND.',
    type: 'object',
    properties: { ...Object.fromEntries(fields), $and: parts, $or: parts, $not: parts },
    additionalProperties: false,
  };
}

export function filterName(collection: string): string {
  return `${collection}Filter`;
}
