import { hasAppRights, requireToken } from '../http/caller.ts';
import type { Caller } from '../http/caller.ts';
import { permissionDenied } from '../http/errors.ts';
import type { Site } from '../site.ts';
import { assigneeMissing, memberMissing } from './errors.ts';
import type { Member } from './member.ts';

/** Members change themselves, apps anybody. */
export function requireSelfOrApp(caller: Caller, memberId: string): void {
  const { type, id } = requireToken(caller);
  if (!hasAppRights(caller) && !(type === 'MEMBER' && id === memberId)) throw permissionDenied();
}

/** A visitor has no member, and gets a 403 rather than an empty answer; so does an app. */
export function requireCurrentMember(site: Site, caller: Caller): Member {
  const { type, id } = requireToken(caller);
  if (type !== 'MEMBER') throw permissionDenied('Only a member has a current member');
  return requireMember(site, id);
}

export function requireMember(site: Site, id: string): Member {
  const member = site.members.byId(id);
  if (!member) throw memberMissing(id);
  return member;
}

/** Somebody else who stays is to receive what a deleted member made. */
export function requireAssignee(site: Site, assignee: string | undefined, deleted?: string): void {
  if (assignee !== undefined && (assignee === deleted || !site.members.byId(assignee))) {
    throw assigneeMissing(assignee);
  }
}
