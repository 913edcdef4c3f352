import type { Grant } from '../policy/grant.ts';
import type { Item } from '../policy/item.ts';
import { etagOf, isKnown } from './conditional.ts';
import { json } from '../http/json.ts';
import { presentItem, type Included } from '../http/present.ts';

/** An item as the answer to reading it; 304 when the caller has this version already. RFC 9110 §15.4.5. */
export function answerItem(request: Request, grant: Grant, item: Item, included: Included = {}): Response {
  // What is included has versions of its own.
  const etag = Object.keys(included).length > 0 ? null : etagOf(item);
  const headers: Record<string, string> = etag === null ? {} : { etag };
  if (isKnown(request, etag))
    return new Response(null, { status: 304, headers: { ...headers, 'cache-control': 'no-store' } });
  return json(presentItem(grant.access, item, { included }), { headers });
}

/**
 * An item as the answer to writing it; nothing but its version when the caller wants no more. RFC 7240 §4.2.
 * @param location where a new item is.
 */
export function answerWritten(request: Request, grant: Grant, item: Item, location?: string): Response {
  const etag = etagOf(item);
  const headers: Record<string, string> = {
    ...(etag !== null && { etag }),
    ...(location !== undefined && { location }),
  };
  const status = location === undefined ? 200 : 201;
  if (!wantsMinimal(request)) return json(presentItem(grant.access, item), { status, headers });
  return new Response(null, {
    status: status === 201 ? 201 : 204,
    headers: { ...headers, 'preference-applied': 'return=minimal', 'cache-control': 'no-store' },
  });
}

/** Preferences that are not known are ignored, as RFC 7240 §2 asks. */
function wantsMinimal(request: Request): boolean {
  const preferences = (request.headers.get('prefer') ?? '').split(/[,;]/).map((part) => part.trim());
  return preferences.some((preference) => /^return\s*=\s*"?minimal"?$/i.test(preference));
}
