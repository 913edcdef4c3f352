import { Problem } from '../http/problem.ts';
import { secrets } from '../store/keyring.ts';
import {
  loginMember,
  registerMember,
  verifyMember,
  type Credentials,
  type LoginOutcome,
  type NewMember,
} from '../wix/login.ts';
import type { MemberTokens } from '../wix/member-tokens.ts';
import { fetchCurrentMember } from '../wix/members.ts';
import { counted, countedSignIn, keyOf, signedInAt } from './counted.ts';
import { learnRoles } from './member-roles.ts';
import type { KnownMember } from './member-store.ts';
import { endAllCredentials, stores } from './stores.ts';
import { hashToken } from './token.ts';

/** A session that was just opened. The token is shown here once and is nowhere else. */
export type SignedIn = Readonly<{ state: 'SUCCESS'; token: string; expiresAt: Date; member: KnownMember }>;

/** What a sign-in came to. */
export type SignIn =
  | SignedIn
  | Readonly<{ state: 'EMAIL_VERIFICATION_REQUIRED'; verificationToken: string }>
  | Readonly<{ state: 'OWNER_APPROVAL_REQUIRED' }>;

/** How the member's device is called in their list of sessions; `null` when it gave no name. */
type Device = string | null;

/** Where somebody signs in: how their device is called, and whom the try is counted under. */
export type Place = Readonly<{ device: Device; client: string }>;

/**
 * @throws {Problem} `invalid-credentials`, `captcha-required`, `password-reset-required`, `too-many-requests`, outages.
 */
export function signIn(credentials: Credentials, { device, client }: Place): Promise<SignIn> {
  return countedSignIn(credentials.email, client, async () => {
    const begunAt = Date.now();
    return admit(await loginMember(credentials), device, begunAt);
  });
}

/** @throws {Problem} `email-already-exists`, `invalid-request`, `captcha-required`, `too-many-requests`, outages. */
export function register(newMember: NewMember, { device, client }: Place): Promise<SignIn> {
  return counted([{ budget: 'register', key: client }], async () => {
    const begunAt = Date.now();
    const outcome = await admit(await registerMember(newMember), device, begunAt);
    if (outcome.state === 'SUCCESS') await signedInAt(client, outcome.member.email);
    return outcome;
  });
}

/** @throws {Problem} `invalid-request` when token or code are wrong or too old, `too-many-requests`, outages. */
export function verify(verificationToken: string, code: string, { device, client }: Place): Promise<SignIn> {
  return counted([{ budget: 'verify', key: client }], () => {
    const stateToken = openVerificationToken(verificationToken);
    // By what was sealed: the text around it can be spelt in many ways.
    return counted([{ budget: 'verify-code', key: keyOf('verification', stateToken) }], async () => {
      const begunAt = Date.now();
      const outcome = await admit(await verifyMember(stateToken, code), device, begunAt);
      if (outcome.state === 'SUCCESS') await signedInAt(client, outcome.member.email);
      return outcome;
    });
  });
}

async function admit(outcome: LoginOutcome, device: Device, begunAt: number): Promise<SignIn> {
  switch (outcome.state) {
    case 'SUCCESS':
      return openSession(outcome.tokens, device, begunAt);
    case 'EMAIL_VERIFICATION_REQUIRED':
      return { state: outcome.state, verificationToken: sealVerificationToken(outcome.stateToken) };
    case 'OWNER_APPROVAL_REQUIRED':
      return outcome;
  }
}

/**
 * A session for whoever has just signed in at Wix. Who that is, Wix says, and not what a form or a browser said.
 * @param begunAt before they have shown what proves it, in epoch milliseconds.
 * @throws {Problem} `invalid-credentials` when the password has changed since, `wix-refused`, outages of Wix.
 */
export async function openSession(
  wixTokens: MemberTokens,
  device: Device,
  begunAt: number,
): Promise<SignedIn> {
  const { passwordResets, sessions, signInFloors } = stores();
  const member = await fetchCurrentMember(wixTokens.accessToken);
  let floor = begunAt;
  if (await passwordResets.isNoted(member.email)) {
    if (!(await signInFloors.isAbove(member.id, begunAt))) throw begunTooEarly();
    // Whoever knew the old password may have come in with it, also after the reset was asked for.
    floor = await signInFloors.raise(member.id);
    await endAllCredentials(member.id);
  }
  const signedIn = await createSession(member, wixTokens, device);
  // With the session there: a password that changes later finds it, and one that changed before is seen.
  if (await signInFloors.isAbove(member.id, floor)) return signedIn;
  await sessions.end(hashToken(signedIn.token));
  throw begunTooEarly();
}

function begunTooEarly(): Problem {
  return new Problem('invalid-credentials', {
    detail: 'The password was changed, or you signed in elsewhere after a reset, meanwhile. Sign in again.',
    reason: 'the sign-in began before the last change of password or sign-in after a reset',
  });
}

/**
 * Another session for somebody who is signed in already: nobody has shown a password for it.
 * @throws {Problem} `wix-refused`, outages of Wix.
 */
export async function openFurtherSession(wixTokens: MemberTokens, device: Device): Promise<SignedIn> {
  return createSession(await fetchCurrentMember(wixTokens.accessToken), wixTokens, device);
}

async function createSession(
  member: KnownMember,
  wixTokens: MemberTokens,
  device: Device,
): Promise<SignedIn> {
  const { token, session } = await stores().sessions.create({ member, wixTokens, device });
  await learnRoles(member.id);
  return { state: 'SUCCESS', token, expiresAt: session.expiresAt, member };
}

const VERIFICATION = 'verification';

/** Wix's state token never leaves the server in the clear; sealed, it needs no row of its own. */
function sealVerificationToken(stateToken: string): string {
  return secrets().seal(VERIFICATION, stateToken);
}

function openVerificationToken(verificationToken: string): string {
  try {
    return secrets().unseal(VERIFICATION, verificationToken);
  } catch (cause) {
    const errors = [{ path: 'verificationToken', message: 'is not one of ours' }];
    throw new Problem('invalid-request', { errors, cause });
  }
}
