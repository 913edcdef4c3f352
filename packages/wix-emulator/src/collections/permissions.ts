import { z } from 'zod';

/** Who may do what, widest first; each names the least role that may. */
export const LegacyRole = z.enum(['ANYONE', 'SITE_MEMBER', 'SITE_MEMBER_AUTHOR', 'ADMIN']);
export const DataRole = z.enum(['ANYONE', 'SITE_MEMBER', 'SITE_MEMBER_AUTHOR', 'CMS_EDITOR', 'PRIVILEGED']);

/** The two models stand side by side in a collection. https://dev.wix.com/docs/sdk/backend-modules/data/permissions/introduction */
export const Permissions = z.strictObject({
  read: LegacyRole.optional(),
  insert: LegacyRole.optional(),
  update: LegacyRole.optional(),
  remove: LegacyRole.optional(),
});
export type Permissions = z.output<typeof Permissions>;

export const DataPermissions = z.strictObject({
  itemRead: DataRole.optional(),
  itemInsert: DataRole.optional(),
  itemUpdate: DataRole.optional(),
  itemRemove: DataRole.optional(),
});
export type DataPermissions = z.output<typeof DataPermissions>;

export type Action = 'read' | 'insert' | 'update' | 'remove';
export type Role = z.output<typeof LegacyRole> | z.output<typeof DataRole>;
export type Access = Readonly<Record<Action, Role>>;

const actions = {
  read: 'itemRead',
  insert: 'itemInsert',
  update: 'itemUpdate',
  remove: 'itemRemove',
} as const;

/** One answer per action. The newer model decides where both speak; where neither does, only the owner may. */
export function accessOf(permissions: Permissions = {}, dataPermissions: DataPermissions = {}): Access {
  const access = Object.entries(actions).map(([action, key]) => [
    action,
    dataPermissions[key] ?? permissions[action as Action] ?? 'ADMIN',
  ]);
  return Object.fromEntries(access) as Access;
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
  const named = Object.entries(actions).map(([action, key]) => [
    key,
    access[action as Action] === 'ADMIN' ? 'PRIVILEGED' : access[action as Action],
  ]);
  return Object.fromEntries(named) as Required<DataPermissions>;
}
