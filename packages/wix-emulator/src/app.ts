import { Hono } from 'hono';
import { collectionsRoutes } from './collections/routes.ts';
import { identifyCaller, nobody } from './http/caller.ts';
import { externalDatabasesRoutes } from './external-databases/routes.ts';
import type { Env } from './http/env.ts';
import { notImplemented, toWixError } from './http/errors.ts';
import { requestId } from './http/request-id.ts';
import { identityRoutes } from './identity/routes.ts';
import { itemsRoutes } from './items/routes.ts';
import { membersRoutes } from './members/routes.ts';
import { hostedPages } from './hosted-pages/routes.ts';
import { oauthRoutes, TOKEN_ENDPOINTS } from './oauth/routes.ts';
import { rolesRoutes } from './roles/routes.ts';
import type { Site } from './site.ts';
import { sitePropertiesRoutes } from './site-properties/routes.ts';

/** The routes of one site, behind the middleware they all share. */
export function createApp(site: Site): Hono<Env> {
  const app = new Hono<Env>();

  app.use(async (context, next) => {
    const url = new URL(context.req.url);
    context.set('site', site);
    context.set('host', url.hostname);
    context.set('caller', nobody);
    context.set('operation', 'unknown');
    await next();
    context.header('x-wix-request-id', requestId(site.now()));
    // RFC 9110 §6.6.1: by the clock that tokens are judged by.
    context.header('date', new Date(site.now()).toUTCString());
    const { caller, operation, collection } = context.var;
    Object.assign(context.env.call, { caller, operation, collection });
  });
  // The token endpoints take their proof in the body; what stands in the header is not theirs to judge.
  app.use(async (context, next) =>
    TOKEN_ENDPOINTS.has(context.req.path) ? next() : identifyCaller(context, next),
  );

  for (const routes of [
    oauthRoutes,
    identityRoutes,
    hostedPages,
    itemsRoutes,
    collectionsRoutes,
    externalDatabasesRoutes,
    membersRoutes,
    rolesRoutes,
    sitePropertiesRoutes,
  ]) {
    app.route('/', routes);
  }

  app.notFound((context) =>
    answerError(notImplemented(`${context.req.method} ${new URL(context.req.url).pathname}`)),
  );
  app.onError((error) => answerError(error));
  return app;
}

function answerError(error: Error): Response {
  const { status, body } = toWixError(error);
  return Response.json(body, { status });
}
