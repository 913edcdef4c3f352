/** How values lie in the database, whatever the database calls it. */
export type Storage =
  | 'text'
  | 'uuid'
  /** One of the texts that the database names (an enumeration of PostgreSQL). */
  | 'label'
  | 'integer'
  | 'decimal'
  | 'float'
  | 'boolean'
  | 'date'
  | 'datetime'
  | 'time'
  | 'json'
  | 'text-array';

/** Field types of Wix that the adapter keeps, and as what. A type that is not here is not announced. */
export const FIELD_TYPES = {
  TEXT: 'text',
  RICH_TEXT: 'text',
  URL: 'text',
  LANGUAGE: 'text',
  IMAGE: 'text',
  VIDEO: 'text',
  AUDIO: 'text',
  DOCUMENT: 'text',
  REFERENCE: 'text',
  NUMBER: 'decimal',
  BOOLEAN: 'boolean',
  DATE: 'date',
  DATETIME: 'datetime',
  TIME: 'time',
  ARRAY_STRING: 'json',
  ARRAY_DOCUMENT: 'json',
  ARRAY: 'json',
  OBJECT: 'json',
  ANY: 'json',
  RICH_CONTENT: 'json',
  MEDIA_GALLERY: 'json',
  ADDRESS: 'json',
} as const satisfies Record<string, Storage>;

export type FieldType = keyof typeof FIELD_TYPES;

export function isFieldType(name: string): name is FieldType {
  return Object.hasOwn(FIELD_TYPES, name);
}

/** What a column is taken for that nobody has declared a type of Wix for. */
export const NATURAL_TYPE: Readonly<Record<Storage, FieldType>> = {
  text: 'TEXT',
  uuid: 'TEXT',
  label: 'TEXT',
  integer: 'NUMBER',
  decimal: 'NUMBER',
  float: 'NUMBER',
  boolean: 'BOOLEAN',
  date: 'DATE',
  datetime: 'DATETIME',
  time: 'TIME',
  json: 'OBJECT',
  'text-array': 'ARRAY_STRING',
};

/** Operators by the names of the current generation; the filter's are `$` and the same in camel case. */
export const OPERATORS = [
  'EQ',
  'NE',
  'LT',
  'LTE',
  'GT',
  'GTE',
  'STARTS_WITH',
  'ENDS_WITH',
  'CONTAINS',
  'HAS_SOME',
  'HAS_ALL',
  'EXISTS',
  'URLIZED',
] as const;

export type Operator = (typeof OPERATORS)[number];

const IDENTITY: readonly Operator[] = ['EQ', 'NE', 'HAS_SOME', 'EXISTS'];
const ORDERED: readonly Operator[] = [...IDENTITY, 'LT', 'LTE', 'GT', 'GTE'];
const TEXTUAL: readonly Operator[] = [...ORDERED, 'STARTS_WITH', 'ENDS_WITH', 'CONTAINS', 'URLIZED'];

/** What can be asked of a field. What is not here is neither announced nor understood. */
export function operatorsOf(type: FieldType, storage: Storage): readonly Operator[] {
  if (type === 'ARRAY_STRING') return ['HAS_SOME', 'HAS_ALL', 'EXISTS'];
  if (type === 'REFERENCE') return IDENTITY;
  switch (storage) {
    case 'text':
      return TEXTUAL;
    case 'uuid':
    case 'label':
    case 'boolean':
      return IDENTITY;
    case 'json':
    case 'text-array':
      return ['EXISTS'];
    default:
      return ORDERED;
  }
}

/** Whether rows can be put in order by it, and grouped. */
export function isScalar(storage: Storage): boolean {
  return storage !== 'json' && storage !== 'text-array';
}
