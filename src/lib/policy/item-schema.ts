import { z } from 'zod';
import type { FieldAccess } from './collection.ts';
import { SYSTEM_FIELDS, type Field } from './field.ts';

/** What a caller may send to make an item: the writable fields and nothing else. */
export function insertSchema(access: FieldAccess): z.ZodType<Record<string, unknown>> {
  return z.strictObject(
    shapeOf(access, ({ schema, initial, required }) => {
      if (initial) return schema.optional().transform((value) => value ?? initial());
      return required ? schema : schema.optional();
    }),
  );
}

/** What a caller may send to change an item: some writable fields; `null` empties one that is not required. */
export function patchSchema(access: FieldAccess): z.ZodType<Record<string, unknown>> {
  return z
    .strictObject(
      shapeOf(access, (field) => (field.required ? field.schema : field.schema.nullable()).optional()),
    )
    .refine((changes) => Object.keys(changes).length > 0, 'names no field to change');
}

/** What a caller may send in place of an item: all writable fields, and what is left out is emptied. */
export function replaceSchema(access: FieldAccess): z.ZodType<Record<string, unknown>> {
  return z.strictObject(
    shapeOf(access, ({ schema, required }) =>
      required ? schema : schema.nullish().transform((value) => value ?? null),
    ),
  );
}

function shapeOf(
  { fields, writable }: FieldAccess,
  toSchema: (field: Field) => z.ZodType,
): Record<string, z.ZodType> {
  return Object.fromEntries(writable.map((name) => [name, toSchema(fields[name] as Field)]));
}

type ReadableFields = Readonly<Record<string, Field>>;

const readableOf = new WeakMap<FieldAccess, ReadableFields>();

/** The fields a caller may see, filter and sort by: a field that may not be read may not be used either. */
export function readableFields(access: FieldAccess): ReadableFields {
  const known = readableOf.get(access);
  if (known) return known;
  const declared = access.readable.map((name) => [name, access.fields[name] as Field]);
  const readable = Object.freeze({ ...SYSTEM_FIELDS, ...Object.fromEntries(declared) });
  // Asked once a row, of an access that is made once a request.
  readableOf.set(access, readable);
  return readable;
}
