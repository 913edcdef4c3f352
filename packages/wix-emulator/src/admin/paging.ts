import type { Context } from 'hono';

export const PAGE_SIZE = 50;

/** The page asked for; the first when there is no such number. */
export function pageNumber(context: Context): number {
  const number = Number(context.req.query('page') ?? '1');
  return Number.isSafeInteger(number) && number >= 1 && number <= 1_000_000 ? number : 1;
}
