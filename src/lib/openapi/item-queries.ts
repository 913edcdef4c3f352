import { z } from 'zod';
import { ItemsQueryBody } from '../data-api/items-query.ts';
import { AggregateBody, CountBody, DistinctBody } from '../data-api/summary-queries.ts';
import { filterName } from './filter-schemas.ts';
import { schemaRef, type DescribedCollection } from './item-schemas.ts';
import { fieldsOf, referencesOf, sortKeys } from './item-parameters.ts';
import { itemsPath, onePage, ruled } from './item-operation.ts';
import type { Operation } from './operation.ts';

/** The questions that are asked by a body. Each is the schema that parses it, with the names that are known here. */
export function readingOperations(collection: DescribedCollection): Operation[] {
  const { name } = collection;
  const filter = z
    .unknown()
    .optional()
    .meta({ override: { ...schemaRef(filterName(name)) } });
  const field = z.enum(fieldsOf(collection));
  const references = referencesOf(collection);
  const asked = (path: string, id: string, summary: string) => ({
    ...ruled(collection, 'query'),
    method: 'post' as const,
    path: `${itemsPath(name)}/${path}`,
    id: `${id}${name}`,
    summary,
  });
  return [
    {
      ...asked('query', 'query', `List items of ${name}, asked for by a body`),
      body: {
        schema: ItemsQueryBody.extend({
          filter,
          sort: z.array(z.enum(sortKeys(collection))).optional(),
          fields: z.array(field).optional(),
          include: z.array(references.length > 0 ? z.enum(references) : z.string()).optional(),
        }),
        example: { limit: 20, count: true },
      },
      answers: { 200: onePage(collection) },
    },
    {
      ...asked('count', 'count', `Count items of ${name}`),
      body: { schema: CountBody.extend({ filter }), example: {} },
      answers: {
        200: {
          description: 'How many.',
          schema: z.strictObject({ count: z.int().min(0) }),
          example: { count: 4 },
        },
      },
    },
    {
      ...asked('distinct', 'distinct', `Values of a field of ${name}, each once`),
      body: {
        schema: DistinctBody.extend({ field, filter }),
        example: { field: fieldsOf(collection).at(-1) },
      },
      answers: {
        200: {
          description: 'The values in order.',
          schema: z.strictObject({ values: z.array(z.unknown()), hasMore: z.boolean() }),
          example: { values: ['One', 'Two'], hasMore: false },
        },
      },
    },
    {
      ...asked('aggregate', 'aggregate', `Figures over items of ${name}`),
      body: {
        schema: AggregateBody.safeExtend({ filter }),
        example: { figures: { rows: { operation: 'count' } } },
      },
      answers: {
        200: {
          description: 'One set of figures for each combination of values grouped by.',
          schema: z.strictObject({
            groups: z.array(z.record(z.string(), z.unknown())),
            hasMore: z.boolean(),
          }),
          example: { groups: [{ rows: 4 }], hasMore: false },
        },
      },
    },
  ];
}
