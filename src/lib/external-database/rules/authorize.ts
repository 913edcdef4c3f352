import { NOTHING as NO_ROWS, type RowFilter } from '../../policy/filter.ts';
import type { Action } from '../../policy/collection.ts';
import type { Limits, Stamps } from '../../policy/rules.ts';
import { SYSTEM_FIELDS, type Column, type Table } from '../catalogue/table.ts';
import { isAdministrator, type Caller } from '../caller.ts';
import { Fault, noCollection } from '../fault.ts';
import { allOf, EVERYTHING, NOTHING, type Condition } from '../filter/condition.ts';
import { parseFilter } from '../filter/parse.ts';
import { readValue, type Stored } from '../sql/values.ts';
import type { TablePolicies, TablePolicy } from './table-policy.ts';

/** Proof that a caller may do this with a table, on these rows and with these fields. */
export type TableGrant = Readonly<{
  action: Action;
  table: Table;
  /** The outermost AND of every statement. */
  rows: Condition;
  /** Written on insert, whatever the item says. */
  stamps: ReadonlyMap<string, Stored>;
  readable: ReadonlyMap<string, Column>;
  writable: ReadonlySet<string>;
  isAdministrator: boolean;
  ownerId: string | null;
}>;

const minted = new WeakSet<object>();

/** @throws {TypeError} when the value was not made by `authorizeTable`, or for another action. */
export function assertTableGrant(grant: TableGrant, action: Action): void {
  if (!minted.has(grant) || grant.action !== action)
    throw new TypeError(`expected a grant for ${action} from authorizeTable()`);
}

/**
 * May this caller do this with that table? The one gate of both generations.
 * @throws {Fault} `COLLECTION_NOT_FOUND` for a table that is not there or not for them, `FORBIDDEN` where no rule or the
 *   database itself does not allow it.
 */
export function authorizeTable(
  caller: Caller,
  action: Action,
  table: Table,
  policies: TablePolicies,
): TableGrant {
  const policy = Object.hasOwn(policies, table.id) ? (policies[table.id] ?? null) : null;
  if (policy?.installations && !policy.installations.includes(caller.installationId ?? ''))
    throw noCollection(table.id);
  if (action !== 'query' && !table.abilities[action])
    throw new Fault('FORBIDDEN', 'This table is not written to.');
  const site = siteRows(caller, table, policy);
  const scope = isAdministrator(caller) ? everything(table) : byRule(caller, action, table, policy);
  const grant: TableGrant = Object.freeze({
    action,
    table,
    rows: allOf(site.rows, scope.rows),
    stamps: new Map([...scope.stamps, ...site.stamps]),
    readable: scope.readable,
    writable: scope.writable,
    isAdministrator: isAdministrator(caller),
    ownerId: caller.ownerId,
  });
  minted.add(grant);
  return grant;
}

type Scope = Pick<TableGrant, 'rows' | 'stamps' | 'readable' | 'writable'>;

function siteRows(
  { instanceId }: Caller,
  table: Table,
  policy: TablePolicy | null,
): Pick<Scope, 'rows' | 'stamps'> {
  if (!policy?.site) return { rows: EVERYTHING, stamps: new Map() };
  if (instanceId === null) throw new Fault('FORBIDDEN', 'The call names no site.');
  return selected(table, { [policy.site]: instanceId }, { [policy.site]: instanceId });
}

function everything(table: Table): Scope {
  return {
    rows: EVERYTHING,
    stamps: new Map(),
    readable: table.columns,
    writable: new Set(table.columns.keys()),
  };
}

function byRule(caller: Caller, action: Action, table: Table, policy: TablePolicy | null): Scope {
  // Undeclared and missing look alike.
  if (!policy) throw noCollection(table.id);
  const rule = policy.rules[action];
  const verdict = rule?.decide(caller);
  if (!rule || !verdict?.allowed) throw new Fault('FORBIDDEN', 'This is not allowed.');
  if (action === 'insert' && verdict.rows === NO_ROWS)
    throw new Fault('FORBIDDEN', 'Nobody would own this item.');
  const deciding = [...rule.ownerFields, ...(policy.site === null ? [] : [policy.site])];
  // The rules leave `_owner` to Wix; here it is stamped like any other owner.
  const owner =
    rule.ownerFields.includes('_owner') && caller.ownerId !== null ? { _owner: caller.ownerId } : {};
  return {
    ...selected(table, verdict.rows, { ...verdict.stamps, ...owner }),
    readable: readableColumns(table, policy, verdict.limits),
    writable: writableFields(table, policy, verdict.limits, deciding),
  };
}

/** The rows and stamps of a rule in terms of the table. A rule over a field that is not there selects nothing at all. */
function selected(table: Table, rows: RowFilter, stamps: Stamps): Pick<Scope, 'rows' | 'stamps'> {
  try {
    return {
      rows: rows === NO_ROWS ? NOTHING : parseFilter(rows, table.columns),
      stamps: new Map(
        Object.entries(stamps).map(([key, value]) => {
          const column = table.columns.get(key);
          const stored = column ? readValue(column, value, key) : null;
          if (stored === null) throw new Error(`${key} cannot be stamped`);
          return [key, stored];
        }),
      ),
    };
  } catch (cause) {
    throw new Fault('UNKNOWN_ERROR', 'The rules of this collection are not right.', { cause });
  }
}

function readableColumns(
  table: Table,
  policy: TablePolicy,
  { readable }: Limits,
): ReadonlyMap<string, Column> {
  const system: readonly string[] = SYSTEM_FIELDS;
  const isSeen = (key: string) =>
    key === '_id' ||
    ((system.includes(key) || !policy.readable || policy.readable.includes(key)) &&
      (!readable || readable.includes(key)));
  return new Map([...table.columns].filter(([key]) => isSeen(key)));
}

function writableFields(
  table: Table,
  policy: TablePolicy,
  { readable, writable }: Limits,
  deciding: readonly string[],
): ReadonlySet<string> {
  const system: readonly string[] = SYSTEM_FIELDS;
  const named = policy.writable ?? policy.readable ?? [...table.columns.keys()];
  return new Set(
    named.filter(
      (key) =>
        !deciding.includes(key) &&
        !system.includes(key) &&
        (!writable || writable.includes(key)) &&
        (!readable || readable.includes(key)),
    ),
  );
}
