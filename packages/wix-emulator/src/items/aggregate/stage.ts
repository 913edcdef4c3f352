import type { Collection } from '../../collections/store.ts';
import { compareValues } from '../compare.ts';
import { invalid } from '../errors.ts';
import { matches } from '../filter/evaluate.ts';
import { parseFilter } from '../filter/parse.ts';
import type { Sort } from '../order.ts';
import { valueAt, withValueAt } from '../path.ts';
import { isDate, isObject } from '../value.ts';
import type { JsonObject } from '../value.ts';
import { fitting } from './budget.ts';
import type { Budget } from './budget.ts';
import { group, parseGroup } from './group.ts';
import { parseProjection, project } from './projection.ts';
import { readsItems, readsResults, resultField } from './read-path.ts';
import type { ReadPath } from './read-path.ts';
import type { StageRequest } from './schema.ts';

type Rows = Iterable<JsonObject>;

/** A stage makes rows of rows, one at a time where it can. */
export type Stage = (rows: Rows, budget: Budget) => Rows;

/** https://dev.wix.com/docs/sdk/backend-modules/data/items/wix-data-aggregate-pipeline-stages/introduction */
export function parseStages(collection: Collection, stages: readonly StageRequest[]): Stage[] {
  let readPath = readsItems(collection);
  return stages.map((stage) => {
    const parsed = parseStage(stage, readPath);
    if ('group' in stage) readPath = readsResults;
    return parsed;
  });
}

function parseStage(stage: StageRequest, readPath: ReadPath): Stage {
  if ('filter' in stage) return filterStage(stage.filter, readPath);
  if ('sort' in stage) return sortStage(stage.sort.values, readPath);
  if ('limit' in stage) return (rows) => take(rows, stage.limit);
  if ('skip' in stage) return (rows) => drop(rows, stage.skip);
  if ('unwindArray' in stage) return unwindStage(readPath(stage.unwindArray.arrayFieldName));
  if ('objectToArray' in stage) {
    const { objectFieldName, destinationFieldName } = stage.objectToArray;
    return toArrayStage(readPath(objectFieldName), resultField(destinationFieldName));
  }
  if ('projection' in stage) {
    const projection = parseProjection(stage.projection.fields, readPath);
    return (rows) => map(rows, (row) => fitting(project(projection, row)));
  }
  const parsed = parseGroup(stage.group, readPath);
  return (rows, budget) => group(parsed, rows, budget);
}

export function filterStage(filter: Readonly<Record<string, unknown>>, readPath: ReadPath): Stage {
  const condition = parseFilter(filter, readPath);
  return function* filtered(rows) {
    for (const row of rows) if (matches(condition, row)) yield row;
  };
}

/** Rows that are equal in all fields stay in the order they came in. */
export function sortStage(sort: readonly Sort[], readPath: ReadPath): Stage {
  const keys = sort.map(({ fieldName, order }) => ({
    path: readPath(fieldName),
    sign: order === 'ASC' ? 1 : -1,
  }));
  return function* sorted(rows, budget) {
    const held: JsonObject[] = [];
    for (const row of rows) {
      budget.hold(row);
      held.push(row);
    }
    yield* held.toSorted((a, b) => {
      for (const { path, sign } of keys) {
        const difference = compareValues(valueAt(a, path), valueAt(b, path));
        if (difference !== 0) return sign * difference;
      }
      return 0;
    });
  };
}

/** A row per element. What is no array counts as its only element; without any element there is no row. */
function unwindStage(path: string): Stage {
  return function* unwound(rows, budget) {
    for (const row of rows) {
      const value = valueAt(row, path) ?? [];
      for (const element of Array.isArray(value) ? value : [value]) {
        budget.unwind();
        yield withValueAt(row, path, element);
      }
    }
  };
}

/** The object stays where it is; missing or null makes null. */
function toArrayStage(path: string, destination: string): Stage {
  return (rows) =>
    map(rows, (row) => {
      const value = valueAt(row, path) ?? null;
      if (value === null) return { ...row, [destination]: null };
      if (!isObject(value) || isDate(value)) throw invalid(`objectToArray supports only Object: [${path}].`);
      const pairs = Object.entries(value).map(([k, v]) => ({ k, v }));
      return fitting({ ...row, [destination]: pairs });
    });
}

function* map(rows: Rows, change: (row: JsonObject) => JsonObject): Rows {
  for (const row of rows) yield change(row);
}

function* take(rows: Rows, count: number): Rows {
  let taken = 0;
  for (const row of rows) {
    yield row;
    taken += 1;
    // Asked before the next row is fetched, which may be an expensive one.
    if (taken === count) return;
  }
}

function* drop(rows: Rows, count: number): Rows {
  let dropped = 0;
  for (const row of rows) {
    if (dropped < count) dropped += 1;
    else yield row;
  }
}
