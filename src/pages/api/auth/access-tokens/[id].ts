import { z } from 'zod';
import { endAccessToken } from '../../../../lib/auth/access-tokens.ts';
import { assertSignedIn } from '../../../../lib/auth/authenticate.ts';
import { AccessTokenId } from '../../../../lib/auth/schemas.ts';
import { endpoint, otherMethods } from '../../../../lib/http/endpoint.ts';
import { noContent } from '../../../../lib/http/json.ts';
import { parse } from '../../../../lib/http/parse.ts';
import { Problem } from '../../../../lib/http/problem.ts';

const AccessTokenAddress = z.object({ id: AccessTokenId });

export const DELETE = endpoint({}, async ({ locals: { actor }, params }) => {
  assertSignedIn(actor);
  const { id } = parse(AccessTokenAddress, params, 'not-found');
  if (!(await endAccessToken(actor, id)))
    throw new Problem('not-found', { reason: 'no such access token of theirs' });
  return noContent();
});

export const ALL = otherMethods({ DELETE });
