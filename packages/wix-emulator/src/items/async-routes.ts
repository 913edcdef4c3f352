import { Hono } from 'hono';
import { hasAppRights, requireToken } from '../http/caller.ts';
import { operation } from '../http/env.ts';
import type { Env } from '../http/env.ts';
import { readBody, readQuery } from '../http/request.ts';
import { jobMissing } from './errors.ts';
import { reach } from './reach.ts';
import type { Reached } from './reach.ts';
import type { Filter } from './reads.ts';
import * as schema from './write-schema.ts';
import { checkPatch } from './writing.ts';

/** Changing all items a filter matches, after the answer [recorded]. */
export const asyncRoutes = new Hono<Env>();

const BULK = '/wix-data/v2/bulk/items';

asyncRoutes.post(`${BULK}/async-patch-by-filter`, async (context) => {
  operation(context, 'items.asyncPatchByFilter');
  const request = await readBody(context, schema.AsyncPatchRequest);
  const { dataCollectionId, filter, fieldModifications: modifications } = request;
  const reached = reach(context, 'items.asyncPatchByFilter', dataCollectionId, 'update');
  const { items, jobs } = context.var.site;
  // What makes no sense is refused while somebody listens.
  checkPatch(reached.collection, modifications);
  items.where(reached.collection, filter);
  return context.json({ jobId: jobs.start({ ...selection(reached, filter), change: { modifications } }) });
});

/** An empty filter matches every item. Documented in the SDK's own types. */
asyncRoutes.post(`${BULK}/async-remove-by-filter`, async (context) => {
  operation(context, 'items.asyncRemoveByFilter');
  const { dataCollectionId, filter } = await readBody(context, schema.AsyncRemoveRequest);
  const reached = reach(context, 'items.asyncRemoveByFilter', dataCollectionId, 'remove');
  const { items, jobs } = context.var.site;
  items.where(reached.collection, filter);
  return context.json({ jobId: jobs.start({ ...selection(reached, filter), change: { remove: true } }) });
});

/** For whoever started the job, and for apps. */
asyncRoutes.get('/wix-data/v2/async-jobs/:jobId/status', (context) => {
  operation(context, 'items.getAsyncJobStatus');
  const { jobId } = readQuery(context, schema.JobStatusRequest);
  const caller = requireToken(context.var.caller);
  const job = context.var.site.jobs.find(jobId);
  if (!job || (job.startedBy !== caller.id && !hasAppRights(caller))) throw jobMissing(jobId);
  return context.json({ status: job.status, successCount: job.succeeded });
});

const selection = ({ collection, writer, ownedBy }: Reached, filter: Filter) => ({
  collectionId: collection.id,
  filter,
  writer,
  ...(ownedBy !== undefined && { ownedBy }),
});
