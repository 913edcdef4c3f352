import { randomUUID } from 'node:crypto';
import type { Store } from '../store/store.ts';
import { roleExists, roleMissing, staleRevision, systemRole } from './errors.ts';
import { ADMIN } from './key.ts';
import type { RoleKey } from './key.ts';

/** A role that members may have. */
export type RoleDefinition = Readonly<{
  id: string;
  key: RoleKey;
  title: string;
  /** Whether blocked members may not be given it. */
  blockable: boolean;
  revision: number;
}>;

export type NewRole = Pick<RoleDefinition, 'key' | 'title' | 'blockable'>;

const SYSTEM: readonly RoleDefinition[] = [
  { id: '00000000-0000-4000-8000-00000000ad31', key: ADMIN, title: 'Admin', blockable: false, revision: 1 },
];

const customRoles = (store: Store): readonly RoleDefinition[] =>
  store.readValue<readonly RoleDefinition[]>('roleDefinitions') ?? [];

/** Those that come with the site, then the site's own, oldest first. */
export const roleDefinitions = (store: Store): readonly RoleDefinition[] => [
  ...SYSTEM,
  ...customRoles(store),
];

export const findRole = (store: Store, key: RoleKey): RoleDefinition | undefined =>
  roleDefinitions(store).find((role) => role.key === key);

export function requireRole(store: Store, key: RoleKey): RoleDefinition {
  const role = findRole(store, key);
  if (!role) throw roleMissing(key);
  return role;
}

export function createRole(store: Store, role: NewRole): RoleDefinition {
  return store.write(() => {
    if (findRole(store, role.key)) throw roleExists(role.key);
    const created = { id: randomUUID(), ...role, revision: 1 };
    store.writeValue('roleDefinitions', [...customRoles(store), created]);
    return created;
  });
}

/** Only whether blocked members may be given it can be changed, as documented. */
export function changeRole(
  store: Store,
  key: RoleKey,
  changes: Readonly<{ blockable: boolean | undefined; revision: number }>,
): RoleDefinition {
  return store.write(() => {
    const known = requireRole(store, key);
    if (SYSTEM.includes(known)) throw systemRole('CANNOT_UPDATE_SYSTEM_ROLE', key);
    if (known.revision !== changes.revision) throw staleRevision(key);
    const { blockable = known.blockable } = changes;
    const changed = { ...known, blockable, revision: known.revision + 1 };
    const roles = customRoles(store).map((role) => (role.key === key ? changed : role));
    store.writeValue('roleDefinitions', roles);
    return changed;
  });
}

/** Whoever has the role keeps it until it is taken from them, as documented. */
export function deleteRole(store: Store, key: RoleKey): void {
  store.write(() => {
    if (SYSTEM.includes(requireRole(store, key))) throw systemRole('CANNOT_DELETE_SYSTEM_ROLE', key);
    store.writeValue(
      'roleDefinitions',
      customRoles(store).filter((role) => role.key !== key),
    );
  });
}
