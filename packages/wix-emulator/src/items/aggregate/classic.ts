import type { Collection } from '../../collections/store.ts';
import type { Site } from '../../site.ts';
import { pageOf } from '../page.ts';
import type { JsonObject } from '../value.ts';
import type { AccumulatorName } from './accumulators.ts';
import type { Expression } from './expression.ts';
import { distinctlyNamed, group } from './group.ts';
import type { Group } from './group.ts';
import { readsItems, readsResults, resultField } from './read-path.ts';
import type { ReadPath } from './read-path.ts';
import { answerRows, itemsOf, run } from './run.ts';
import type { AggregateRequest, Operation } from './schema.ts';
import { filterStage, sortStage } from './stage.ts';

/** The older aggregation, which is a pipeline of its own: filter, group, filter, sort. */
export function answerAggregate(
  site: Site,
  collection: Collection,
  request: AggregateRequest,
  ownedBy: string | undefined,
): object {
  const { initialFilter, aggregation, finalFilter, sort, consistentRead, returnTotalCount = false } = request;
  const said = { initialFilter, aggregation, finalFilter, sort };
  const page = pageOf(site.store, 'items.aggregate', collection.id, said, request);
  const { asked } = page;
  const { groupingFields = [], operations = [] } = asked.aggregation ?? {};
  const parsed = groupOf(groupingFields, operations, readsItems(collection));
  const source = { collection, filters: [asked.initialFilter], sort: [], ownedBy, consistentRead };
  const rows = run(itemsOf(site, source), [
    (items, budget) => group(parsed, items, budget),
    (groups) => renamed(groups, (id) => shownId(id, groupingFields)),
    filterStage(asked.finalFilter, readsResults),
    sortStage(asked.sort, readsResults),
    (groups) => renamed(groups, (id) => sentId(id, groupingFields)),
  ]);
  return answerRows(site, page, rows, returnTotalCount);
}

function groupOf(fields: readonly string[], operations: readonly Operation[], readPath: ReadPath): Group {
  const by = fields.map((field) => ({
    key: field,
    expression: { is: 'field', path: readPath(field) } as const,
  }));
  const results = operations.map((operation) => ({
    field: resultField(operation.resultFieldName),
    ...calculationOf(operation, readPath),
  }));
  return distinctlyNamed({ by, results });
}

function calculationOf(
  operation: Operation,
  readPath: ReadPath,
): { accumulate: AccumulatorName; expression: Expression } {
  const field = (name: string): Expression => ({ is: 'field', path: readPath(name) });
  if ('sum' in operation) return { accumulate: 'sum', expression: field(operation.sum.itemFieldName) };
  if ('average' in operation)
    return { accumulate: 'avg', expression: field(operation.average.itemFieldName) };
  if ('min' in operation) return { accumulate: 'min', expression: field(operation.min.itemFieldName) };
  if ('max' in operation) return { accumulate: 'max', expression: field(operation.max.itemFieldName) };
  return { accumulate: 'sum', expression: { is: 'constant', value: 1 } };
}

/**
 * With one grouping field the SDK shows its value as `_id`, having got it wrapped in an object [recorded]; `having`
 * and sorting mean what is shown.
 */
const shownId = (id: JsonObject, [field, ...more]: readonly string[]) =>
  field !== undefined && more.length === 0 ? (id[field] ?? null) : id;

const sentId = (id: unknown, [field, ...more]: readonly string[]) =>
  field !== undefined && more.length === 0 ? { [field]: id } : id;

function* renamed(rows: Iterable<JsonObject>, rename: (id: JsonObject) => unknown): Iterable<JsonObject> {
  for (const row of rows) {
    yield Object.hasOwn(row, '_id') ? { ...row, _id: rename(row['_id'] as JsonObject) as JsonObject } : row;
  }
}
