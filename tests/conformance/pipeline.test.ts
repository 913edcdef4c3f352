import { items } from '@wix/data';
import { describe, expect, test } from 'vitest';
import {
  ada,
  appToken,
  asApp,
  asMember,
  asVisitor,
  failureOf,
  grace,
  openCollection,
  send,
  startWix,
} from './support.ts';

const { Expressions: expressions, Stages: stages } = items;

const onDay = (n: number) => ({ $date: new Date(Date.UTC(2026, 0, n)).toISOString() });

/** Newest first, as they come without a sort. */
const orders = [
  { _id: 'o1', member: 'ada', total: 10, tags: ['tea', 'red'], at: { city: 'Bath', zip: 'B1' } },
  { _id: 'o2', member: 'grace', total: 25.5, tags: ['tea'], at: { city: 'Kiel', zip: 'K9' } },
  { _id: 'o3', member: 'ada', total: -3, tags: [], at: { city: 'Bath', zip: 'B2' } },
  { _id: 'o4', member: 'alan', stock: { red: 1, blue: 2 }, due: onDay(3) },
].map((order, n) => ({ ...order, _createdDate: onDay(20 - n) }));

const withOrders = (more: Record<string, unknown>[] = []) =>
  startWix({ seed: { collections: [openCollection('Orders', [...orders, ...more])] } });

type Stage = { build(): unknown };
type Row = Record<string, unknown> & { _id?: unknown };

/** Runs stages as the SDK builds them. */
async function run(...withStages: Stage[]): Promise<Row[]> {
  const pipeline = items
    .PipelineBuilder()
    .withStages(withStages as never)
    .build();
  return (await asVisitor().items.aggregatePipeline('Orders', pipeline)).results as Row[];
}

const PATH = '/wix-data/v2/items/aggregate-pipeline';
const only = (id: string) => stages.filter().eq('_id', id);
// oxlint-disable-next-line unicorn/no-array-sort -- a stage has no order to lose
const sorting = () => stages.sort();
const named = (field: string) => expressions.field(field);

