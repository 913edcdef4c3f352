import type { AggregateQuery, DistinctQuery, Field, Filter, Group, ListQuery } from './query.ts';
import type {
  BulkOperation,
  BulkOutcome,
  InsertOf,
  ItemOf,
  Read,
  ReferenceOf,
  ReplaceOf,
  UpdateOf,
} from './schema.ts';
import { queryString, segment, type Transport } from './transport.ts';
import type { GatehouseResponse, ItemsPage, RequestOptions, WriteOptions } from './types.ts';

/** Servers and proxies take addresses of 8 kB; a longer question goes as a body. */
const LONGEST_QUERY = 4_000;

type AnyQuery = Readonly<Record<string, unknown>>;

/**
 * One declared collection, seen as the signed-in member: each call reaches the member's own rows and no others.
 * Made by `gatehouse.collection(name)`. Reads are tried again where that may help; so are writes of a member, under an
 * `Idempotency-Key`, so that none is done twice.
 */
export class Collection<Type, Schema = object> {
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
  async list<
    const F extends Field<ItemOf<Type>> = Field<ItemOf<Type>>,
    const I extends ReferenceOf<Type> = never,
  >(
    query: ListQuery<ItemOf<Type>, F, I> = {},
    options?: RequestOptions,
  ): Promise<GatehouseResponse<ItemsPage<Read<Type, F, I, Schema>>>> {
    const parameters = listParameters(query);
    if (queryString(parameters).length <= LONGEST_QUERY)
      return this.#transport.send('GET', this.#path, { query: parameters, repeat: 'read' }, options);
    const { sort } = query;
    return this.#ask('query', typeof sort === 'string' ? { ...query, sort: [sort] } : query, options);
  }

