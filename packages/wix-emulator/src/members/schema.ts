import { z } from 'zod';
import { ListOf } from '../http/request.ts';

export const Fieldset = z.enum(['PUBLIC', 'EXTENDED', 'FULL']);
export type Fieldset = z.output<typeof Fieldset>;

const Fieldsets = ListOf(Fieldset).default([]);
const count = z.number().int().min(0);

export const MyRequest = z.strictObject({ fieldsets: Fieldsets });

export const GetRequest = z.strictObject({ id: z.string().min(1).max(64), fieldsets: Fieldsets });

const Sort = z
  .array(
    z.strictObject({ fieldName: z.string().min(1).max(512), order: z.enum(['ASC', 'DESC']).default('ASC') }),
  )
  .max(8);

/** The builder puts `sort` beside `query`, not inside [recorded]; both places are read. */
export const QueryRequest = z.strictObject({
  fieldsets: Fieldsets,
  query: z
    .strictObject({
      filter: z.record(z.string(), z.unknown()).default({}),
      paging: z
        .strictObject({ limit: count.max(1_000).default(50), offset: count.default(0) })
        .default({ limit: 50, offset: 0 }),
      sort: Sort.optional(),
    })
    .prefault({}),
  sort: Sort.optional(),
});
