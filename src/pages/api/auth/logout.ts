import { assertMember } from '../../../lib/auth/authenticate.ts';
import { sessions } from '../../../lib/auth/sessions.ts';
import { endpoint, otherMethods } from '../../../lib/http/endpoint.ts';
import { noContent } from '../../../lib/http/json.ts';

export const POST = endpoint({}, async ({ locals: { actor } }) => {
  assertMember(actor);
  await sessions().end(actor.sessionId);
  return noContent();
});

export const ALL = otherMethods({ POST });
