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
  const result = schema.safeParse(value, { error: describe });
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

/** In words that follow the name of the field, unless the schema has its own. */
function describe(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'is missing';
      return `is not ${/^[aeiou]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected}`;
    case 'too_small':
      if (!Object.hasOwn(UNITS, issue.origin)) return undefined;
      if (Number(issue.minimum) <= 1) return 'is empty';
      return `has fewer than ${issue.minimum} ${UNITS[issue.origin]}`;
    case 'too_big':
      if (!Object.hasOwn(UNITS, issue.origin)) return undefined;
      return `has more than ${issue.maximum} ${UNITS[issue.origin]}`;
    case 'invalid_value':
      return `is not one of: ${issue.values.join(', ')}`;
    default:
      return undefined;
  }
}

const UNITS: Readonly<Record<string, string>> = { string: 'characters', array: 'entries' };

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
