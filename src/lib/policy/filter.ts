/**
 * A condition on rows in the shape Wix filters have, with `Date` for instants.
 * dev.wix.com/docs/sdk/backend-modules/data/items/wix-data-filter
 */
export type Filter = Readonly<{ [fieldOrOperator: string]: unknown }>;

/** Matches no row. Never sent to Wix: whoever holds it has their answer already. */
export const NOTHING: unique symbol = Symbol('nothing');

/** Which rows a rule selects. */
export type RowFilter = Filter | typeof NOTHING;

/**
 * The row filter as the outermost AND: whatever the caller asks for, an "or" included, only narrows it.
 */
export function within(rows: Filter, ...conditions: readonly Filter[]): Filter {
  const narrowing = conditions.filter((condition) => Object.keys(condition).length > 0);
  if (narrowing.length === 0) return rows;
  return { $and: [...(Object.keys(rows).length > 0 ? [rows] : []), ...narrowing] };
}
