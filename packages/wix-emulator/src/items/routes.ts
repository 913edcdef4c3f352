import { Hono } from 'hono';
import type { Env } from '../http/env.ts';
import { asyncRoutes } from './async-routes.ts';
import { bulkRoutes } from './bulk-routes.ts';
import { aggregateRoutes } from './aggregate/routes.ts';
import { distinctRoutes } from './distinct/routes.ts';
import { itemReadRoutes } from './read-routes.ts';
import { referenceRoutes } from './references/routes.ts';
import { searchRoutes } from './search/routes.ts';
import { itemWriteRoutes } from './write-routes.ts';

/** Data items. Reads come last: one of their addresses is a pattern. */
export const itemsRoutes = new Hono<Env>();

itemsRoutes.route('/', itemWriteRoutes);
itemsRoutes.route('/', bulkRoutes);
itemsRoutes.route('/', asyncRoutes);
itemsRoutes.route('/', referenceRoutes);
itemsRoutes.route('/', distinctRoutes);
itemsRoutes.route('/', aggregateRoutes);
itemsRoutes.route('/', searchRoutes);
itemsRoutes.route('/', itemReadRoutes);
