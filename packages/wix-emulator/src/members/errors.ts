import { applicationError, validationError } from '../http/errors.ts';
import type { WixError } from '../http/errors.ts';

/** The code that `getCurrentMember` documents. */
export const memberMissing = (id: string): WixError =>
  applicationError(404, 'NOT_FOUND', `Member ${id} does not exist`, { memberId: id });

/** Documented with its `data` for `updateMemberSlug` and `updateCurrentMemberSlug`. */
export const slugTaken = (slug: string): WixError =>
  applicationError(409, 'SLUG_ALREADY_EXISTS', `The slug ${slug} is taken`, { slug });

/** `createMember` documents no code of its own, so this is the standard one of Wix. */
export const emailTaken = (loginEmail: string): WixError =>
  applicationError(409, 'ALREADY_EXISTS', `A member with the e-mail ${loginEmail} exists`);

export const ownerNotBlocked = (id: string): WixError =>
  applicationError(403, 'OWNER_MEMBER_BLOCK_FORBIDDEN', 'The site owner cannot be blocked', { memberId: id });

/** Disconnecting documents no code for this; it is for good, so the owner is kept from it as from a block. */
export const ownerNotDisconnected = (id: string): WixError =>
  applicationError(403, 'OWNER_MEMBER_DISCONNECT_FORBIDDEN', 'The site owner cannot be disconnected', {
    memberId: id,
  });

/** A rule of the request, not an error of the application, as the SDK's types tell. */
export const ownerNotDeleted = (field: string): WixError =>
  validationError([
    {
      field,
      description: 'is the site owner, who cannot be deleted',
      violatedRule: 'OTHER',
      ruleName: 'OWNER_OR_CONTRIBUTOR_MEMBER_DELETE_FORBIDDEN',
    },
  ]);

export const assigneeMissing = (id: string): WixError =>
  validationError([
    { field: 'contentAssigneeId', description: `names no other member: ${id}`, violatedRule: 'OTHER' },
  ]);

export const communityClosed = (id: string): WixError =>
  applicationError(428, 'COMMUNITY_JOIN_IMPOSSIBLE', `Member ${id} may not join the community`);

/** Disconnecting is documented to be for good. */
export const disconnected = (id: string): WixError =>
  applicationError(428, 'FAILED_PRECONDITION', `Member ${id} was disconnected, which cannot be undone`);
