import { assertMember } from '../../lib/auth/authenticate.ts';
import { endpoint, otherMethods } from '../../lib/http/endpoint.ts';
import { json } from '../../lib/http/json.ts';
import { presentMember } from '../../lib/http/present.ts';
import { currentMember } from '../../lib/wix/members.ts';

export const GET = endpoint({}, async ({ locals: { actor } }) => {
  assertMember(actor);
  return json(presentMember(await currentMember()));
});

export const ALL = otherMethods({ GET });
