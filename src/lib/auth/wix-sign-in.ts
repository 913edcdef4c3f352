import { Problem } from '../http/problem.ts';
import { beginRedirectLogin, finishRedirectLogin } from '../wix/redirect-login.ts';
import { counted, signedInAt } from './counted.ts';
import { attemptCookie, readAttempt, type KeptAttempt } from './login-attempt.ts';
import { openSession, type Place, type SignedIn } from './sign-in.ts';

/**
 * Sends a browser to Wix's own sign-in page, where Google, Facebook and captchas are.
 * @param client whom the try is counted under.
 * @throws {Problem} `too-many-requests`, outages of Wix.
 */
export async function beginWixSignIn(
  returnTo: string,
  client: string,
): Promise<Readonly<{ location: string; cookie: string }>> {
  const { authUrl, attempt } = await counted([{ budget: 'wix-page', key: client }], beginRedirectLogin);
  return { location: authUrl, cookie: attemptCookie({ ...attempt, returnTo }) };
}

/** What Wix sends a browser back with: RFC 6749 §4.1.2 and §4.1.2.1. */
export type WixAnswer = Readonly<{
  code?: string | undefined;
  state?: string | undefined;
  error?: string | undefined;
}>;

/** The attempt of this very browser that an answer belongs to; `null` when there is none. */
export function attemptOf({ state }: WixAnswer, headers: Headers): KeptAttempt | null {
  const attempt = readAttempt(headers);
  return attempt && attempt.state === state ? attempt : null;
}

/**
 * Makes a session of Wix's answer: a new one, whatever the browser had before.
 * @throws {Problem} `forbidden` when Wix let nobody in, `invalid-request` for an answer that proves nothing,
 *   `invalid-credentials` when the password has changed since, `too-many-requests`, outages.
 */
export async function finishWixSignIn(
  answer: WixAnswer,
  attempt: KeptAttempt | null,
  { device, client }: Place,
): Promise<SignedIn> {
  // Before the error is believed: it too may come from anywhere.
  if (!attempt) throw new Problem('invalid-request', { reason: 'no attempt of this browser has this state' });
  if (answer.error === 'temporarily_unavailable' || answer.error === 'server_error')
    throw new Problem('wix-unavailable', {
      reason: `Wix sent the browser back with ${answer.error}`,
      headers: { 'retry-after': '5' },
    });
  if (answer.error !== undefined)
    throw new Problem('forbidden', { reason: `Wix sent the browser back with ${answer.error}` });
  const { code } = answer;
  if (code === undefined) throw new Problem('invalid-request', { reason: 'Wix sent no code' });
  const signedIn = await counted(
    [{ budget: 'wix-page', key: client }],
    async () => openSession(await finishRedirectLogin(code, attempt), device, attempt.begunAt),
    () => true,
  );
  await signedInAt(client, signedIn.member.email);
  return signedIn;
}
