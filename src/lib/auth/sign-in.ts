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
import type { KnownMember } from './member-store.ts';
import { stores } from './stores.ts';

/** A session that was just opened. The token is shown here once and is nowhere else. */
export type SignedIn = Readonly<{ state: 'SUCCESS'; token: string; expiresAt: Date; member: KnownMember }>;

/** What a sign-in came to. */
export type SignIn =
  | SignedIn
  | Readonly<{ state: 'EMAIL_VERIFICATION_REQUIRED'; verificationToken: string }>
  | Readonly<{ state: 'OWNER_APPROVAL_REQUIRED' }>;

/** How the member's device is called in their list of sessions; `null` when it gave no name. */
type Device = string | null;

/** @throws {Problem} `invalid-credentials`, `captcha-required`, `password-reset-required`, outages of Wix. */
export async function signIn(credentials: Credentials, device: Device): Promise<SignIn> {
  return admit(await loginMember(credentials), device);
}

/** @throws {Problem} `email-already-exists`, `invalid-request`, `captcha-required`, outages of Wix. */
export async function register(newMember: NewMember, device: Device): Promise<SignIn> {
  return admit(await registerMember(newMember), device);
}

/** @throws {Problem} `invalid-request` when token or code are wrong or too old. */
export async function verify(verificationToken: string, code: string, device: Device): Promise<SignIn> {
  return admit(await verifyMember(openVerificationToken(verificationToken), code), device);
}

async function admit(outcome: LoginOutcome, device: Device): Promise<SignIn> {
  switch (outcome.state) {
    case 'SUCCESS':
      return openSession(outcome.tokens, device);
    case 'EMAIL_VERIFICATION_REQUIRED':
      return { state: outcome.state, verificationToken: sealVerificationToken(outcome.stateToken) };
    case 'OWNER_APPROVAL_REQUIRED':
      return outcome;
  }
}

/**
 * A new session for whoever the tokens of Wix belong to. Who that is, Wix says, and not what a form or a browser said.
 * @throws {Problem} `wix-refused`, outages of Wix.
 */
export async function openSession(wixTokens: MemberTokens, device: Device): Promise<SignedIn> {
  const member = await fetchCurrentMember(wixTokens.accessToken);
  const { token, session } = await stores().sessions.create({ member, wixTokens, device });
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
