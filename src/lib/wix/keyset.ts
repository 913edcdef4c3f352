import type { Filter } from '../policy/filter.ts';
import type { Item, SortKey } from '../policy/item.ts';

/** Values of the sort keys in the last row of a page: where the next page begins. */
export type Position = readonly unknown[];

/** Newest first, as Wix's own content manager shows items. */
const DEFAULT_SORT: readonly SortKey[] = [{ fieldName: '_createdDate', order: 'DESC' }];

/**
 * The order of a listing, made total by the id, so that no row can stand on two pages or on none. The id goes on in
 * the direction of the last key, as it does in Wix's own orders: one index then serves both.
 */
export function totalOrder(sort: readonly SortKey[]): readonly SortKey[] {
  const keys = sort.length > 0 ? sort : DEFAULT_SORT;
  const byId = keys.findIndex(({ fieldName }) => fieldName === '_id');
  if (byId !== -1) return keys.slice(0, byId + 1);
  return [...keys, { fieldName: '_id', order: keys.at(-1)?.order ?? 'ASC' }];
}

export function positionOf(item: Item, order: readonly SortKey[]): Position {
  return order.map(({ fieldName }) => placeOf(item[fieldName]));
}

/** Wix orders by the id of an item that came along; the rest of it is not the caller's to see. */
function placeOf(value: unknown): unknown {
  const isItem = typeof value === 'object' && value !== null && !(value instanceof Date);
  return (isItem ? (value as Partial<Item>)._id : value) ?? null;
}

/**
 * Rows behind a position. Unlike an offset this stays right when rows come or go in between, and costs the same on
 * every page. Empty values stand first in ascending order, as Wix sorts them.
 */
export function behind(position: Position, order: readonly SortKey[]): Filter {
  const branches = order.flatMap((key, index) => {
    const next = beyond(key, position[index]);
    if (!next) return [];
    const before = order.slice(0, index).map(({ fieldName }, at) => ({ [fieldName]: position[at] ?? null }));
    return [{ $and: [...before, next] }];
  });
  return { $or: branches };
}

/** Rows whose value comes later than this one; `null` when none can. */
function beyond({ fieldName, order }: SortKey, value: unknown): Filter | null {
  const empty = { [fieldName]: null };
  if (value === null || value === undefined) return order === 'ASC' ? { [fieldName]: { $ne: null } } : null;
  if (typeof value === 'boolean') {
    // Wix orders false before true, but knows no "greater than" for them.
    if (order === 'ASC') return value ? null : { [fieldName]: true };
    return value ? { $or: [{ [fieldName]: false }, empty] } : empty;
  }
  if (order === 'ASC') return { [fieldName]: { $gt: value } };
  return { $or: [{ [fieldName]: { $lt: value } }, empty] };
}
