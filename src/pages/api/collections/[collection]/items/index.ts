import { answerWritten } from '../../../../../lib/data-api/answer-item.ts';
import { insertOnce } from '../../../../../lib/data-api/insert-once.ts';
import { writeEndpoint } from '../../../../../lib/data-api/write-endpoint.ts';
import { endpoint, otherMethods } from '../../../../../lib/http/endpoint.ts';
import { ItemsQueryString } from '../../../../../lib/data-api/items-query.ts';
import { readJson } from '../../../../../lib/http/json.ts';
import { answerListing } from '../../../../../lib/data-api/answer-listing.ts';
import { parse } from '../../../../../lib/http/parse.ts';
import { authorize } from '../../../../../lib/policy/authorize.ts';
import { insertSchema } from '../../../../../lib/policy/item-schema.ts';

export const GET = endpoint({ query: ItemsQueryString }, async ({ locals, params }, asked) =>
  answerListing(locals.actor, authorize(locals.actor, 'query', params.collection ?? ''), asked),
);

export const POST = writeEndpoint(async ({ locals, params, request, url }, attempt) => {
  const { collection = '' } = params;
  const grant = authorize(locals.actor, 'insert', collection);
  const fields = parse(insertSchema(grant.access), await readJson(request));
  const reading = () => authorize(locals.actor, 'query', collection);
  const item = await insertOnce(grant, fields, attempt, reading);
  const location = `${url.pathname.replace(/\/$/, '')}/${encodeURIComponent(item._id)}`;
  return answerWritten(request, grant, item, location);
});

export const ALL = otherMethods({ GET, POST });
