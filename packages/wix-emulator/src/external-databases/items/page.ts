import { invalid } from '../../items/errors.ts';
import { DEFAULT_LIMIT, metadataOf, pageOf } from '../../items/page.ts';
import type { CursorPaging, Paging } from '../../items/schema.ts';
import type { z } from 'zod';
import type { Page, Window } from '../adapter.ts';
import { limitTooLarge } from '../errors.ts';
import type { External } from './reach.ts';

type Cut = Readonly<{
  paging?: z.output<typeof Paging> | undefined;
  cursorPaging?: z.output<typeof CursorPaging> | undefined;
  returnTotalCount?: boolean | undefined;
}>;

/** What is asked for, which part of it the adapter is asked for, and what the answer says of that part. */
type Plan<Asked> = Readonly<{
  asked: Asked;
  window: Window;
  metadata: (page: Page<unknown>) => object;
}>;

/**
 * Whoever pages by cursor over a collection that pages by offset gets cursors of Wix's own; those of a collection that
 * pages by cursor are its adapter's.
 */
export function planOf<Asked>(external: External, call: string, asked: Asked, cut: Cut): Plan<Asked> {
  const { site, id, schema } = external;
  const most = Math.min(DEFAULT_LIMIT, schema.maxPageSize);
  const isCounted = cut.returnTotalCount === true;
  if (schema.pagingMode === 'OFFSET') {
    const page = pageOf(site.store, call, id, asked, cut, most);
    const { limit, offset } = page;
    return {
      asked: page.asked,
      window: windowOf(external, limit, offset),
      metadata: ({ entries, total }) => {
        const count = entries.length;
        const hasNext = total === undefined ? count > 0 && count >= limit : offset + count < total;
        return metadataOf(site.store, page, count, hasNext, isCounted ? total : undefined);
      },
    };
  }
  const { paging, cursorPaging } = cut;
  if (paging && cursorPaging) throw invalid('A request has either paging or cursorPaging.');
  const limit = (cursorPaging ?? paging)?.limit ?? most;
  return {
    asked,
    window: { ...windowOf(external, limit, paging?.offset ?? 0), cursor: cursorPaging?.cursor },
    metadata: ({ entries, total, next }) => ({
      count: entries.length,
      ...(isCounted && total !== undefined && { total }),
      tooManyToCount: false,
      hasNext: next !== undefined,
      cursors: next === undefined ? {} : { next },
    }),
  };
}

function windowOf({ schema, id }: External, limit: number, offset: number): Window {
  if (limit > schema.maxPageSize) throw limitTooLarge(limit, schema.maxPageSize, id);
  return { limit, offset };
}
