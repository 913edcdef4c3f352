import { readText } from '../http/json.ts';
import { Problem } from '../http/problem.ts';
import { badRequest, Fault } from './fault.ts';

/** What the reference takes as well: bulk calls of a thousand items are large. */
const BODY_LIMIT = 6_000_000;

const DEPTH_LIMIT = 32;

/** A thousand items of two hundred fields each. */
const VALUE_LIMIT = 250_000;

/** Keys that JavaScript gives a meaning of its own. */
const DANGEROUS_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/** The body as it was sent, whatever its content type says. */
export async function readBody(request: Request): Promise<string> {
  try {
    return await readText(request, BODY_LIMIT);
  } catch (error) {
    if (error instanceof Problem && error.code === 'payload-too-large')
      throw new Fault('PAYLOAD_TOO_LARGE', `The body may have ${BODY_LIMIT} bytes.`);
    throw badRequest('The body is not valid UTF-8 or was cut off.');
  }
}

/** More digits than a number of JavaScript holds exactly, somewhere. */
const LONG_NUMBER = /\d{16}|\d\.\d{14}|[eE][+-]?\d/;

/**
 * Parses JSON. A number that JavaScript cannot hold exactly becomes the text of its digits, which columns of numbers take.
 * @throws {Fault} `BAD_REQUEST`
 */
export function parseDocument(text: string): unknown {
  const document = parsed(text);
  assertPlain(document);
  return document;
}

function parsed(text: string): unknown {
  try {
    return LONG_NUMBER.test(text) ? JSON.parse(text, withoutLoss) : JSON.parse(text);
  } catch {
    throw badRequest('The body is not valid JSON.');
  }
}

/** Node passes the source text of a value as well: tc39.es/proposal-json-parse-with-source. */
function withoutLoss(this: unknown, _key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source;
  if (typeof value !== 'number' || source === undefined || String(value) === source) return value;
  const digits = source
    .replace(/[eE].*$/, '')
    .replace(/\D/g, '')
    .replace(/^0+|0+$/g, '');
  return digits.length > 15 || !Number.isFinite(value) ? source : value;
}

function assertPlain(document: unknown): void {
  let values = 0;

  function look(value: unknown, depth: number): void {
    if ((values += 1) > VALUE_LIMIT) throw badRequest('The body has too many values.');
    if (typeof value !== 'object' || value === null) return;
    if (depth >= DEPTH_LIMIT) throw badRequest('The body is nested too deeply.');
    if (Array.isArray(value)) {
      for (const inner of value) look(inner, depth + 1);
      return;
    }
    for (const key in value) {
      if (DANGEROUS_KEYS.has(key)) throw badRequest('The body has a key that is not taken.');
      look((value as Record<string, unknown>)[key], depth + 1);
    }
  }

  look(document, 0);
}
