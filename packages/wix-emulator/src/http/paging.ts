import { z } from 'zod';

/** A plain query carries numbers as text. */
const Count = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\d{1,9}$/)
      .transform(Number),
  ])
  .pipe(z.number().int().min(0));

/** How management calls ask for a page; the SDK flattens `paging` into the query [recorded]. */
export const pagingQuery = { 'paging.limit': Count.default(50), 'paging.offset': Count.default(0) };

type PagingQuery = Readonly<{ 'paging.limit': number; 'paging.offset': number }>;

/** One page of a short list, and what its answer says about it [recorded]. */
export function pageOf<Entry>(entries: readonly Entry[], query: PagingQuery) {
  const { 'paging.limit': limit, 'paging.offset': offset } = query;
  const page = entries.slice(offset, offset + limit);
  const pagingMetadata = {
    count: page.length,
    offset,
    total: entries.length,
    tooManyToCount: false,
    hasNext: offset + limit < entries.length,
  };
  return { page, pagingMetadata };
}
