import { z } from 'zod';

/** Wix gives an unknown role a code of its own [public, see wix-protocol §4.6]. */
const roleOf = <const Name extends string>(roles: readonly Name[]) =>
  z.custom<Name>((value) => roles.some((role) => role === value), {
    error: `must be one of ${roles.join(', ')}`,
    params: { dataErrorCode: 'WDE0075' },
  });

/** Who may do what, widest first; each names the least role that may. */
const LegacyRole = roleOf(['ANYONE', 'SITE_MEMBER', 'SITE_MEMBER_AUTHOR', 'ADMIN']);
const DataRole = roleOf(['ANYONE', 'SITE_MEMBER', 'SITE_MEMBER_AUTHOR', 'CMS_EDITOR', 'PRIVILEGED']);

/** The two models stand side by side in a collection. https://dev.wix.com/docs/sdk/backend-modules/data/permissions/introduction */
export const WholePermissions = z.strictObject({
  read: LegacyRole,
  insert: LegacyRole,
  update: LegacyRole,
  remove: LegacyRole,
});
export const Permissions = WholePermissions.partial();
export type Permissions = z.output<typeof Permissions>;

export const WholeDataPermissions = z.strictObject({
  itemRead: DataRole,
  itemInsert: DataRole,
  itemUpdate: DataRole,
  itemRemove: DataRole,
});
export const DataPermissions = WholeDataPermissions.partial();
export type DataPermissions = z.output<typeof DataPermissions>;

export type Action = 'read' | 'insert' | 'update' | 'remove';
export type Role = z.output<typeof LegacyRole> | z.output<typeof DataRole>;
export type Access = Readonly<Record<Action, Role>>;

export const itemActions = {
  read: 'itemRead',
  insert: 'itemInsert',
  update: 'itemUpdate',
  remove: 'itemRemove',
} as const;

/** One answer per action. The newer model decides where both speak; where neither does, only the owner may. */
export function accessOf(permissions: Permissions = {}, dataPermissions: DataPermissions = {}): Access {
  const access = Object.entries(itemActions).map(([action, key]) => [
    action,
    dataPermissions[key] ?? permissions[action as Action] ?? 'ADMIN',
  ]);
  return Object.fromEntries(access) as Access;
}

/**
 * The access after a change that names roles in one model or both. Whoever sends back what they read has changed
 * one model and left the other as it was: what was left alone does not speak.
 */
export function changedAccess(
  known: Access,
  permissions: Permissions = {},
  dataPermissions: DataPermissions = {},
): Access {
  const legacy = legacyForm(known);
  const newer = dataForm(known);
  const changed = Object.entries(itemActions).map(([name, key]) => {
    const action = name as Action;
    const [older, data] = [permissions[action], dataPermissions[key]];
    const unchanged = data === undefined || data === newer[key];
    return [action, unchanged && older !== undefined && older !== legacy[action] ? older : data];
  });
  const given = Object.fromEntries(changed.filter(([, role]) => role !== undefined)) as Partial<Access>;
  return { ...known, ...given };
}

/** The older model has no word between authors and the owner. */
export function legacyForm(access: Access): Required<Permissions> {
  const narrow = Object.entries(access).map(([action, role]) => [
    action,
    role === 'CMS_EDITOR' || role === 'PRIVILEGED' ? 'ADMIN' : role,
  ]);
  return Object.fromEntries(narrow) as Required<Permissions>;
}

export function dataForm(access: Access): Required<DataPermissions> {
  const named = Object.entries(itemActions).map(([action, key]) => [
    key,
    access[action as Action] === 'ADMIN' ? 'PRIVILEGED' : access[action as Action],
  ]);
  return Object.fromEntries(named) as Required<DataPermissions>;
}
