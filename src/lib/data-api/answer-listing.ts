import type { Actor } from '../auth/actor.ts';
import type { Grant } from '../policy/grant.ts';
import { listItems } from '../wix/items.ts';
import { openCursor, sealCursor } from './cursor.ts';
import { authorizeIncluded } from './include.ts';
import { parseItemsQuery, type AskedItems } from './items-query.ts';
import { json } from '../http/json.ts';
import { presentItem } from '../http/present.ts';

/**
 * One page of a listing. Asked for by address or by body it is the same listing, so a cursor of one goes on in the
 * other.
 * @throws {Problem} `invalid-request` for what is not known to this caller, and for a cursor of another query.
 */
export async function answerListing(
  actor: Actor,
  grant: Grant<'query'>,
  { cursor, ...asked }: AskedItems,
): Promise<Response> {
  const query = parseItemsQuery(asked, grant.access);
  const included = authorizeIncluded(actor, query.include, grant.access);
  const scope = { memberId: grant.memberId, collection: grant.collection, query };
  const page = await listItems(grant, query, cursor === undefined ? undefined : openCursor(cursor, scope));
  return json({
    items: page.items.map((item) => presentItem(grant.access, item, { fields: query.fields, included })),
    page: {
      limit: query.limit,
      ...(page.next && { next: sealCursor(page.next, scope) }),
      ...(page.total !== null && { total: page.total }),
    },
  });
}