describe('stages', () => {
  test('no stage gives the items, newest first', async () => {
    await withOrders();
    expect((await run()).map(({ _id }) => _id)).toEqual(['o1', 'o2', 'o3', 'o4']);
  });

  test('filter chooses items at the start and results later', async () => {
    await withOrders();
    const chosen = await run(
      stages.filter().gt('total', 0),
      stages.filter().hasSome('tags', ['tea']),
      stages.project().reshape(expressions.multiply(named('total'), expressions.numeric(2)), 'double'),
      stages.filter().gt('double', 30),
    );
    expect(chosen).toEqual([{ _id: 'o2', double: 51 }]);
  });

  test('include keeps the named fields and _id, exclude all others', async () => {
    await withOrders();
    expect(await run(only('o1'), stages.project().include('total', 'at.city', 'nowhere'))).toEqual([
      { _id: 'o1', total: 10, at: { city: 'Bath' } },
    ]);
    expect(
      await run(
        only('o1'),
        stages.project().exclude('_owner', '_createdDate', '_updatedDate', 'tags', 'at.zip', 'nowhere.x'),
      ),
    ).toEqual([{ _id: 'o1', member: 'ada', total: 10, at: { city: 'Bath' } }]);
    expect(await run(only('o1'), stages.project().include('total').exclude('_id'))).toEqual([{ total: 10 }]);
  });

  test('reshape makes a field, of nothing none', async () => {
    await withOrders();
    const reshaped = await run(
      only('o4'),
      stages.project().reshape(named('due'), 'until').reshape(named('total'), 'sum'),
    );
    expect(reshaped).toEqual([{ _id: 'o4', until: new Date(onDay(3).$date) }]);
  });

  test('a nested projection does the same inside a field, its expressions see the whole item', async () => {
    await withOrders();
    const inside = stages
      .project()
      .include('city')
      .reshape(expressions.concat(named('member'), expressions.text(' in '), named('at.city')), 'line');
    expect(await run(only('o1'), stages.project().projectNested(inside, 'at'))).toEqual([
      { _id: 'o1', at: { city: 'Bath', line: 'ada in Bath' } },
    ]);
    const without = await run(
      only('o1'),
      stages
        .project()
        .exclude('_owner', '_createdDate', '_updatedDate', 'tags', 'total')
        .projectNested(stages.project().exclude('zip'), 'at'),
    );
    expect(without).toEqual([{ _id: 'o1', member: 'ada', at: { city: 'Bath' } }]);
  });

  test('group sums up, collects and picks, in the order of the rows', async () => {
    await withOrders();
    const groups = await run(
      stages
        .group()
        .by(named('member'), 'who')
        .sum(named('total'), 'sum')
        .avg(named('total'), 'avg')
        .min(named('total'), 'min')
        .max(named('total'), 'max')
        .first(named('_id'), 'first')
        .last(named('_id'), 'last')
        .push(named('total'), 'all')
        .count('count'),
    );
    expect(groups).toEqual([
      {
        _id: { who: 'ada' },
        sum: 7,
        avg: 3.5,
        min: -3,
        max: 10,
        first: 'o1',
        last: 'o3',
        all: [10, -3],
        count: 2,
      },
      {
        _id: { who: 'grace' },
        sum: 25.5,
        avg: 25.5,
        min: 25.5,
        max: 25.5,
        first: 'o2',
        last: 'o2',
        all: [25.5],
        count: 1,
      },
      {
        _id: { who: 'alan' },
        sum: 0,
        avg: null,
        min: null,
        max: null,
        first: 'o4',
        last: 'o4',
        all: [],
        count: 1,
      },
    ]);
  });

  test('a group of everything has no _id; groups by expressions and by several', async () => {
    await withOrders();
    expect(await run(stages.group().count('count'))).toEqual([{ count: 4 }]);
    const sized = stages
      .group()
      .by(expressions.toUpper(named('at.city')), 'city')
      .by(named('member'), 'member')
      .count('count');
    expect(await run(sized, sorting().descending('count').ascending('_id.member'))).toEqual([
      { _id: { city: 'BATH', member: 'ada' }, count: 2 },
      { _id: { city: null, member: 'alan' }, count: 1 },
      { _id: { city: 'KIEL', member: 'grace' }, count: 1 },
    ]);
  });

  test('unwind makes a row per element; what is no array is one, what is empty none', async () => {
    await withOrders([{ _id: 'o5', tags: 'tea', _createdDate: onDay(1) }]);
    const unwound = await run(stages.unwind('tags'), stages.project().include('tags'));
    expect(unwound).toEqual([
      { _id: 'o1', tags: 'tea' },
      { _id: 'o1', tags: 'red' },
      { _id: 'o2', tags: 'tea' },
      { _id: 'o5', tags: 'tea' },
    ]);
  });

  test('objectToArray keeps the object and adds its pairs', async () => {
    await withOrders();
    const [row] = await run(only('o4'), stages.objectToArray('stock', 'colours'));
    expect(row).toMatchObject({
      stock: { red: 1, blue: 2 },
      colours: [
        { k: 'red', v: 1 },
        { k: 'blue', v: 2 },
      ],
    });
    const stock = await run(
      stages.objectToArray('stock', 'pairs'),
      stages.unwind('pairs'),
      stages.group().by(named('pairs.k'), 'colour').sum(named('pairs.v'), 'pieces'),
    );
    expect(stock).toEqual([
      { _id: { colour: 'red' }, pieces: 1 },
      { _id: { colour: 'blue' }, pieces: 2 },
    ]);
  });

  test('sort, skip and limit, in the order given', async () => {
    await withOrders();
    const ids = async (...with_: Stage[]) => (await run(...with_)).map(({ _id }) => _id);
    expect(await ids(sorting().ascending('total'))).toEqual(['o4', 'o3', 'o1', 'o2']);
    expect(await ids(sorting().descending('member'), stages.limit(2))).toEqual(['o2', 'o4']);
    expect(await ids(stages.limit(2), sorting().descending('total'))).toEqual(['o2', 'o1']);
    expect(await ids(stages.skip(1), stages.limit(2))).toEqual(['o2', 'o3']);
    expect(await ids(stages.limit(2), stages.skip(1))).toEqual(['o2']);
  });

  test('equal rows of a sort stay newest first, at the start and later', async () => {
    await withOrders();
    const sort = sorting().descending('member');
    const sorted = ['o2', 'o4', 'o1', 'o3'];
    expect((await run(sort)).map(({ _id }) => _id)).toEqual(sorted);
    expect((await run(stages.limit(9), sort)).map(({ _id }) => _id)).toEqual(sorted);
  });
});

