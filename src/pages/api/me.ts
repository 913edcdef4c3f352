import { assertMember } from '../../lib/auth/authenticate.ts';
import { assertScope } from '../../lib/auth/scope.ts';
import { stores } from '../../lib/auth/stores.ts';
import { endpoint, otherMethods } from '../../lib/http/endpoint.ts';
import { json } from '../../lib/http/json.ts';
import { presentMember } from '../../lib/http/present.ts';
import { Problem } from '../../lib/http/problem.ts';
import { currentMember } from '../../lib/wix/members.ts';

export const GET = endpoint({}, async ({ locals: { actor } }) => {
  assertMember(actor);
  assertScope(actor, 'profile:read');
  const member = await currentMember();
  if (member.id !== actor.id)
    throw new Problem('unexpected', { reason: 'Wix named another member for this session' });
  await stores().members.remember(member);
  return json(presentMember(member));
});

export const ALL = otherMethods({ GET });
