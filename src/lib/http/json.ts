import { isMeasured } from './measured.ts';
import { Problem } from './problem.ts';

export const KILOBYTE = 1024;
const MEGABYTE = 1024 * KILOBYTE;

/** JSON nested deeper than this is an attack on a recursive reader, not a document. */
const DEPTH_LIMIT = 32;

/** A megabyte holds half a million values; nothing of ours needs so many, and looking at each takes its time. */
const VALUE_LIMIT = 20_000;

/** A private answer: never kept by a cache in between (RFC 9111 §5.2.2.5). */
export function json(body: unknown, init: ResponseInit = {}): Response {
  const headers = new Headers(init.headers);
  headers.set('content-type', 'application/json');
  headers.set('cache-control', 'no-store');
  return new Response(JSON.stringify(body), { ...init, headers });
}

/** RFC 9110 §15.3.5: done, and nothing to say. */
export function noContent(): Response {
  return new Response(null, { status: 204, headers: { 'cache-control': 'no-store' } });
}

/**
 * Reads a JSON object or array of at most `limit` bytes, counted while it arrives: Content-Length is only a claim.
 * @throws {Problem} `unsupported-media-type`, `payload-too-large` or `invalid-request`.
 */
export async function readJson(request: Request, limit = MEGABYTE): Promise<unknown> {
  const mediaType = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') {
    throw new Problem('unsupported-media-type', { detail: 'Send the body as application/json.' });
  }
  const text = await readText(request, limit);
  const document = parseDocument(text);
  assertPlain(document);
  return document;
}

/**
 * Reads a body of at most `limit` bytes.
 * @throws {Problem} `payload-too-large` or `invalid-request`.
 */
export async function readText(request: Request, limit = MEGABYTE): Promise<string> {
  const tooLarge = () => new Problem('payload-too-large', { detail: `The body may have ${limit} bytes.` });
  const length = request.headers.get('content-length');
  if (Number(length ?? 0) > limit) throw tooLarge();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    if (isMeasured(request)) return decoder.decode(await request.arrayBuffer());
    let text = '';
    let size = 0;
    for await (const chunk of request.body ?? []) {
      size += chunk.byteLength;
      if (size > limit) throw tooLarge();
      text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem('invalid-request', {
      detail: 'The body is not valid UTF-8 or was cut off.',
      cause: error,
    });
  }
}

function parseDocument(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Problem('invalid-request', { detail: 'The body is not valid JSON.', cause: error });
  }
}

/** Keys that JavaScript gives a meaning of its own are refused wherever they stand, before any code can copy them. */
const DANGEROUS_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

function assertPlain(document: unknown): void {
  let values = 0;

  function look(value: unknown, depth: number): void {
    if ((values += 1) > VALUE_LIMIT) throw refusal('The body has too many values.');
    if (typeof value !== 'object' || value === null) return;
    if (depth >= DEPTH_LIMIT) throw refusal('The body is nested too deeply.');
    if (Array.isArray(value)) {
      for (const inner of value) look(inner, depth + 1);
      return;
    }
    for (const key in value) {
      if (DANGEROUS_KEYS.has(key)) {
        throw new Problem('invalid-request', { errors: [{ path: key, message: 'is not known here' }] });
      }
      look((value as Record<string, unknown>)[key], depth + 1);
    }
  }

  look(document, 0);
}

function refusal(detail: string): Problem {
  return new Problem('invalid-request', { detail });
}

/** The same reading for JSON that comes inside a query value, such as `filter`. */
export function parseJsonText(text: string, path: string): unknown {
  try {
    const document: unknown = JSON.parse(text);
    assertPlain(document);
    return document;
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem('invalid-request', { errors: [{ path, message: 'is not valid JSON' }], cause: error });
  }
}
