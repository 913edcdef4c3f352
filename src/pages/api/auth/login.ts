import { z } from 'zod';
import { deviceLabel } from '../../../lib/auth/device-label.ts';
import { Captcha, Device, Email, Password } from '../../../lib/auth/schemas.ts';
import { signIn } from '../../../lib/auth/sign-in.ts';
import { endpoint, otherMethods } from '../../../lib/http/endpoint.ts';
import { KILOBYTE, readJson } from '../../../lib/http/json.ts';
import { parse } from '../../../lib/http/parse.ts';
import { presentSignIn } from '../../../lib/http/present.ts';

const Login = z.strictObject({ email: Email, password: Password, device: Device, captchaToken: Captcha });

export const POST = endpoint({ credentials: 'ignored' }, async ({ locals: { client }, request }) => {
  const { device, ...credentials } = parse(Login, await readJson(request, 16 * KILOBYTE));
  return presentSignIn(
    await signIn(credentials, { device: device ?? deviceLabel(request.headers), client }),
    200,
  );
});

export const ALL = otherMethods({ POST });
