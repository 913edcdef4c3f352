import { z } from 'zod';
import type { FieldAccess } from '../policy/collection.ts';
import type { ItemsQuery, SortKey } from '../policy/item.ts';
import { readableFields } from '../policy/item-schema.ts';
import { parseFilter } from '../policy/parse-filter.ts';
import { parseJsonText } from './json.ts';
import { Problem } from './problem.ts';

export const DEFAULT_LIMIT = 20;
export const MAXIMAL_LIMIT = 100;

/** Paging compares with every key of a position, so its cost grows with their square; Wix itself takes eight. */
const SORT_LIMIT = 5;

/** The query string of a listing. */
export const ItemsQueryString = z.strictObject({
  filter: z.string().optional(),
  sort: z.string().optional(),
  fields: z.string().optional(),
  limit: z
    .string()
    .regex(/^\d{1,3}$/, 'is not a whole number')
    .transform(Number)
    .pipe(z.number().min(1).max(MAXIMAL_LIMIT))
    .default(DEFAULT_LIMIT),
  cursor: z.string().max(8192).optional(),
});

/** Names what a caller asked for, checked against what they may read. */
export type ParsedItemsQuery = ItemsQuery & Readonly<{ fields: readonly string[] | undefined }>;

/** @throws {Problem} `invalid-request` for a field, operator or sort key that is not known to this caller. */
export function parseItemsQuery(query: z.output<typeof ItemsQueryString>, access: FieldAccess): ParsedItemsQuery {
  const readable = readableFields(access);
  const known = (name: string) => Object.hasOwn(readable, name);
  return {
    filter: query.filter === undefined ? {} : parseFilter(parseJsonText(query.filter, 'filter'), readable),
    sort: parseSort(names(query.sort), known),
    limit: query.limit,
    fields:
      query.fields === undefined ? undefined : names(query.fields).map((name) => parseField(name, known)),
  };
}

function names(list: string | undefined): string[] {
  return list === undefined ? [] : list.split(',');
}

function parseSort(keys: readonly string[], known: (name: string) => boolean): SortKey[] {
  const sort = keys.map((key) => parseSortKey(key, known));
  const fault = (message: string) => new Problem('invalid-request', { errors: [{ path: 'sort', message }] });
  if (sort.length > SORT_LIMIT) throw fault(`has more than ${SORT_LIMIT} fields`);
  if (new Set(sort.map(({ fieldName }) => fieldName)).size < sort.length) throw fault('names a field twice');
  return sort;
}

/** `-lastContact` is newest first: JSON:API §sorting writes it so too. */
function parseSortKey(key: string, known: (name: string) => boolean): SortKey {
  const fieldName = key.replace(/^-/, '');
  if (!known(fieldName)) throw unknownField('sort', fieldName);
  return { fieldName, order: key.startsWith('-') ? 'DESC' : 'ASC' };
}

function parseField(name: string, known: (name: string) => boolean): string {
  if (!known(name)) throw unknownField('fields', name);
  return name;
}

function unknownField(path: string, name: string): Problem {
  return new Problem('invalid-request', { errors: [{ path, message: `${name} is not a field known here` }] });
}
