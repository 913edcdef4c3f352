import { z } from 'zod';

/** A string as Wix compares e-mail addresses: no blanks around, no capitals. */
export const canonicalEmail = (email: string): string => email.trim().toLowerCase();

export const MemberStatus = z.enum(['PENDING', 'APPROVED', 'BLOCKED', 'OFFLINE']);
export type MemberStatus = z.output<typeof MemberStatus>;

const text = z.string().max(1_000);

export const Contact = z.strictObject({
  contactId: text.optional(),
  firstName: text.optional(),
  lastName: text.optional(),
  phones: z.array(text).max(50).optional(),
  emails: z.array(text).max(50).optional(),
  addresses: z.array(z.record(z.string(), z.json())).max(50).optional(),
  birthdate: text.optional(),
  company: text.optional(),
  jobTitle: text.optional(),
  customFields: z.record(z.string(), z.json()).optional(),
});

export const Profile = z.strictObject({
  nickname: text.optional(),
  slug: text.optional(),
  title: text.optional(),
  photo: z.record(z.string(), z.json()).optional(),
  cover: z.record(z.string(), z.json()).optional(),
});

/** A member as it goes over the wire with the fieldset FULL; dates are ISO text. */
export type Member = Readonly<{
  id: string;
  loginEmail: string;
  loginEmailVerified: boolean;
  status: MemberStatus;
  contactId: string;
  contact: z.output<typeof Contact>;
  profile: z.output<typeof Profile>;
  privacyStatus: 'PRIVATE' | 'PUBLIC';
  activityStatus: 'ACTIVE' | 'MUTED';
  createdDate: string;
  updatedDate: string;
  lastLoginDate?: string;
}>;
