import { invalid } from '../errors.ts';
import { isObject } from '../value.ts';
import type { Json } from '../value.ts';

/** https://dev.wix.com/docs/rest/business-solutions/cms/data-items gives 500 kB to an item; so may a result have. */
export const MAX_ROW = 500_000;
const MAX_HELD = 50_000_000;
const MAX_UNWOUND = 5_000_000;

/**
 * What one aggregation may use. Rows stream through most stages; sorting, grouping and collecting hold on to some,
 * and unwinding makes more of them, so these are counted.
 */
export class Budget {
  #held = 0;
  #unwound = 0;

  /** Counts a value that is kept until the end. */
  hold(value: Json): void {
    this.#held += sizeOf(value);
    if (this.#held > MAX_HELD) {
      throw invalid(`An aggregation may not hold more than ${MAX_HELD} characters at once.`);
    }
  }

  unwind(): void {
    this.#unwound += 1;
    if (this.#unwound > MAX_UNWOUND) {
      throw invalid(`An aggregation may not unwind more than ${MAX_UNWOUND} elements.`);
    }
  }
}

/** A row, if it is not too large. Stages that may repeat a value ask, as each could double what the last one made. */
export function fitting<Row extends Json>(row: Row): Row {
  if (sizeOf(row) > MAX_ROW) throw invalid(`A result may not be larger than ${MAX_ROW} characters.`);
  return row;
}

/** About how long the JSON of a value is, and no more than a little beyond the limit: it stops looking there. */
function sizeOf(value: Json, size = 0): number {
  if (size > MAX_ROW) return size;
  if (typeof value === 'string') return size + value.length + 2;
  if (Array.isArray(value)) return value.reduce((sum: number, one: Json) => sizeOf(one, sum + 1), size + 2);
  if (!isObject(value)) return size + 8;
  return Object.entries(value).reduce((sum, [key, one]) => sizeOf(one, sum + key.length + 4), size + 2);
}
