import { assertMember } from '../../lib/auth/authenticate.ts';
import { readProfile } from '../../lib/auth/profile.ts';
import { assertScope } from '../../lib/auth/scope.ts';
import { endpoint, otherMethods } from '../../lib/http/endpoint.ts';
import { json } from '../../lib/http/json.ts';
import { presentMember } from '../../lib/http/present.ts';

export const GET = endpoint({}, async ({ locals: { actor } }) => {
  assertMember(actor);
  assertScope(actor, 'profile:read');
  return json(presentMember(await readProfile(actor)));
});

export const ALL = otherMethods({ GET });
