import { randomUUID } from 'node:crypto';
import { notImplemented } from '../http/errors.ts';
import type { Site } from '../site.ts';
import { unknownIdentity, verificationOver, wrongVerificationCode } from './errors.ts';
import { mailCode, nextState } from './state.ts';
import type { LoginState } from './state.ts';

export function verify(site: Site, code: string, stateToken: string): LoginState {
  const reached = site.store.write(() => {
    const pending = site.tickets.find('verification', stateToken);
    if (!pending || pending.attemptsLeft === 0) throw verificationOver();
    // Reading a mail to an old address shows nothing about the new one.
    if (site.members.byId(pending.memberId)?.loginEmail !== pending.loginEmail) throw verificationOver();
    if (code !== pending.code) {
      const attemptsLeft = pending.attemptsLeft - 1;
      site.tickets.change('verification', stateToken, { ...pending, attemptsLeft });
      return undefined;
    }
    site.tickets.take('verification', stateToken);
    const member = site.members.change(pending.memberId, { loginEmailVerified: true });
    if (!member) throw verificationOver();
    return nextState(site, member);
  });
  // Refused outside the write, which would otherwise take the counting back.
  if (!reached) throw wrongVerificationCode();
  return reached;
}

/** A new code for a login that waits for one; the state token it was given stays the one to show. */
export function startVerification(site: Site, identityId: string): { verificationId: string } {
  return site.store.write(() => {
    const member = site.members.byId(identityId);
    if (!member) throw unknownIdentity(identityId);
    if (!site.tickets.renewVerification(identityId, member.loginEmail, mailCode(site, member))) {
      throw notImplemented('verification.start for a member whose login waits for no code');
    }
    return { verificationId: randomUUID() };
  });
}
