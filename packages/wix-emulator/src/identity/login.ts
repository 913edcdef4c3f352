import { randomInt, randomUUID } from 'node:crypto';
import { canonicalEmail } from '../members/member.ts';
import type { Member } from '../members/member.ts';
import type { Site } from '../site.ts';
import * as errors from './errors.ts';
import { hashPassword, verifyPassword } from './passwords.ts';
import { EmailAddress, NewPassword } from './schema.ts';
import type { RegistrationProfile } from './schema.ts';

/** How often a code may be mistyped before a new one is needed. */
const VERIFICATION_ATTEMPTS = 5;

type Answer = Readonly<Record<string, unknown>>;

export async function login(site: Site, email: string, password: string): Promise<Answer> {
  const account = site.members.byEmail(requireEmail(email, 'loginId.email'));
  if (!account) throw errors.unknownEmail();
  if (!account.passwordHash || !(await verifyPassword(account.passwordHash, password)))
    throw errors.wrongPassword();
  return nextState(site, account.member);
}

export async function register(
  site: Site,
  email: string,
  password: string,
  profile: RegistrationProfile = {},
): Promise<Answer> {
  const loginEmail = requireEmail(email, 'loginId.email');
  if (!NewPassword.safeParse(password).success) throw errors.malformedPassword();
  if (site.members.byEmail(loginEmail)) throw errors.emailExists();
  const passwordHash = await hashPassword(password);
  return site.store.write(() => {
    // Looked at again inside the write: hashing took a while, and another registration may have been quicker.
    if (site.members.byEmail(loginEmail)) throw errors.emailExists();
    const member = newMember(site, loginEmail, profile);
    site.members.add(member, passwordHash, []);
    return nextState(site, member);
  });
}

export function verify(site: Site, code: string, stateToken: string): Answer {
  return (
    site.store.write(() => {
      const pending = site.tickets.find('verification', stateToken);
      if (!pending || pending.attemptsLeft === 0) throw errors.verificationOver();
      if (code !== pending.code) {
        site.tickets.change('verification', stateToken, {
          ...pending,
          attemptsLeft: pending.attemptsLeft - 1,
        });
        return undefined;
      }
      site.tickets.take('verification', stateToken);
      const member = site.members.change(pending.memberId, { loginEmailVerified: true });
      if (!member) throw errors.verificationOver();
      return nextState(site, member);
      // Refused outside the write, which would otherwise take the counting back.
    }) ?? fail(errors.wrongVerificationCode())
  );
}

export function sendRecoveryMail(site: Site, email: string, returnUrl: string | undefined): void {
  const account = site.members.byEmail(requireEmail(email, 'email'));
  if (!account) throw errors.unknownEmail();
  site.outbox.send({
    kind: 'password-reset',
    to: account.member.loginEmail,
    code: randomUUID(),
    ...(returnUrl !== undefined && { returnUrl }),
    sentDate: site.isoNow(),
  });
}

/** What a proven member must still do, in the order of the site's settings; a session token when nothing is left. */
function nextState(site: Site, member: Member): Answer {
  const settings = site.settings();
  if (member.status === 'BLOCKED' || member.status === 'OFFLINE') throw errors.memberBlocked();
  if (settings.emailVerification && !member.loginEmailVerified) {
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    site.outbox.send({ kind: 'verification', to: member.loginEmail, code, sentDate: site.isoNow() });
    const state = { memberId: member.id, code, attemptsLeft: VERIFICATION_ATTEMPTS };
    return { state: 'REQUIRE_EMAIL_VERIFICATION', stateToken: site.tickets.issue('verification', state) };
  }
  if (member.status === 'PENDING')
    return { state: 'REQUIRE_OWNER_APPROVAL', identity: presentIdentity(member) };
  const signedIn = site.members.noteLogin(member.id) ?? member;
  const sessionToken = site.tickets.issue('session', { memberId: member.id });
  return { state: 'SUCCESS', sessionToken, identity: presentIdentity(signedIn), additionalData: {} };
}

function newMember(site: Site, loginEmail: string, profile: RegistrationProfile): Member {
  const settings = site.settings();
  const id = randomUUID();
  const contactId = randomUUID();
  const nickname = profile.nickname ?? profile.firstName ?? loginEmail.split('@')[0] ?? loginEmail;
  return {
    id,
    loginEmail,
    // Nobody has shown yet that the address is theirs.
    loginEmailVerified: settings.trustSignUps && !settings.emailVerification,
    status: settings.ownerApproval ? 'PENDING' : 'APPROVED',
    contactId,
    contact: {
      contactId,
      ...(profile.firstName !== undefined && { firstName: profile.firstName }),
      ...(profile.lastName !== undefined && { lastName: profile.lastName }),
      phones: profile.phones ?? [],
      emails: profile.emails ?? [loginEmail],
      addresses: [],
      customFields: Object.fromEntries((profile.customFields ?? []).map(({ name, value }) => [name, value])),
    },
    profile: { nickname, slug: profile.slug ?? id },
    privacyStatus: profile.privacyStatus === 'PUBLIC' ? 'PUBLIC' : 'PRIVATE',
    activityStatus: 'ACTIVE',
    createdDate: site.isoNow(),
    updatedDate: site.isoNow(),
  };
}

/** Beside `state` and the tokens the SDK reads nothing; the shape follows the type definitions [recorded]. */
function presentIdentity(member: Member): Answer {
  return {
    id: member.id,
    createdDate: member.createdDate,
    updatedDate: member.updatedDate,
    identityProfile: { nickname: member.profile.nickname, emails: [member.loginEmail] },
    metadata: { tags: [] },
    email: { address: member.loginEmail, isVerified: member.loginEmailVerified },
    status: { name: member.status === 'APPROVED' ? 'ACTIVE' : member.status, reasons: [] },
  };
}

function requireEmail(email: string, field: string): string {
  const canonical = canonicalEmail(email);
  if (!EmailAddress.safeParse(canonical).success) throw errors.malformedEmail(field);
  return canonical;
}

function fail(error: Error): never {
  throw error;
}
