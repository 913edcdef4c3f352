import type { Changes, Field, Projected } from './query.ts';

/*
 * What a schema says of a collection: the type of its items, or, written by `gatehouse-types`, also what may be sent.
 * Nothing here exists at run time.
 */

declare const declared: unique symbol;

/** One collection as a Gatehouse site declares it. */
export interface CollectionTypes {
  /** As it is read. */
  item: object;
  /** What may be sent to add one; `never` where nobody may. */
  insert: unknown;
  /** What may be sent to change one. */
  update: unknown;
  /** What may be sent in place of one. */
  replace: unknown;
  /** Reference fields, and the collection each refers to. */
  references: object;
}

/** Marks a collection whose types were written from the site's OpenAPI document. */
export interface Declared<Types extends CollectionTypes> {
  readonly [declared]: Types;
}

/** The items of a collection of a schema. */
export type ItemOf<Type> = Type extends Declared<infer Types> ? Types['item'] : Type;

export type InsertOf<Type> = Type extends Declared<infer Types> ? Types['insert'] : Partial<Type>;

export type UpdateOf<Type> = Type extends Declared<infer Types> ? Types['update'] : Changes<Type>;

export type ReplaceOf<Type> = Type extends Declared<infer Types> ? Types['replace'] : Partial<Type>;

/** The fields that may be included. */
export type ReferenceOf<Type> =
  Type extends Declared<infer Types> ? Extract<keyof Types['references'], string> : Field<Type>;

type ItemBehind<Type, Name, Schema> =
  Type extends Declared<infer Types>
    ? Name extends keyof Types['references']
      ? Types['references'][Name] extends keyof Schema
        ? ItemOf<Schema[Types['references'][Name]]>
        : never
      : never
    : Record<string, unknown>;

/** An item with the fields asked for, and items in place of the references that were included. */
export type Read<Type, F extends Field<ItemOf<Type>>, I extends string, Schema> = [I] extends [never]
  ? Projected<ItemOf<Type>, F>
  : Omit<Projected<ItemOf<Type>, F>, I> & {
      [Name in I]?:
        (Name extends keyof ItemOf<Type> ? ItemOf<Type>[Name] : never) | ItemBehind<Type, Name, Schema>;
    };

/** One part of a bulk. */
export type BulkOperation<Type> =
  | ([InsertOf<Type>] extends [never] ? never : { insert: InsertOf<Type> })
  | ([UpdateOf<Type>] extends [never] ? never : { update: { id: string; fields: UpdateOf<Type> } })
  | { remove: { id: string } };

/** What became of one part, with the status it would have had alone. */
export type BulkOutcome<Type> =
  | { status: 201 | 204; id: string; problem?: never }
  | { status: 200; id: string; etag: string | null; item?: ItemOf<Type>; problem?: never }
  | {
      status: number;
      id?: never;
      problem: { type: string; title: string; status: number; detail: string; code: string };
    };
