import { z } from 'zod';
import type { FieldAccess } from '../policy/collection.ts';
import type { Field, FieldType } from '../policy/field.ts';
import type { Filter } from '../policy/filter.ts';
import { SUMMARIES, type Aggregation, type DistinctQuery, type Summary } from '../policy/item.ts';
import { readableFields } from '../policy/item-schema.ts';
import { parseFilter } from '../policy/parse-filter.ts';
import { knownField, parseSort } from './items-query.ts';
import { Problem } from '../http/problem.ts';

const GROUP_LIMIT = 5;
const FIGURE_LIMIT = 20;
const RESULT_LIMIT = 1000;

const ResultLimit = z.number().int().min(1).max(RESULT_LIMIT).default(100);

export const CountBody = z.strictObject({ filter: z.unknown().optional() });

export const DistinctBody = z.strictObject({
  field: z.string(),
  filter: z.unknown().optional(),
  order: z.enum(['asc', 'desc']).default('asc'),
  limit: ResultLimit,
});

/** What a figure is called in the answer: like a field, so that it can be sorted by. */
const FigureName = z.string().regex(/^[a-z][A-Za-z0-9]{0,49}$/, 'is not a name such as "total"');

const Figure = z.union([
  z.strictObject({ operation: z.literal('count') }),
  z.strictObject({ operation: z.enum(SUMMARIES).exclude(['count']), field: z.string() }),
]);

export const AggregateBody = z.strictObject({
  filter: z.unknown().optional(),
  group: z.array(z.string()).max(GROUP_LIMIT).default([]),
  figures: z
    .record(FigureName, Figure)
    .refine((figures) => Object.keys(figures).length > 0, 'names no figure')
    .refine((figures) => Object.keys(figures).length <= FIGURE_LIMIT, `names more than ${FIGURE_LIMIT}`),
  sort: z.array(z.string()).default([]),
  limit: ResultLimit,
});

/** @throws {Problem} `invalid-request` for what is not known to this caller. */
export function parseCount({ filter }: z.output<typeof CountBody>, access: FieldAccess): Filter {
  return optionalFilter(filter, readableFields(access));
}

/** @throws {Problem} `invalid-request` for what is not known to this caller. */
export function parseDistinct(
  { field, filter, order, limit }: z.output<typeof DistinctBody>,
  access: FieldAccess,
): DistinctQuery {
  const readable = readableFields(access);
  return {
    field: knownField(field, readable, 'field'),
    filter: optionalFilter(filter, readable),
    order: order === 'asc' ? 'ASC' : 'DESC',
    limit,
  };
}

/**
 * Grouped and summed up by readable fields only: a figure over a hidden one would tell what it holds.
 * @throws {Problem} `invalid-request` for what is not known to this caller, or cannot be worked out.
 */
export function parseAggregation(
  { filter, group, figures, sort, limit }: z.output<typeof AggregateBody>,
  access: FieldAccess,
): Aggregation {
  const readable = readableFields(access);
  const grouped = group.map((name, index) => groupField(name, readable, `group.${index}`));
  if (new Set(grouped).size < grouped.length) throw fault('group', 'names a field twice');
  const summaries = Object.entries(figures).map(([name, figure]): Summary => {
    if (Object.hasOwn(readable, name)) throw fault(`figures.${name}`, 'is the name of a field');
    if (figure.operation === 'count') return { name, operation: 'count', field: null };
    return { name, ...summed(figure, readable, `figures.${name}.field`) };
  });
  const sortable = Object.fromEntries([...grouped, ...Object.keys(figures)].map((name) => [name, true]));
  return {
    filter: optionalFilter(filter, readable),
    group: grouped,
    summaries,
    sort: parseSort(sort, sortable),
    limit,
  };
}

type Readable = Readonly<Record<string, Field>>;

/** Whose values stand in an order, and can be added up. */
const ORDERED: readonly FieldType[] = ['number', 'text', 'email', 'dateTime'];

function summed(
  { operation, field }: Readonly<{ operation: Exclude<Summary['operation'], 'count'>; field: string }>,
  readable: Readable,
  path: string,
): Pick<Summary, 'operation' | 'field'> {
  const type = readable[knownField(field, readable, path)]?.type;
  const possible = operation === 'min' || operation === 'max' ? ORDERED : ['number'];
  if (!type || !possible.includes(type)) throw fault(path, `${field} has no ${operation}`);
  return { operation, field };
}

function groupField(name: string, readable: Readable, path: string): string {
  const field = knownField(name, readable, path);
  if (readable[field]?.type === 'texts') throw fault(path, `${name} holds several values`);
  return field;
}

function optionalFilter(filter: unknown, readable: Readable): Filter {
  return filter === undefined ? {} : parseFilter(filter, readable);
}

function fault(path: string, message: string): Problem {
  return new Problem('invalid-request', { errors: [{ path, message }] });
}
