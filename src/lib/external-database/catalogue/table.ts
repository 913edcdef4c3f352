import type { RawBuilder } from 'kysely';
import type { FieldType, Operator, Storage } from './field-types.ts';

/** A piece of SQL: names from the catalogue, and values that are bound. */
export type Fragment = RawBuilder<unknown>;

/** One field of a collection, as its column is. */
export type Column = Readonly<{
  /** What Wix calls it. */
  key: string;
  /** Names the column in a statement; made from the catalogue, or from an expression over it. */
  ref: Fragment;
  /** The bare column, where a statement may not qualify it; `null` for an expression. */
  target: Fragment | null;
  type: FieldType;
  storage: Storage;
  operators: readonly Operator[];
  /** The column's own type, for values that are bound to it (PostgreSQL). */
  cast: Fragment | null;
  isNullable: boolean;
  /** Whether the database fills it in when an insert leaves it out. */
  hasDefault: boolean;
  /** Computed by the database, or put together from several columns: never written. */
  isReadOnly: boolean;
  /** Whether instants are in the form that this adapter writes, so that texts compare as instants do (SQLite). */
  isCanonical: boolean;
  /** The collection whose items a REFERENCE names. */
  referenced: string | null;
}>;

/** What may be done with a table, as far as the database is concerned. */
export type Abilities = Readonly<{ insert: boolean; update: boolean; remove: boolean }>;

/** A collection, as its table is. */
export type Table = Readonly<{
  /** What Wix calls it: the table's name. */
  id: string;
  name: string;
  /** PostgreSQL's schema. */
  schema: string | null;
  from: Fragment;
  columns: ReadonlyMap<string, Column>;
  key: Column;
  abilities: Abilities;
}>;

/** Kept by the adapter on every item of a table that has them. */
export const SYSTEM_FIELDS = ['_id', '_owner', '_createdDate', '_updatedDate'] as const;