describe('expressions', () => {
  const numeric = (value: number) => expressions.numeric(value);
  const text = (value: string) => expressions.text(value);

  test.each([
    ['add', expressions.add(numeric(1), numeric(2), numeric(3)), 6],
    ['add of nothing', expressions.add(), 0],
    ['sum', expressions.sum(numeric(1), named('total')), 11],
    ['subtract', expressions.subtract(named('total'), numeric(4)), 6],
    ['multiply', expressions.multiply(named('total'), numeric(3), numeric(2)), 60],
    ['divide', expressions.divide(named('total'), numeric(4)), 2.5],
    ['abs', expressions.abs(numeric(-4)), 4],
    ['mod, with the sign of the first', expressions.mod(numeric(-7), numeric(3)), -1],
    ['floor', expressions.floor(numeric(-1.5)), -2],
    ['ceil', expressions.ceil(numeric(1.2)), 2],
    ['concat', expressions.concat(text('a'), named('member')), 'aada'],
    ['stringify of a number', expressions.stringify(named('total')), '10'],
    ['stringify of a text', expressions.stringify(named('member')), 'ada'],
    ['stringify of an array', expressions.stringify(named('tags')), '["tea","red"]'],
    ['stringify of a date', expressions.stringify(named('_createdDate')), onDay(20).$date],
    ['toLower', expressions.toLower(text('ÄB')), 'äb'],
    ['toUpper', expressions.toUpper(text('äb')), 'ÄB'],
    ['substring', expressions.substring(text('teapot'), numeric(3), numeric(2)), 'po'],
    ['substring to the end', expressions.substring(text('teapot'), numeric(3)), 'pot'],
    ['substring beyond the end', expressions.substring(text('tea'), numeric(5), numeric(2)), ''],
    ['substring of what needs two units', expressions.substring(text('🦄🦊x'), numeric(1), numeric(1)), '🦊'],
    ['length in characters', expressions.length(text('🦄x')), 2],
    ['nested', expressions.add(expressions.abs(numeric(-1)), expressions.length(named('member'))), 4],
  ] as [string, { build(): unknown }, unknown][])('%s', async (_, expression, expected) => {
    await withOrders();
    const [row] = await run(only('o1'), stages.project().reshape(expression as never, 'is'));
    expect(row).toEqual({ _id: 'o1', is: expected });
  });

  test('nothing makes nothing, except that a sum passes over it', async () => {
    await withOrders();
    const [row] = await run(
      only('o4'),
      stages
        .project()
        .reshape(expressions.add(numeric(1), named('total')), 'add')
        .reshape(expressions.sum(numeric(1), named('total')), 'sum')
        .reshape(expressions.concat(text('a'), named('nowhere')), 'concat')
        .reshape(expressions.length(named('nowhere')), 'length')
        .reshape(expressions.divide(numeric(1), named('nowhere')), 'divide'),
    );
    expect(row).toEqual({ _id: 'o4', add: null, sum: 1, concat: null, length: null, divide: null });
  });

  test.each([
    ['adding a text', expressions.add(numeric(1), named('member'))],
    ['summing a text', expressions.sum(named('member'))],
    ['the length of a number', expressions.length(named('total'))],
    ['joining a number', expressions.concat(text('a'), numeric(1))],
    ['dividing by zero', expressions.divide(numeric(1), numeric(0))],
    ['a remainder by zero', expressions.mod(numeric(1), numeric(0))],
    ['a product beyond all numbers', expressions.multiply(numeric(1e300), numeric(1e300))],
    ['a part that begins before the text', expressions.substring(text('tea'), numeric(-1))],
    ['half a character', expressions.substring(text('tea'), numeric(0), numeric(0.5))],
  ] as [string, { build(): unknown }][])('%s is refused', async (_, expression) => {
    await withOrders();
    const failure = await failureOf(() =>
      run(only('o1'), stages.project().reshape(expression as never, 'is')),
    );
    expect(failure.details?.applicationError?.code).toBe('WDE0080');
  });
});

