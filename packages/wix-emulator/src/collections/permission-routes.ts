import { Hono } from 'hono';
import { requireToken } from '../http/caller.ts';
import { operation } from '../http/env.ts';
import type { Env } from '../http/env.ts';
import { dataError, notImplemented } from '../http/errors.ts';
import { manage } from '../http/manage.ts';
import { readBody, readQuery } from '../http/request.ts';
import { reachOf } from '../items/access.ts';
import type { Store } from '../store/store.ts';
import { dataForm, itemActions } from './permissions.ts';
import type { Action } from './permissions.ts';
import * as schema from './permission-schema.ts';
import {
  addSpecialPermissions,
  listSpecialPermissions,
  removeSpecialPermissions,
  updateSpecialPermissions,
} from './special-permissions.ts';
import type { Collection } from './store.ts';

/** Who may do what with the items of a collection. */
export const permissionRoutes = new Hono<Env>();

const PERMISSIONS = '/wix-data/v1/permissions';

permissionRoutes.get(PERMISSIONS, (context) => {
  manage(context, 'permissions.getPermissions');
  const { dataCollectionId } = readQuery(context, schema.CollectionRequest);
  manage(context, 'permissions.getPermissions', dataCollectionId);
  const { collections, store } = context.var.site;
  return context.json({ dataPermissions: present(store, collections.require(dataCollectionId)) });
});

permissionRoutes.post(PERMISSIONS, async (context) => {
  manage(context, 'permissions.updatePermissions');
  const {
    id,
    specialPermissions: _,
    ...roles
  } = (await readBody(context, schema.UpdateRequest)).dataPermissions;
  manage(context, 'permissions.updatePermissions', id);
  const { collections, store } = context.var.site;
  const changed = collections.change(id, undefined, () => ({ dataPermissions: roles }));
  return context.json({ dataPermissions: present(store, changed) });
});

/** For everyone: an author may do what they may do with their own items. */
permissionRoutes.get(`${PERMISSIONS}/current`, (context) => {
  operation(context, 'permissions.getMyPermissions');
  const caller = requireToken(context.var.caller);
  const { dataCollectionId } = readQuery(context, schema.CollectionRequest);
  operation(context, 'permissions.getMyPermissions', dataCollectionId);
  const { collections, members } = context.var.site;
  const collection = collections.require(dataCollectionId);
  const may = Object.entries(itemActions).map(([action, key]) => [
    key,
    reachOf(caller, collection, action as Action, members) !== undefined,
  ]);
  return context.json(Object.fromEntries(may));
});

permissionRoutes.post(`${PERMISSIONS}/special`, async (context) => {
  manage(context, 'permissions.addSpecialPermissions');
  const { dataCollectionId, specialPermissions } = await readBody(context, schema.AddSpecialRequest);
  manage(context, 'permissions.addSpecialPermissions', dataCollectionId);
  const { userId, policyId } = specialPermissions;
  if (policyId !== undefined) throw notImplemented('special permissions of a role');
  if (userId === undefined) throw dataError(400, 'WDE0080', 'Special permissions need a userId.');
  const { collections, store } = context.var.site;
  const collection = collections.require(dataCollectionId);
  return context.json({
    specialPermissions: addSpecialPermissions(store, collection, userId, specialPermissions),
  });
});

permissionRoutes.post(`${PERMISSIONS}/special/:id`, async (context) => {
  manage(context, 'permissions.updateSpecialPermissions');
  const { specialPermissions } = await readBody(context, schema.UpdateSpecialRequest);
  if (specialPermissions.policyId !== undefined) throw notImplemented('special permissions of a role');
  const { store } = context.var.site;
  return context.json({
    specialPermissions: updateSpecialPermissions(store, specialPermissions.id, specialPermissions),
  });
});

permissionRoutes.delete(`${PERMISSIONS}/special/:id`, (context) => {
  manage(context, 'permissions.removeSpecialPermissions');
  const { specialPermissionsId } = readQuery(context, schema.RemoveSpecialRequest);
  removeSpecialPermissions(context.var.site.store, specialPermissionsId);
  return context.json({});
});

const present = (store: Store, collection: Collection) => ({
  id: collection.id,
  ...dataForm(collection.access),
  specialPermissions: listSpecialPermissions(store, collection),
});
