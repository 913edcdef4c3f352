import { z } from 'zod';
import { SYSTEM_FIELDS, type Field } from './field.ts';
import type { Policy } from './collection.ts';

/** What a caller may send to make an item: the writable fields and nothing else. */
export function insertSchema(policy: Policy): z.ZodType<Record<string, unknown>> {
  return z.strictObject(
    shapeOf(policy, (field) => (field.required ? field.schema : field.schema.optional())),
  );
}

/** What a caller may send to change an item: some writable fields; `null` empties one that is not required. */
export function patchSchema(policy: Policy): z.ZodType<Record<string, unknown>> {
  return z
    .strictObject(
      shapeOf(policy, (field) => (field.required ? field.schema : field.schema.nullable()).optional()),
    )
    .refine((changes) => Object.keys(changes).length > 0, 'names no field to change');
}

function shapeOf(policy: Policy, toSchema: (field: Field) => z.ZodType): Record<string, z.ZodType> {
  return Object.fromEntries(policy.writable.map((name) => [name, toSchema(policy.fields[name] as Field)]));
}

/** The fields a caller may see, filter and sort by: a field that may not be read may not be used either. */
export function readableFields(policy: Policy): Readonly<Record<string, Field>> {
  const declared = policy.readable.map((name) => [name, policy.fields[name] as Field]);
  return { ...SYSTEM_FIELDS, ...Object.fromEntries(declared) };
}

/** Ids as Wix gives them and lets people choose them: up to 128 characters that are safe in an address. */
export const ItemId = z.string().regex(/^[A-Za-z0-9_.:~-]{1,128}$/, 'is not an item id');
