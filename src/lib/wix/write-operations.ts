import type { items } from '@wix/data';
import { Problem } from '../http/problem.ts';
import { within, type Filter } from '../policy/filter.ts';
import { assertGrant } from '../policy/grant.ts';
import type { Item } from '../policy/item.ts';
import { toDataProblem, type Attempt } from './attempt.ts';
import { assertInside, rowsOf } from './granted-rows.ts';
import type { ItemOperations, ItemsSdk, Versions } from './operations.ts';

/** Codes with which Wix says that no row with this id satisfies the condition. */
const MISSING = new Set(['WDE0073', 'WDE0173', '404', '412']);

/** What can be done to items. The row filter is part of every write, so ownership cannot change in between. */
export function writeOperations(
  sdk: ItemsSdk,
  attempt: Attempt,
): Pick<ItemOperations, 'insert' | 'insertMany' | 'patch' | 'remove' | 'removeMany'> {
  /** `null` when no row with this id satisfies the condition. */
  const whereOwned = <Value>(work: () => Promise<Value | null>): Promise<Value | null> =>
    attempt(work, (code) => (code !== null && MISSING.has(code) ? null : undefined));
  return {
    async insert(grant, fields) {
      assertGrant(grant, 'insert');
      // Stamps come last: the owner is who the Grant says, whatever the body held.
      return attempt(() =>
        sdk.insert<Record<string, unknown>>(grant.collection, { ...fields, ...grant.stamps }),
      );
    },

    async insertMany(grant, rows) {
      assertGrant(grant, 'insert');
      const given = rows.map((row) => ({ ...row, ...grant.stamps }));
      const { insertedItemIds, errors } = await attempt(() => sdk.bulkInsert(grant.collection, given));
      const inserted = new Set(insertedItemIds);
      return rows.map(({ _id }, index) => {
        if (inserted.has(_id)) return _id;
        // Rows that Wix skips without a word are those that a unique index refuses.
        const code = errors.find(({ originalIndex }) => originalIndex === index)?.code ?? 'WDE0074';
        return (
          toDataProblem(code, null) ?? new Problem('wix-refused', { reason: `Wix Data answered ${code}` })
        );
      });
    },

    async patch(grant, id, changes, versions = null) {
      assertGrant(grant, 'update');
      const modifications = Object.entries(changes).map(([fieldPath, value]) => setField(fieldPath, value));
      const condition = within(rowsOf(grant), asCondition(versions));
      const item = await whereOwned(() =>
        sdk.patch<Item>(grant.collection, id, modifications, { condition }),
      );
      if (item) assertInside(grant, item);
      return item;
    },

    async remove(grant, id, versions = null) {
      assertGrant(grant, 'remove');
      const condition = within(rowsOf(grant), asCondition(versions));
      const removed = await whereOwned(() => sdk.remove(grant.collection, id, { condition }));
      if (removed) assertInside(grant, removed);
      return removed !== null;
    },

    async removeMany(grant, ids) {
      assertGrant(grant, 'remove');
      const condition = rowsOf(grant);
      const { removedItemIds } = await attempt(() =>
        sdk.bulkRemove(grant.collection, [...ids], { condition }),
      );
      return new Set(removedItemIds);
    },
  };
}

/** As they were when the caller saw them; an empty list is no version at all. */
function asCondition(versions: Versions): Filter {
  if (versions === null) return {};
  const [one, ...more] = versions.map((version) => ({ _updatedDate: version }));
  if (!one) throw new TypeError('a write that no version allows was about to reach Wix');
  return more.length > 0 ? { $or: [one, ...more] } : one;
}

function setField(fieldPath: string, value: unknown): items.FieldModification {
  return value === null ? { action: 'REMOVE_FIELD', fieldPath } : { action: 'SET_FIELD', fieldPath, value };
}
