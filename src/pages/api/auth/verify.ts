import { deviceLabel } from '../../../lib/auth/device-label.ts';
import { Verification } from '../../../lib/auth/schemas.ts';
import { verify } from '../../../lib/auth/sign-in.ts';
import { endpoint, otherMethods } from '../../../lib/http/endpoint.ts';
import { KILOBYTE, readJson } from '../../../lib/http/json.ts';
import { parse } from '../../../lib/http/parse.ts';
import { presentSignIn } from '../../../lib/http/present.ts';

export const POST = endpoint({ credentials: 'ignored' }, async ({ locals: { client }, request }) => {
  const { verificationToken, code, device } = parse(Verification, await readJson(request, 16 * KILOBYTE));
  return presentSignIn(
    await verify(verificationToken, code, { device: device ?? deviceLabel(request.headers), client }),
    200,
  );
});

export const ALL = otherMethods({ POST });
