import type { Changes, Field, ListQuery, Projected } from './query.ts';
import { segment, type Transport } from './transport.ts';
import type { GatehouseResponse, ItemsPage, RequestOptions } from './types.ts';

/**
 * One declared collection, seen as the signed-in member: each call reaches the member's own rows and no others.
 * Made by `gatehouse.collection(name)`.
 */
export class Collection<Item extends object> {
  readonly #transport: Transport;
  readonly #path: string;

  /** @internal */
  constructor(transport: Transport, name: string) {
    this.#transport = transport;
    this.#path = `/api/collections/${segment(name, 'collection')}/items`;
  }

  /**
   * One page of items. Scope: query.
   *
   * Fails with `invalid-request` for an unknown field or operator, `not-found` when the collection is not declared,
   * `forbidden` when no rule allows a query.
   */
  async list<const F extends Field<Item> = Field<Item>>(
    query: ListQuery<Item, F> = {},
    options?: RequestOptions,
  ): Promise<GatehouseResponse<ItemsPage<Projected<Item, F>>>> {
    return this.#transport.send('GET', this.#path, { query: listParameters(query) }, options);
  }

  /**
   * Page after page, each asked for when the loop gets to it; `timeoutMs` counts for each anew. Scope: query.
   *
   * Fails like `list`.
   */
  async *pages<const F extends Field<Item> = Field<Item>>(
    query: ListQuery<Item, F> = {},
    options?: RequestOptions,
  ): AsyncGenerator<GatehouseResponse<ItemsPage<Projected<Item, F>>>, void, undefined> {
    let cursor = query.cursor;
    do {
      const page = await this.list({ ...query, cursor }, options);
      yield page;
      cursor = page.result.page.next;
    } while (cursor);
  }

  /**
   * Every item from here on, over as many pages as it takes; `limit` is the size of a page. Scope: query.
   *
   * Fails like `list`.
   */
  async *items<const F extends Field<Item> = Field<Item>>(
    query: ListQuery<Item, F> = {},
    options?: RequestOptions,
  ): AsyncGenerator<Projected<Item, F>, void, undefined> {
    for await (const page of this.pages(query, options)) yield* page.result.items;
  }

  /** One item. Scope: read. Fails with `not-found` when it is missing or someone else's. */
  async get(id: string, options?: RequestOptions): Promise<GatehouseResponse<Item>> {
    return this.#transport.send('GET', this.#item(id), {}, options);
  }

  /**
   * Adds an item and answers with it as it was stored; owner fields are stamped by the server. Scope: insert.
   *
   * Fails with `invalid-request` for a field that is unknown or not writable, `conflict` when it is there already.
   */
  async insert(fields: Partial<Item>, options?: RequestOptions): Promise<GatehouseResponse<Item>> {
    return this.#transport.send('POST', this.#path, { body: fields }, options);
  }

  /**
   * Changes the fields given (`null` empties one), leaves the others, and answers with the whole item. Scope: update.
   *
   * Fails with `not-found` when it is missing or someone else's, `invalid-request` for a field that is unknown or not
   * writable, `conflict` when somebody saved first.
   */
  async patch(
    id: string,
    changes: Changes<Item>,
    options?: RequestOptions,
  ): Promise<GatehouseResponse<Item>> {
    return this.#transport.send('PATCH', this.#item(id), { body: changes }, options);
  }

  /** Removes an item. Scope: remove. Fails with `not-found` when it is missing or someone else's. */
  async remove(id: string, options?: RequestOptions): Promise<GatehouseResponse<undefined>> {
    return this.#transport.send('DELETE', this.#item(id), {}, options);
  }

  #item(id: string): string {
    return `${this.#path}/${segment(id, 'id')}`;
  }
}

function listParameters<Item, F extends Field<Item>>(
  query: ListQuery<Item, F>,
): Record<string, string | undefined> {
  const { filter, sort, fields, limit, cursor } = query;
  return {
    filter: filter && JSON.stringify(filter, refuseUndefined),
    sort: typeof sort === 'object' ? sort.join(',') : sort,
    fields: fields?.join(','),
    limit: limit?.toString(),
    cursor,
  };
}

/** JSON would leave an undefined condition out, and the filter would match more than was meant. */
function refuseUndefined(key: string, value: unknown): unknown {
  if (value === undefined)
    throw new TypeError(`filter: ${key} is undefined; use null for "empty or missing"`);
  return value;
}
