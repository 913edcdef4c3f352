import { Hono } from 'hono';
import type { Env } from '../http/env.ts';
import { collectionRoutes } from './collection-routes.ts';
import { fieldRoutes } from './field-routes.ts';
import { indexRoutes } from './index-routes.ts';
import { permissionRoutes } from './permission-routes.ts';
import { pluginRoutes } from './plugin-routes.ts';

/** Collections and what belongs to them. Those whose addresses are patterns come last. */
export const collectionsRoutes = new Hono<Env>();

for (const routes of [fieldRoutes, pluginRoutes, indexRoutes, permissionRoutes, collectionRoutes]) {
  collectionsRoutes.route('/', routes);
}
