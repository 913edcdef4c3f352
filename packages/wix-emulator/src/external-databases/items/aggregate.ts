import type { WixContext } from '../../http/env.ts';
import type { AggregateRequest } from '../../items/aggregate/schema.ts';
import type { JsonObject } from '../../items/value.ts';
import { planOf } from './page.ts';
import { narrowed, requireOperation } from './reach.ts';
import type { External } from './reach.ts';

export async function aggregateExternal(
  context: WixContext,
  external: External,
  request: AggregateRequest,
): Promise<Response> {
  requireOperation(external, 'AGGREGATE');
  const { initialFilter, aggregation, finalFilter, sort, consistentRead = false } = request;
  const said = { initialFilter, aggregation, finalFilter, sort };
  const { asked, window, metadata } = planOf(external, 'items.aggregate', said, request);
  const { groupingFields = [], operations = [] } = asked.aggregation ?? {};
  const page = await external.adapter.aggregate({
    initialFilter: narrowed(external, asked.initialFilter),
    groupingFields,
    operations,
    finalFilter: unnamed(asked.finalFilter, groupingFields) as JsonObject,
    sort: asked.sort.map(({ fieldName, order }) => ({
      fieldName: fieldOf(fieldName, groupingFields),
      order,
    })),
    window,
    consistentRead,
  });
  const names = new Set(operations.map(({ resultFieldName }) => resultFieldName));
  const results = page.entries.map((group) => resultOf(group, groupingFields, names));
  return context.json({ results, pagingMetadata: metadata(page) });
}

/** The SDK shows what groups were made by as `_id`, having got it wrapped in an object [recorded]. */
function resultOf(
  group: JsonObject,
  groupingFields: readonly string[],
  names: ReadonlySet<string>,
): JsonObject {
  const id = Object.fromEntries(groupingFields.map((field) => [field, group[field] ?? null]));
  const results = Object.fromEntries(Object.entries(group).filter(([key]) => names.has(key)));
  return { ...(groupingFields.length > 0 && { _id: id }), ...results };
}

/** What the SDK calls `_id` or `_id.field`, adapters call by the field's own name. */
function fieldOf(name: string, [first, ...more]: readonly string[]): string {
  if (name === '_id' && first !== undefined && more.length === 0) return first;
  return name.startsWith('_id.') ? name.slice('_id.'.length) : name;
}

function unnamed(filter: unknown, groupingFields: readonly string[]): unknown {
  if (Array.isArray(filter)) return filter.map((part) => unnamed(part, groupingFields));
  if (typeof filter !== 'object' || filter === null) return filter;
  return Object.fromEntries(
    Object.entries(filter).map(([key, value]) =>
      key.startsWith('$') ? [key, unnamed(value, groupingFields)] : [fieldOf(key, groupingFields), value],
    ),
  );
}
