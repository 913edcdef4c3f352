import { z } from 'zod';
import { BULK_LIMIT } from '../data-api/bulk.ts';
import { ItemId } from '../policy/field.ts';
import { Problem } from './answers.ts';
import { exampleOf, type DescribedCollection } from './item-schemas.ts';
import { IDEMPOTENCY_KEY } from './item-parameters.ts';
import { itemsPath } from './item-operation.ts';
import type { Operation } from './operation.ts';

/** Writes that are allowed together or not at all; of each collection the kinds that some rule allows. */
export function bulkOperation(collection: DescribedCollection): Operation {
  const { name, policy, access, insert, patch, item } = collection;
  const parts = [
    ...(policy.rules.insert ? [z.strictObject({ insert })] : []),
    ...(policy.rules.update
      ? [z.strictObject({ update: z.strictObject({ id: ItemId, fields: patch }) })]
      : []),
    ...(policy.rules.remove ? [z.strictObject({ remove: z.strictObject({ id: ItemId }) })] : []),
  ];
  const problem = Problem.omit({ requestId: true, errors: true });
  return {
    tag: name,
    asksWix: true,
    method: 'post',
    path: `${itemsPath(name)}/bulk`,
    id: `bulk${name}`,
    summary: `Write up to ${BULK_LIMIT} items of ${name}`,
    description:
      'All of it is allowed or none: one part that is not allowed, or names a row that is not yours, changes nothing. An access token needs the scope of each kind of part.',
    access: 'member',
    parameters: [IDEMPOTENCY_KEY],
    body: {
      schema: z.strictObject({ operations: z.array(z.union(parts)).min(1).max(BULK_LIMIT) }),
      example: {
        operations: policy.rules.insert
          ? [{ insert: exampleOf(access.insert, access.insert.writable.slice(0, 1)) }]
          : [
              {
                update: { id: 'an-id', fields: exampleOf(access.update, access.update.writable.slice(0, 1)) },
              },
            ],
      },
    },
    answers: {
      200: {
        description: 'What became of each part, in their order, with the status it would have had alone.',
        schema: z.strictObject({
          results: z.array(
            z.union([
              z.strictObject({ status: z.literal(201), id: z.string() }),
              z.strictObject({ status: z.literal(204), id: z.string() }),
              z.strictObject({
                status: z.literal(200),
                id: z.string(),
                etag: z.string().nullable(),
                item: item.optional(),
              }),
              z.strictObject({ status: z.int(), problem }),
            ]),
          ),
        }),
        example: { results: [{ status: 201, id: 'an-id' }] },
        headers: ['Idempotent-Replayed'],
      },
    },
    problems: [
      'forbidden',
      'insufficient-scope',
      'not-found',
      'idempotency-key-in-use',
      'idempotency-key-reused',
    ],
  };
}
