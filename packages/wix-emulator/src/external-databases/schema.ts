import { z } from 'zod';
import { CollectionId } from '../collections/schema.ts';
import { DataPermissions, Permissions } from '../collections/permissions.ts';
import { pagingQuery } from '../http/paging.ts';

/** The part of a collection id before the slash, so it cannot hold one. */
const Name = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[\p{L}\p{N}_.-]+$/u);

const Endpoint = z.url({ protocol: /^https?$/ }).max(2_048);

/** Whatever the adapter wants to hear with every request, a secret usually among it. */
const Configuration = z.record(z.string(), z.json());

const Connection = z.strictObject({
  name: Name,
  endpoint: Endpoint.nullish(),
  configuration: Configuration.nullish(),
  // The service writes these; they come back in whatever was read before.
  connectionStatus: z.record(z.string(), z.json()).optional(),
  capabilities: z.record(z.string(), z.json()).optional(),
  publicKey: z.string().max(128).nullish(),
  protocolVersion: z.enum(['V1', 'V2', 'V3']).optional(),
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

/** What the site says about one collection of an external database. */
const SiteCollection = z.strictObject({
  /** As the adapter calls it. */
  id: CollectionId,
  /** Another id on the site, beside `connection/id`. */
  alias: CollectionId.optional(),
  permissions: Permissions.optional(),
  dataPermissions: DataPermissions.optional(),
});
export type SiteCollection = z.output<typeof SiteCollection>;

/** A connection of a seed. Nobody is called for it before it is used: the adapter may start later than this. */
export const SeedConnection = z.strictObject({
  name: Name,
  generation: z.enum(['legacy', 'v3']),
  endpoint: Endpoint,
  configuration: Configuration.default({}),
  collections: z.array(SiteCollection).max(1_000).default([]),
});
export type SeedConnection = z.output<typeof SeedConnection>;
