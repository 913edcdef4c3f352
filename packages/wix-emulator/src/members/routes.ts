import { Hono } from 'hono';
import type { Env } from '../http/env.ts';
import { memberModerationRoutes } from './moderation-routes.ts';
import { memberReadRoutes } from './read-routes.ts';
import { memberWriteRoutes } from './write-routes.ts';

/**
 * Members. Inside each file the fixed addresses come before the patterns.
 * https://dev.wix.com/docs/rest/crm/members-contacts/members/members/introduction
 */
export const membersRoutes = new Hono<Env>().basePath('/members/v1/members');

membersRoutes.route('/', memberReadRoutes);
membersRoutes.route('/', memberWriteRoutes);
membersRoutes.route('/', memberModerationRoutes);
