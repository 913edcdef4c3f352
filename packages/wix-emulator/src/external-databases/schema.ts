import { z } from 'zod';
import { pagingQuery } from '../http/paging.ts';

/** The part of a collection id before the slash, so it cannot hold one. */
const Name = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[\p{L}\p{N}_.-]+$/u);

const Connection = z.strictObject({
  name: Name,
  endpoint: z
    .url({ protocol: /^https?$/ })
    .max(2_048)
    .nullish(),
  /** Whatever the adapter wants to hear with every request, a secret usually among it. */
  configuration: z.record(z.string(), z.json()).nullish(),
  // The service writes these; they come back in whatever was read before.
  connectionStatus: z.record(z.string(), z.json()).optional(),
  capabilities: z.record(z.string(), z.json()).optional(),
  publicKey: z.string().max(128).nullish(),
});
export type ConnectionInput = z.output<typeof Connection>;

export const ConnectionType = z.enum(['STANDALONE', 'WIX_SERVICE_PLUGIN']);
export type ConnectionType = z.output<typeof ConnectionType>;

export const CreateRequest = z.strictObject({
  externalDatabaseConnection: Connection,
  connectionType: ConnectionType,
});
export const UpdateRequest = z.strictObject({ externalDatabaseConnection: Connection });
export const NameRequest = z.strictObject({ name: Name });
export const ListRequest = z.strictObject(pagingQuery);
