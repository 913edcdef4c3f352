import { randomInt } from 'node:crypto';
import type { Member } from '../members/member.ts';
import type { Site } from '../site.ts';
import { memberBlocked } from './errors.ts';

/** Where a login, registration, verification or recovery got to. */
export type LoginState =
  | { state: 'SUCCESS'; sessionToken: string; identity: object; additionalData: object }
  | { state: 'REQUIRE_EMAIL_VERIFICATION'; stateToken: string; identity: object }
  | { state: 'REQUIRE_OWNER_APPROVAL'; identity: object };

/** How often a code may be mistyped before a new one is needed. */
const VERIFICATION_ATTEMPTS = 5;

/** What a proven member must still do, in the order of the site's settings; a session token when nothing is left. */
export function nextState(site: Site, member: Member): LoginState {
  if (isBlocked(member)) throw memberBlocked();
  if (site.settings().emailVerification && !member.loginEmailVerified) {
    const code = mailCode(site, member);
    const { id: memberId, loginEmail } = member;
    const pending = { memberId, loginEmail, code, attemptsLeft: VERIFICATION_ATTEMPTS };
    return {
      state: 'REQUIRE_EMAIL_VERIFICATION',
      stateToken: site.tickets.issue('verification', pending),
      identity: presentIdentity(member),
    };
  }
  if (member.status === 'PENDING')
    return { state: 'REQUIRE_OWNER_APPROVAL', identity: presentIdentity(member) };
  return { state: 'SUCCESS', ...signedIn(site, member), additionalData: {} };
}

/** A session of somebody who has nothing left to prove. */
export function signedIn(site: Site, member: Member): { sessionToken: string; identity: object } {
  const seen = site.members.noteLogin(member.id) ?? member;
  return {
    sessionToken: site.tickets.issue('session', { memberId: member.id }),
    identity: presentIdentity(seen),
  };
}

/** Mails a new verification code and gives it. */
export function mailCode(site: Site, member: Member): string {
  const code = String(randomInt(1_000_000)).padStart(6, '0');
  site.outbox.send({ kind: 'verification', to: member.loginEmail, code, sentDate: site.isoNow() });
  return code;
}

export const isBlocked = ({ status }: Member): boolean => status === 'BLOCKED' || status === 'OFFLINE';

/** Beside `state` and the tokens the SDK reads little; the shape follows the type definitions [recorded]. */
function presentIdentity(member: Member): object {
  const { firstName, lastName, emails = [], phones = [] } = member.contact;
  const { nickname, slug } = member.profile;
  return {
    id: member.id,
    createdDate: member.createdDate,
    updatedDate: member.updatedDate,
    identityProfile: {
      ...(firstName !== undefined && { firstName }),
      ...(lastName !== undefined && { lastName }),
      nickname,
      slug,
      emails,
      phones,
      privacyStatus: member.privacyStatus,
    },
    metadata: { tags: [] },
    email: { address: member.loginEmail, isVerified: member.loginEmailVerified },
    status: { name: member.status === 'APPROVED' ? 'ACTIVE' : member.status, reasons: [] },
  };
}
