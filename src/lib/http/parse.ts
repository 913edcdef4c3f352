import type { z } from 'zod';
import { Problem, type FieldError, type ProblemCode } from './problem.ts';

/**
 * Turns an outside value into a typed one.
 * @param at where the value stands in what was sent, for the paths of faults.
 * @throws {Problem} `invalid-request` with one entry per fault, or the given code when an address cannot exist.
 */
export function parse<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  code: ProblemCode = 'invalid-request',
  at: Path = [],
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  // An address that cannot exist answers exactly like one where nothing is: without field errors.
  if (code !== 'invalid-request') throw new Problem(code, { reason: 'the address cannot exist' });
  throw new Problem(code, { errors: result.error.issues.flatMap((issue) => toFieldErrors(issue, at)) });
}

type Path = readonly PropertyKey[];

function toFieldErrors(issue: z.core.$ZodIssue, at: Path): FieldError[] {
  const path = [...at, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key].join('.'), message: 'is not known here' }));
  }
  return [{ path: path.join('.'), message: issue.message }];
}

/**
 * The query string as an object of single values.
 * @throws {Problem} `invalid-request` when a key comes twice: two readers could each believe another one.
 */
export function readQuery(url: URL): Record<string, string> {
  const query: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [key, value] of url.searchParams) {
    if (key in query) {
      throw new Problem('invalid-request', { errors: [{ path: key, message: 'is given twice' }] });
    }
    query[key] = value;
  }
  return query;
}
