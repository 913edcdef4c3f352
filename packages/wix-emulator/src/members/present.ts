import type { Member } from './member.ts';
import type { Fieldset } from './schema.ts';

/**
 * What each fieldset shows.
 * https://dev.wix.com/docs/rest/api-reference/members/members/about-wix-members
 */
export function presentMember(member: Member, fieldsets: readonly Fieldset[]): object {
  if (fieldsets.includes('FULL')) return member;
  const { id, contactId, profile, createdDate, updatedDate } = member;
  const visible = { id, contactId, profile, createdDate, updatedDate };
  if (!fieldsets.includes('EXTENDED')) {
    return { ...visible, status: 'UNKNOWN', privacyStatus: 'UNKNOWN', activityStatus: 'UNKNOWN' };
  }
  const { loginEmail, status, privacyStatus, activityStatus } = member;
  return { ...visible, loginEmail, status, privacyStatus, activityStatus };
}
