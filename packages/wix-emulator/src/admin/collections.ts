import { Hono } from 'hono';
import { listIndexes } from '../collections/indexes.ts';
import type { Collection } from '../collections/store.ts';
import { html } from '../http/html.ts';
import type { Html } from '../http/html.ts';
import type { Site } from '../site.ts';
import type { Desk } from './desk.ts';
import { deskPage, table } from './layout.ts';
import { ADMIN } from './paths.ts';

/** Ids may hold slashes, so they travel in the query. */
export const collectionLink = (path: string, id: string): string =>
  `${ADMIN}${path}?${new URLSearchParams({ id }).toString()}`;

/** How the data is laid out. */
export function collectionsRoutes({ site }: Desk): Hono {
  const routes = new Hono();

  routes.get('/collections', (context) => {
    const rows = site.collections.all().map(
      (collection) =>
        html`<tr>
          <td><a href="${collectionLink('/collection', collection.id)}">${collection.id}</a></td>
          <td>${collection.definition.displayName}</td>
          <td>${countOf(site, collection)}</td>
          <td><a href="${collectionLink('/items', collection.id)}">Items</a></td>
        </tr>`,
    );
    const body = html`<div class="sheet">
      ${table('Collections', ['Id', 'Name', 'Count', 'More'], rows)}
    </div>`;
    return deskPage(context, { place: '/collections', title: 'Collections', body });
  });

  routes.get('/collection', (context) => {
    const collection = site.collections.require(context.req.query('id') ?? '');
    return deskPage(context, {
      place: '/collections',
      title: collection.id,
      body: oneCollection(site, collection),
    });
  });
  return routes;
}

/** The rows as they are, however far reads lag behind. */
const countOf = (site: Site, collection: Collection): number =>
  site.items.count(site.items.where(collection, {}), true);

function oneCollection(site: Site, collection: Collection): Html {
  const fields = collection.definition.fields.map(
    ({ key, type, displayName }) =>
      html`<tr>
        <td><code>${key}</code></td>
        <td>${type}</td>
        <td>${displayName}</td>
      </tr>`,
  );
  const indexes = listIndexes(site.store, collection).map(
    (index) =>
      html`<tr>
        <td>${index.name}</td>
        <td>${index.fields.map(({ path, order }) => `${path} ${order}`).join(', ')}</td>
        <td>${index.unique ? 'yes' : 'no'}</td>
      </tr>`,
  );
  const access = Object.entries(collection.access).map(
    ([action, role]) =>
      html`<tr>
        <td>${action}</td>
        <td>${role}</td>
      </tr>`,
  );
  return html`<p>
      <a href="${collectionLink('/items', collection.id)}">${countOf(site, collection)} items</a>
    </p>
    <section class="sheet">
      <h2>Permissions</h2>
      ${table('Permissions', ['Action', 'Who may'], access)}
    </section>
    <section class="sheet">
      <h2>Fields</h2>
      ${table('Fields', ['Key', 'Type', 'Name'], fields)}
    </section>
    <section class="sheet">
      <h2>Indexes</h2>
      ${table('Indexes', ['Name', 'Fields', 'Unique'], indexes)}
    </section>`;
}
