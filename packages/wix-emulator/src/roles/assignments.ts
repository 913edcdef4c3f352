import { validationError } from '../http/errors.ts';
import { matches } from '../items/filter/evaluate.ts';
import { parseFilter } from '../items/filter/parse.ts';
import { requireMember } from '../members/access.ts';
import { memberMissing } from '../members/errors.ts';
import { pathsOf } from '../members/query.ts';
import type { Site } from '../site.ts';
import { findRole, requireRole } from './definitions.ts';
import { memberBlocked, notARole, ownersRole } from './errors.ts';
import { ADMIN, onWire } from './key.ts';
import type { RoleKey } from './key.ts';

type WireRole = Readonly<{ roleKey: string; title: string }>;

export function rolesOf(site: Site, memberId: string): WireRole[] {
  const account = site.members.account(memberId);
  if (!account) throw memberMissing(memberId);
  return account.roles.map((key) => wireRole(site, key));
}

/** Members who have a role and match the filter, by id. */
export function rolesByMember(
  site: Site,
  filter: Readonly<Record<string, unknown>>,
): Record<string, { roles: WireRole[] }> {
  const condition = parseFilter(filter);
  const unknown = pathsOf(condition).find((path) => path !== 'memberId');
  if (unknown !== undefined) {
    throw validationError([
      { field: `query.filter.${unknown}`, description: 'cannot be filtered by', violatedRule: 'OTHER' },
    ]);
  }
  const found = site.members
    .withRoles()
    .filter(({ member: { id } }) => matches(condition, { memberId: id }))
    .map(({ member: { id }, roles }) => [id, { roles: roles.map((key) => wireRole(site, key)) }]);
  return Object.fromEntries(found) as Record<string, { roles: WireRole[] }>;
}

export function assign(site: Site, memberId: string, key: RoleKey): void {
  site.store.write(() => {
    const { status } = requireMember(site, memberId);
    const { blockable } = requireRole(site.store, key);
    if (key === ADMIN) throw ownersRole();
    if (blockable && status === 'BLOCKED') throw memberBlocked(memberId);
    const held = rolesHeld(site, memberId);
    site.members.setRoles(memberId, [...new Set([...held, key])]);
  });
}

export function unassign(site: Site, memberId: string, key: RoleKey): void {
  site.store.write(() => {
    requireMember(site, memberId);
    const held = rolesHeld(site, memberId);
    if (!held.includes(key) && !findRole(site.store, key)) throw notARole(key);
    if (key === ADMIN) throw ownersRole();
    site.members.setRoles(
      memberId,
      held.filter((role) => role !== key),
    );
  });
}

const rolesHeld = (site: Site, memberId: string): readonly RoleKey[] =>
  site.members.account(memberId)?.roles ?? [];

/** A role outlives its definition with whoever has it; then only its key is left to call it by. */
const wireRole = ({ store }: Site, key: RoleKey): WireRole => ({
  roleKey: onWire(key),
  title: findRole(store, key)?.title ?? onWire(key),
});
