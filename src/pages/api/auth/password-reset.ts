import { askForReset } from '../../../lib/auth/password.ts';
import { PasswordReset } from '../../../lib/auth/schemas.ts';
import { endpoint, otherMethods } from '../../../lib/http/endpoint.ts';
import { json, KILOBYTE, readJson } from '../../../lib/http/json.ts';
import { parse } from '../../../lib/http/parse.ts';

export const POST = endpoint({ credentials: 'ignored' }, async ({ locals: { client }, request }) => {
  const { email } = parse(PasswordReset, await readJson(request, 16 * KILOBYTE));
  await askForReset(email, client);
  return json({ state: 'PASSWORD_RESET_REQUESTED' }, { status: 202 });
});

export const ALL = otherMethods({ POST });
