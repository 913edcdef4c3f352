import { endpoint, otherMethods } from '../../../lib/http/endpoint.ts';
import { json } from '../../../lib/http/json.ts';
import { describeCollections } from '../../../lib/policy/describe.ts';

export const GET = endpoint({}, async ({ locals: { actor } }) =>
  Promise.resolve(json({ collections: describeCollections(actor) })),
);

export const ALL = otherMethods({ GET });
