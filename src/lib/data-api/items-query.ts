import { z } from 'zod';
import type { FieldAccess } from '../policy/collection.ts';
import type { Field } from '../policy/field.ts';
import type { ItemsQuery, SortKey } from '../policy/item.ts';
import { readableFields } from '../policy/item-schema.ts';
import { parseFilter } from '../policy/parse-filter.ts';
import { parseJsonText } from '../http/json.ts';
import { Problem } from '../http/problem.ts';

export const DEFAULT_LIMIT = 20;
export const MAXIMAL_LIMIT = 100;

/** Paging compares with every key of a position, so its cost grows with their square; Wix itself takes eight. */
export const SORT_LIMIT = 5;

const Limit = z.number().int().min(1).max(MAXIMAL_LIMIT);

const Names = z.string().transform((list) => list.split(','));

/** The query string of a listing. */
export const ItemsQueryString = z.strictObject({
  filter: z
    .string()
    .transform((text) => parseJsonText(text, 'filter'))
    .optional(),
  sort: Names.optional(),
  fields: Names.optional(),
  include: Names.optional(),
  limit: z
    .string()
    .regex(/^\d{1,3}$/, 'is not a whole number')
    .transform(Number)
    .pipe(Limit)
    .default(DEFAULT_LIMIT),
  cursor: z.string().max(8192).optional(),
  count: z.literal('true', 'is not "true"').transform(Boolean).default(false),
});

/** The same as a body, for questions too long for an address. */
export const ItemsQueryBody = z.strictObject({
  filter: z.unknown().optional(),
  sort: z.array(z.string()).optional(),
  fields: z.array(z.string()).optional(),
  include: z.array(z.string()).optional(),
  limit: Limit.default(DEFAULT_LIMIT),
  cursor: z.string().max(8192).optional(),
  count: z.boolean().default(false),
});

/** A listing as it was asked for, by address or by body. */
export type AskedItems = z.output<typeof ItemsQueryString> | z.output<typeof ItemsQueryBody>;

/** Names what a caller asked for, checked against what they may read. */
export type ParsedItemsQuery = ItemsQuery &
  Readonly<{ fields: readonly string[] | undefined; include: readonly string[] }>;

/** @throws {Problem} `invalid-request` for a field, operator or sort key that is not known to this caller. */
export function parseItemsQuery(asked: Omit<AskedItems, 'cursor'>, access: FieldAccess): ParsedItemsQuery {
  const readable = readableFields(access);
  return {
    filter: asked.filter === undefined ? {} : parseFilter(asked.filter, readable),
    sort: parseSort(asked.sort ?? [], readable).map((key) => sortable(key, readable)),
    limit: asked.limit,
    total: asked.count,
    fields: asked.fields?.map((name) => knownField(name, readable, 'fields')),
    include: parseInclude(asked.include, access),
  };
}

/** The reference fields whose items are to come along. */
export function parseInclude(names: readonly string[] | undefined, access: FieldAccess): string[] {
  const readable = readableFields(access);
  return (names ?? []).map((name) => {
    if (readable[knownField(name, readable, 'include')]?.type === 'reference') return name;
    throw new Problem('invalid-request', {
      errors: [{ path: 'include', message: `${name} refers to no other collection` }],
    });
  });
}

/** The query string of one item. */
export const ItemQueryString = z.strictObject({ include: Names.optional() });

/** Order of rows; `readable` names what may be sorted by. */
export function parseSort(keys: readonly string[], readable: Readonly<Record<string, unknown>>): SortKey[] {
  const sort = keys.map((key) => parseSortKey(key, readable));
  const fault = (message: string) => new Problem('invalid-request', { errors: [{ path: 'sort', message }] });
  if (sort.length > SORT_LIMIT) throw fault(`has more than ${SORT_LIMIT} fields`);
  if (new Set(sort.map(({ fieldName }) => fieldName)).size < sort.length) throw fault('names a field twice');
  return sort;
}

/** Rows stand in no order by a list of values, so no page could begin behind one. */
function sortable(key: SortKey, readable: Readonly<Record<string, Field>>): SortKey {
  if (readable[key.fieldName]?.type !== 'texts') return key;
  throw new Problem('invalid-request', {
    errors: [{ path: 'sort', message: `${key.fieldName} holds several values` }],
  });
}

/** `-lastContact` is newest first: JSON:API §sorting writes it so too. */
function parseSortKey(key: string, readable: Readonly<Record<string, unknown>>): SortKey {
  const fieldName = knownField(key.replace(/^-/, ''), readable, 'sort');
  return { fieldName, order: key.startsWith('-') ? 'DESC' : 'ASC' };
}

/** @throws {Problem} `invalid-request` unless the field may be read: what may not be read may not be used either. */
export function knownField(name: string, readable: Readonly<Record<string, unknown>>, path: string): string {
  if (Object.hasOwn(readable, name)) return name;
  throw new Problem('invalid-request', { errors: [{ path, message: `${name} is not a field known here` }] });
}
