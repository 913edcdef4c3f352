import { canonicalEmail } from '../members/member.ts';
import type { Site } from '../site.ts';
import { requireCaptcha } from './captcha.ts';
import * as errors from './errors.ts';
import { hashPassword, verifyNobodys, verifyPassword } from './passwords.ts';
import { newMember, requireFreeSlug } from './profile.ts';
import { EmailAddress, NewPassword } from './schema.ts';
import type { CaptchaTokens, IdentityProfile } from './schema.ts';
import { nextState } from './state.ts';
import type { LoginState } from './state.ts';

type Attempt = Readonly<{ email: string; password: string; captchaTokens: CaptchaTokens }>;

export async function login(site: Site, { email, password, captchaTokens }: Attempt): Promise<LoginState> {
  const loginEmail = requireEmail(email, 'loginId.email');
  requireCaptcha(site, captchaTokens);
  const account = site.members.byEmail(loginEmail);
  const hash = account?.passwordHash;
  const proven = hash === undefined ? await verifyNobodys(password) : await verifyPassword(hash, password);
  if (!account) throw errors.unknownEmail();
  // Whatever password is given: the old one counts no longer.
  if (account.resetRequired) throw errors.resetRequired();
  if (!proven) throw errors.wrongPassword();
  return nextState(site, account.member);
}

export async function register(
  site: Site,
  { email, password, captchaTokens }: Attempt,
  profile: IdentityProfile = {},
): Promise<LoginState> {
  const loginEmail = requireEmail(email, 'loginId.email');
  requireNewPassword(password, 'password');
  requireCaptcha(site, captchaTokens);
  if (site.members.byEmail(loginEmail)) throw errors.emailExists();
  const passwordHash = await hashPassword(password);
  return site.store.write(() => {
    // Looked at again inside the write: hashing took a while, and another registration may have been quicker.
    if (site.members.byEmail(loginEmail)) throw errors.emailExists();
    requireFreeSlug(site, profile);
    const { trustSignUps, emailVerification, ownerApproval } = site.settings();
    const member = newMember(site, loginEmail, profile, {
      // Nobody has shown yet that the address is theirs.
      loginEmailVerified: trustSignUps && !emailVerification,
      status: ownerApproval ? 'PENDING' : 'APPROVED',
    });
    site.members.add(member, passwordHash, []);
    return nextState(site, member);
  });
}

/** In the form addresses are stored in. */
export function requireEmail(email: string, field: string): string {
  const canonical = canonicalEmail(email);
  if (!EmailAddress.safeParse(canonical).success) throw errors.malformedEmail(field);
  return canonical;
}

export function requireNewPassword(password: string, field: string): void {
  if (!NewPassword.safeParse(password).success) throw errors.malformedPassword(field);
}
