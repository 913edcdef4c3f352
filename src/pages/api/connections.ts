import { z } from 'zod';
import { assertMember } from '../../lib/auth/authenticate.ts';
import { Email } from '../../lib/auth/schemas.ts';
import { endpoint, otherMethods } from '../../lib/http/endpoint.ts';
import { MAXIMAL_LIMIT } from '../../lib/data-api/items-query.ts';
import { json } from '../../lib/http/json.ts';
import { presentItem } from '../../lib/http/present.ts';
import { Problem } from '../../lib/http/problem.ts';
import { authorize } from '../../lib/policy/authorize.ts';
import { listItems } from '../../lib/wix/items.ts';

const ConnectionsQuery = z.strictObject({ email: Email });

/** The forum's question, answered safely: "give me the connections of this e-mail", when it is one's own. */
export const GET = endpoint({ query: ConnectionsQuery }, async ({ locals: { actor } }, { email }) => {
  assertMember(actor);
  if (email !== actor.email)
    throw new Problem('forbidden', { detail: 'You may ask for your own connections only.' });
  const grant = authorize(actor, 'query', 'SITConnections');
  const { items } = await listItems(grant, { filter: {}, sort: [], limit: MAXIMAL_LIMIT });
  return json({ result: 'ok', items: items.map((item) => presentItem(grant.access, item)) });
});

export const ALL = otherMethods({ GET });
