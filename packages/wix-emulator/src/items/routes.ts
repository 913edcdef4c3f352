import { Hono } from 'hono';
import type { Env } from '../http/env.ts';
import { itemReadRoutes } from './read-routes.ts';
import { itemWriteRoutes } from './write-routes.ts';

/** Data items. Reads come last: one of their addresses is a pattern. */
export const itemsRoutes = new Hono<Env>();

itemsRoutes.route('/', itemWriteRoutes);
itemsRoutes.route('/', itemReadRoutes);
