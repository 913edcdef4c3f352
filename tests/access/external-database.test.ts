import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSite, type Site } from '../harness.ts';
import { POSTGRES_START_MS, startPostgres, type Postgres } from '../postgres.ts';
import { adapterVariables, contextOf, identities, legacy, v3 } from '../wix.ts';

/** Both generations on both databases, call by call. Sections are those of Wix's protocol: A legacy, B service plugin. */

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
}, POSTGRES_START_MS);
afterAll(() => postgres.stop());

const FIELDS = [
  ['_id', 'TEXT'],
  ['title', 'TEXT'],
  ['link', 'URL'],
  ['count', 'NUMBER'],
  ['done', 'BOOLEAN'],
  ['day', 'DATE'],
  ['at', 'DATETIME'],
  ['time', 'TIME'],
  ['tags', 'ARRAY_STRING'],
  ['more', 'OBJECT'],
].map(([key, type]) => ({ key, type }));

describe.each(['SQLite', 'PostgreSQL'] as const)('%s', (kind) => {
  let site: Site;
  const at = () => site.address;

  beforeAll(async () => {
    const url = kind === 'PostgreSQL' ? { EXTERNAL_DATABASE_URL: await postgres.createDatabase() } : {};
    site = await openSite({ variables: { ...adapterVariables, ...url } });
    const made = await v3(at(), 'collections/create', { collection: { id: 'things', fields: FIELDS } });
    expect(made.status, made.text).toBe(200);
    expect(made.body.collection.capabilities.dataOperations).toContain('INSERT');
    const types = Object.fromEntries(
      made.body.collection.fields.map((field: { key: string; type: string }) => [field.key, field.type]),
    );
    for (const { key, type } of FIELDS) expect(types[key as string]).toBe(type);
  });
  afterAll(() => site.stop());

  const whole = {
    _id: 'whole',
    title: "it's; DROP TABLE things; --",
    link: '',
    count: 0,
    done: false,
    day: '2024-02-29',
    at: { $date: '2024-01-02T03:04:05.678Z' },
    time: '23:59:59.001',
    tags: ['a', 'ä', ''],
    more: { deep: [1, { x: null }] },
  };

  test('B2 insert keeps zero, false, empty texts and milliseconds, and adds what Wix expects', async () => {
    const { status, body } = await v3(at(), 'items/insert', { collectionId: 'things', items: [whole] });
    expect(status).toBe(200);
    expect(body.results[0].item).toMatchObject(whole);
    expect(body.results[0].item._createdDate.$date).toMatch(/^\d{4}-.*Z$/);
    const found = await v3(at(), 'items/query', {
      collectionId: 'things',
      query: { filter: { _id: 'whole' } },
      returnTotalCount: true,
    });
    expect(found.body.items).toEqual([body.results[0].item]);
    expect(found.body.pagingMetadata).toEqual({ count: 1, offset: 0, total: 1 });
    const got = await legacy(at(), 'data/get', { collectionName: 'things', itemId: 'whole' });
    expect(got.body.item).toEqual(body.results[0].item);
  });

  test('B2 insert of several: each item has its own outcome, in its place', async () => {
    const items = [
      { _id: 'x1', count: 1 },
      { _id: 'whole' },
      { _id: 'x2', nonsense: 1 },
      { _id: 'x1' },
      { _id: 'x3', count: 'much' },
      { title: 'unnamed' },
    ];
    const { status, body } = await v3(at(), 'items/insert', { collectionId: 'things', items });
    expect(status).toBe(200);
    const told = body.results.map(
      ({ item, error }: { item?: { _id: string }; error?: { errorCode: string } }) =>
        error?.errorCode ?? typeof item?._id,
    );
    expect(told).toEqual([
      'string',
      'ITEM_ALREADY_EXISTS',
      'VALIDATION_ERROR',
      'ITEM_ALREADY_EXISTS',
      'VALIDATION_ERROR',
      'string',
    ]);
    await v3(at(), 'items/remove', { collectionId: 'things', itemIds: ['x1', body.results[5].item._id] });
  });

  test('B2 update replaces the item, and never inserts one', async () => {
    await v3(at(), 'items/insert', { collectionId: 'things', items: [{ _id: 'u', title: 'old', count: 5 }] });
    const { body } = await v3(at(), 'items/update', {
      collectionId: 'things',
      items: [
        { _id: 'u', title: 'new' },
        { _id: 'nobody', title: 'x' },
      ],
    });
    expect(body.results[0].item).toMatchObject({ _id: 'u', title: 'new', count: null });
    expect(body.results[1].error).toMatchObject({ errorCode: 'ITEM_NOT_FOUND', data: { itemId: 'nobody' } });
    const gone = await v3(at(), 'items/remove', { collectionId: 'things', itemIds: ['u', 'u', 'nobody'] });
    expect(
      gone.body.results.map((result: { error?: { errorCode: string } }) => result.error?.errorCode ?? 'gone'),
    ).toEqual(['gone', 'ITEM_NOT_FOUND', 'ITEM_NOT_FOUND']);
  });

  test('A3 legacy calls: insert, update, remove, count, find, bulk', async () => {
    const call = (path: string, more: Record<string, unknown> = {}) =>
      legacy(at(), path, { collectionName: 'things', ...more });
    expect(
      (await call('data/insert', { item: { _id: 'l1', count: 3, done: true } })).body.item,
    ).toMatchObject({ _id: 'l1', count: 3, done: true });
    expect(await call('data/insert', { item: { _id: 'l1' } })).toMatchObject({
      status: 409,
      body: { message: expect.any(String) },
    });
    expect((await call('data/update', { item: { _id: 'l1', count: 4 } })).body.item).toMatchObject({
      count: 4,
      done: null,
    });
    expect((await call('data/update', { item: { _id: 'nobody' } })).status).toBe(404);
    expect((await call('data/insert/bulk', { items: [{ _id: 'l2', count: 8 }, { _id: 'l1' }] })).status).toBe(
      409,
    );
    expect((await call('data/count', { filter: { _id: { $startsWith: 'L' } } })).body).toEqual({
      totalCount: 1,
    });
    expect(
      (
        await call('data/insert/bulk', {
          items: [
            { _id: 'l2', count: 8 },
            { _id: 'l3', count: 9 },
          ],
        })
      ).body.items,
    ).toHaveLength(2);
    const tree = {
      kind: 'filter',
      operator: '$and',
      value: [{ kind: 'filter', operator: '$gte', fieldName: 'count', value: 8 }],
    };
    const found = await call('data/find', {
      filter: tree,
      sort: [{ fieldName: 'count', direction: 'desc' }],
      skip: 0,
      limit: 10,
      projection: ['count'],
    });
    expect(found.body).toEqual({
      items: [
        { _id: 'l3', count: 9 },
        { _id: 'l2', count: 8 },
      ],
      totalCount: 2,
    });
    const groups = await call('data/aggregate', {
      filter: { _id: { $startsWith: 'l' } },
      processingStep: { _id: '$done', most: { $max: '$count' } },
      postFilteringStep: { most: { $gt: 1 } },
    });
    expect(groups.body).toEqual({ items: [{ done: null, most: 9 }], totalCount: 0 });
    expect((await call('data/remove', { itemId: 'l1' })).body.item).toMatchObject({ _id: 'l1', count: 4 });
    expect((await call('data/remove', { itemId: 'l1' })).status).toBe(404);
    expect((await call('data/remove/bulk', { itemIds: ['l2', 'l3'] })).status).toBe(200);
  });

  test('B2 aggregate and distinct values; several keys of a filter are met together', async () => {
    const items = [1, 2, 3, 4].map((count) => ({
      _id: `g${count}`,
      count,
      done: count > 2,
      tags: ['t', `t${count % 2}`],
    }));
    await v3(at(), 'items/insert', { collectionId: 'things', items });
    const initialFilter = { _id: { $startsWith: 'g' }, count: { $gt: 1, $lt: 9 } };
    const operations = [
      { resultFieldName: 'n', itemCount: {} },
      { resultFieldName: 'total', sum: { itemFieldName: 'count' } },
      { resultFieldName: 'mean', average: { itemFieldName: 'count' } },
    ];
    const grouped = await v3(at(), 'items/aggregate', {
      collectionId: 'things',
      initialFilter,
      aggregation: { groupingFields: ['done'], operations },
      finalFilter: { n: { $gte: 1 } },
      sort: [{ fieldName: 'total', order: 'DESC' }],
      returnTotalCount: true,
    });
    expect(grouped.body).toEqual({
      items: [
        { done: true, n: 2, total: 7, mean: 3.5 },
        { done: false, n: 1, total: 2, mean: 2 },
      ],
      pagingMetadata: { count: 2, offset: 0, total: 2 },
    });
    const one = await v3(at(), 'items/aggregate', {
      collectionId: 'things',
      initialFilter,
      aggregation: { groupingFields: [], operations },
    });
    expect(one.body.items).toEqual([{ n: 3, total: 9, mean: 3 }]);
    const distinct = await v3(at(), 'items/query-distinct-values', {
      collectionId: 'things',
      filter: { _id: { $startsWith: 'g' } },
      fieldName: 'tags',
      returnTotalCount: true,
    });
    expect(distinct.body).toMatchObject({ distinctValues: ['t', 't0', 't1'], pagingMetadata: { total: 3 } });
    const has = await v3(at(), 'items/count', {
      collectionId: 'things',
      filter: { tags: { $hasAll: ['t', 't0'] } },
    });
    expect(has.body).toEqual({ totalCount: 2 });
    await v3(at(), 'items/remove', { collectionId: 'things', itemIds: items.map(({ _id }) => _id) });
  });

  test('AD-12 % and _ stand for themselves', async () => {
    await v3(at(), 'items/insert', {
      collectionId: 'things',
      items: [
        { _id: 'p1', title: '100%_x' },
        { _id: 'p2', title: '1000 x' },
      ],
    });
    for (const filter of [
      { title: { $contains: '%_' } },
      { title: { $startsWith: '100%' } },
      { title: { $endsWith: '_X' } },
    ])
      expect(
        (await v3(at(), 'items/query', { collectionId: 'things', query: { filter } })).body.items.map(
          (item: { _id: string }) => item._id,
        ),
      ).toEqual(['p1']);
    await v3(at(), 'items/remove', { collectionId: 'things', itemIds: ['p1', 'p2'] });
  });

  test('B5 big numbers are kept to the last digit, or refused', async () => {
    const digits = '9007199254740993';
    await v3(at(), 'items/insert', { collectionId: 'things', items: [{ _id: 'big', count: digits }] });
    const found = await v3(at(), 'items/query', {
      collectionId: 'things',
      query: { filter: { count: digits } },
    });
    expect(found.body.items[0]).toMatchObject({ _id: 'big', count: digits });
    const exact = await v3(at(), 'items/insert', {
      collectionId: 'things',
      items: [{ _id: 'fine', count: '0.12345678901234567890123' }],
    });
    if (kind === 'PostgreSQL') expect(exact.body.results[0].item.count).toBe('0.12345678901234567890123');
    else expect(exact.body.results[0].error.errorCode).toBe('VALIDATION_ERROR');
    await v3(at(), 'items/remove', { collectionId: 'things', itemIds: ['big', 'fine'] });
  });

  test.each([
    ['AD-09 an unknown field', { 'title" OR 1=1 --': 'x' }],
    ['an unknown operator', { title: { $where: '1' } }],
    [
      'AD-13 a deep filter',
      Array.from({ length: 12 }).reduce((inner: object) => ({ $not: [inner] }), { title: 'x' }),
    ],
    ['AD-13 a long list', { title: { $in: Array.from({ length: 1001 }, () => 'x') } }],
    ['a value of another type', { count: 'many' }],
    ['an empty list', { title: { $in: [] } }],
  ])('%s is a 400 in both generations', async (_, filter) => {
    expect((await v3(at(), 'items/query', { collectionId: 'things', query: { filter } })).status).toBe(400);
    expect((await legacy(at(), 'data/find', { collectionName: 'things', filter })).status).toBe(400);
  });

  test('AD-16 limits and offsets that make no sense are a 400', async () => {
    for (const limit of [-1, 0, 1e9, '10', 1.5]) {
      expect(
        (await v3(at(), 'items/query', { collectionId: 'things', query: { paging: { limit } } })).status,
      ).toBe(400);
      expect((await legacy(at(), 'data/find', { collectionName: 'things', limit })).status).toBe(400);
    }
    expect((await legacy(at(), 'data/find', { collectionName: 'things', skip: 1e12 })).status).toBe(400);
  });

  test('AD-08 AD-09 SQL in names of collections, sorts, projections and groups', async () => {
    for (const collectionId of [
      'things; DROP TABLE things',
      'sqlite_schema',
      'pg_class',
      'pg_catalog.pg_class',
      'public.things',
      'gatehouse_fields',
      'THINGS',
    ])
      expect((await v3(at(), 'items/query', { collectionId })).status).toBe(404);
    const name = 'title"; DROP TABLE things; --';
    for (const query of [{ sort: [{ fieldName: name }] }, { fields: [name] }])
      expect((await v3(at(), 'items/query', { collectionId: 'things', query })).status).toBe(400);
    expect(
      (await v3(at(), 'items/aggregate', { collectionId: 'things', aggregation: { groupingFields: [name] } }))
        .status,
    ).toBe(400);
  });

  test('B3 collections change, all or nothing, and go', async () => {
    const fields = [
      { key: '_id', type: 'TEXT' },
      { key: 'order', type: 'NUMBER' },
      { key: 'site', type: 'TEXT' },
    ];
    expect((await v3(at(), 'collections/create', { collection: { id: 'select', fields } })).status).toBe(200);
    expect(
      (await v3(at(), 'collections/create', { collection: { id: 'select', fields } })).body,
    ).toMatchObject({
      errorCode: 'COLLECTION_ALREADY_EXISTS',
      applicationError: { code: 'COLLECTION_ALREADY_EXISTS' },
    });
    const changed = await v3(at(), 'collections/update', {
      collection: {
        id: 'select',
        fields: [fields[0], { key: 'site', type: 'URL' }, { key: 'added', type: 'DATE' }],
      },
    });
    const types = changed.body.collection.fields.map(
      ({ key, type }: { key: string; type: string }) => `${key} ${type}`,
    );
    expect(types).toContain('site URL');
    expect(types).toContain('added DATE');
    expect(types).not.toContain('order NUMBER');
    const refused = await v3(at(), 'collections/update', {
      collection: { id: 'select', fields: [fields[0], { key: 'site', type: 'NUMBER' }] },
    });
    expect(refused.body).toMatchObject({
      errorCode: 'COLLECTION_CHANGE_NOT_SUPPORTED',
      data: { errors: [{ fieldKey: 'site' }] },
    });
    expect((await v3(at(), 'collections/delete', { collectionId: 'select' })).body).toEqual({});
    expect((await v3(at(), 'collections/delete', { collectionId: 'select' })).status).toBe(404);
  });

  test('B4 indexes are made, listed and removed; what cannot be made has failed', async () => {
    const index = { name: 'byCount', fields: [{ path: 'count', order: 'DESC' }], unique: false };
    expect((await v3(at(), 'indexes/create', { collectionId: 'things', index })).body.index.status).toBe(
      'ACTIVE',
    );
    expect((await v3(at(), 'indexes/create', { collectionId: 'things', index })).body.index.status).toBe(
      'FAILED',
    );
    const list = await v3(at(), 'indexes/list', { collectionId: 'things' });
    expect(list.body.indexes).toMatchObject([
      { fields: [{ path: '_id' }], unique: true },
      { name: 'byCount', fields: [{ path: 'count', order: 'DESC' }] },
    ]);
    expect((await v3(at(), 'indexes/remove', { collectionId: 'things', indexName: 'byCount' })).body).toEqual(
      {},
    );
    expect((await v3(at(), 'indexes/list', { collectionId: 'things' })).body.indexes).toHaveLength(1);
  });

  test('A3 schemas: find, list, headers, create, columns', async () => {
    const found = await legacy(at(), 'schemas/find', { schemaIds: ['things', 'nothing'] });
    expect(found.body.schemas).toHaveLength(1);
    expect(found.body.schemas[0]).toMatchObject({
      id: 'things',
      fields: { link: { type: 'url' }, at: { type: 'datetime' } },
    });
    expect(found.body.schemas[0].allowedOperations).toContain('insert');
    expect((await legacy(at(), 'schemas/find', { schemaIds: ['nothing'] })).status).toBe(404);
    expect((await legacy(at(), 'schemas/create', { collectionName: 'made' })).status).toBe(200);
    expect(
      (
        await legacy(at(), 'schemas/column/add', {
          collectionName: 'made',
          column: { name: 'size', type: 'number' },
        })
      ).status,
    ).toBe(200);
    expect(
      (
        await legacy(at(), 'schemas/column/add', {
          collectionName: 'made',
          column: { name: 'size', type: 'number' },
        })
      ).status,
    ).toBe(409);
    expect(
      (await legacy(at(), 'schemas/column/remove', { collectionName: 'made', columnName: 'size' })).status,
    ).toBe(200);
    expect(
      (await legacy(at(), 'schemas/column/remove', { collectionName: 'made', columnName: 'size' })).status,
    ).toBe(404);
    expect((await legacy(at(), 'schemas/list')).body.schemas.map(({ id }: { id: string }) => id)).toContain(
      'made',
    );
    await v3(at(), 'collections/delete', { collectionId: 'made' });
  });

  test('AD-17 members and visitors change no schema, and see no table without a rule', async () => {
    for (const role of ['MEMBER', 'VISITOR', 'GOD', null]) {
      const context = contextOf({ role, memberId: 'm' });
      expect((await legacy(at(), 'schemas/create', { collectionName: 'mine' }, context)).status).toBe(403);
      expect((await legacy(at(), 'data/find', { collectionName: 'things' }, context)).status).toBe(404);
    }
    expect((await v3(at(), 'collections/delete', { collectionId: 'things' }, identities.ada)).status).toBe(
      403,
    );
    expect((await v3(at(), 'items/truncate', { collectionId: 'things' }, identities.visitor)).status).toBe(
      404,
    );
  });

  test('B2 truncate empties a collection', async () => {
    expect((await v3(at(), 'items/truncate', { collectionId: 'things' })).body).toEqual({});
    expect((await v3(at(), 'items/count', { collectionId: 'things' })).body).toEqual({ totalCount: 0 });
  });
});