describe('pages', () => {
  test('cut the results; the total is that of results', async () => {
    await withOrders();
    const pipeline = items
      .PipelineBuilder()
      .withStages([stages.group().by(named('member'), 'who')])
      .withPaging({ limit: 2, offset: 1 })
      .build();
    const answer = await asVisitor().items.aggregate('Orders', pipeline, { returnTotalCount: true });
    expect(answer).toEqual({
      results: [{ _id: { who: 'grace' } }, { _id: { who: 'alan' } }],
      pagingMetadata: { count: 2, offset: 1, total: 3, tooManyToCount: false, hasNext: false },
    });
  });

  test('fifty unless asked otherwise', async () => {
    await withOrders(Array.from({ length: 60 }, (_, n) => ({ n })));
    const { results, pagingMetadata } = await asVisitor().items.aggregatePipeline('Orders', { stages: [] });
    expect(results).toHaveLength(50);
    expect(pagingMetadata).toMatchObject({ hasNext: true });
  });

  test('a cursor remembers the stages', async () => {
    await withOrders();
    const client = asVisitor();
    const stage = sorting().ascending('_id');
    const first = await client.items.aggregatePipeline(
      'Orders',
      items
        .PipelineBuilder()
        .withStages([stages.limit(9), stage, stages.project().include('_id')])
        .withPaging({ limit: 3, cursor: undefined as never })
        .build(),
    );
    expect(first.results).toEqual([{ _id: 'o1' }, { _id: 'o2' }, { _id: 'o3' }]);
    const cursor = first.pagingMetadata?.cursors?.next ?? '';
    const second = await client.items.aggregatePipeline(
      'Orders',
      items.PipelineBuilder().withStages([]).withPaging({ limit: 3, cursor }).build(),
    );
    expect(second.results).toEqual([{ _id: 'o4' }]);
    expect(second.pagingMetadata).toEqual({ count: 1, tooManyToCount: false, hasNext: false, cursors: {} });
  });
});

describe('who may ask', () => {
  const kept = (read: string) => ({
    ...openCollection('Orders', [
      { _id: 'x', _owner: ada.id, total: 1 },
      { _id: 'y', _owner: grace.id, total: 2 },
    ]),
    permissions: { read, insert: 'ADMIN', update: 'ADMIN', remove: 'ADMIN' } as never,
  });
  const members = [{ id: ada.id, loginEmail: ada.email, loginEmailVerified: true, password: ada.password }];
  const pipeline = {
    stages: [stages.filter().gt('total', 0).build(), stages.project().include('total').build()],
  };

  test('an author sees their own items only, whatever the stages say', async () => {
    await startWix({ seed: { members, collections: [kept('SITE_MEMBER_AUTHOR')] } });
    const client = await asMember(ada);
    expect((await client.items.aggregatePipeline('Orders', pipeline)).results).toEqual([
      { _id: 'x', total: 1 },
    ]);
    const or = stages.filter().eq('_owner', ada.id).or(stages.filter().eq('_owner', grace.id)).build();
    expect((await client.items.aggregate('Orders', { stages: [or] })).results).toHaveLength(1);
    expect((await asApp().items.aggregatePipeline('Orders', pipeline)).results).toHaveLength(2);
  });

  test('without permission nobody learns a result', async () => {
    await startWix({ seed: { members, collections: [kept('ADMIN')] } });
    const direct = await failureOf(() => asVisitor().items.aggregate('Orders', pipeline));
    expect(direct.details?.applicationError?.code).toBe('WDE0027');
    const client = await asMember(ada);
    const named_ = await failureOf(() => client.items.aggregatePipeline('Orders', pipeline));
    expect(named_.details?.applicationError?.code).toBe('WDE0027');
  });

  test('a collection that is missing says so', async () => {
    await withOrders();
    const failure = await failureOf(() => asVisitor().items.aggregatePipeline('Nowhere', { stages: [] }));
    expect(failure.details?.applicationError?.code).toBe('WDE0025');
    const direct = await failureOf(() => asVisitor().items.aggregate('Nowhere', { stages: [] }));
    expect(direct.details?.applicationError?.code).toBe('WDE0025');
  });
});

