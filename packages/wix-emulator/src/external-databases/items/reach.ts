import type { Access, Action } from '../../collections/permissions.ts';
import { accessOf } from '../../collections/permissions.ts';
import { hasAppRights, requireToken } from '../../http/caller.ts';
import { operation } from '../../http/env.ts';
import type { WixContext } from '../../http/env.ts';
import { authorize } from '../../items/access.ts';
import { collectionMissing, noPermission } from '../../items/errors.ts';
import type { Filter } from '../../items/reads.ts';
import type { Subject } from '../../oauth/access-tokens.ts';
import type { Site } from '../../site.ts';
import type { AdapterOperation, CollectionAdapter, ExternalSchema } from '../adapter.ts';
import { operationNotSupported } from '../errors.ts';
import { addressOf, generationOf } from '../store.ts';
import type { ExternalAddress } from '../store.ts';

/** A collection of an external database, and how far the caller reaches into it. */
export type External = Readonly<{
  site: Site;
  /** As the request called it. */
  id: string;
  caller: Subject;
  generation: 'legacy' | 'v3';
  schema: ExternalSchema;
  adapter: CollectionAdapter;
  /** Set when the caller reaches their own items only. */
  ownedBy?: string;
  /** Whether the caller may give an item to somebody else. */
  mayChangeOwner: boolean;
}>;

/**
 * Gives nothing for a collection of the site's own. The site enforces the permissions of the collection: its own word,
 * else the adapter's; where neither has one, only the owner and apps may.
 */
export async function reachExternal(
  context: WixContext,
  name: string,
  collectionId: string,
  action: Action,
): Promise<External | undefined> {
  const { site } = context.var;
  const address = addressOf(site.store, collectionId);
  if (!address) return undefined;
  operation(context, name, collectionId);
  const caller = requireToken(context.var.caller);
  const { connection } = address;
  const { schema, access } = await described(site, collectionId, address);
  const guarded = { id: collectionId, access, grants: () => false };
  const isOwn = authorize(caller, guarded, action, site.members) === 'own';
  const hasOwners = schema.fields.some(({ key }) => key === '_owner');
  if (isOwn && !hasOwners) throw noPermission(action, collectionId);
  const isOwner = caller.type === 'MEMBER' && site.members.isAdmin(caller.id);
  const database = await site.externalDatabases.of(connection, { subject: caller, isOwner });
  return {
    site,
    id: collectionId,
    caller,
    generation: generationOf(connection),
    schema,
    adapter: database.collection(schema, collectionId),
    mayChangeOwner: hasAppRights(caller) || isOwner,
    ...(isOwn && { ownedBy: caller.id }),
  };
}

/** What a collection is, by its adapter, and who may do what with it, by the site. */
export async function described(
  site: Site,
  collectionId: string,
  { connection, collection }: ExternalAddress,
): Promise<{ schema: ExternalSchema; access: Access }> {
  const schema = await site.externalDatabases.schema(connection, collection);
  if (!schema) throw collectionMissing(collectionId);
  const { permissions = schema.permissions, dataPermissions } =
    connection.collections?.find(({ id }) => id === collection) ?? {};
  return { schema, access: accessOf(permissions, dataPermissions) };
}

/** What the adapter does not announce it is never asked. */
export function requireOperation({ schema, id }: External, needed: AdapterOperation): void {
  if (!schema.operations.has(needed)) throw operationNotSupported(needed, id);
}

/** The filter, and within it the caller's own items if that is their reach. */
export function narrowed({ ownedBy }: External, filter: Filter): Filter {
  if (ownedBy === undefined) return filter;
  const own = { _owner: ownedBy };
  return Object.keys(filter).length === 0 ? own : { $and: [own, filter] };
}
