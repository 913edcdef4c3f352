import { Hono } from 'hono';
import type { Context } from 'hono';
import { WixError } from '../http/errors.ts';
import { html } from '../http/html.ts';
import { apiRoutes } from './api.ts';
import { callsRoutes } from './calls.ts';
import { collectionsRoutes } from './collections.ts';
import type { Desk } from './desk.ts';
import { externalDatabasesRoutes } from './external-databases.ts';
import { faultsRoutes } from './faults.ts';
import { refuseOtherSites } from './guard.ts';
import { itemsRoutes } from './items.ts';
import { deskPage } from './layout.ts';
import { membersRoutes } from './members.ts';
import { outboxRoutes } from './outbox.ts';
import { overviewRoutes } from './overview.ts';
import { ADMIN } from './paths.ts';
import { stateRoutes } from './state.ts';
import { webhooksRoutes } from './webhooks.ts';

/** The desk of the site's owner: what the dashboard of Wix would show and do, and what only an emulator can. */
export function createAdmin(desk: Desk): Hono {
  const admin = new Hono().basePath(ADMIN);
  admin.use(refuseOtherSites);
  for (const routesOf of [
    overviewRoutes,
    membersRoutes,
    collectionsRoutes,
    itemsRoutes,
    outboxRoutes,
    webhooksRoutes,
    externalDatabasesRoutes,
    faultsRoutes,
    callsRoutes,
    stateRoutes,
    apiRoutes,
  ]) {
    admin.route('/', routesOf(desk));
  }
  admin.notFound((context) => failure(context, new WixError(404, `There is no ${context.req.path}`)));
  admin.onError((error, context) => failure(context, error));
  return admin;
}

function failure(context: Context, error: Error): Response {
  const { message } = error;
  const status = error instanceof WixError ? error.status : 500;
  if (context.req.path.startsWith(`${ADMIN}/api/`)) return Response.json({ message }, { status });
  const body = html`<p class="notice bad" role="alert">${message}</p>`;
  return deskPage(context, { title: `${status}`, body, status });
}
