import type { Site } from '../site.ts';
import {
  disconnected,
  memberMissing,
  ownerNotBlocked,
  ownerNotDeleted,
  ownerNotDisconnected,
} from './errors.ts';
import type { Member, MemberStatus } from './member.ts';
import { requireMember } from './access.ts';

/** Sets who may sign in. Whoever no longer may loses their refresh tokens with it. */
export function setStatus(site: Site, id: string, status: MemberStatus): Member {
  return site.store.write(() => {
    if (status !== 'APPROVED') site.refreshTokens.revokeMember(id);
    const member = site.members.change(id, { status });
    if (!member) throw memberMissing(id);
    return member;
  });
}

export function removeMember(site: Site, id: string): void {
  site.store.write(() => {
    site.refreshTokens.revokeMember(id);
    site.members.remove(id);
  });
}

/** Approves a pending member, or unblocks a blocked one. */
export function approve(site: Site, id: string): Member {
  if (requireMember(site, id).status === 'OFFLINE') throw disconnected(id);
  return setStatus(site, id, 'APPROVED');
}

export function block(site: Site, id: string): Member {
  const { status } = requireMember(site, id);
  if (site.members.isAdmin(id)) throw ownerNotBlocked(id);
  if (status === 'OFFLINE') throw disconnected(id);
  return setStatus(site, id, 'BLOCKED');
}

export function disconnect(site: Site, id: string): Member {
  if (site.members.isAdmin(id)) throw ownerNotDisconnected(id);
  return setStatus(site, id, 'OFFLINE');
}

/** `field` names where the request said whom. */
export function deleteMember(site: Site, id: string, field: string): void {
  requireMember(site, id);
  if (site.members.isAdmin(id)) throw ownerNotDeleted(field);
  removeMember(site, id);
}
