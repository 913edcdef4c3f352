import { Problem } from '../http/problem.ts';
import { NOTHING, selects, type Filter } from '../policy/filter.ts';
import type { Grant } from '../policy/grant.ts';

/** "No rows at all" is answered before Wix is asked, so it must never get this far. */
export function rowsOf(grant: Grant): Filter {
  if (grant.rows === NOTHING) throw new TypeError('a Grant without rows was about to reach Wix');
  return grant.rows;
}

/**
 * A second look on the way back: a row outside the Grant is never an answer, whatever Wix made of the filter.
 * @throws {Problem} `unexpected`, with the row's id for the log.
 */
export function assertInside(grant: Grant, item: Readonly<Record<string, unknown>>): void {
  if (selects(rowsOf(grant), item)) return;
  throw new Problem('unexpected', {
    reason: `Wix gave ${String(item['_id'])}, which is not ${grant.rule}`,
  });
}
