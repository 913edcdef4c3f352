import { assertSignedIn } from '../../../lib/auth/authenticate.ts';
import { changePassword } from '../../../lib/auth/password.ts';
import { PasswordChange } from '../../../lib/auth/schemas.ts';
import { endpoint, otherMethods } from '../../../lib/http/endpoint.ts';
import { KILOBYTE, noContent, readJson } from '../../../lib/http/json.ts';
import { parse } from '../../../lib/http/parse.ts';

export const POST = endpoint({}, async ({ locals: { actor }, request }) => {
  const change = parse(PasswordChange, await readJson(request, 16 * KILOBYTE));
  assertSignedIn(actor);
  await changePassword(actor, change);
  return noContent();
});

export const ALL = otherMethods({ POST });
