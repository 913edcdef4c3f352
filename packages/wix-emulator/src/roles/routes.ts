import { Hono } from 'hono';
import type { MiddlewareHandler } from 'hono';
import { requireAppRights } from '../http/caller.ts';
import { operation } from '../http/env.ts';
import type { Env } from '../http/env.ts';
import { readBody, readQuery } from '../http/request.ts';
import { assign, rolesByMember, rolesOf, unassign } from './assignments.ts';
import { changeRole, createRole, deleteRole, requireRole, roleDefinitions } from './definitions.ts';
import type { RoleDefinition } from './definitions.ts';
import { onWire } from './key.ts';
import {
  AssignmentRequest,
  CreateRequest,
  KeyRequest,
  MemberRequest,
  NothingRequest,
  QueryRequest,
  UpdateRequest,
} from './schema.ts';

/**
 * Which roles there are, and who has them. For apps: of the two calls whose types name members too, assign and
 * unassign, members are refused.
 * https://dev.wix.com/docs/rest/crm/members-contacts/members/role-v1/introduction
 * https://dev.wix.com/docs/rest/crm/members-contacts/members/member-role-definition-v1/introduction
 */
export const rolesRoutes = new Hono<Env>().basePath('/members/v1/roles');

const forApps =
  (name: string): MiddlewareHandler<Env> =>
  async (context, next) => {
    operation(context, name);
    requireAppRights(context.var.caller);
    await next();
  };

rolesRoutes.post('/members/query', forApps('authorization.queryRoles'), async (context) => {
  const { query } = await readBody(context, QueryRequest);
  return context.json({ rolesByMemberId: rolesByMember(context.var.site, query.filter) });
});

rolesRoutes.get('/members/:memberId', forApps('authorization.getRoles'), (context) => {
  const { memberId } = readQuery(context, MemberRequest);
  return context.json({ roles: rolesOf(context.var.site, memberId) });
});

rolesRoutes.post('/members/:memberId', forApps('authorization.assignRole'), async (context) => {
  const { memberId, roleKey } = await readBody(context, AssignmentRequest);
  assign(context.var.site, memberId, roleKey);
  return context.json({ roleKey: onWire(roleKey) });
});

rolesRoutes.delete('/members/:memberId', forApps('authorization.unassignRole'), (context) => {
  const { memberId, roleKey } = readQuery(context, AssignmentRequest);
  unassign(context.var.site, memberId, roleKey);
  return context.json({ roleKey: onWire(roleKey) });
});

rolesRoutes.post(
  '/definitions',
  forApps('memberRoleDefinition.createMemberRoleDefinition'),
  async (context) => {
    const { roleKey: key, roleTitle: title, blockable } = await readBody(context, CreateRequest);
    return context.json({ role: present(createRole(context.var.site.store, { key, title, blockable })) });
  },
);

rolesRoutes.get('/definitions', forApps('memberRoleDefinition.listMemberRoleDefinitions'), (context) => {
  readQuery(context, NothingRequest);
  return context.json({ roles: roleDefinitions(context.var.site.store).map(present) });
});

rolesRoutes.get(
  '/definitions/:roleKey',
  forApps('memberRoleDefinition.getMemberRoleDefinition'),
  (context) => {
    const { roleKey } = readQuery(context, KeyRequest);
    return context.json({ role: present(requireRole(context.var.site.store, roleKey)) });
  },
);

rolesRoutes.patch(
  '/definitions/:key',
  forApps('memberRoleDefinition.updateMemberRoleDefinition'),
  async (context) => {
    const { key, blockable, revision } = await readBody(context, UpdateRequest);
    return context.json({ role: present(changeRole(context.var.site.store, key, { blockable, revision })) });
  },
);

rolesRoutes.delete(
  '/definitions/:roleKey',
  forApps('memberRoleDefinition.deleteMemberRoleDefinition'),
  (context) => {
    const { roleKey } = readQuery(context, KeyRequest);
    deleteRole(context.var.site.store, roleKey);
    return context.json({});
  },
);

const present = ({ id, key, title, blockable, revision }: RoleDefinition) => ({
  id,
  roleKey: onWire(key),
  title,
  blockable,
  revision: String(revision),
});
