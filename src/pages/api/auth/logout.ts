import { assertMember } from '../../../lib/auth/authenticate.ts';
import { endCredential } from '../../../lib/auth/stores.ts';
import { endpoint, otherMethods } from '../../../lib/http/endpoint.ts';
import { noContent } from '../../../lib/http/json.ts';

export const POST = endpoint({}, async ({ locals: { actor } }) => {
  assertMember(actor);
  await endCredential(actor.id, actor.credential);
  return noContent();
});

export const ALL = otherMethods({ POST });
