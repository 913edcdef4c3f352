import type { items } from '@wix/data';
import { assertGrant } from '../policy/grant.ts';
import type { Item } from '../policy/item.ts';
import type { Attempt } from './attempt.ts';
import { assertInside, rowsOf } from './granted-rows.ts';
import type { ItemOperations, ItemsSdk } from './operations.ts';

/** Codes with which Wix says that no row with this id satisfies the condition. */
const MISSING = new Set(['WDE0073', 'WDE0173', '404', '412']);

/** What can be done to items. The row filter is part of every write, so ownership cannot change in between. */
export function writeOperations(
  sdk: ItemsSdk,
  attempt: Attempt,
): Pick<ItemOperations, 'insert' | 'patch' | 'remove'> {
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

function setField(fieldPath: string, value: unknown): items.FieldModification {
  return value === null ? { action: 'REMOVE_FIELD', fieldPath } : { action: 'SET_FIELD', fieldPath, value };
}
