import type { APIContext } from 'astro';
import type { z } from 'zod';
import { logProblem } from '../log.ts';
import type { FieldAccess } from '../policy/collection.ts';
import { KILOBYTE } from './json.ts';
import { PROBLEMS, Problem, toProblem, type FieldError, type ProblemCode } from './problem.ts';

const FORM_LIMIT = 64 * KILOBYTE;

/** What browsers send forms as. `text/plain` is left out: nothing of ours sends it, and other sites can. */
const FORM_TYPES = ['application/x-www-form-urlencoded', 'multipart/form-data'];

/** The fields of a form as they were typed, each once. */
export type FormFields = Readonly<Record<string, string>>;

/** A form before it is sent, or after it was refused: what to show in it. */
export type FormState<Outcome> = Readonly<{
  /** What the work came to, once it was done. */
  outcome: Outcome | undefined;
  /** What was typed, to be shown again; never a password. */
  values: FormFields;
  /** One message per faulty field. */
  errors: Readonly<Record<string, string>>;
  /** Why it was refused as a whole; `null` when it was not. */
  failure: string | null;
  /** The same as a code, for a page that knows a way on. */
  code: ProblemCode | null;
  status: number;
  headers: Readonly<Record<string, string>>;
}>;

/**
 * Reads a posted form of at most 64 kB, counted while it arrives: Content-Length is only a claim.
 * @throws {Problem} `unsupported-media-type`, `payload-too-large`, or `invalid-request` for files and fields that come
 *   twice, of which two readers could each believe another one.
 */
export async function readForm(request: Request): Promise<FormFields> {
  const contentType = request.headers.get('content-type') ?? '';
  if (!FORM_TYPES.includes(contentType.split(';')[0]?.trim().toLowerCase() ?? '')) {
    throw new Problem('unsupported-media-type', { detail: `Send the form as ${FORM_TYPES.join(' or ')}.` });
  }
  const form = await parseBody(await readBytes(request), contentType);
  const fields: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of form) {
    if (name in fields) throw fault(name, 'is given twice');
    if (typeof value !== 'string') throw fault(name, 'is a file');
    // Browsers send every line break of a text area as CRLF: HTML, "constructing the entry list".
    fields[name] = value.replaceAll('\r\n', '\n');
  }
  return fields;
}

/**
 * Turns typed fields into values, with messages for people.
 * @throws {Problem} `invalid-request` with one entry per fault, unknown fields among them.
 */
export function parseForm<Schema extends z.ZodType>(schema: Schema, fields: unknown): z.output<Schema> {
  const result = schema.safeParse(fields);
  if (result.success) return result.data;
  const errors = result.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: key, message: 'is not known here' }))
      : [{ path: issue.path.join('.'), message: describe(issue) }],
  );
  throw new Problem('invalid-request', { errors });
}

/** Fields that were filled in: an empty one is one that was not sent. */
export function withoutBlanks(fields: FormFields): FormFields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value.trim() !== ''));
}

/** Fields that differ from what the form showed: nobody overwrites what they did not touch. */
export function changedFields(fields: FormFields, shown: FormFields): FormFields {
  return Object.fromEntries(Object.entries(fields).filter(([name, value]) => value !== (shown[name] ?? '')));
}

/**
 * A form's texts as the fields of an item: an emptied field is `null`, and a day becomes the instant it begins (UTC).
 */
export function toItemFields(fields: FormFields, { fields: declared }: FieldAccess): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      if (value.trim() === '') return [name, null];
      const isDay = Object.hasOwn(declared, name) && declared[name]?.type === 'dateTime';
      return [name, isDay && /^\d{4}-\d\d-\d\d$/.test(value) ? `${value}T00:00:00Z` : value];
    }),
  );
}

/**
 * The form of a page: when it was posted, `work` is done with its fields. What a person can put right, or try again, is
 * shown in the form; everything else goes on as it was thrown.
 */
export async function submitted<Outcome>(
  { request, locals, url }: Pick<APIContext, 'request' | 'locals' | 'url'>,
  work: (fields: FormFields) => Promise<Outcome>,
): Promise<FormState<Outcome>> {
  const blank = {
    outcome: undefined,
    values: {},
    errors: {},
    failure: null,
    code: null,
    status: 200,
    headers: {},
  };
  if (request.method !== 'POST') return blank;
  const fields = await readForm(request);
  try {
    return { ...blank, outcome: await work(fields) };
  } catch (error) {
    const problem = toProblem(error);
    if (!isShownInForm(problem.code)) throw error;
    logProblem(problem, { id: locals.requestId, method: request.method, path: url.pathname });
    const values = Object.fromEntries(Object.entries(fields).filter(([name]) => !/password/i.test(name)));
    return { ...blank, ...explain(problem), values };
  }
}

/** Nobody can put these right by typing; and what was not thrown on purpose is a page of its own. */
function isShownInForm(code: ProblemCode): boolean {
  return !['unauthenticated', 'forbidden', 'not-found', 'unexpected'].includes(code);
}

function explain({ code, detail, errors, status, headers }: Problem) {
  return {
    errors: firstPerField(errors ?? []),
    failure: errors?.length ? 'Please look at this again' : (detail ?? PROBLEMS[code].title),
    code,
    status,
    headers,
  };
}

/** Field errors say what a field "is"; a person reads that under the field. One at a time is enough. */
function firstPerField(errors: readonly FieldError[]): Record<string, string> {
  const messages: Record<string, string> = {};
  for (const { path, message } of errors) {
    messages[path] ??= message.startsWith('is ') ? `This ${message}.` : message;
  }
  return messages;
}

/** Forms hold texts only, so a wrong type is always a field that was left empty. */
function describe(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return 'Fill this in.';
    case 'too_small':
      if (issue.origin !== 'string') return issue.message;
      return Number(issue.minimum) <= 1 ? 'Fill this in.' : `Use at least ${issue.minimum} characters.`;
    case 'too_big':
      return issue.origin === 'string' ? `Keep this to ${issue.maximum} characters.` : issue.message;
    case 'invalid_format':
      return issue.format === 'datetime' ? 'Give a date such as 2026-03-21.' : issue.message;
    default:
      return issue.message;
  }
}

async function readBytes(request: Request): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = () => new Problem('payload-too-large', { detail: `A form may have ${FORM_LIMIT} bytes.` });
  if (Number(request.headers.get('content-length') ?? 0) > FORM_LIMIT) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > FORM_LIMIT) throw tooLarge();
    chunks.push(chunk);
  }
  return Uint8Array.from(Buffer.concat(chunks));
}

async function parseBody(bytes: Uint8Array<ArrayBuffer>, contentType: string): Promise<FormData> {
  try {
    return await new Response(bytes, { headers: { 'content-type': contentType } }).formData();
  } catch (cause) {
    throw new Problem('invalid-request', { detail: 'The form was cut off or is not well formed.', cause });
  }
}

function fault(path: string, message: string): Problem {
  return new Problem('invalid-request', { errors: [{ path, message }] });
}
