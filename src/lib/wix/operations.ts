import type { items } from '@wix/data';
import { Problem } from '../http/problem.ts';
import { NOTHING, selects, within, type Filter } from '../policy/filter.ts';
import { assertGrant, type Grant } from '../policy/grant.ts';
import type { Item, ItemsQuery } from '../policy/item.ts';
import { callWix, wixErrorCode } from './call.ts';

/** `hasMore` tells whether rows follow behind the last one. */
export type Page = Readonly<{ items: readonly Item[]; hasMore: boolean }>;

/** Values to write; `null` empties a field. */
export type Changes = Readonly<Record<string, unknown>>;

/** The SDK's functions, either plain or with raised rights; everything else about a call is the same. */
export type ItemsSdk = Readonly<{
  query: typeof items.query;
  insert: typeof items.insert;
  patch: typeof items.patch;
  remove: typeof items.remove;
}>;

/**
 * The four things that can be done with items. Collection and row filter come from the Grant and go into the call
 * itself; a Grant for one action cannot be spent on another.
 */
export type ItemOperations = Readonly<{
  query: (grant: Grant<'query'>, query: ItemsQuery) => Promise<Page>;
  insert: (grant: Grant<'insert'>, fields: Changes) => Promise<Item>;
  /** `null` when the row is missing or outside the Grant. */
  patch: (grant: Grant<'update'>, id: string, changes: Changes) => Promise<Item | null>;
  /** `false` when the row is missing or outside the Grant. */
  remove: (grant: Grant<'remove'>, id: string) => Promise<boolean>;
}>;

/** Runs a call once its token is there. */
type Road = <Value>(work: () => Promise<Value>) => Promise<Value>;

/** @throws {Problem} from the operations: `conflict`, `payload-too-large`, `forbidden`, `wix-refused`, outages. */
export function itemOperations(sdk: ItemsSdk, road: Road): ItemOperations {
  const attempt = attemptOn(road);
  /** As `attempt`, for calls with a condition: `null` when no row with this id satisfies it. */
  const whereOwned = <Value>(work: () => Promise<Value | null>): Promise<Value | null> =>
    attempt(work, (code) => (code !== null && MISSING.has(code) ? null : undefined));
  return {
    async query(grant, { filter, sort, limit }) {
      assertGrant(grant, 'query');
      const request = { filter: within(rowsOf(grant), filter), sort: [...sort], paging: { limit } };
      const answer = await attempt(() => sdk.query<Item>(grant.collection, request));
      for (const item of answer.items) assertInside(grant, item);
      return { items: answer.items, hasMore: answer.pagingMetadata.hasNext ?? false };
    },

    async insert(grant, fields) {
      assertGrant(grant, 'insert');
      // Stamps come last: the owner is who the Grant says, whatever the body held.
      return attempt(() =>
        sdk.insert<Record<string, unknown>>(grant.collection, { ...fields, ...grant.stamps }),
      );
    },

    async patch(grant, id, changes) {
      assertGrant(grant, 'update');
      const modifications = Object.entries(changes).map(([fieldPath, value]) => setField(fieldPath, value));
      const item = await whereOwned(() =>
        sdk.patch<Item>(grant.collection, id, modifications, { condition: rowsOf(grant) }),
      );
      if (item) assertInside(grant, item);
      return item;
    },

    async remove(grant, id) {
      assertGrant(grant, 'remove');
      const removed = await whereOwned(() => sdk.remove(grant.collection, id, { condition: rowsOf(grant) }));
      if (removed) assertInside(grant, removed);
      return removed !== null;
    },
  };
}

/**
 * A second look on the way back: a row outside the Grant is never an answer, whatever Wix made of the filter.
 * @throws {Problem} `unexpected`, with the row's id for the log.
 */
function assertInside(grant: Grant, item: Readonly<Record<string, unknown>>): void {
  if (selects(rowsOf(grant), item)) return;
  throw new Problem('unexpected', {
    reason: `Wix gave ${String(item['_id'])}, which is not ${grant.rule}`,
  });
}

function setField(fieldPath: string, value: unknown): items.FieldModification {
  return value === null ? { action: 'REMOVE_FIELD', fieldPath } : { action: 'SET_FIELD', fieldPath, value };
}

/** "No rows at all" is answered before Wix is asked, so it must never get this far. */
function rowsOf(grant: Grant): Filter {
  if (grant.rows === NOTHING) throw new TypeError('a Grant without rows was about to reach Wix');
  return grant.rows;
}

/** Codes with which Wix says that no row with this id satisfies the condition. */
const MISSING = new Set(['WDE0073', 'WDE0173', '404', '412']);

/** Error codes: dev.wix.com/docs/sdk/backend-modules/data/error-codes */
function attemptOn(road: Road) {
  return <Value>(
    work: () => Promise<Value>,
    recover?: (code: string | null) => Value | undefined,
  ): Promise<Value> =>
    callWix(async (observation) => {
      try {
        const value = await road(work);
        if (observation.lastStatus === 200 && (value === null || value === undefined)) {
          throw new Error('Wix agreed, but sent no item');
        }
        return value;
      } catch (error) {
        if (observation.outage || error instanceof Problem) throw error;
        const code = wixErrorCode(error);
        const recovered = recover?.(code);
        if (recovered !== undefined) return recovered;
        throw toDataProblem(code, error) ?? error;
      }
    });
}

/** The refusals that tell a caller something; `null` leaves the rest to `callWix`. */
function toDataProblem(code: string | null, cause: unknown): Problem | null {
  const reason = `Wix Data answered ${code}`;
  switch (code) {
    case 'WDE0027':
      return new Problem('forbidden', { reason, cause });
    case 'WDE0074':
      return new Problem('conflict', { reason, cause });
    case 'WDE0109':
      return new Problem('payload-too-large', { reason, cause });
    default:
      return null;
  }
}
