import { Hono } from 'hono';
import { generationOf, requireConnection } from '../external-databases/store.ts';
import type { Connection } from '../external-databases/store.ts';
import { html } from '../http/html.ts';
import type { Html } from '../http/html.ts';
import type { Desk } from './desk.ts';
import { backTo } from './form.ts';
import { button, deskPage, pretty, table } from './layout.ts';

/** Databases of the owner's own, and how their adapters did when they were last tried. */
export function externalDatabasesRoutes({ wix, site: { externalDatabases, store } }: Desk): Hono {
  const routes = new Hono();
  routes.get('/external-databases', (context) =>
    deskPage(context, {
      place: '/external-databases',
      title: 'External databases',
      body: html`${connections(externalDatabases.list())} ${externalDatabases.list().map(oneConnection)}
        <details class="sheet">
          <summary>The public key that adapters verify with</summary>
          <pre role="region" aria-label="The public key" tabindex="0">${wix.publicKey}</pre>
        </details>`,
    }),
  );
  routes.post('/external-databases/:name/try', async (context) => {
    await externalDatabases.retry(requireConnection(store, context.req.param('name')));
    return backTo('/external-databases', 'tried');
  });
  return routes;
}

/** What scripts see: everything but the settings, which hold secrets. */
export const presentConnection = (connection: Connection) => ({
  name: connection.name,
  generation: generationOf(connection),
  endpoint: connection.endpoint,
  settings: Object.keys(connection.configuration ?? {}),
  collections: connection.collections ?? [],
  ...connection.report,
});

const connections = (known: readonly Connection[]): Html =>
  html`<section class="sheet">
    <h2>Connections</h2>
    ${table(
      'Connections',
      ['Name', 'Generation', 'Endpoint', 'Last attempt', 'More'],
      known.map(
        (connection) =>
          html`<tr>
            <td>${connection.name}</td>
            <td>${generationOf(connection)}</td>
            <td>${connection.endpoint}</td>
            <td>${attemptOf(connection)}</td>
            <td>${button(`/external-databases/${encodeURIComponent(connection.name)}/try`, 'Try')}</td>
          </tr>`,
      ),
    )}
  </section>`;

function attemptOf({ report }: Connection): string {
  if (!report) return 'not tried';
  const { successful, causeOfFailure } = report.connectionStatus;
  return successful ? `connected, ${report.protocolVersion}` : causeOfFailure;
}

const oneConnection = ({ name, collections = [], configuration }: Connection): Html =>
  html`<section class="sheet">
    <h2>${name}</h2>
    ${table(
      `Collections of ${name}`,
      ['Collection', 'Also called', 'Who may'],
      collections.map(
        ({ id, alias, permissions, dataPermissions }) =>
          html`<tr>
            <td>${name}/${id}</td>
            <td>${alias}</td>
            <td>${permissionsOf(dataPermissions ?? permissions)}</td>
          </tr>`,
      ),
    )}
    <details>
      <summary>Show the settings, secrets included</summary>
      ${pretty(`Settings of ${name}`, configuration ?? {})}
    </details>
  </section>`;

const permissionsOf = (roles: object | undefined): string =>
  roles === undefined
    ? 'as the adapter says'
    : Object.entries(roles)
        .map(([action, role]) => `${action}: ${role}`)
        .join(', ');
