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

/** Changes to different rows cannot go out in one call of the SDK; so many are under way at once. */
const LANES = 5;

/**
 * Writes many rows. Whether all of it is allowed is settled before anything is written; what then goes wrong with one
 * row is told for that row alone. Every write carries its row filter still, so a row that changes hands in between is
 * left alone.
 * @throws {Problem} `not-found` naming the parts whose row is missing or not the caller's.
 */
export async function runBulk(grants: BulkGrants, parts: readonly BulkPart[]): Promise<BulkOutcome[]> {
  await assertAllInside(grants, parts);
  const outcomes = new Array<BulkOutcome>(parts.length);
  await Promise.all([
    inserts(grants, parts, outcomes),
    updates(grants, parts, outcomes),
    removals(grants, parts, outcomes),
  ]);
  return outcomes;
}

async function assertAllInside(grants: BulkGrants, parts: readonly BulkPart[]): Promise<void> {
  const existing = parts.flatMap((part, index) => (part.action === 'insert' ? [] : [{ part, index }]));
  if (existing.length === 0 || !grants.query) return;
  const ids = existing.map(({ part }) => part.id);
  const { items } = await listItems(grants.query, {
    filter: { _id: { $in: ids } },
    sort: [],
    limit: ids.length,
  });
  const found = new Map(items.map((item) => [item._id, item]));
  const missing = existing.filter(({ part }) => {
    const item = found.get(part.id);
    return !item || !selects(grants[part.action]?.rows ?? NOTHING, item);
  });
  if (missing.length === 0) return;
  throw new Problem('not-found', {
    errors: missing.map(({ index }) => ({ path: `operations.${index}`, message: 'there is nothing here' })),
    reason: 'a part of a bulk names a row that is missing, or not the caller’s',
  });
}

async function inserts(
  { insert }: BulkGrants,
  parts: readonly BulkPart[],
  outcomes: BulkOutcome[],
): Promise<void> {
  const rows = parts.flatMap((part, index) => (part.action === 'insert' ? [{ ...part, index }] : []));
  if (rows.length === 0 || !insert) return;
  const results = await settled(rows, () =>
    operationsFor(insert).insertMany(
      insert,
      rows.map(({ fields }) => fields),
    ),
  );
  for (const [at, { index }] of rows.entries()) {
    const result = results[at];
    outcomes[index] = typeof result === 'string' ? { done: 'inserted', id: result } : refused(result);
  }
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
): Promise<void> {
  const rows = parts.flatMap((part, index) => (part.action === 'remove' ? [{ ...part, index }] : []));
  if (rows.length === 0 || !remove) return;
  const ids = rows.map(({ id }) => id);
  const results = await settled(rows, async () => {
    const removed = await operationsFor(remove).removeMany(remove, ids);
    return ids.map((id) => (removed.has(id) ? id : new Problem('not-found')));
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
