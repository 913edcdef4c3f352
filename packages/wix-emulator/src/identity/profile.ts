import { randomUUID } from 'node:crypto';
import { slugTaken } from '../members/errors.ts';
import type { Member } from '../members/member.ts';
import type { Site } from '../site.ts';
import type { IdentityProfile } from './schema.ts';

/** Somebody who signs up, or is signed on for the first time. */
export function newMember(
  site: Site,
  loginEmail: string,
  profile: IdentityProfile,
  standing: Pick<Member, 'loginEmailVerified' | 'status'>,
): Member {
  const id = randomUUID();
  const contactId = randomUUID();
  const nickname = profile.nickname ?? profile.firstName ?? loginEmail.split('@')[0] ?? loginEmail;
  const now = site.isoNow();
  const blank = {
    id,
    loginEmail,
    ...standing,
    contactId,
    contact: { contactId, phones: [], emails: [loginEmail], addresses: [], customFields: {} },
    profile: { nickname, slug: id },
    privacyStatus: 'PRIVATE' as const,
    activityStatus: 'ACTIVE' as const,
    createdDate: now,
    updatedDate: now,
  };
  return { ...blank, ...withProfile(blank, profile) };
}

/** Of a profile for somebody who has `own` as their slug, or none yet. */
export function requireFreeSlug(site: Site, { slug }: IdentityProfile, own?: string): void {
  if (slug !== undefined && slug !== own && site.members.slugIsTaken(slug)) throw slugTaken(slug);
}

/** What the fields of an identity profile mean for a member. Languages and labels are not kept. */
export function withProfile(
  member: Pick<Member, 'contact' | 'profile' | 'privacyStatus'>,
  profile: IdentityProfile,
): Pick<Member, 'contact' | 'profile' | 'privacyStatus'> {
  const { firstName, lastName, company, position, birthdate, emails, phones, customFields } = profile;
  const { nickname, slug, picture, privacyStatus } = profile;
  return {
    contact: {
      ...member.contact,
      ...named({ firstName, lastName, company, jobTitle: position, birthdate, emails, phones }),
      customFields: {
        ...member.contact.customFields,
        ...Object.fromEntries((customFields ?? []).map(({ name, value }) => [name, value])),
      },
    },
    profile: {
      ...member.profile,
      ...named({ nickname, slug, photo: picture === undefined ? undefined : { url: picture } }),
    },
    privacyStatus:
      privacyStatus === undefined || privacyStatus === 'UNDEFINED' ? member.privacyStatus : privacyStatus,
  };
}

type Named<Fields> = { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> };

const named = <Fields extends object>(fields: Fields): Named<Fields> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Named<Fields>;
