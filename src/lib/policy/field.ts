import { z } from 'zod';

export type FieldType = 'text' | 'email' | 'number' | 'boolean' | 'dateTime';

/** A declared field: what it holds, and the schema that outside values must pass. */
export type Field<Value = unknown> = Readonly<{
  type: FieldType;
  required: boolean;
  schema: z.ZodType<Value>;
}>;

type TextOptions = Readonly<{ max: number; required?: boolean }>;

/** Text of at most `max` characters, kept as it was sent. */
export function text({ max, required = false }: TextOptions): Field<string> {
  return {
    type: 'text',
    required,
    schema: required ? z.string().trim().min(1).max(max) : z.string().max(max),
  };
}

/** An e-mail address in canonical (lower case) form. */
export function email(): Field<string> {
  return { type: 'email', required: false, schema: z.string().trim().toLowerCase().pipe(z.email().max(254)) };
}

export function number(): Field<number> {
  return { type: 'number', required: false, schema: z.number() };
}

export function boolean(): Field<boolean> {
  return { type: 'boolean', required: false, schema: z.boolean() };
}

/** An instant: ISO 8601 with zone in JSON, a `Date` inside. */
export function dateTime(): Field<Date> {
  const schema = z.iso
    .datetime({ offset: true, error: 'is not an ISO 8601 time with zone' })
    .transform((value) => new Date(value))
    // A zone can carry it out of the years that four digits write, and Wix reads no others.
    .refine((date) => /^\d{4}-/.test(date.toISOString()), 'is before the year 0 or after 9999');
  return { type: 'dateTime', required: false, schema };
}

/** Fields Wix keeps on every item. `_owner` is left out: of an elevated insert it names the app, not the member. */
export const SYSTEM_FIELDS = {
  _id: { type: 'text', required: false, schema: z.string().min(1).max(128) },
  _createdDate: dateTime(),
  _updatedDate: dateTime(),
} as const satisfies Record<string, Field>;
