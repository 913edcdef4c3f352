import { createHmac, randomBytes } from 'node:crypto';
import type { z } from 'zod';
import { sameSecret } from '../secrets.ts';
import type { Store } from '../store/store.ts';
import { invalid } from './errors.ts';

/**
 * What a cursor remembers, as text: follow-up pages come without filter and sort [recorded], so all of that travels
 * inside.
 */
export function writeCursor(store: Store, content: object): string {
  const text = Buffer.from(JSON.stringify(content)).toString('base64url');
  return `${text}.${sign(store, text)}`;
}

/**
 * Signed, so that nobody can write one of their own; the schema tells those of one call from those of another. Whose
 * data it shows is decided anew for every page.
 */
export function readCursor<Schema extends z.ZodType<{ collection: string }>>(
  store: Store,
  cursor: string,
  schema: Schema,
  collection: string,
): z.output<Schema> {
  const [text = '', signature = ''] = cursor.split('.');
  if (!sameSecret(signature, sign(store, text))) throw invalid('The cursor is not valid.');
  const content = schema.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  if (!content.success) throw invalid('The cursor belongs to another call.');
  if (content.data.collection !== collection) throw invalid('The cursor belongs to another collection.');
  return content.data;
}

function sign(store: Store, content: string): string {
  const key = store.madeOnce('cursorKey', () => randomBytes(32).toString('base64url'));
  return createHmac('sha256', key).update(content).digest('base64url');
}
