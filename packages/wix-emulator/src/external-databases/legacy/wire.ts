import { z } from 'zod';

/** Answers of the legacy generation. Keys beyond these are passed over: Wix's own adapter sends some. */

const Item = z.record(z.string(), z.json());

export const ErrorBody = z.looseObject({ message: z.string() });

/** The documentation has an empty object; what runs adds its version, and none at all means the first. */
export const ProvisionAnswer = z.looseObject({
  protocolVersion: z.union([z.literal(1), z.literal(2)]).default(1),
});

export const FoundAnswer = z.looseObject({ items: z.array(Item), totalCount: z.int().min(0) });

/** Getting nothing may be said with nothing. */
export const ItemAnswer = z.looseObject({ item: Item.nullish() });

export const ItemsAnswer = z.looseObject({ items: z.array(Item) });

export const CountAnswer = z.looseObject({ totalCount: z.int().min(0) });

export const EmptyAnswer = z.looseObject({});

/** Upper case in the documentation's table, lower case in its example and in everything that runs. */
const AllowedOperation = z.string().toLowerCase();

const Field = z.looseObject({
  displayName: z.string().nullish(),
  type: z.enum(['number', 'text', 'boolean', 'url', 'datetime', 'image', 'object']),
  queryOperators: z.array(z.string()).nullish(),
  isDeleted: z.boolean().nullish(),
});

export const WireSchema = z.looseObject({
  id: z.string().min(1),
  displayName: z.string().nullish(),
  allowedOperations: z.array(AllowedOperation),
  maxPageSize: z.int().min(1),
  ttl: z.number().min(0),
  fields: z.record(z.string(), Field),
});
export type WireSchema = z.output<typeof WireSchema>;

export const SchemasAnswer = z.looseObject({ schemas: z.array(WireSchema) });
