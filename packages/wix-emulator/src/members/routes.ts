import { Hono } from 'hono';
import { hasAppRights, requireToken } from '../http/caller.ts';
import { applicationError, permissionDenied } from '../http/errors.ts';
import { operation } from '../http/env.ts';
import type { Env } from '../http/env.ts';
import { readBody, readQuery } from '../http/request.ts';
import { presentMember } from './present.ts';
import { queryMembers } from './query.ts';
import { GetRequest, MyRequest, QueryRequest } from './schema.ts';

/** https://dev.wix.com/docs/rest/crm/members-contacts/members/members/introduction */
export const membersRoutes = new Hono<Env>();

const MEMBERS = '/members/v1/members';

const missing = (id: string) => applicationError(404, 'MEMBER_NOT_FOUND', `Member ${id} does not exist`);

/** A visitor has no member, and gets a 403 rather than an empty answer. */
membersRoutes.get(`${MEMBERS}/my`, (context) => {
  operation(context, 'members.my');
  const caller = requireToken(context.var.caller);
  const { fieldsets } = readQuery(context, MyRequest);
  if (caller.type !== 'MEMBER')
    throw applicationError(403, 'PERMISSION_DENIED', 'Only a member has a current member');
  const member = context.var.site.members.byId(caller.id);
  if (!member) throw missing(caller.id);
  return context.json({ member: presentMember(member, fieldsets) });
});

membersRoutes.post(`${MEMBERS}/query`, async (context) => {
  operation(context, 'members.query');
  const caller = requireToken(context.var.caller);
  if (caller.type === 'VISITOR') throw permissionDenied();
  const request = await readBody(context, QueryRequest);
  const { members, metadata } = queryMembers(context.var.site, caller, request);
  // Of others, and even of themselves in a list, members see what everybody may see.
  const fieldsets = hasAppRights(caller) ? request.fieldsets : [];
  return context.json({ members: members.map((member) => presentMember(member, fieldsets)), metadata });
});

membersRoutes.get(`${MEMBERS}/:id`, (context) => {
  operation(context, 'members.get');
  const caller = requireToken(context.var.caller);
  if (caller.type === 'VISITOR') throw permissionDenied();
  const { id, fieldsets } = readQuery(context, GetRequest);
  const member = context.var.site.members.byId(id);
  const sees = hasAppRights(caller) || caller.id === id;
  // A private member looks like none to other members.
  if (!member || (!sees && member.privacyStatus !== 'PUBLIC')) throw missing(id);
  return context.json({ member: presentMember(member, sees ? fieldsets : []) });
});
