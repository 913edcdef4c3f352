import type { Action } from '../collections/permissions.ts';
import type { Collection } from '../collections/store.ts';
import { hasAppRights, requireToken } from '../http/caller.ts';
import { operation } from '../http/env.ts';
import type { Caller } from '../http/caller.ts';
import type { WixContext } from '../http/env.ts';
import type { Subject } from '../oauth/access-tokens.ts';
import type { Site } from '../site.ts';
import { authorize } from './access.ts';
import type { Writer } from './store.ts';

/** The collection a request is about, and how far its caller reaches into it. */
export type Reached = Readonly<{
  caller: Subject;
  collection: Collection;
  /** Set when the caller reads their own rows only. */
  ownedBy?: string;
  writer: Writer;
}>;

/** Who asks, of which collection, and how far they reach; refuses whoever may not. */
export function reach(context: WixContext, name: string, collectionId: string, action: Action): Reached {
  operation(context, name, collectionId);
  const { site, caller } = context.var;
  return reachInto(site, caller, collectionId, action);
}

/** The same for a caller who is known already. */
export function reachInto(site: Site, asking: Caller, collectionId: string, action: Action): Reached {
  const caller = requireToken(asking);
  const collection = site.collections.require(collectionId);
  const own = authorize(caller, collection, action, site.members) === 'own';
  const mayChangeOwner =
    hasAppRights(caller) || (caller.type === 'MEMBER' && site.members.isAdmin(caller.id));
  const writer = { id: caller.id, ownRowsOnly: own, mayChangeOwner };
  return { caller, collection, writer, ...(own && { ownedBy: caller.id }) };
}
