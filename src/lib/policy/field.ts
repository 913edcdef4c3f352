import { z } from 'zod';

export const FIELD_TYPES = ['text', 'email', 'number', 'boolean', 'dateTime', 'texts', 'reference'] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

/** A declared field: what it holds, and the schema that outside values must pass. */
export type Field<Value = unknown> = Readonly<{
  type: FieldType;
  required: boolean;
  schema: z.ZodType<Value>;
  /** What an inserted row gets that does not say otherwise. */
  initial: (() => Value) | null;
  /** The collection whose items this names; `null` for every other type. */
  collection: string | null;
}>;

type Options<Value> = Readonly<{
  /** Whether a row must have it. */
  required?: boolean;
  /** What an inserted row gets that does not say otherwise; a function is asked for each row. */
  initial?: Value | (() => Value);
}>;

function field<Value>(
  type: FieldType,
  schema: z.ZodType<Value>,
  { required = false, initial }: Options<Value>,
  collection: string | null = null,
): Field<Value> {
  const first = typeof initial === 'function' ? (initial as () => Value) : () => initial as Value;
  return { type, required, schema, initial: initial === undefined ? null : first, collection };
}

/** Text of at most `max` characters, kept as it was sent. */
export function text({ max, ...options }: Options<string> & Readonly<{ max: number }>): Field<string> {
  const schema = options.required ? z.string().trim().min(1).max(max) : z.string().max(max);
  return field('text', schema, options);
}

/** An e-mail address in canonical (lower case) form. */
export function email(options: Options<string> = {}): Field<string> {
  return field('email', z.string().trim().toLowerCase().pipe(z.email().max(254)), options);
}

export function number(options: Options<number> = {}): Field<number> {
  return field('number', z.number(), options);
}

export function boolean(options: Options<boolean> = {}): Field<boolean> {
  return field('boolean', z.boolean(), options);
}

/** An instant: ISO 8601 with zone in JSON, a `Date` inside. */
export function dateTime(options: Options<Date> = {}): Field<Date> {
  const schema = z.iso
    .datetime({ offset: true, error: 'is not an ISO 8601 time with zone' })
    .transform((value) => new Date(value))
    // A zone can carry it out of the years that four digits write, and Wix reads no others.
    .refine((date) => /^\d{4}-/.test(date.toISOString()), 'is before the year 0 or after 9999');
  return field('dateTime', schema, options);
}

/** At most `most` texts of at most `max` characters each: Wix's array of strings. */
export function texts({
  max,
  most,
  ...options
}: Options<readonly string[]> & Readonly<{ max: number; most: number }>): Field<readonly string[]> {
  return field('texts', z.array(z.string().max(max)).max(most).readonly(), options);
}

/** Ids as Wix gives them and lets people choose them: up to 128 characters that are safe in an address. */
export const ItemId = z.string().regex(/^[A-Za-z0-9_.:~-]{1,128}$/, 'is not an item id');

/** An item of another declared collection, named by its id. It can be included where its own policy shows it. */
export function reference(collection: string, options: Options<string> = {}): Field<string> {
  return field('reference', ItemId, options, collection);
}

/** Fields Wix keeps on every item. `_owner` is left out: of an elevated insert it names the app, not the member. */
export const SYSTEM_FIELDS = {
  _id: field('text', z.string().min(1).max(128), {}),
  _createdDate: dateTime(),
  _updatedDate: dateTime(),
} as const satisfies Record<string, Field>;
