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

/** Whether every row is selected. */
export function isEverything(rows: RowFilter): boolean {
  return rows !== NOTHING && Object.keys(rows).length === 0;
}

/** Rows that both select. */
export function both(one: RowFilter, other: RowFilter): RowFilter {
  if (one === NOTHING || other === NOTHING) return NOTHING;
  if (isEverything(one)) return other;
  return isEverything(other) ? one : { $and: [one, other] };
}

/** Rows that any of them selects. */
export function either(filters: readonly RowFilter[]): RowFilter {
  const some = filters.filter((filter): filter is Filter => filter !== NOTHING);
  if (some.some(isEverything)) return {};
  return some.length > 1 ? { $or: some } : (some[0] ?? NOTHING);
}

/**
 * Whether a row is one that a rule selects, worked out here and not at Wix, so that what Wix answers can be checked.
 * Knows what rules are made of and nothing else.
 * @throws {TypeError} for an operator that no rule uses: a check that understands half of a filter checks nothing.
 */
export function selects(rows: RowFilter, item: Readonly<Record<string, unknown>>): boolean {
  if (rows === NOTHING) return false;
  return Object.entries(rows).every(([key, wanted]) => {
    if (key === '$and') return (wanted as readonly Filter[]).every((part) => selects(part, item));
    if (key === '$or') return (wanted as readonly Filter[]).some((part) => selects(part, item));
    if (key.startsWith('$')) throw new TypeError(`no rule is made with ${key}`);
    return holds(item[key], wanted);
  });
}

function holds(value: unknown, wanted: unknown): boolean {
  if (typeof wanted === 'string') return value === wanted;
  const { $hasSome: listed, ...others } = wanted as { $hasSome?: readonly unknown[] };
  if (!listed || Object.keys(others).length > 0) throw new TypeError('no rule is made with such a condition');
  return Array.isArray(value) && value.some((entry) => listed.includes(entry));
}
