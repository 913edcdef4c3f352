import { z } from 'zod';
import { assertSignedIn } from '../../../../lib/auth/authenticate.ts';
import { endDevice } from '../../../../lib/auth/devices.ts';
import { SessionId } from '../../../../lib/auth/schemas.ts';
import { endpoint, otherMethods } from '../../../../lib/http/endpoint.ts';
import { noContent } from '../../../../lib/http/json.ts';
import { parse } from '../../../../lib/http/parse.ts';
import { Problem } from '../../../../lib/http/problem.ts';

const SessionAddress = z.object({ id: SessionId });

export const DELETE = endpoint({}, async ({ locals: { actor }, params }) => {
  assertSignedIn(actor);
  const { id } = parse(SessionAddress, params, 'not-found');
  if (!(await endDevice(actor, id))) throw new Problem('not-found', { reason: 'no such session of theirs' });
  return noContent();
});

export const ALL = otherMethods({ DELETE });
