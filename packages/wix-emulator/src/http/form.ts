import type { z } from 'zod';
import { permissionDenied, validationError, WixError } from './errors.ts';
import type { WixContext } from './env.ts';
import { check, readText } from './request.ts';

/**
 * Reads a form that one of the emulator's own pages sent. A browser tells in headers no page can write whose form it
 * is; a request without them is no browser's form.
 */
export async function readForm<Schema extends z.ZodType>(
  context: WixContext,
  schema: Schema,
): Promise<z.output<Schema>> {
  requireOwnPage(context);
  const { raw } = context.req;
  if (!raw.headers.get('content-type')?.startsWith('application/x-www-form-urlencoded')) {
    throw new WixError(415, 'The body must be a form');
  }
  const fields: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(await readText(raw))) {
    if (Object.hasOwn(fields, name)) throw validationError([{ field: name, ...TWICE }]);
    fields[name] = value;
  }
  return check(schema, fields);
}

function requireOwnPage(context: WixContext): void {
  const { site } = context.var;
  const relation = context.req.header('sec-fetch-site');
  const origin = context.req.header('origin') ?? '';
  const isOwn =
    relation === undefined
      ? [site.origin, site.pagesOrigin, new URL(context.req.url).origin].includes(origin)
      : relation === 'same-origin';
  if (!isOwn) throw permissionDenied('The form was not sent by a page of the emulator');
}

const TWICE = { description: 'is given twice', violatedRule: 'FORMAT' };
