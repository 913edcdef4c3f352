import { createHmac, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { sameSecret } from '../secrets.ts';
import type { Store } from '../store/store.ts';
import { invalid } from './errors.ts';

/**
 * What a cursor remembers: follow-up pages come without filter and sort [recorded], so both travel inside.
 * `last` holds the sort keys of the last row seen, which is where the next page goes on.
 */
const Cursor = z.strictObject({
  collection: z.string(),
  filter: z.record(z.string(), z.json()),
  sort: z.array(z.strictObject({ fieldName: z.string(), order: z.enum(['ASC', 'DESC']) })),
  fields: z.array(z.string()),
  last: z.array(z.union([z.string(), z.number(), z.null()])),
});
export type Cursor = z.output<typeof Cursor>;

export function writeCursor(store: Store, cursor: Cursor): string {
  const content = Buffer.from(JSON.stringify(cursor)).toString('base64url');
  return `${content}.${sign(store, content)}`;
}

/** Signed, so that nobody can write one of their own. Whose data it shows is decided anew for every page. */
export function readCursor(store: Store, text: string, collection: string): Cursor {
  const [content = '', signature = ''] = text.split('.');
  if (!sameSecret(signature, sign(store, content))) throw invalid('The cursor is not valid.');
  const cursor = Cursor.parse(JSON.parse(Buffer.from(content, 'base64url').toString('utf8')));
  if (cursor.collection !== collection) throw invalid('The cursor belongs to another collection.');
  return cursor;
}

function sign(store: Store, content: string): string {
  const known = store.readValue<string>('cursorKey');
  const key = known ?? randomBytes(32).toString('base64url');
  if (known === undefined) store.writeValue('cursorKey', key);
  return createHmac('sha256', key).update(content).digest('base64url');
}
