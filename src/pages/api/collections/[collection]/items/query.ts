import { endpoint, otherMethods } from '../../../../../lib/http/endpoint.ts';
import { ItemsQueryBody } from '../../../../../lib/data-api/items-query.ts';
import { readJson } from '../../../../../lib/http/json.ts';
import { answerListing } from '../../../../../lib/data-api/answer-listing.ts';
import { parse } from '../../../../../lib/http/parse.ts';
import { authorize } from '../../../../../lib/policy/authorize.ts';

/** The listing, for questions too long for an address. */
export const POST = endpoint({}, async ({ locals, params, request }) => {
  const grant = authorize(locals.actor, 'query', params.collection ?? '');
  return answerListing(locals.actor, grant, parse(ItemsQueryBody, await readJson(request)));
});

export const ALL = otherMethods({ POST });
