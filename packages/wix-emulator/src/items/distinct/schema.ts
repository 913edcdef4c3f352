import { z } from 'zod';
import { Flag } from '../../http/request.ts';
import { CollectionId, CursorPaging, FieldPath, Filter, options, Paging } from '../schema.ts';

/** With a cursor only the paging is sent [recorded]. */
export const DistinctRequest = z.strictObject({
  ...options,
  dataCollectionId: CollectionId,
  fieldName: FieldPath.optional(),
  filter: Filter.default({}),
  order: z.enum(['ASC', 'DESC']).default('ASC'),
  paging: Paging.optional(),
  cursorPaging: CursorPaging.optional(),
  returnTotalCount: Flag.optional(),
});
export type DistinctRequest = z.output<typeof DistinctRequest>;
