import type { Site } from '../site.ts';
import { validationError } from '../http/errors.ts';
import type { Member } from '../members/member.ts';
import * as errors from './errors.ts';
import { requireEmail, requireNewPassword } from './login.ts';
import { hashPassword } from './passwords.ts';
import { nextState } from './state.ts';
import type { LoginState } from './state.ts';

/** Where the link of a mail leads. */
export const RESET_PAGE = '/_hosted/reset-password';

type Redirect = Readonly<{ url?: string | undefined; clientId?: string | undefined }> | undefined;

export function sendRecoveryMail(site: Site, email: string, redirect: Redirect): void {
  const account = site.members.byEmail(requireEmail(email, 'email'));
  if (!account) throw errors.unknownEmail();
  sendLink(site, 'password-reset', account.member, redirect);
}

/** For members whom an app made, and who have no password yet. */
export function sendActivationMail(site: Site, identityId: string, redirect: Redirect): void {
  const member = site.members.byId(identityId);
  if (!member) throw errors.unknownIdentity(identityId);
  sendLink(site, 'activation', member, redirect);
}

/** Chooses a password by the token of a mail. Reading that mail also shows whose address it is. */
export async function recover(site: Site, recoveryToken: string, password: string): Promise<LoginState> {
  requireNewPassword(password, 'password');
  if (!site.tickets.find('recovery', recoveryToken)) throw errors.recoveryOver();
  const passwordHash = await hashPassword(password);
  return site.store.write(() => {
    const ticket = site.tickets.find('recovery', recoveryToken);
    const member = ticket && site.members.byId(ticket.memberId);
    // Whoever reads an address the member left is not the member.
    if (!member || member.loginEmail !== ticket.loginEmail) throw errors.recoveryOver();
    site.members.setPassword(member.id, passwordHash);
    site.members.endPasswordReset(member.id);
    // The other links of this member as well: whoever has an older mail must not undo what was chosen.
    site.tickets.endAll('recovery', member.id);
    const verified = member.loginEmailVerified
      ? member
      : site.members.change(member.id, { loginEmailVerified: true });
    return nextState(site, verified ?? member);
  });
}

function sendLink(
  site: Site,
  kind: 'password-reset' | 'activation',
  member: Member,
  redirect: Redirect,
): void {
  if (redirect?.clientId !== undefined && redirect.clientId !== site.app.clientId) {
    throw validationError([{ field: 'redirect.clientId', description: 'is unknown', violatedRule: 'OTHER' }]);
  }
  const returnUrl = redirect?.url || undefined;
  const { id: memberId, loginEmail } = member;
  const token = site.tickets.issue('recovery', { memberId, loginEmail, returnUrl });
  site.outbox.send({
    kind,
    to: loginEmail,
    code: token,
    link: `${site.pagesOrigin ?? site.origin}${RESET_PAGE}?${new URLSearchParams({ token })}`,
    ...(returnUrl !== undefined && { returnUrl }),
    sentDate: site.isoNow(),
  });
}
