import { answerWritten } from '../../../../../lib/http/answer-item.ts';
import { endpoint, otherMethods } from '../../../../../lib/http/endpoint.ts';
import { ItemsQueryString } from '../../../../../lib/http/items-query.ts';
import { readJson } from '../../../../../lib/http/json.ts';
import { answerListing } from '../../../../../lib/http/list-items.ts';
import { parse } from '../../../../../lib/http/parse.ts';
import { authorize } from '../../../../../lib/policy/authorize.ts';
import { insertSchema } from '../../../../../lib/policy/item-schema.ts';
import { insertItem } from '../../../../../lib/wix/items.ts';

export const GET = endpoint({ query: ItemsQueryString }, async ({ locals, params }, asked) =>
  answerListing(authorize(locals.actor, 'query', params.collection ?? ''), asked),
);

export const POST = endpoint({}, async ({ locals, params, request, url }) => {
  const grant = authorize(locals.actor, 'insert', params.collection ?? '');
  const fields = parse(insertSchema(grant.access), await readJson(request));
  const item = await insertItem(grant, fields);
  const location = `${url.pathname.replace(/\/$/, '')}/${encodeURIComponent(item._id)}`;
  return answerWritten(request, grant, item, location);
});

export const ALL = otherMethods({ GET, POST });
