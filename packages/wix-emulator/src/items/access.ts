import type { Subject } from '../oauth/access-tokens.ts';
import type { Collection } from '../collections/store.ts';
import type { Action } from '../collections/permissions.ts';
import { hasAppRights } from '../http/caller.ts';
import type { Members } from '../members/store.ts';
import { noPermission } from './errors.ts';

/** What the caller may reach: everything, or only the rows they own. */
export type Reach = 'all' | 'own';

/** What is looked at of a collection. */
type Guarded = Pick<Collection, 'id' | 'access' | 'grants'>;

/** Refuses whoever may not. */
export function authorize(caller: Subject, collection: Guarded, action: Action, members: Members): Reach {
  const reach = reachOf(caller, collection, action, members);
  if (reach === undefined) throw noPermission(action, collection.id);
  return reach;
}

/**
 * Decides by the collection's permission for the action, or by special permissions, which only ever add to it.
 * https://dev.wix.com/docs/sdk/backend-modules/data/permissions/introduction
 *
 * Apps may do everything, and so may the site owner. `SITE_MEMBER_AUTHOR` narrows reads to the member's own
 * rows instead of refusing them.
 */
export function reachOf(
  caller: Subject,
  collection: Guarded,
  action: Action,
  members: Members,
): Reach | undefined {
  if (hasAppRights(caller)) return 'all';
  const role = collection.access[action];
  if (role === 'ANYONE') return 'all';
  if (caller.type !== 'MEMBER') return undefined;
  if (role === 'SITE_MEMBER') return 'all';
  if (members.isAdmin(caller.id) || collection.grants(caller.id, action)) return 'all';
  if (role !== 'SITE_MEMBER_AUTHOR') return undefined;
  return action === 'insert' ? 'all' : 'own';
}
