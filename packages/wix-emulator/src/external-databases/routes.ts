import { Hono } from 'hono';
import type { Env, WixContext } from '../http/env.ts';
import { manage } from '../http/manage.ts';
import { pageOf } from '../http/paging.ts';
import { readBody, readQuery } from '../http/request.ts';
import * as schema from './schema.ts';
import {
  addConnection,
  changeConnection,
  connectionOf,
  deleteConnection,
  listConnections,
  requireConnection,
} from './store.ts';
import type { Connection } from './store.ts';

/** Connections to databases of one's own; for apps only. The adapter is tried when one is made or changed. */
export const externalDatabasesRoutes = new Hono<Env>();

const CONNECTIONS = '/wix-data/v1/external-database-connections';

externalDatabasesRoutes.post(CONNECTIONS, async (context) => {
  manage(context, 'externalDatabaseConnections.createExternalDatabaseConnection');
  const { externalDatabaseConnection, connectionType } = await readBody(context, schema.CreateRequest);
  const { store, externalDatabases } = context.var.site;
  const connection = connectionOf(externalDatabaseConnection, connectionType);
  addConnection(store, connection);
  return answer(context, await externalDatabases.retry(connection));
});

externalDatabasesRoutes.get(CONNECTIONS, (context) => {
  manage(context, 'externalDatabaseConnections.listExternalDatabaseConnections');
  const request = readQuery(context, schema.ListRequest);
  const { page, pagingMetadata } = pageOf(listConnections(context.var.site.store), request);
  return context.json({ externalDatabaseConnections: page.map(present), pagingMetadata });
});

/** The name in the path is not URL-encoded by the SDK, so it is taken from the query and the body [recorded]. */
externalDatabasesRoutes.get(`${CONNECTIONS}/*`, (context) => {
  manage(context, 'externalDatabaseConnections.getExternalDatabaseConnection');
  const request = readQuery(context, schema.NameRequest);
  return answer(context, requireConnection(context.var.site.store, request.name));
});

externalDatabasesRoutes.put(`${CONNECTIONS}/*`, async (context) => {
  manage(context, 'externalDatabaseConnections.updateExternalDatabaseConnection');
  const { externalDatabaseConnection: input } = await readBody(context, schema.UpdateRequest);
  const { store, externalDatabases } = context.var.site;
  const changed = changeConnection(store, input.name, ({ connectionType, collections }) => ({
    ...connectionOf(input, connectionType),
    ...(collections && { collections }),
  }));
  return answer(context, await externalDatabases.retry(changed));
});

externalDatabasesRoutes.delete(`${CONNECTIONS}/*`, (context) => {
  manage(context, 'externalDatabaseConnections.deleteExternalDatabaseConnection');
  deleteConnection(context.var.site.store, readQuery(context, schema.NameRequest).name);
  return context.json({});
});

const answer = (context: WixContext, connection: Connection) =>
  context.json({ externalDatabaseConnection: present(connection) });

/** One that nobody tried was not successful, and what the database holds is not known. */
const present = ({ name, endpoint, configuration, report }: Connection) => ({
  name,
  ...(endpoint !== undefined && { endpoint }),
  ...(configuration && { configuration }),
  ...(report ?? {
    connectionStatus: { successful: false, causeOfFailure: 'NONE', hasCollections: 'UNKNOWN' },
  }),
});
