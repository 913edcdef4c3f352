import { z } from 'zod';
import type { Store } from '../store/store.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { invalid } from './errors.ts';
import type { CursorPaging, Paging } from './schema.ts';

/** https://dev.wix.com/docs/sdk/backend-modules/data/items/wix-data-query/limit */
export const DEFAULT_LIMIT = 50;

type Cut = Readonly<{
  paging?: z.output<typeof Paging> | undefined;
  cursorPaging?: z.output<typeof CursorPaging> | undefined;
}>;

/** One page of an answer whose rows have no address of their own, so that its place can only be counted. */
export type Page<Asked> = Readonly<{
  call: string;
  collection: string;
  /** What it is a page of: as the request says it, or as its cursor remembers it. */
  asked: Asked;
  limit: number;
  offset: number;
  byCursor: boolean;
}>;

/** What a cursor holds. It is signed, so `asked` is what this emulator wrote. */
const Remembered = z.strictObject({
  call: z.string(),
  collection: z.string(),
  asked: z.unknown(),
  offset: z.number().int(),
});

export function pageOf<Asked>(
  store: Store,
  call: string,
  collection: string,
  asked: Asked,
  { paging, cursorPaging }: Cut,
  defaultLimit = DEFAULT_LIMIT,
): Page<Asked> {
  if (paging && cursorPaging) throw invalid('A request has either paging or cursorPaging.');
  const limit = (cursorPaging ?? paging)?.limit ?? defaultLimit;
  const byCursor = cursorPaging !== undefined;
  if (cursorPaging?.cursor === undefined) {
    return { call, collection, asked, limit, offset: paging?.offset ?? 0, byCursor };
  }
  const schema = Remembered.extend({ call: z.literal(call) });
  const remembered = readCursor(store, cursorPaging.cursor, schema, collection);
  return { call, collection, asked: remembered.asked as Asked, limit, offset: remembered.offset, byCursor };
}

/** The paging metadata that the SDK needs of every page [recorded]. */
export function metadataOf<Asked>(
  store: Store,
  page: Page<Asked>,
  count: number,
  hasNext: boolean,
  total?: number,
): object {
  const { call, collection, asked, offset, byCursor } = page;
  const next = () => writeCursor(store, { call, collection, asked, offset: offset + count });
  return {
    count,
    ...(!byCursor && { offset }),
    ...(total !== undefined && !byCursor && { total }),
    tooManyToCount: false,
    hasNext,
    ...(byCursor && { cursors: hasNext ? { next: next() } : {} }),
  };
}
