import { DEFAULT_LIMIT, MAXIMAL_LIMIT, SORT_LIMIT, type ItemsQueryString } from '../data-api/items-query.ts';
import { readableFields } from '../policy/item-schema.ts';
import { filterName } from './filter-schemas.ts';
import { schemaRef, type DescribedCollection } from './item-schemas.ts';
import type { Parameter } from './operation.ts';

type Told = Omit<Parameter, 'name' | 'in'>;

/** The query of a list. A key that the route learns does not compile here until it is told. */
export function listParameters(collection: DescribedCollection): Parameter[] {
  const told: Record<keyof typeof ItemsQueryString.shape, Told | null> = {
    filter: {
      description: 'A Wix filter, as JSON.',
      content: { 'application/json': { schema: schemaRef(filterName(collection.name)) } },
    },
    sort: {
      description: 'The most important first; `-` in front turns the order round.',
      ...names(sortKeys(collection), SORT_LIMIT),
    },
    fields: { description: 'Only these; `_id` always comes along.', ...names(fieldsOf(collection)) },
    include: includeParameter(collection),
    limit: {
      description: 'Items on a page.',
      schema: { type: 'integer', minimum: 1, maximum: MAXIMAL_LIMIT, default: DEFAULT_LIMIT },
    },
    cursor: {
      description: '`page.next` of the page before, with the same query.',
      schema: { type: 'string', maxLength: 8192 },
    },
    count: {
      description: 'Counts all matching items too, as `page.total`.',
      schema: { type: 'string', enum: ['true'] },
    },
  };
  return Object.entries(told).flatMap(([name, parameter]) =>
    parameter ? [{ name, in: 'query' as const, ...parameter }] : [],
  );
}

/** The reference fields whose items may come along; `null` where there are none. */
function includeParameter(collection: DescribedCollection): Told | null {
  const references = referencesOf(collection);
  if (references.length === 0) return null;
  return {
    description: 'Shows the items behind these references, where their own rule does.',
    ...names(references),
  };
}

export function itemParameters(collection: DescribedCollection): Parameter[] {
  const include = includeParameter(collection);
  return include ? [{ name: 'include', in: 'query', ...include }] : [];
}

export function fieldsOf({ access }: DescribedCollection): string[] {
  return Object.keys(readableFields(access.query));
}

export function sortKeys(collection: DescribedCollection): string[] {
  return fieldsOf(collection).flatMap((name) => [name, `-${name}`]);
}

export function referencesOf({ access }: DescribedCollection): string[] {
  return Object.entries(readableFields(access.query)).flatMap(([name, { type }]) =>
    type === 'reference' ? [name] : [],
  );
}

function names(known: readonly string[], most?: number): Told {
  return {
    style: 'form',
    explode: false,
    schema: {
      type: 'array',
      items: { type: 'string', enum: [...known] },
      ...(most !== undefined && { maxItems: most }),
    },
  };
}

export const ID: Parameter = {
  name: 'id',
  in: 'path',
  required: true,
  description: 'An id that is someone else’s answers as one that is not there.',
  schema: { type: 'string', pattern: '^[A-Za-z0-9_.:~-]{1,128}$' },
};

export const IDEMPOTENCY_KEY: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'A UUID, for example. Sent again with it, the write is done once and answered the same, for 24 hours.',
  schema: { type: 'string', minLength: 1, maxLength: 257 },
};

export const IF_MATCH: Parameter = {
  name: 'If-Match',
  in: 'header',
  description: 'The `ETag` of the version that may be changed, or `*`.',
  schema: { type: 'string' },
};

export const IF_NONE_MATCH: Parameter = {
  name: 'If-None-Match',
  in: 'header',
  description: 'The `ETag` of the version that is known already.',
  schema: { type: 'string' },
};

export const PREFER: Parameter = {
  name: 'Prefer',
  in: 'header',
  description: '`return=minimal` leaves the item out of the answer.',
  schema: { type: 'string' },
};
