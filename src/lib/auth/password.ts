import { Problem, toProblem } from '../http/problem.ts';
import { logFailure } from '../log.ts';
import { loginMember } from '../wix/login.ts';
import type { MemberTokens } from '../wix/member-tokens.ts';
import { currentMember, fetchCurrentMember } from '../wix/members.ts';
import { changePasswordAtWix } from '../wix/password.ts';
import { mailPasswordReset } from '../wix/recovery.ts';
import type { Member } from './actor.ts';
import { atLeast } from './at-least.ts';
import { counted, keyOf } from './counted.ts';
import { endAllCredentials, stores } from './stores.ts';

/** Longer than Wix takes to find a member and queue a mail. */
const RESET_TAKES_MS = 1_000;

/**
 * Has Wix mail a link for a new password, if the address belongs to a member; which of the two cannot be told from
 * answer or time. The next sign-ins by this address end older sessions and tokens.
 * @param client whom the try is counted under.
 * @throws {Problem} `too-many-requests`, `captcha-required`, `wix-refused`, outages of Wix: for every address alike.
 */
export function askForReset(email: string, client: string): Promise<void> {
  const charges = [
    { budget: 'reset', key: client },
    { budget: 'reset-account', key: keyOf('account', email) },
  ] as const;
  return counted(charges, () => mailReset(email));
}

function mailReset(email: string): Promise<void> {
  return atLeast(RESET_TAKES_MS, async () => {
    // First: a mail without its row would leave old sessions alive.
    await stores().passwordResets.note(email);
    await mailPasswordReset(email);
  });
}

export type PasswordChange = Readonly<{ currentPassword: string; newPassword: string }>;

/**
 * Changes the password of a signed-in member who knows the old one. Every other session and every access token ends;
 * the session that asked stays. Runs as whoever `runAs` named, who must be this member.
 * @throws {Problem} `invalid-request` when the current password is wrong or the new one is not accepted, `forbidden`
 *   for somebody whom Wix would not let in, `too-many-requests`, `captcha-required`, `password-reset-required`, outages.
 */
export function changePassword(member: Member, change: PasswordChange): Promise<void> {
  return counted(
    [{ budget: 'password', key: member.id }],
    () => proveAndChange(member, change),
    () => true,
  );
}

async function proveAndChange(member: Member, change: PasswordChange): Promise<void> {
  // The login e-mail may have changed since the sign-in; by the old one somebody else could be meant.
  const { email, id } = await currentMember();
  if (id !== member.id) throw new Problem('unexpected', { reason: 'Wix named another member' });
  const { accessToken } = await provePassword(member, email, change.currentPassword);

  await notedMeanwhile(email, () => changePasswordAtWix(accessToken, change.newPassword));
  // First: whoever is on the way in with the old one either sees this, or has a session by now that ends.
  await stores().signInFloors.raise(member.id);
  await endAllCredentials(member.id, member.credential.id);
  await stores().passwordResets.forget(email);
  await renewTokens(member, email, change.newPassword);
}

/** Should we stop halfway, or never hear whether Wix did it, the next sign-in ends the others all the same. */
async function notedMeanwhile(email: string, work: () => Promise<void>): Promise<void> {
  const { passwordResets } = stores();
  const wasNoted = await passwordResets.isNoted(email);
  await passwordResets.note(email);
  try {
    await work();
  } catch (error) {
    if (!wasNoted && toProblem(error).code === 'invalid-request') await passwordResets.forget(email);
    throw error;
  }
}

/** Signs in at Wix once more: only Wix knows the password, and whose it is is what Wix says of the token. */
async function provePassword(member: Member, email: string, password: string): Promise<MemberTokens> {
  const outcome = await loginMember({ email, password }).catch((error: unknown) => {
    if (toProblem(error).code !== 'invalid-credentials') throw error;
    const errors = [{ path: 'currentPassword', message: 'is not your current password' }];
    throw new Problem('invalid-request', { errors, cause: error });
  });
  if (outcome.state !== 'SUCCESS') {
    const detail = 'Wix would not let you sign in at the moment, so the password stays as it is.';
    throw new Problem('forbidden', { detail, reason: outcome.state });
  }
  const { id } = await fetchCurrentMember(outcome.tokens.accessToken);
  if (id !== member.id) throw new Problem('unexpected', { reason: 'the e-mail is another member’s' });
  return outcome.tokens;
}

/** Whether Wix takes back older tokens with the password is not documented, so the session gets new ones. */
async function renewTokens({ credential }: Member, email: string, password: string): Promise<void> {
  try {
    const outcome = await loginMember({ email, password });
    if (outcome.state === 'SUCCESS') await stores().wixTokens.write(credential, outcome.tokens);
  } catch (error) {
    // The password is changed, and the old tokens may still do.
    logFailure(error, 'getting new tokens after a change of password');
  }
}
