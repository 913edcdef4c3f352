import { Hono } from 'hono';
import { requireAppRights } from '../http/caller.ts';
import { operation } from '../http/env.ts';
import type { Env } from '../http/env.ts';
import { readBody, readQuery } from '../http/request.ts';
import type { Site } from '../site.ts';
import { requireAssignee, requireCurrentMember, requireMember, requireSelfOrApp } from './access.ts';
import { changed } from './changes.ts';
import { createMember } from './create.ts';
import { communityClosed, memberMissing, slugTaken } from './errors.ts';
import type { Member } from './member.ts';
import { deleteMember } from './moderation.ts';
import {
  CreateRequest,
  DeleteMyRequest,
  IdRequest,
  MySlugRequest,
  NothingRequest,
  SlugRequest,
  UpdateRequest,
} from './schema.ts';

/** What members do to themselves, and apps to anybody. Answers show the whole member to who changed it. */
export const memberWriteRoutes = new Hono<Env>();

memberWriteRoutes.post('/', async (context) => {
  operation(context, 'members.createMember');
  requireAppRights(context.var.caller);
  const { member } = await readBody(context, CreateRequest);
  return context.json({ member: createMember(context.var.site, member) });
});

memberWriteRoutes.post('/my/slug', async (context) => {
  operation(context, 'members.updateCurrentMemberSlug');
  const { site, caller } = context.var;
  const { id } = requireCurrentMember(site, caller);
  const { slug } = await readBody(context, MySlugRequest);
  return context.json({ member: changeSlug(site, id, slug) });
});

memberWriteRoutes.post('/join-community', async (context) => {
  operation(context, 'members.joinCommunity');
  const { site, caller } = context.var;
  const { id, status } = requireCurrentMember(site, caller);
  await readBody(context, NothingRequest);
  if (status !== 'APPROVED') throw communityClosed(id);
  return context.json({ member: change(site, id, { privacyStatus: 'PUBLIC' }) });
});

memberWriteRoutes.post('/leave-community', async (context) => {
  operation(context, 'members.leaveCommunity');
  const { site, caller } = context.var;
  const { id } = requireCurrentMember(site, caller);
  await readBody(context, NothingRequest);
  return context.json({ member: change(site, id, { privacyStatus: 'PRIVATE' }) });
});

/** What the member wrote elsewhere on a site goes to the assignee; items of collections keep their owner. */
memberWriteRoutes.delete('/my', (context) => {
  operation(context, 'members.deleteMyMember');
  const { site, caller } = context.var;
  const { id } = requireCurrentMember(site, caller);
  const { contentAssigneeId } = readQuery(context, DeleteMyRequest);
  requireAssignee(site, contentAssigneeId, id);
  deleteMember(site, id, 'id');
  return context.json({});
});

memberWriteRoutes.post('/:id/slug', async (context) => {
  operation(context, 'members.updateMemberSlug');
  const { site, caller } = context.var;
  const { id, slug } = await readBody(context, SlugRequest);
  requireSelfOrApp(caller, id);
  return context.json({ member: changeSlug(site, id, slug) });
});

memberWriteRoutes.patch('/:id', async (context) => {
  operation(context, 'members.updateMember');
  const { site, caller } = context.var;
  const { member } = await readBody(context, UpdateRequest);
  requireSelfOrApp(caller, member.id);
  const updated = site.store.write(() =>
    change(site, member.id, changed(requireMember(site, member.id), member)),
  );
  return context.json({ member: updated });
});

/** Clearing takes calls of its own, because an empty list in an update has no effect. */
for (const [list, method] of [
  ['phones', 'deleteMemberPhones'],
  ['emails', 'deleteMemberEmails'],
  ['addresses', 'deleteMemberAddresses'],
] as const) {
  memberWriteRoutes.delete(`/:id/${list}`, (context) => {
    operation(context, `members.${method}`);
    const { site, caller } = context.var;
    const { id } = readQuery(context, IdRequest);
    requireSelfOrApp(caller, id);
    const { contact } = requireMember(site, id);
    return context.json({ member: change(site, id, { contact: { ...contact, [list]: [] } }) });
  });
}

function changeSlug(site: Site, id: string, slug: string): Member {
  return site.store.write(() => {
    const { profile } = requireMember(site, id);
    if (slug !== profile.slug && site.members.slugIsTaken(slug)) throw slugTaken(slug);
    return change(site, id, { profile: { ...profile, slug } });
  });
}

function change(site: Site, id: string, changes: Partial<Omit<Member, 'id'>>): Member {
  const member = site.members.change(id, changes);
  if (!member) throw memberMissing(id);
  return member;
}
