import { ownedBy } from '../../policy/rules.ts';
import { table, type TablePolicies } from './table-policy.ts';

/**
 * The tables of the external database that others than administrators may use. Wix names the member of each call, and
 * `_owner` is written by it or by the adapter, so here `_owner` may decide whose a row is.
 */
export const tablePolicies: TablePolicies = {
  /** Journeys of the demo; each member has their own. */
  Trips: table({
    query: ownedBy('_owner'),
    insert: ownedBy('_owner'),
    update: ownedBy('_owner'),
    remove: ownedBy('_owner'),
  }),
};
