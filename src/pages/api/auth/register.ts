import { deviceLabel } from '../../../lib/auth/device-label.ts';
import { Registration } from '../../../lib/auth/schemas.ts';
import { register } from '../../../lib/auth/sign-in.ts';
import { endpoint, otherMethods } from '../../../lib/http/endpoint.ts';
import { KILOBYTE, readJson } from '../../../lib/http/json.ts';
import { parse } from '../../../lib/http/parse.ts';
import { presentSignIn } from '../../../lib/http/present.ts';

export const POST = endpoint({ credentials: 'ignored' }, async ({ locals: { client }, request }) => {
  const { device, ...newMember } = parse(Registration, await readJson(request, 16 * KILOBYTE));
  return presentSignIn(
    await register(newMember, { device: device ?? deviceLabel(request.headers), client }),
    201,
  );
});

export const ALL = otherMethods({ POST });
