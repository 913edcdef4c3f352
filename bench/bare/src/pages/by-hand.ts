import type { APIRoute } from 'astro';
import Database from 'better-sqlite3';
import { createHash } from 'node:crypto';

/**
 * What somebody would write who has neither Wix nor a policy: the session is looked up, and its member's rows are read
 * from the same file.
 */
const database = new Database(process.env['BY_HAND_FILE'], { readonly: true });
const sessionOf = database.prepare(
  'SELECT member, email, expires_at AS expiresAt FROM sessions JOIN members USING (member) WHERE token_hash = ?',
);
const rowsOf = database.prepare(
  'SELECT id, created, data FROM rows WHERE email = ? ORDER BY created DESC, id LIMIT 21',
);

type Session = { member: string; email: string; expiresAt: number };
type Row = { id: string; created: string; data: string };

export const GET: APIRoute = ({ request }) => {
  const token = request.headers.get('authorization')?.replace(/^Bearer /, '') ?? '';
  const session = sessionOf.get(createHash('sha256').update(token).digest('hex')) as Session | undefined;
  if (!session || session.expiresAt < Date.now()) return new Response(null, { status: 401 });
  const rows = rowsOf.all(session.email) as Row[];
  const items = rows.slice(0, 20).map(({ id, created, data }) => {
    const fields = JSON.parse(data) as Record<string, unknown>;
    delete fields['internalRemark'];
    return { _id: id, _createdDate: created, ...fields };
  });
  return Response.json({ items, page: { limit: 20, more: rows.length > 20 } });
};
