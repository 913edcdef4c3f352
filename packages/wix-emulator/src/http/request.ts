import type { Context } from 'hono';
import { z } from 'zod';
import { dataError, validationError, WixError } from './errors.ts';

/** Twice the largest item, which leaves room for any filter. Bigger bodies are not read to the end. */
export const BODY_LIMIT = 1_048_576;

/** For calls about up to a thousand items: sixteen thousand bytes for each. */
export const BULK_BODY_LIMIT = 16_777_216;

/** Deeper than any item with what is around it in a call; shallow enough that no schema runs out of stack. */
const MAX_DEPTH = 128;

/** Parses a JSON body. */
export async function readBody<Schema extends z.ZodType>(
  context: Context,
  schema: Schema,
  limit = BODY_LIMIT,
): Promise<z.output<Schema>> {
  return parseBody(await readText(context.req.raw, limit), schema);
}

/** The same for a body that is there already. */
export function parseBody<Schema extends z.ZodType>(text: string, schema: Schema): z.output<Schema> {
  return check(schema, parseJson(text, 'body'));
}

/**
 * Parses the query of a GET: either `?.r=` with the whole request as base64url JSON, which the SDK uses for
 * anything nested, or plain pairs with repeated keys for lists [recorded].
 */
export function readQuery<Schema extends z.ZodType>(context: Context, schema: Schema): z.output<Schema> {
  return parseQuery(new URL(context.req.url).searchParams, schema);
}

/** The same for a query that is known already. */
export function parseQuery<Schema extends z.ZodType>(
  query: URLSearchParams,
  schema: Schema,
): z.output<Schema> {
  const encoded = query.get('.r');
  if (encoded === null) {
    const pairs = Object.fromEntries(
      [...new Set(query.keys())].map((key) => [key, oneOrMany(query.getAll(key))]),
    );
    return check(schema, pairs);
  }
  if (query.size > 1) throw validationError([violation('.r', 'must be the only query parameter')]);
  if (!/^[\w-]+$/.test(encoded))
    throw validationError([violation('.r', 'must be base64url without padding')]);
  return check(schema, parseJson(Buffer.from(encoded, 'base64url').toString('utf8'), '.r'));
}

/** A flag in a plain query is text, inside `?.r=` and in bodies it is a boolean. */
export const Flag = z.union([z.boolean(), z.stringbool({ truthy: ['true'], falsy: ['false'] })]);

/** A list with one element looks like no list in a plain query. */
export const ListOf = <Element extends z.ZodType<unknown, string>>(element: Element) =>
  z.union([z.array(element), element.transform((one) => [one])]);

export async function readText(request: Pick<Body, 'body'>, limit = BODY_LIMIT): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > limit) throw new WixError(413, `The body is larger than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Parses, or says what is wrong: field by field, or with the code of the data API that a schema names. */
export function check<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    const code: unknown = issue.code === 'custom' && issue.params?.['dataErrorCode'];
    if (typeof code === 'string') throw dataError(400, code, `${issue.path.join('.')} ${issue.message}.`);
  }
  throw validationError(
    result.error.issues.map((issue) => violation(issue.path.join('.') || 'request', issue.message)),
  );
}

function parseJson(text: string, where: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw validationError([violation(where, 'must be JSON')]);
  }
  if (isDeeperThan(MAX_DEPTH, value)) {
    throw validationError([violation(where, `must not be nested deeper than ${MAX_DEPTH} levels`)]);
  }
  return value;
}

/** Level by level: going down by calls is what deep nesting makes impossible. */
function isDeeperThan(limit: number, value: unknown): boolean {
  let level = [value].filter(isNested);
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth === limit) return true;
    level = level.flatMap((outer) => Object.values(outer).filter(isNested));
  }
  return false;
}

const isNested = (value: unknown): value is object => typeof value === 'object' && value !== null;

const oneOrMany = (values: string[]): string | string[] => (values.length === 1 ? (values[0] ?? '') : values);
const violation = (field: string, description: string) => ({ field, description, violatedRule: 'FORMAT' });
