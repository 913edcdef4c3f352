import type { Asking } from '../policy/rules.ts';

export const ROLES = ['VISITOR', 'MEMBER', 'OWNER', 'BACKEND_CODE'] as const;

/** Roles of the legacy generation, from the least privileged on; identities of the current one are read as these. */
export type Role = (typeof ROLES)[number];

/** On whose behalf Wix calls: from the signed or secret-bearing context alone. */
export type Caller = Asking &
  Readonly<{
    role: Role;
    /** The current generation's own word for it; `null` in legacy calls. */
    identityType: string | null;
    /** Whoever a new item belongs to: a member, a visitor's browser, a user of Wix; `null` for a process. */
    ownerId: string | null;
    /** The site. */
    instanceId: string | null;
    /** This collection's configuration in the site; legacy only. */
    installationId: string | null;
    /** What the site's owner typed in when connecting; legacy only. */
    settings: Readonly<Record<string, unknown>>;
  }>;

type CallerParts = Readonly<{
  role: Role;
  id: string | null;
  identityType?: string | null;
  instanceId: string | null;
  installationId?: string | null;
  settings?: Readonly<Record<string, unknown>>;
}>;

/** A member is one whom Wix names. A role without a name owns nothing: it is a visitor to every rule. */
export function toCaller(parts: CallerParts): Caller {
  const { role, id, identityType = null, instanceId, installationId = null, settings = {} } = parts;
  const asking: Asking =
    role === 'MEMBER' && id !== null
      ? // Wix tells no e-mail, so no rule about e-mails is ever met.
        { kind: 'member', id, email: '', emailVerified: false, roles: [] }
      : { kind: 'visitor' };
  return Object.freeze({ ...asking, role, identityType, ownerId: id, instanceId, installationId, settings });
}

/** The site's owner, and code of the site: they may do on every table what the database lets them. */
export function isAdministrator({ role }: Caller): boolean {
  return role === 'OWNER' || role === 'BACKEND_CODE';
}
