import { randomUUID } from 'node:crypto';
import type { Column } from '../catalogue/table.ts';
import { invalid } from '../fault.ts';
import type { TableGrant } from '../rules/authorize.ts';
import { readValue, type Stored } from './values.ts';

/** Values by column, on their way into one row. */
export type Values = ReadonlyMap<Column, Stored | null>;

/**
 * A new item as a row: named, dated, and stamped with whose it is.
 * @throws {Fault} `VALIDATION_ERROR` for a field that is not there or not this caller's to set, or a value that does not fit.
 */
export function incomingItem(
  grant: TableGrant,
  item: Readonly<Record<string, unknown>>,
  now: string,
): Values {
  const { table, stamps } = grant;
  const values = new Map<Column, Stored | null>();
  for (const [key, value] of Object.entries(item)) {
    const column = columnOf(grant, key);
    const stored = readValue(column, value, key);
    const stamp = stamps.get(key);
    if (stamp !== undefined && stored !== null && !isSame(stored, stamp))
      throw invalid(key, 'is not yours to set');
    if (isSystem(key) || grant.writable.has(key) || stamp !== undefined) {
      if (column.isReadOnly) throw invalid(key, 'is set by the database');
      values.set(column, stored);
    } else throw invalid(key, 'is not yours to set');
  }
  fill(values, table.key, table.key.hasDefault || table.key.storage === 'integer' ? undefined : randomUUID());
  fill(values, table.columns.get('_createdDate'), now);
  fill(values, table.columns.get('_updatedDate'), now);
  const owner = table.columns.get('_owner');
  if (!grant.isAdministrator && owner) {
    const claimed = values.get(owner) ?? null;
    if (claimed !== null && claimed !== grant.ownerId) throw invalid('_owner', 'is not yours to set');
  }
  fill(values, owner, grant.ownerId ?? undefined);
  for (const [key, stamp] of stamps) {
    const column = table.columns.get(key);
    if (column) values.set(column, stamp);
  }
  return dropDefaults(values);
}

/**
 * An item in place of another. What was not sent is emptied, but not what this caller may not write: Wix sends back whole
 * items, so that such a field is no fault here.
 */
export function incomingReplacement(
  grant: TableGrant,
  item: Readonly<Record<string, unknown>>,
  now: string,
): Values {
  const { table } = grant;
  const values = new Map<Column, Stored | null>();
  for (const [key, value] of Object.entries(item)) {
    const column = columnOf(grant, key);
    const stamp = grant.stamps.get(key);
    const stored = readValue(column, value, key);
    if (stamp !== undefined && stored !== null && !isSame(stored, stamp))
      throw invalid(key, 'is not yours to set');
    if (isKept(grant, column)) continue;
    values.set(column, stored);
  }
  for (const column of table.columns.values()) {
    if (isKept(grant, column) || values.has(column)) continue;
    if (!column.isNullable) throw invalid(column.key, 'is missing');
    values.set(column, null);
  }
  const updated = table.columns.get('_updatedDate');
  if (updated && !updated.isReadOnly)
    values.set(updated, readValue(updated, item['_updatedDate'], '_updatedDate') ?? now);
  return values;
}

/** What an update leaves as it is. */
function isKept(grant: TableGrant, column: Column): boolean {
  const { key } = column;
  return isSystem(key) || column.isReadOnly || grant.stamps.has(key) || !grant.writable.has(key);
}

function columnOf({ readable, table, writable }: TableGrant, key: string): Column {
  const column =
    readable.get(key) ?? (writable.has(key) || isSystem(key) ? table.columns.get(key) : undefined);
  if (!column) throw invalid(key, 'is not a field of this collection');
  return column;
}

function isSystem(key: string): boolean {
  return key === '_id' || key === '_owner' || key === '_createdDate' || key === '_updatedDate';
}

function isSame(one: Stored, other: Stored): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function fill(
  values: Map<Column, Stored | null>,
  column: Column | undefined,
  value: string | undefined,
): void {
  if (!column || column.isReadOnly || value === undefined) return;
  if ((values.get(column) ?? null) === null) values.set(column, value);
}

/** An empty value gives way to the database's own, where a column has one and takes none. */
function dropDefaults(values: Map<Column, Stored | null>): Values {
  for (const [column, value] of values) {
    if (value !== null || column.isNullable) continue;
    if (!column.hasDefault) throw invalid(column.key, 'is missing');
    values.delete(column);
  }
  return values;
}
