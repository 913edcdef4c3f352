import { z } from 'zod';
import { assertSignedIn } from '../../../lib/auth/authenticate.ts';
import { changePassword } from '../../../lib/auth/password.ts';
import { Password } from '../../../lib/auth/schemas.ts';
import { endpoint, otherMethods } from '../../../lib/http/endpoint.ts';
import { KILOBYTE, noContent, readJson } from '../../../lib/http/json.ts';
import { parse } from '../../../lib/http/parse.ts';

const Change = z.strictObject({ currentPassword: Password, newPassword: Password });

export const POST = endpoint({}, async ({ locals: { actor }, request }) => {
  const change = parse(Change, await readJson(request, 16 * KILOBYTE));
  assertSignedIn(actor);
  await changePassword(actor, change);
  return noContent();
});

export const ALL = otherMethods({ POST });
