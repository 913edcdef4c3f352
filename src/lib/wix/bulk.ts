import { randomUUID } from 'node:crypto';
import { Problem, toProblem } from '../http/problem.ts';
import { NOTHING, selects } from '../policy/filter.ts';
import type { Grant } from '../policy/grant.ts';
import type { Item } from '../policy/item.ts';
import { listItems, operationsFor, patchItem } from './items.ts';
import type { Changes } from './operations.ts';

/** One part of a bulk. */
export type BulkPart =
  | Readonly<{ action: 'insert'; fields: Changes }>
  | Readonly<{ action: 'update'; id: string; changes: Changes }>
  | Readonly<{ action: 'remove'; id: string }>;

/** What became of one part. */
export type BulkOutcome =
  | Readonly<{ done: 'inserted' | 'removed'; id: string }>
  | Readonly<{ done: 'updated'; item: Item }>
  | Readonly<{ done: 'nothing'; problem: Problem }>;

/** The Grants that the parts need; `query` to look at rows before any is touched. */
export type BulkGrants = Readonly<{
  insert?: Grant<'insert'>;
  update?: Grant<'update'>;
  remove?: Grant<'remove'>;
  query?: Grant<'query'>;
}>;

/** See `Attempt` of the data API: a write may be sent again, and makes the same rows then. */
export type BulkAttempt = Readonly<{ resumed: boolean; newId: (index: number) => string | undefined }>;

/** Changes to different rows cannot go out in one call of the SDK; so many are under way at once. */
const LANES = 5;

/**
 * Writes many rows. Whether all of it is allowed is settled before anything is written; what then goes wrong with one
 * row is told for that row alone. Every write carries its row filter still, so a row that changes hands in between is
 * left alone.
 * @throws {Problem} `not-found` naming the parts whose row is missing or not the caller's.
 */
export async function runBulk(
  grants: BulkGrants,
  parts: readonly BulkPart[],
  attempt: BulkAttempt = { resumed: false, newId: () => undefined },
): Promise<BulkOutcome[]> {
  await assertAllInside(grants, parts, attempt);
  const outcomes: BulkOutcome[] = [];
  await Promise.all([
    inserts(grants, parts, outcomes, attempt),
    updates(grants, parts, outcomes),
    removals(grants, parts, outcomes, attempt),
  ]);
  return outcomes;
}

/** Whether sending it again may bring about what this time did not. */
export function isUnsettled(outcome: BulkOutcome): boolean {
  return outcome.done === 'nothing' && outcome.problem.status >= 500;
}

async function assertAllInside(
  grants: BulkGrants,
  parts: readonly BulkPart[],
  { resumed }: BulkAttempt,
): Promise<void> {
  const touched = parts.flatMap((part, index) => (part.action === 'insert' ? [] : [{ part, index }]));
  if (touched.length === 0 || !grants.query) return;
  const found = await existing(
    grants.query,
    touched.map(({ part }) => part.id),
  );
  const missing = touched.filter(({ part }) => {
    const item = found.get(part.id);
    // An earlier try may have removed it.
    if (!item && resumed && part.action === 'remove') return false;
    return !item || !selects(grants[part.action]?.rows ?? NOTHING, item);
  });
  if (missing.length === 0) return;
  throw new Problem('not-found', {
    errors: missing.map(({ index }) => ({ path: `operations.${index}`, message: 'there is nothing here' })),
    reason: 'a part of a bulk names a row that is missing, or not the caller’s',
  });
}

async function inserts(
  { insert, query }: BulkGrants,
  parts: readonly BulkPart[],
  outcomes: BulkOutcome[],
  { resumed, newId }: BulkAttempt,
): Promise<void> {
  const rows = parts.flatMap((part, index) => (part.action === 'insert' ? [{ ...part, index }] : []));
  if (rows.length === 0 || !insert) return;
  // Ids of our own, so that what Wix says of an id is what it says of one row.
  const given = rows.map(({ fields, index }) => ({ ...fields, _id: newId(index) ?? randomUUID() }));
  const results = await settled(rows, () => operationsFor(insert).insertMany(insert, given));
  const refusedIds = given.flatMap(({ _id }, at) => (results[at] instanceof Problem ? [_id] : []));
  // Only an earlier try of the same write can have made rows of these ids.
  const madeBefore = resumed && query ? await existing(query, refusedIds) : new Map<string, Item>();
  for (const [at, { index }] of rows.entries()) {
    const result = results[at];
    const id = given[at]?._id ?? '';
    outcomes[index] = result === id || madeBefore.has(id) ? { done: 'inserted', id } : refused(result);
  }
}

async function existing(query: Grant<'query'>, ids: readonly string[]): Promise<ReadonlyMap<string, Item>> {
  if (ids.length === 0) return new Map();
  const { items } = await listItems(query, { filter: { _id: { $in: ids } }, sort: [], limit: ids.length });
  return new Map(items.map((item) => [item._id, item]));
}

async function updates(
  { update }: BulkGrants,
  parts: readonly BulkPart[],
  outcomes: BulkOutcome[],
): Promise<void> {
  if (!update) return;
  const rows = parts.flatMap((part, index) => (part.action === 'update' ? [{ ...part, index }] : []));
  const lane = async () => {
    for (let row = rows.shift(); row; row = rows.shift()) {
      try {
        outcomes[row.index] = { done: 'updated', item: await patchItem(update, row.id, row.changes) };
      } catch (error) {
        outcomes[row.index] = refused(toProblem(error));
      }
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

async function removals(
  { remove }: BulkGrants,
  parts: readonly BulkPart[],
  outcomes: BulkOutcome[],
  { resumed }: BulkAttempt,
): Promise<void> {
  const rows = parts.flatMap((part, index) => (part.action === 'remove' ? [{ ...part, index }] : []));
  if (rows.length === 0 || !remove) return;
  const ids = rows.map(({ id }) => id);
  const results = await settled(rows, async () => {
    const removed = await operationsFor(remove).removeMany(remove, ids);
    return ids.map((id) => (removed.has(id) || resumed ? id : new Problem('not-found')));
  });
  for (const [at, { index, id }] of rows.entries()) {
    const result = results[at];
    outcomes[index] = result === id ? { done: 'removed', id } : refused(result);
  }
}

/** One call for many rows: when it fails as a whole, it has failed for each of them. */
async function settled(
  rows: readonly unknown[],
  work: () => Promise<readonly (string | Problem)[]>,
): Promise<readonly (string | Problem)[]> {
  try {
    return await work();
  } catch (error) {
    return rows.map(() => toProblem(error));
  }
}

function refused(problem: Problem | string | undefined): BulkOutcome {
  return { done: 'nothing', problem: problem instanceof Problem ? problem : new Problem('unexpected') };
}
