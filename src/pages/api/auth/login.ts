import { z } from 'zod';
import { signIn } from '../../../lib/auth/sign-in.ts';
import { Captcha, Device, Email, Password } from '../../../lib/auth/schemas.ts';
import { endpoint, otherMethods } from '../../../lib/http/endpoint.ts';
import { KILOBYTE, readJson } from '../../../lib/http/json.ts';
import { parse } from '../../../lib/http/parse.ts';
import { presentSignIn } from '../../../lib/http/present.ts';

const Login = z.strictObject({ email: Email, password: Password, device: Device, captchaToken: Captcha });

export const POST = endpoint({ credentials: 'ignored' }, async ({ locals: { client }, request }) => {
  const { device, ...credentials } = parse(Login, await readJson(request, 16 * KILOBYTE));
  return presentSignIn(await signIn(credentials, { device, client }), 200);
});

export const ALL = otherMethods({ POST });
