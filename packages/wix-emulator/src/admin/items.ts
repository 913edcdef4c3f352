import { Hono } from 'hono';
import { z } from 'zod';
import type { Collection } from '../collections/store.ts';
import { WixError } from '../http/errors.ts';
import { html } from '../http/html.ts';
import type { Html } from '../http/html.ts';
import { itemMissing } from '../items/errors.ts';
import type { Desk } from './desk.ts';
import { checked } from './form.ts';
import { collectionLink } from './collections.ts';
import { deskPage, pager, pretty, table } from './layout.ts';
import { pageNumber, PAGE_SIZE } from './paging.ts';
import { ADMIN } from './paths.ts';

const PREVIEW_LENGTH = 160;

/** What is in a collection, as it is: these reads do not lag behind. */
export function itemsRoutes({ site }: Desk): Hono {
  const routes = new Hono();

  routes.get('/items', (context) => {
    const collection = site.collections.require(context.req.query('id') ?? '');
    const filter = context.req.query('filter') ?? '';
    const number = pageNumber(context);
    const where = site.items.where(collection, readFilter(filter));
    const rows = site.items.all<{ id: string; data: string }>(
      {
        text: `SELECT id, data FROM items WHERE ${where.text} ORDER BY created DESC, id DESC LIMIT ? OFFSET ?`,
        values: [...where.values, PAGE_SIZE + 1, (number - 1) * PAGE_SIZE],
      },
      true,
    );
    const body = html`${filterForm(collection, filter)}
      <div class="sheet">
        ${table(
          'Items',
          ['Id', 'Data'],
          rows.slice(0, PAGE_SIZE).map((row) => preview(collection, row)),
        )}
        ${pager('/items', { id: collection.id, filter }, number, rows.length > PAGE_SIZE)}
      </div>`;
    return deskPage(context, { place: '/collections', title: `Items of ${collection.id}`, body });
  });

  routes.get('/item', (context) => {
    const collection = site.collections.require(context.req.query('id') ?? '');
    const id = context.req.query('item') ?? '';
    const row = site.items.read(collection, id, true);
    if (!row) throw itemMissing(id, collection.id);
    const body = html`<p>
        <a href="${collectionLink('/items', collection.id)}">All items of ${collection.id}</a>
      </p>
      ${pretty('The item as JSON', JSON.parse(row.data))}`;
    return deskPage(context, { place: '/collections', title: id, body });
  });
  return routes;
}

function readFilter(text: string): Record<string, unknown> {
  if (text.trim() === '') return {};
  try {
    return checked(z.record(z.string(), z.unknown()), JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) throw new WixError(400, `The filter is not JSON: ${error.message}`);
    throw error;
  }
}

const filterForm = ({ id }: Collection, filter: string): Html =>
  html`<form class="sheet" method="get" action="${ADMIN}/items">
    <input type="hidden" name="id" value="${id}" />
    <div class="field">
      <label for="filter">Filter</label>
      <input
        id="filter"
        name="filter"
        class="mono"
        spellcheck="false"
        aria-describedby="filter-hint"
        value="${filter}"
      />
      <span class="hint" id="filter-hint">As Wix writes it: <code>{"status": {"$ne": "done"}}</code></span>
    </div>
    <p class="actions">
      <button>Filter</button> <a href="${collectionLink('/collection', id)}">About ${id}</a>
    </p>
  </form>`;

function preview({ id: collection }: Collection, { id, data }: { id: string; data: string }): Html {
  const address = new URLSearchParams({ id: collection, item: id }).toString();
  // The system fields look alike from row to row; the item's own page has them.
  const own = Object.entries(JSON.parse(data) as object).filter(([key]) => !key.startsWith('_'));
  const text = JSON.stringify(Object.fromEntries(own));
  return html`<tr>
    <td><a href="${ADMIN}/item?${address}">${id}</a></td>
    <td class="mono long">${text.length > PREVIEW_LENGTH ? `${text.slice(0, PREVIEW_LENGTH)}…` : text}</td>
  </tr>`;
}
