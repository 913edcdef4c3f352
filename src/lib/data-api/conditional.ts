import type { Grant } from '../policy/grant.ts';
import type { Item } from '../policy/item.ts';
import type { Precondition } from '../wix/items.ts';
import { Problem } from '../http/problem.ts';

/**
 * The version of an item: when it was last changed, to the millisecond that Wix keeps. As a condition it goes into the
 * write itself, so nothing can come in between. RFC 9110 §8.8.3.
 */
export function etagOf({ _updatedDate: changed }: Item): string | null {
  return changed instanceof Date ? `"${changed.getTime().toString(36)}"` : null;
}

/**
 * Whether the caller has this version already. RFC 9110 §13.1.2.
 * @throws {Problem} `invalid-request` for a list that is none.
 */
export function isKnown(request: Request, etag: string | null): boolean {
  const header = request.headers.get('if-none-match');
  if (header === null || etag === null) return false;
  if (header.trim() === '*') return true;
  // Weak comparison: what matters here is the content.
  return readTags(header, 'If-None-Match').some((tag) => tag.replace(/^W\//, '') === etag);
}

/**
 * The versions a write may change; `null` when it may change any. RFC 9110 §13.1.1.
 * @param reading what the caller may look up, to tell a changed row from one that is not there.
 * @throws {Problem} `invalid-request` for a list that is none, and for If-None-Match, which no write here understands.
 */
export function preconditionOf(request: Request, reading: () => Grant<'query'>): Precondition | null {
  if (request.headers.has('if-none-match'))
    throw new Problem('invalid-request', { detail: 'If-None-Match is for reading; use If-Match.' });
  const header = request.headers.get('if-match');
  if (header === null || header.trim() === '*') return null;
  return { versions: readTags(header, 'If-Match').flatMap(toVersion), reading: reading() };
}

const TAG = /^(W\/)?"[\x21\x23-\x7e]*"$/;
const TAG_LIMIT = 20;

function readTags(header: string, name: string): string[] {
  const tags = header.split(',').map((tag) => tag.trim());
  if (tags.length > TAG_LIMIT || !tags.every((tag) => TAG.test(tag)))
    throw new Problem('invalid-request', {
      detail: `${name} must be "*" or up to ${TAG_LIMIT} entity tags.`,
    });
  return tags;
}

/** A weak tag, or one that is not ours, matches no version: RFC 9110 §8.8.3.2. */
function toVersion(tag: string): Date[] {
  const digits = /^"([0-9a-z]{1,11})"$/.exec(tag)?.[1];
  const version = new Date(Number.parseInt(digits ?? '', 36));
  return Number.isNaN(version.getTime()) ? [] : [version];
}
