import { Hono } from 'hono';
import { hasAppRights, requireToken } from '../http/caller.ts';
import { operation } from '../http/env.ts';
import type { Env, WixContext } from '../http/env.ts';
import { readBody, readQuery } from '../http/request.ts';
import { requireCurrentMember } from './access.ts';
import { memberMissing } from './errors.ts';
import { presentMember } from './present.ts';
import { queryMembers } from './query.ts';
import type { MembersQuery } from './query.ts';
import { GetRequest, ListRequest, MyRequest, QueryRequest } from './schema.ts';
import type { Fieldset } from './schema.ts';

export const memberReadRoutes = new Hono<Env>();

memberReadRoutes.get('/my', (context) => {
  operation(context, 'members.getCurrentMember');
  const { caller, site } = context.var;
  requireToken(caller);
  const { fieldsets } = readQuery(context, MyRequest);
  return context.json({ member: presentMember(requireCurrentMember(site, caller), fieldsets) });
});

memberReadRoutes.post('/query', async (context) => {
  operation(context, 'members.queryMembers');
  requireToken(context.var.caller);
  const { query, sort, search, fieldsets } = await readBody(context, QueryRequest);
  const { filter, paging } = query;
  return answerPage(context, { filter, search, paging, sort: sort ?? query.sort ?? [] }, fieldsets);
});

memberReadRoutes.get('/', (context) => {
  operation(context, 'members.listMembers');
  requireToken(context.var.caller);
  const { paging, sorting, fieldsets } = readQuery(context, ListRequest);
  return answerPage(context, { filter: {}, paging, sort: sorting }, fieldsets);
});

memberReadRoutes.get('/:id', (context) => {
  operation(context, 'members.getMember');
  const caller = requireToken(context.var.caller);
  const { id, fieldsets } = readQuery(context, GetRequest);
  const member = context.var.site.members.byId(id);
  const sees = hasAppRights(caller) || (caller.type === 'MEMBER' && caller.id === id);
  // A private member looks like none to everybody else.
  if (!member || (!sees && member.privacyStatus !== 'PUBLIC')) throw memberMissing(id);
  return context.json({ member: presentMember(member, sees ? fieldsets : []) });
});

function answerPage(context: WixContext, query: MembersQuery, asked: readonly Fieldset[]): Response {
  const caller = requireToken(context.var.caller);
  const { members, metadata } = queryMembers(context.var.site, caller, query);
  // Of others, and even of themselves in a list, members see what everybody may see.
  const fieldsets = hasAppRights(caller) ? asked : [];
  return context.json({ members: members.map((member) => presentMember(member, fieldsets)), metadata });
}
