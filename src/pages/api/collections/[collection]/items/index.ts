import { ItemsQueryString, parseItemsQuery } from '../../../../../lib/http/items-query.ts';
import { openCursor, sealCursor } from '../../../../../lib/http/cursor.ts';
import { endpoint, otherMethods } from '../../../../../lib/http/endpoint.ts';
import { json, readJson } from '../../../../../lib/http/json.ts';
import { parse } from '../../../../../lib/http/parse.ts';
import { presentItem } from '../../../../../lib/http/present.ts';
import { authorize } from '../../../../../lib/policy/authorize.ts';
import { insertSchema } from '../../../../../lib/policy/item-schema.ts';
import { insertItem, listItems } from '../../../../../lib/wix/items.ts';

export const GET = endpoint({ query: ItemsQueryString }, async ({ locals, params }, { cursor, ...asked }) => {
  const grant = authorize(locals.actor, 'query', params.collection ?? '');
  const query = parseItemsQuery({ ...asked, cursor }, grant.access);
  const scope = { memberId: grant.memberId, collection: grant.collection, query: asked };
  const page = await listItems(grant, query, cursor === undefined ? undefined : openCursor(cursor, scope));
  return json({
    items: page.items.map((item) => presentItem(grant.access, item, query.fields)),
    page: { limit: query.limit, ...(page.next && { next: sealCursor(page.next, scope) }) },
  });
});

export const POST = endpoint({}, async ({ locals, params, request, url }) => {
  const grant = authorize(locals.actor, 'insert', params.collection ?? '');
  const fields = parse(insertSchema(grant.access), await readJson(request));
  const item = await insertItem(grant, fields);
  const location = `${url.pathname.replace(/\/$/, '')}/${encodeURIComponent(item._id)}`;
  return json(presentItem(grant.access, item), { status: 201, headers: { location } });
});

export const ALL = otherMethods({ GET, POST });