describe('what makes no sense is refused', () => {
  const field = { fieldPath: 'total' };
  const by = (expression: unknown) => ({ group: { groupIds: [{ key: 'k', expression }] } });
  const projection = (...fields: unknown[]) => ({ projection: { fields } });
  const reshape = (expression: unknown, resultFieldName = 'x') => ({
    reshape: { resultFieldName, expression },
  });

  /** One inside the other, deeper than anyone writes. */
  const nested = (depth: number, inner: unknown, wrap: (inner: unknown) => unknown): unknown => {
    let value = inner;
    for (let level = 0; level < depth; level += 1) value = wrap(value);
    return value;
  };

  test.each<[string, unknown]>([
    ['an unknown stage', { lookup: { from: 'Members' } }],
    ['two stages in one', { limit: 1, skip: 1 }],
    ['an empty stage', {}],
    ['a stage that is a text', 'limit'],
    ['a limit of zero', { limit: 0 }],
    ['a limit that is no whole number', { limit: 1.5 }],
    ['a negative skip', { skip: -1 }],
    ['a sort by nothing', { sort: { values: [] } }],
    ['a sort by a path that is none', { sort: { values: [{ fieldName: 'a;b', order: 'ASC' }] } }],
    ['a sort in no direction', { sort: { values: [{ fieldName: 'a', order: 'UP' }] } }],
    ['a filter with an unknown operator', { filter: { total: { $where: '1' } } }],
    ['an unknown expression', by({ random: {} })],
    ['an expression of the prototype', by({ constructor: {} })],
    ['two expressions in one', by({ fieldPath: 'a', text: 'b' })],
    ['an expression that is none', by(null)],
    ['a field path that is none', by({ fieldPath: "a' --" })],
    ['a field path into the prototype', by({ fieldPath: '__proto__.x' })],
    ['a number that is a text', by({ numeric: '1' })],
    ['a text that is too long', by({ text: 'x'.repeat(1_001) })],
    ['a missing operand', by({ subtract: { firstExpression: field } })],
    ['an operand too many', by({ abs: { expression: field, expressions: [field] } })],
    ['operands that are no list', by({ add: { expressions: field } })],
    ['an expression nested too deep', by(nested(100, field, (inner) => ({ abs: { expression: inner } })))],
    [
      'an unknown accumulator',
      { group: { accumulators: [{ resultFieldName: 'x', median: { expression: field } }] } },
    ],
    [
      'a result called _id',
      { group: { accumulators: [{ resultFieldName: '_id', sum: { expression: field } }] } },
    ],
    [
      'a group of two results of one name',
      {
        group: {
          groupIds: [
            { key: 'k', expression: field },
            { key: 'k', expression: field },
          ],
        },
      },
    ],
    ['a projection of nothing', projection()],
    ['an unknown projection', projection({ rename: { fieldName: 'a' } })],
    [
      'including and excluding at once',
      projection({ include: { fieldName: 'a' } }, { exclude: { fieldName: 'b' } }),
    ],
    ['a field named twice', projection({ include: { fieldName: 'a' } }, reshape(field, 'a'))],
    [
      'a field and its inside',
      projection({ include: { fieldName: 'a' } }, { include: { fieldName: 'a.b' } }),
    ],
    ['a result into the prototype', projection(reshape(field, '__proto__'))],
    ['a result with a dot', projection(reshape(field, 'a.b'))],
    [
      'a projection nested too deep',
      projection(
        nested(100, { include: { fieldName: 'a' } }, (inner) => ({
          projectNested: { resultFieldName: 'a', fields: [inner] },
        })),
      ),
    ],
    ['unwinding a path that is none', { unwindArray: { arrayFieldName: 'a[0]' } }],
    [
      'an array of what is no object',
      { objectToArray: { objectFieldName: 'member', destinationFieldName: 'x' } },
    ],
  ])('%s', async (_, stage) => {
    const wix = await withOrders();
    const body = { dataCollectionId: 'Orders', pipeline: { stages: [stage] } };
    const answer = await send(wix, 'POST', PATH, { token: await appToken(wix), body });
    expect(answer.status, await answer.text()).toBe(400);
  });

  test.each<[string, Record<string, unknown>]>([
    ['stages that are no list, as the SDK passes them on', { pipeline: [{ filter: {} }] }],
    [
      'more than a hundred stages',
      { pipeline: { stages: Array.from({ length: 101 }, () => ({ skip: 0 })) } },
    ],
    ['an unknown key', { pipeline: { stages: [] }, allowDiskUse: true }],
    ['both kinds of paging', { pipeline: { stages: [], paging: { limit: 1 }, cursorPaging: { limit: 1 } } }],
    ['a page of more than a thousand', { pipeline: { stages: [], paging: { limit: 1_001 } } }],
    ['a made-up cursor', { pipeline: { cursorPaging: { cursor: 'e30.e30' } } }],
  ])('%s', async (_, body) => {
    const wix = await withOrders();
    const request = { dataCollectionId: 'Orders', ...body };
    const answer = await send(wix, 'POST', PATH, { token: await appToken(wix), body: request });
    expect(answer.status).toBe(400);
  });

  test('a multi-reference, whose values stand elsewhere, is a 501', async () => {
    const fields = [
      {
        key: 'links',
        type: 'MULTI_REFERENCE' as const,
        typeMetadata: { multiReference: { referencedCollectionId: 'Orders' } },
      },
    ];
    await startWix({ seed: { collections: [{ ...openCollection('Orders'), fields }] } });
    for (const stage of [
      stages.unwind('links'),
      stages.filter().eq('links', 'x'),
      sorting().ascending('links'),
      stages.group().by(named('links'), 'k'),
    ]) {
      const failure = await failureOf(() => run(stage));
      expect(failure.details?.applicationError?.code).toBe('NOT_IMPLEMENTED');
    }
  });
});

