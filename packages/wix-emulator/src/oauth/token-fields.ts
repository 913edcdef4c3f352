import { oauthError } from '../http/errors.ts';
import { readText } from '../http/request.ts';
import { RawRequest } from './schema.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Reads JSON or a form, as it came. `wrapped` tells of the envelope in which `@wix/identity` sends its JSON. */
export async function readFields(request: Request): Promise<{ fields: Fields; wrapped: boolean }> {
  const text = await readText(request);
  if (request.headers.get('content-type')?.startsWith('application/x-www-form-urlencoded')) {
    return { fields: fieldsOf(new URLSearchParams(text)), wrapped: false };
  }
  const sent = parseObject(text);
  const raw = RawRequest.safeParse(sent);
  if (!raw.success) return { fields: fieldsOf(Object.entries(sent)), wrapped: false };
  const inner = parseObject(Buffer.from(raw.data.body, 'base64').toString('utf8'));
  return { fields: fieldsOf(Object.entries(inner)), wrapped: true };
}

/** With keys in snake_case: both spellings are sent [recorded]. */
function fieldsOf(entries: Iterable<[string, unknown]>): Fields {
  const fields: Record<string, unknown> = {};
  for (const [key, value] of entries) {
    const name = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    // The same field twice, in either spelling, could mean two things. RFC 6749 §3.2 refuses it.
    if (Object.hasOwn(fields, name)) throw oauthError('invalid_request', `${name} is given twice`);
    fields[name] = value;
  }
  return fields;
}

function parseObject(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Told below, like any other value that is no object.
  }
  throw oauthError('invalid_request', 'the body must be a JSON object or a form');
}
