import type { Context } from 'hono';
import { z } from 'zod';
import { WixError } from '../http/errors.ts';
import { readText } from '../http/request.ts';
import { ADMIN } from './paths.ts';
import type { Notice } from './layout.ts';

/** Reads a form; fields that were left empty are not there. */
export async function readForm<Schema extends z.ZodType>(
  context: Context,
  schema: Schema,
): Promise<z.output<Schema>> {
  const fields = [...new URLSearchParams(await readText(context.req.raw))];
  return checked(schema, Object.fromEntries(fields.filter(([, value]) => value !== '')));
}

/** A number as a form spells it. */
export const FormNumber = z
  .string()
  .trim()
  .regex(/^-?\d+(\.\d+)?$/, 'must be a number')
  .transform(Number);

export function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new WixError(400, z.prettifyError(result.error));
}

/** What was asked is done: shows the page it was asked on, so that reloading does not do it again. */
export const backTo = (path: string, notice: Notice): Response =>
  new Response(null, { status: 303, headers: { location: `${ADMIN}${path}?done=${notice}` } });