describe('what would grow without end is stopped', () => {
  const lists = { a: Array.from({ length: 300 }, (_, n) => n) };

  test('unwinding lists of lists', async () => {
    const wix = await withOrders([{ _id: 'l', ...lists, b: lists.a, c: lists.a }]);
    const stagesOf = ['a', 'b', 'c'].map((arrayFieldName) => ({ unwindArray: { arrayFieldName } }));
    const answer = await send(wix, 'POST', PATH, {
      token: await appToken(wix),
      body: {
        dataCollectionId: 'Orders',
        pipeline: { stages: [...stagesOf, { group: { accumulators: [] } }] },
      },
    });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('may not unwind');
  });

  test('doubling a value stage by stage', async () => {
    const wix = await withOrders();
    const double = {
      projection: {
        fields: ['a', 'b'].map((key) => ({
          projectNested: {
            resultFieldName: 'x',
            fields: [{ reshape: { resultFieldName: key, expression: { fieldPath: 'x' } } }],
          },
        })),
      },
    };
    const start = {
      projection: { fields: [{ reshape: { resultFieldName: 'x', expression: { fieldPath: 'member' } } }] },
    };
    const answer = await send(wix, 'POST', PATH, {
      token: await appToken(wix),
      body: {
        dataCollectionId: 'Orders',
        pipeline: { stages: [start, ...Array.from({ length: 60 }, () => double)] },
      },
    });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('larger than');
  });

  test('joining a text with itself', async () => {
    const wix = await withOrders();
    const expression = {
      concat: { expressions: Array.from({ length: 40 }, () => ({ fieldPath: 'member' })) },
    };
    const grow = { projection: { fields: [{ reshape: { resultFieldName: 'member', expression } }] } };
    const answer = await send(wix, 'POST', PATH, {
      token: await appToken(wix),
      body: { dataCollectionId: 'Orders', pipeline: { stages: Array.from({ length: 20 }, () => grow) } },
    });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('concat may not make');
  });

  test('holding all of a large collection; a sort at the start leaves that to SQL', async () => {
    const large = Array.from({ length: 130 }, (_, n) => ({ n, text: 'x'.repeat(400_000) }));
    await startWix({ seed: { collections: [openCollection('Orders', large)] } });
    const sort = sorting().descending('n');
    const failure = await failureOf(() => run(stages.skip(0), sort));
    expect(failure.message).toContain('may not hold more');
    const first = await run(sort, stages.limit(1), stages.project().include('n'));
    expect(first).toMatchObject([{ n: 129 }]);
  });
});
