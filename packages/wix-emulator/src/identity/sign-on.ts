import type { z } from 'zod';
import type { Site } from '../site.ts';
import { awaitsApproval, memberBlocked } from './errors.ts';
import { requireEmail } from './login.ts';
import { newMember, requireFreeSlug, withProfile } from './profile.ts';
import type { SignOnRequest } from './schema.ts';
import { isBlocked, signedIn } from './state.ts';

/**
 * A session without a password, for those who vouch for the member. Who is not there yet is made, approved because
 * the caller acts for the owner; who is there gets the profile's fields, and nothing else changes.
 * https://dev.wix.com/docs/sdk/backend-modules/identity/authentication/sign-on
 */
export function signOn(
  site: Site,
  { loginId, profile = {}, verifyEmail }: z.output<typeof SignOnRequest>,
): { sessionToken: string; identity: object } {
  const loginEmail = requireEmail(loginId.email, 'loginId.email');
  return site.store.write(() => {
    const known = site.members.byEmail(loginEmail)?.member;
    requireFreeSlug(site, profile, known?.profile.slug);
    if (!known) {
      const standing = { loginEmailVerified: verifyEmail, status: 'APPROVED' } as const;
      const member = newMember(site, loginEmail, profile, standing);
      site.members.add(member, undefined, []);
      return signedIn(site, member);
    }
    if (isBlocked(known)) throw memberBlocked();
    if (known.status === 'PENDING') throw awaitsApproval();
    const verified = verifyEmail && !known.loginEmailVerified;
    if (Object.keys(profile).length === 0 && !verified) return signedIn(site, known);
    const changes = { ...withProfile(known, profile), ...(verified && { loginEmailVerified: true }) };
    return signedIn(site, site.members.change(known.id, changes) ?? known);
  });
}
