import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { requireAppRights } from '../http/caller.ts';
import { operation } from '../http/env.ts';
import type { Env } from '../http/env.ts';
import { WixError } from '../http/errors.ts';
import { readBody, readQuery } from '../http/request.ts';
import type { Site } from '../site.ts';
import { requireAssignee } from './access.ts';
import { memberMissing } from './errors.ts';
import type { Member } from './member.ts';
import { approve, block, deleteMember, disconnect } from './moderation.ts';
import { matchingIds } from './query.ts';
import { BulkDeleteRequest, BulkFilterRequest, BulkIdsRequest, IdRequest } from './schema.ts';

/** What apps do to members. The site owner can neither be blocked, disconnected nor deleted. */
export const memberModerationRoutes = new Hono<Env>();

const actions: Readonly<Record<string, readonly [method: string, act: (site: Site, id: string) => Member]>> =
  {
    approve: ['approveMember', approve],
    block: ['blockMember', block],
    disconnect: ['disconnectMember', disconnect],
    mute: ['muteMember', (site, id) => setActivity(site, id, 'MUTED')],
    unmute: ['unmuteMember', (site, id) => setActivity(site, id, 'ACTIVE')],
  };

for (const [action, [method, act]] of Object.entries(actions)) {
  memberModerationRoutes.post(`/:id/${action}`, async (context) => {
    operation(context, `members.${method}`);
    requireAppRights(context.var.caller);
    const { id } = await readBody(context, IdRequest);
    return context.json({ member: context.var.site.store.write(() => act(context.var.site, id)) });
  });
}

memberModerationRoutes.delete('/:id', (context) => {
  operation(context, 'members.deleteMember');
  requireAppRights(context.var.caller);
  const { id } = readQuery(context, IdRequest);
  deleteMember(context.var.site, id, 'id');
  return context.json({});
});

memberModerationRoutes.post('/bulk/delete', async (context) => {
  operation(context, 'members.bulkDeleteMembers');
  requireAppRights(context.var.caller);
  const { memberIds } = await readBody(context, BulkIdsRequest);
  return context.json(bulkDelete(context.var.site, memberIds));
});

memberModerationRoutes.post('/bulk/delete-by-filter', async (context) => {
  operation(context, 'members.bulkDeleteMembersByFilter');
  const { site, caller } = context.var;
  requireAppRights(caller);
  const { contentAssigneeId, ...query } = await readBody(context, BulkDeleteRequest);
  requireAssignee(site, contentAssigneeId);
  return context.json(
    runJob(site, query, (id) => {
      // Somebody has to be left to receive the content.
      if (id !== contentAssigneeId) deleteMember(site, id, 'id');
    }),
  );
});

memberModerationRoutes.post('/bulk/approve-by-filter', async (context) => {
  operation(context, 'members.bulkApproveMembers');
  const { site, caller } = context.var;
  requireAppRights(caller);
  const query = await readBody(context, BulkFilterRequest);
  return context.json(runJob(site, query, (id) => approve(site, id)));
});

memberModerationRoutes.post('/bulk/block-by-filter', async (context) => {
  operation(context, 'members.bulkBlockMembers');
  const { site, caller } = context.var;
  requireAppRights(caller);
  const query = await readBody(context, BulkFilterRequest);
  return context.json(runJob(site, query, (id) => block(site, id)));
});

function setActivity(site: Site, id: string, activityStatus: Member['activityStatus']): Member {
  const member = site.members.change(id, { activityStatus });
  if (!member) throw memberMissing(id);
  return member;
}

/** One outcome per member; one that fails holds nobody else up. */
function bulkDelete(site: Site, memberIds: readonly string[]) {
  const results = site.store.write(() =>
    memberIds.map((id, originalIndex) => {
      const refused = refusalOf(() => deleteMember(site, id, `memberIds.${originalIndex}`));
      const outcome = refused ? { success: false, error: bulkErrorOf(refused) } : { success: true };
      return { itemMetadata: { id, originalIndex, ...outcome } };
    }),
  );
  const totalSuccesses = results.filter(({ itemMetadata }) => itemMetadata.success).length;
  const totalFailures = results.length - totalSuccesses;
  return { results, bulkActionMetadata: { totalSuccesses, totalFailures, undetailedFailures: 0 } };
}

/** Wix does these in a job of its own; here they are done when the answer comes. */
function runJob(
  site: Site,
  query: Parameters<typeof matchingIds>[1],
  act: (id: string) => unknown,
): { jobId: string } {
  site.store.write(() => {
    for (const id of matchingIds(site, query)) refusalOf(() => act(id));
  });
  return { jobId: randomUUID() };
}

/** What a rule of the site said against it; anything else is a fault and goes on its way. */
function refusalOf(act: () => unknown): WixError | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof WixError) return error;
    throw error;
  }
}

type Details = {
  applicationError?: { code: string };
  validationError?: { fieldViolations: { ruleName?: string }[] };
};

function bulkErrorOf({ message, body }: WixError): { code: string; description: string } {
  const { applicationError, validationError } = body['details'] as Details;
  const code = applicationError?.code ?? validationError?.fieldViolations[0]?.ruleName ?? 'UNKNOWN';
  return { code, description: message };
}
