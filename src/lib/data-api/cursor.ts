import { z } from 'zod';
import { secrets } from '../store/keyring.ts';
import { Problem } from '../http/problem.ts';

/** What a cursor is good for: one member, one collection, one query. */
export type CursorScope = Readonly<{ memberId: string | null; collection: string; query: unknown }>;

const PURPOSE = 'cursor';

const Values = z.array(
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.strictObject({ date: z.iso.datetime() })]),
);

/** Seals a position into an opaque text that only its own member can use, with the same query only. */
export function sealCursor(position: readonly unknown[], scope: CursorScope): string {
  const values = position.map((value) => (value instanceof Date ? { date: value.toISOString() } : value));
  const body = Buffer.from(JSON.stringify(values)).toString('base64url');
  return `${body}.${secrets().sign(PURPOSE, signedText(body, scope)).toString('base64url')}`;
}

/** @throws {Problem} `invalid-request` when the cursor was changed, or belongs to another member or query. */
export function openCursor(cursor: string, scope: CursorScope): readonly unknown[] {
  const [body = '', mac = '', ...rest] = cursor.split('.');
  const given = Buffer.from(mac, 'base64url');
  if (
    rest.length > 0 ||
    given.toString('base64url') !== mac ||
    !secrets().verifies(PURPOSE, signedText(body, scope), given)
  ) {
    throw new Problem('invalid-request', {
      errors: [{ path: 'cursor', message: 'does not belong to this query' }],
    });
  }
  const values = Values.parse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')));
  return values.map((value) => (value !== null && typeof value === 'object' ? new Date(value.date) : value));
}

function signedText(body: string, { memberId, collection, query }: CursorScope): string {
  return JSON.stringify([body, memberId, collection, query]);
}
