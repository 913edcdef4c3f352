import { sql } from 'kysely';
import { NATURAL_TYPE, operatorsOf, type FieldType, type Storage } from './field-types.ts';
import type { Column, Fragment } from './table.ts';

/** What the database says of a column, and the registry of what it was declared as. */
export type Found = Readonly<{
  name: string;
  storage: Storage;
  cast?: Fragment;
  declared?: Declared | undefined;
  isNullable: boolean;
  hasDefault: boolean;
  isReadOnly: boolean;
}>;

/** What a collection that was made through the adapter was asked to hold. */
export type Declared = Readonly<{ type: FieldType; referenced: string | null }>;

export function toColumn(found: Found, key = found.name): Column {
  const { name, storage, declared } = found;
  const isKey = key === '_id';
  // Whatever a key is made of, Wix sees a text.
  const type = isKey ? 'TEXT' : (declared?.type ?? NATURAL_TYPE[storage]);
  const operators =
    isKey && storage !== 'text' ? operatorsOf('REFERENCE', storage) : operatorsOf(type, storage);
  return {
    key,
    ref: sql.id(name),
    target: sql.id(name),
    type,
    storage,
    operators,
    cast: found.cast ?? null,
    isNullable: found.isNullable,
    hasDefault: found.hasDefault,
    isReadOnly: found.isReadOnly,
    isCanonical: declared !== undefined,
    referenced: declared?.referenced ?? null,
  };
}

/** The id of rows that several columns name together: their values as a JSON list. Such rows are only read. */
export function composedKey(ref: Fragment): Column {
  return {
    key: '_id',
    ref,
    target: null,
    type: 'TEXT',
    storage: 'text',
    operators: operatorsOf('TEXT', 'text'),
    cast: sql.raw('text'),
    isNullable: false,
    hasDefault: false,
    isReadOnly: true,
    isCanonical: false,
    referenced: null,
  };
}
