import { randomUUID } from 'node:crypto';
import type { Site } from '../site.ts';
import { changed } from './changes.ts';
import { emailTaken, slugTaken } from './errors.ts';
import type { Member } from './member.ts';
import type { NewMember } from './schema.ts';

/** A member made by an app: approved, without a password, and with an address nobody has verified. */
export function createMember(site: Site, { loginEmail, contact, profile, privacyStatus }: NewMember): Member {
  return site.store.write(() => {
    if (site.members.byEmail(loginEmail)) throw emailTaken(loginEmail);
    const { slug, ...sent } = profile;
    if (slug && site.members.slugIsTaken(slug)) throw slugTaken(slug);
    const contactId = randomUUID();
    const nickname = sent.nickname || (loginEmail.split('@')[0] ?? loginEmail);
    const now = site.isoNow();
    const blank: Pick<Member, 'contact' | 'profile' | 'privacyStatus'> = {
      contact: { contactId, phones: [], emails: [loginEmail], addresses: [], customFields: {} },
      profile: { nickname, slug: slug ?? freeSlug(site, nickname) },
      privacyStatus: 'PRIVATE',
    };
    const member: Member = {
      id: randomUUID(),
      loginEmail,
      loginEmailVerified: false,
      status: 'APPROVED',
      contactId,
      ...changed(blank, { contact, profile: { ...sent, nickname, slug: undefined }, privacyStatus }),
      activityStatus: 'ACTIVE',
      createdDate: now,
      updatedDate: now,
    };
    site.members.add(member, undefined, []);
    return member;
  });
}

/** Derived from the nickname, as documented for slugs; numbered when somebody has it. */
function freeSlug(site: Site, nickname: string): string {
  const slug =
    nickname
      .trim()
      .toLowerCase()
      .replaceAll(/[\s/?#]+/g, '-')
      .slice(0, 200) || 'member';
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? slug : `${slug}-${number}`;
    if (!site.members.slugIsTaken(candidate)) return candidate;
  }
}
