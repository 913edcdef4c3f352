import type { Subject } from '../oauth/access-tokens.ts';

/** Who asks an adapter: whoever asked Wix, or Wix itself when it learns what there is. */
export type AdapterCaller = Readonly<{ subject: Subject; isOwner: boolean }>;

type Identity =
  | { identityType: 'ANONYMOUS_VISITOR'; anonymousVisitorId: string }
  | { identityType: 'MEMBER'; memberId: string }
  | { identityType: 'WIX_USER'; wixUserId: string }
  | { identityType: 'APP'; appId: string };

/** The identity of the present generation: a type and exactly one id. */
export function identityOf({ subject: { type, id }, isOwner }: AdapterCaller): Identity {
  if (type === 'VISITOR') return { identityType: 'ANONYMOUS_VISITOR', anonymousVisitorId: id };
  if (type === 'APP') return { identityType: 'APP', appId: id };
  if (type === 'USER' || isOwner) return { identityType: 'WIX_USER', wixUserId: id };
  return { identityType: 'MEMBER', memberId: id };
}

/** The same in the words of the legacy generation, where code of the backend is nobody. */
export function memberOf({ subject: { type, id }, isOwner }: AdapterCaller): {
  memberId: string | null;
  role: 'VISITOR' | 'MEMBER' | 'OWNER' | 'BACKEND_CODE';
} {
  if (type === 'VISITOR') return { memberId: id, role: 'VISITOR' };
  if (type === 'APP') return { memberId: null, role: 'BACKEND_CODE' };
  return { memberId: id, role: type === 'USER' || isOwner ? 'OWNER' : 'MEMBER' };
}
