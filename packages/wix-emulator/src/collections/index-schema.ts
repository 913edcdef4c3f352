import { z } from 'zod';
import { pagingQuery } from '../http/paging.ts';
import { CollectionId } from './schema.ts';

export const Index = z
  .strictObject({
    name: z.string().regex(/^[A-Za-z0-9_-]{1,128}$/),
    fields: z
      .array(
        z.strictObject({ path: z.string().min(1).max(128), order: z.enum(['ASC', 'DESC']).default('ASC') }),
      )
      .min(1)
      .max(3),
    unique: z.boolean().default(false),
    caseInsensitive: z.boolean().default(false),
    source: z.literal('USER').optional(),
  })
  .refine(({ unique, fields }) => !unique || fields.length === 1, 'A unique index has one field.');
export type Index = z.output<typeof Index>;

/** An index as it is kept. Those that the first version of the data file holds have no id. */
export type StoredIndex = Index & {
  id?: string;
  failure?: { code: string; description: string; itemId: string };
};

export const CreateIndexRequest = z.strictObject({ dataCollectionId: CollectionId, index: Index });
export const ListIndexesRequest = z.strictObject({ dataCollectionId: CollectionId, ...pagingQuery });
export const AvailableIndexesRequest = z.strictObject({ dataCollectionId: CollectionId });
export const DropIndexRequest = z.strictObject({
  dataCollectionId: CollectionId,
  indexName: z.string().min(1).max(128),
});