  /**
   * Page after page, each asked for when the loop gets to it; `timeoutMs` counts for each anew. Scope: query.
   *
   * Fails like `list`.
   */
  async *pages<
    const F extends Field<ItemOf<Type>> = Field<ItemOf<Type>>,
    const I extends ReferenceOf<Type> = never,
  >(
    query: ListQuery<ItemOf<Type>, F, I> = {},
    options?: RequestOptions,
  ): AsyncGenerator<GatehouseResponse<ItemsPage<Read<Type, F, I, Schema>>>, void, undefined> {
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
  async *items<
    const F extends Field<ItemOf<Type>> = Field<ItemOf<Type>>,
    const I extends ReferenceOf<Type> = never,
  >(
    query: ListQuery<ItemOf<Type>, F, I> = {},
    options?: RequestOptions,
  ): AsyncGenerator<Read<Type, F, I, Schema>, void, undefined> {
    for await (const page of this.pages(query, options)) yield* page.result.items;
  }

  /**
   * One item; `headers.get('etag')` is its version, and a version that is known here already is not sent again (status
   * 304). Scope: query. Fails with `not-found` when it is missing or someone else's.
   */
  async get<const I extends ReferenceOf<Type> = never>(
    id: string,
    options: RequestOptions & { include?: readonly I[] | undefined } = {},
  ): Promise<GatehouseResponse<Read<Type, Field<ItemOf<Type>>, I, Schema>>> {
    const query = { include: options.include?.join(',') };
    return this.#transport.send('GET', this.#item(id), { query, repeat: 'read', versioned: true }, options);
  }

  /** How many items match. Scope: query. Fails like `list`. */
  async count(
    query: { filter?: Filter<ItemOf<Type>> | undefined } = {},
    options?: RequestOptions,
  ): Promise<GatehouseResponse<{ count: number }>> {
    return this.#ask('count', query, options);
  }

  /** The values of one field, each once and in order. Scope: query. Fails like `list`. */
  async distinct<const F extends Field<ItemOf<Type>>>(
    query: DistinctQuery<ItemOf<Type>, F>,
    options?: RequestOptions,
  ): Promise<GatehouseResponse<{ values: ItemOf<Type>[F][]; hasMore: boolean }>> {
    return this.#ask('distinct', query, options);
  }

  /** Figures over the items that match, in groups. Scope: query. Fails like `list`. */
  async aggregate<const Name extends string, const G extends Field<ItemOf<Type>> = never>(
    query: AggregateQuery<ItemOf<Type>, G, Name>,
    options?: RequestOptions,
  ): Promise<GatehouseResponse<{ groups: Group<ItemOf<Type>, G, Name>[]; hasMore: boolean }>> {
    return this.#ask('aggregate', query, options);
  }

  /**
   * Adds an item and answers with it as it was stored; owner fields are stamped by the server. Scope: insert.
   *
   * Fails with `invalid-request` for a field that is unknown or not writable, `conflict` when it is there already.
   */
  async insert(fields: InsertOf<Type>, options?: WriteOptions): Promise<GatehouseResponse<ItemOf<Type>>> {
    return this.#write('POST', this.#path, fields, options);
  }

  /**
   * Changes the fields given (`null` empties one), leaves the others, and answers with the whole item. Scope: update.
   *
   * Fails with `not-found` when it is missing or someone else's, `invalid-request` for a field that is unknown or not
   * writable, `precondition-failed` when it is no longer as `ifMatch` says.
   */
  async patch(
    id: string,
    changes: UpdateOf<Type>,
    options?: WriteOptions,
  ): Promise<GatehouseResponse<ItemOf<Type>>> {
    return this.#write('PATCH', this.#item(id), changes, options);
  }

  /** Replaces all writable fields: those left out are emptied, the others kept. Scope: update. Fails like `patch`. */
  async put(
    id: string,
    fields: ReplaceOf<Type>,
    options?: WriteOptions,
  ): Promise<GatehouseResponse<ItemOf<Type>>> {
    return this.#write('PUT', this.#item(id), fields, options);
  }

  /**
   * Removes an item. Scope: remove. Fails with `not-found` when it is missing or someone else's, `precondition-failed`
   * when it is no longer as `ifMatch` says.
   */
  async remove(id: string, options?: WriteOptions): Promise<GatehouseResponse<undefined>> {
    return this.#write('DELETE', this.#item(id), undefined, options);
  }

  /**
   * Up to a hundred writes, allowed all together or not at all; `results` says in their order what became of each.
   * Scope: that of each kind of part. Fails with `not-found` when one names a row that is missing or someone else's.
   */
  async bulk(
    operations: readonly BulkOperation<Type>[],
    options?: WriteOptions,
  ): Promise<GatehouseResponse<{ results: BulkOutcome<Type>[] }>> {
    return this.#write('POST', `${this.#path}/bulk`, { operations }, options);
  }

  /** A question that is asked by a body: it changes nothing. */
  async #ask<Result>(
    path: string,
    query: AnyQuery | object,
    options?: RequestOptions,
  ): Promise<GatehouseResponse<Result>> {
    assertNoUndefined((query as AnyQuery)['filter']);
    return this.#transport.send('POST', `${this.#path}/${path}`, { body: query, repeat: 'read' }, options);
  }

  #write<Result>(
    method: 'POST' | 'PATCH' | 'PUT' | 'DELETE',
    path: string,
    body: unknown,
    options?: WriteOptions,
  ): Promise<GatehouseResponse<Result>> {
    return this.#transport.send(method, path, { body, repeat: 'write' }, options);
  }

  #item(id: string): string {
    return `${this.#path}/${segment(id, 'id')}`;
  }
}

function listParameters<Item, F extends Field<Item>, I extends string>(
  query: ListQuery<Item, F, I>,
): Record<string, string | undefined> {
  const { filter, sort, fields, include, count, limit, cursor } = query;
  assertNoUndefined(filter);
  return {
    filter: filter && JSON.stringify(filter),
    sort: typeof sort === 'object' ? sort.join(',') : sort,
    fields: fields?.join(','),
    include: include?.join(','),
    count: count ? 'true' : undefined,
    limit: limit?.toString(),
    cursor,
  };
}

/** JSON would leave an undefined condition out, and the filter would match more than was meant. */
function assertNoUndefined(filter: unknown): void {
  JSON.stringify(filter, (key: string, value: unknown) => {
    if (value === undefined && key !== '')
      throw new TypeError(`filter: ${key} is undefined; use null for "empty or missing"`);
    return value;
  });
}
