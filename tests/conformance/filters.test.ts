import { describe, expect, test } from 'vitest';
import type { items } from '@wix/data';
import { appToken, asVisitor, failureOf, openCollection, send, startWix } from './support.ts';

const day = (n: number) => new Date(Date.UTC(2026, 0, n));
const wireDay = (n: number) => ({ $date: day(n).toISOString() });

/** One item per thing a filter could get wrong; the ids say what they hold. */
const notes = [
  {
    _id: 'one',
    title: 'Alpha',
    n: 1,
    done: true,
    due: wireDay(1),
    tags: ['red', 'green'],
    address: { city: 'Bath' },
  },
  {
    _id: 'two',
    title: 'beta',
    n: 2,
    done: false,
    due: wireDay(2),
    tags: ['green'],
    address: { city: 'York' },
  },
  { _id: 'three', title: 'Gamma', n: 2.5, tags: [], address: { city: null } },
  { _id: 'text-one', title: '', n: '1', done: 'true', due: day(1).toISOString(), tags: 'red' },
  { _id: 'null', title: null, n: null, done: null, due: null, tags: null },
  { _id: 'missing' },
  {
    _id: 'unicode',
    title: 'GRÖẞE 🦄',
    n: -7,
    dates: [wireDay(3), wireDay(4)],
    mixed: [1, '2', true, null, { a: 1 }],
  },
];

/** The builder has two operators more than its type knows. */
type Query = items.WixDataQuery & {
  in(field: string, values: unknown[]): Query;
  exists(field: string, present: boolean): Query;
};
type Refine = (query: Query, filter: () => items.WixDataFilter) => items.WixDataQuery;

const Q = (refine: Refine) => refine;

/** Runs a query built by the SDK's own builder, and gives the ids it finds. */
async function found(refine: Refine): Promise<string[]> {
  await startWix({ seed: { collections: [openCollection('Notes', notes)] } });
  const client = asVisitor();
  const result = await refine(client.items.query('Notes') as Query, () => client.items.filter())
    .limit(100)
    .find();
  return result.items.map(({ _id }) => _id).toSorted();
}

describe('every operator of the query builder', () => {
  test.each([
    ['eq text', Q((q) => q.eq('title', 'Alpha')), ['one']],
    ['eq is case-sensitive', Q((q) => q.eq('title', 'alpha')), []],
    ['eq empty text is not null', Q((q) => q.eq('title', '')), ['text-one']],
    ['eq number is not text', Q((q) => q.eq('n', 1)), ['one']],
    ['eq text is not number', Q((q) => q.eq('n', '1')), ['text-one']],
    ['eq fraction', Q((q) => q.eq('n', 2.5)), ['three']],
    ['eq boolean is neither 1 nor text', Q((q) => q.eq('done', true)), ['one']],
    ['eq false is not missing', Q((q) => q.eq('done', false)), ['two']],
    ['eq 1 is not true', Q((q) => q.eq('done', 1)), []],
    ['eq date is not text', Q((q) => q.eq('due', day(1))), ['one']],
    ['eq text is not date', Q((q) => q.eq('due', day(1).toISOString())), ['text-one']],
    ['eq null matches null and missing', Q((q) => q.eq('title', null)), ['missing', 'null']],
    ['eq undefined is eq null', Q((q) => q.eq('title', undefined)), ['missing', 'null']],
    ['eq an element of an array', Q((q) => q.eq('tags', 'red')), ['one', 'text-one']],
    ['eq a date in an array', Q((q) => q.eq('dates', day(4))), ['unicode']],
    ['eq elements are type-strict: number', Q((q) => q.eq('mixed', 2)), []],
    ['eq elements are type-strict: text', Q((q) => q.eq('mixed', '2')), ['unicode']],
    ['eq a boolean element', Q((q) => q.eq('mixed', true)), ['unicode']],
    ['eq an object element', Q((q) => q.eq('mixed', { a: 1 })), ['unicode']],
    ['eq null does not look into arrays', Q((q) => q.eq('mixed', null).eq('_id', 'unicode')), []],
    ['eq a whole array', Q((q) => q.eq('tags', ['red', 'green'])), ['one']],
    ['eq an array in another order', Q((q) => q.eq('tags', ['green', 'red'])), []],
    ['eq an empty array', Q((q) => q.eq('tags', [])), ['three']],
    ['eq an object', Q((q) => q.eq('address', { city: 'Bath' })), ['one']],
    ['ne', Q((q) => q.ne('title', 'Alpha')), ['missing', 'null', 'text-one', 'three', 'two', 'unicode']],
    [
      'ne means no element equals',
      Q((q) => q.ne('tags', 'green')),
      ['missing', 'null', 'text-one', 'three', 'unicode'],
    ],
    ['lt', Q((q) => q.lt('n', 2)), ['one', 'unicode']],
    ['le', Q((q) => q.le('n', 2)), ['one', 'two', 'unicode']],
    ['gt', Q((q) => q.gt('n', 1)), ['three', 'two']],
    ['ge', Q((q) => q.ge('n', 2)), ['three', 'two']],
    ['gt text compares texts only', Q((q) => q.gt('n', '')), ['text-one']],
    ['gt number does not see booleans', Q((q) => q.ge('done', 0)), []],
    ['lt date', Q((q) => q.lt('due', day(2))), ['one']],
    ['ge date', Q((q) => q.ge('due', day(1))), ['one', 'two']],
    ['between leaves the upper bound out', Q((q) => q.between('n', 1, 2)), ['one']],
    ['between dates', Q((q) => q.between('due', day(1), day(3))), ['one', 'two']],
    ['contains is not case-sensitive', Q((q) => q.contains('title', 'ET')), ['two']],
    ['contains beyond ASCII', Q((q) => q.contains('title', 'größe')), ['unicode']],
    ['contains an emoji', Q((q) => q.contains('title', '🦄')), ['unicode']],
    ['contains looks at texts only', Q((q) => q.contains('n', '1')), ['text-one']],
    ['contains does not know wildcards', Q((q) => q.contains('title', '%')), []],
    ['startsWith is not case-sensitive', Q((q) => q.startsWith('title', 'AL')), ['one']],
    [
      'startsWith the empty text',
      Q((q) => q.startsWith('title', '')),
      ['one', 'text-one', 'three', 'two', 'unicode'],
    ],
    ['endsWith is not case-sensitive', Q((q) => q.endsWith('title', 'MA')), ['three']],
    ['hasSome of an array', Q((q) => q.hasSome('tags', ['red', 'blue'])), ['one', 'text-one']],
    ['hasSome of a single value', Q((q) => q.hasSome('title', ['Alpha', 'beta'])), ['one', 'two']],
    ['hasSome as arguments', Q((q) => q.hasSome('title', 'Alpha', 'beta')), ['one', 'two']],
    [
      'hasSome of several types',
      Q((q) => q.hasSome('n', [1, '1', 2.5] as string[])),
      ['one', 'text-one', 'three'],
    ],
    ['hasSome of dates', Q((q) => q.hasSome('due', [day(2), day(9)])), ['two']],
    ['hasAll', Q((q) => q.hasAll('tags', ['red', 'green'])), ['one']],
    ['hasAll of one value', Q((q) => q.hasAll('tags', ['green'])), ['one', 'two']],
    ['hasAll of a single value', Q((q) => q.hasAll('tags', ['red'])), ['one', 'text-one']],
    ['in', Q((q) => q.in('title', ['Alpha', 'Gamma'])), ['one', 'three']],
    ['isEmpty: null and missing, not the empty text', Q((q) => q.isEmpty('title')), ['missing', 'null']],
    ['isNotEmpty', Q((q) => q.isNotEmpty('title')), ['one', 'text-one', 'three', 'two', 'unicode']],
    ['exists', Q((q) => q.exists('done', true)), ['one', 'text-one', 'two']],
    ['exists not', Q((q) => q.exists('done', false)), ['missing', 'null', 'three', 'unicode']],
    ['two conditions', Q((q) => q.gt('n', 1).eq('done', false)), ['two']],
    ['one field twice', Q((q) => q.gt('n', 1).lt('n', 2.2)), ['two']],
    ['or', Q((q, f) => q.eq('title', 'Alpha').or(f().eq('title', 'beta'))), ['one', 'two']],
    [
      'or on a query without conditions matches everything',
      Q((q, f) => q.or(f().eq('title', 'beta'))),
      ['missing', 'null', 'one', 'text-one', 'three', 'two', 'unicode'],
    ],
    ['or, then a condition', Q((q, f) => q.eq('n', 1).or(f().eq('n', 2)).eq('done', false)), ['two']],
    ['and', Q((q, f) => q.gt('n', 0).and(f().hasSome('tags', ['green']))), ['one', 'two']],
    ['not', Q((q, f) => q.not(f().gt('n', -10))), ['missing', 'null', 'text-one']],
    ['a condition and not', Q((q, f) => q.gt('n', 0).not(f().eq('done', true))), ['three', 'two']],
    ['not of not', Q((q, f) => q.not(f().not(f().eq('n', 1)))), ['one']],
    ['a dotted path', Q((q) => q.eq('address.city', 'York')), ['two']],
    [
      'a dotted path to null or nothing',
      Q((q) => q.isEmpty('address.city')),
      ['missing', 'null', 'text-one', 'three', 'unicode'],
    ],
    ['_id', Q((q) => q.eq('_id', 'two')), ['two']],
    ['_id is text', Q((q) => q.eq('_id', 2)), []],
    ['several _ids', Q((q) => q.hasSome('_id', ['two', 'three', 'no'])), ['three', 'two']],
    [
      '_owner',
      Q((q) => q.ne('_owner', 'someone')),
      ['missing', 'null', 'one', 'text-one', 'three', 'two', 'unicode'],
    ],
    ['_createdDate', Q((q) => q.gt('_createdDate', new Date(Date.now() + 60_000))), []],
    ['_updatedDate', Q((q) => q.lt('_updatedDate', new Date(Date.now() + 60_000)).eq('n', 1)), ['one']],
    ['_createdDate is a date', Q((q) => q.gt('_createdDate', '2000')), []],
  ])('%s', async (_, refine, expected) => {
    expect(await found(refine)).toEqual(expected);
  });
});

describe('filters written by hand', () => {
  async function foundBy(filter: Record<string, unknown>): Promise<string[]> {
    await startWix({ seed: { collections: [openCollection('Notes', notes)] } });
    const { items: hits } = await asVisitor().items.query('Notes', { filter, paging: { limit: 100 } });
    return (hits as { _id: string }[]).map(({ _id }) => _id).toSorted();
  }

  test.each([
    ['$eq', { n: { $eq: 1 } }, ['one']],
    ['several operators on a field', { n: { $gte: 1, $lt: 2.5 } }, ['one', 'two']],
    ['an empty $hasSome matches nothing', { tags: { $hasSome: [] } }, []],
    ['an empty $hasAll matches nothing', { tags: { $hasAll: [] } }, []],
    [
      '$not of several: none of them',
      { $not: [{ n: 1 }, { n: 2 }] },
      ['missing', 'null', 'text-one', 'three', 'unicode'],
    ],
    [
      '$in of booleans and more, which the builder refuses',
      { done: { $in: [true, 'true'] } },
      ['one', 'text-one'],
    ],
    ['$ne null', { 'address.city': { $ne: null } }, ['one', 'two']],
    ['a date in another spelling', { due: { $date: '2026-01-01T01:00:00+01:00' } }, ['one']],
    ['an integer beyond 2^53', { n: { $lt: 1e300 } }, ['one', 'three', 'two', 'unicode']],
  ])('%s', async (_, filter, expected) => {
    expect(await foundBy(filter)).toEqual(expected);
  });

  const deep = (levels: number): unknown => (levels === 0 ? { n: 1 } : { $and: [deep(levels - 1)] });

  test.each([
    ['an unknown operator', { n: { $regex: '.*' } }, 'Unknown operator $regex'],
    ['an unknown logical operator', { $nor: [{ n: 1 }] }, 'Unknown operator $nor'],
    ['an operator mixed with fields', { n: { $gt: 1, x: 2 } }, 'mixes operators'],
    ['a filter that is a list inside $and', { $and: [[]] }, 'must be an object'],
    ['$and without a list', { $and: { n: 1 } }, 'must be a list'],
    ['an empty $or', { $or: [] }, 'must be a list'],
    ['$hasSome without a list', { n: { $hasSome: 1 } }, 'must be a list'],
    ['$in with null', { n: { $in: [null] } }, 'supports only'],
    ['$gt with a boolean', { n: { $gt: true } }, 'supports only'],
    ['$lt with null', { n: { $lt: null } }, 'supports only'],
    ['$contains with a number', { n: { $contains: 1 } }, 'supports only String'],
    ['$exists with text', { n: { $exists: 'yes' } }, '$exists must be'],
    ['a date that is none', { due: { $date: 'yesterday' } }, 'ISO 8601'],
    ['a path that ends the literal', { "n'": 1 }, 'is not a field path'],
    ['a path that ends the label', { 'n"': 1 }, 'is not a field path'],
    ['a path with SQL', { "n') OR 1=1 --": 1 }, 'is not a field path'],
    ['a path with a hole', { 'a..b': 1 }, 'is not a field path'],
    ['an empty path', { '': 1 }, 'is not a field path'],
    ['a filter nested too deep', deep(17), 'deeper than'],
    ['too many conditions', { $or: Array.from({ length: 501 }, (_, n) => ({ n })) }, 'more than 500'],
    ['too long a $hasAll', { n: { $hasAll: Array.from({ length: 501 }, (_, n) => n) } }, 'more than 500'],
    [
      '$hasAll twice, too long together',
      { $or: [1, 2].map(() => ({ n: { $hasAll: Array.from({ length: 300 }, (_, n) => n) } })) },
      'more than 500',
    ],
    ['too many empty filters', { $or: Array.from({ length: 1_200 }, () => ({})) }, 'more than 500'],
    [
      'too many empty lists',
      { $and: Array.from({ length: 1_200 }, () => ({ n: { $hasAll: [] } })) },
      'more than 500',
    ],
    ['too long a list', { n: { $in: Array.from({ length: 5001 }, (_, n) => n) } }, 'at most 5000'],
  ])('%s is refused with WDE0080', async (_, filter, reason) => {
    const wix = await startWix({ seed: { collections: [openCollection('Notes', notes)] } });
    const answer = await send(wix, 'POST', '/wix-data/v2/items/query', {
      token: await appToken(wix),
      body: { dataCollectionId: 'Notes', query: { filter } },
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      details: { applicationError: { code: 'WDE0080', description: expect.stringMatching(/^WDE0080: /) } },
      message: expect.stringContaining(reason),
    });
  });

  const many = (length: number) => Array.from({ length }, (_, n) => n);

  test.each([
    ['5000 values in $in', { n: { $in: many(5_000) } }, ['few', 'many']],
    ['5000 values in $hasSome', { tags: { $hasSome: many(5_000).map((n) => `t${n}`) } }, ['few', 'many']],
    ['5000 values of several kinds', { n: { $in: [...many(4_998), 'x', true] } }, ['few', 'many']],
    ['500 values in $hasAll', { tags: { $hasAll: many(500).map((n) => `t${n}`) } }, ['many']],
    ['499 filters in $or', { $or: many(499).map((n) => ({ n })) }, ['few', 'many']],
    ['499 filters in $and', { $and: many(499).map((n) => ({ n: { $ne: n + 2 } })) }, ['few', 'many']],
  ])('%s are read', async (_, filter, ids) => {
    const holding = [
      { _id: 'few', n: 0, tags: ['t1'] },
      { _id: 'many', n: 1, tags: many(500).map((n) => `t${n}`) },
    ];
    await startWix({ seed: { collections: [openCollection('Notes', holding)] } });
    const sort = [{ fieldName: '_id', order: 'ASC' as const }];
    const { items } = await asVisitor().items.query('Notes', { filter, sort } as never);
    expect((items as { _id: string }[]).map(({ _id }) => _id)).toEqual(ids);
  });

  test('$urlized is named as missing', async () => {
    await startWix({ seed: { collections: [openCollection('Notes', notes)] } });
    const failure = await failureOf(() =>
      asVisitor().items.query('Notes', { filter: { title: { $urlized: 'a-b' } } }),
    );
    expect(failure.message).toContain('$urlized');
    expect(failure.details?.applicationError?.code).toBe('NOT_IMPLEMENTED');
  });
});

describe('$matches, by which the SDK finds a title for its slug', () => {
  const titles = ['Ada Lovelace', 'ada-lovelace', 'Ada  Lovelace', 'Ada Lovelace!', 'AdaLovelace', 5];
  const literal = (value: string) => ({ type: 'literal', value });
  const separator = { type: 'anyOf', value: ' \t\n-' };
  const titlesFor = async (spec: unknown) => {
    const holding = titles.map((title, n) => ({ _id: `t${n}`, title }));
    await startWix({ seed: { collections: [openCollection('Titles', holding)] } });
    const filter = { title: { $matches: { ignoreCase: true, spec } } };
    const { items } = await asVisitor().items.query('Titles', {
      filter,
      sort: [{ fieldName: '_id', order: 'ASC' }],
    });
    return (items as Record<string, unknown>[]).map(({ title }) => title);
  };

  test.each([
    ['a whole text, in any case', [literal('ada'), separator, literal('LOVELACE')], titles.slice(0, 2)],
    ['a separator for each', [literal('ada'), separator, separator, literal('lovelace')], titles.slice(2, 3)],
    ['no separator for none', [literal('adalovelace')], titles.slice(4, 5)],
    ['nothing less than the whole', [literal('ada')], []],
    ['nothing for nothing', [], []],
  ])('%s', async (_, spec, expected) => {
    expect(await titlesFor(spec)).toEqual(expected);
  });

  test.each([
    ['minding the case', { ignoreCase: false, spec: [] }],
    ['other separators', { ignoreCase: true, spec: [{ type: 'anyOf', value: 'abc' }] }],
    ['a regular expression', { ignoreCase: true, spec: [{ type: 'regex', value: '.*' }] }],
    ['a text', 'ada'],
  ])('%s is refused', async (_, $matches) => {
    await startWix({ seed: { collections: [openCollection('Titles')] } });
    const failure = await failureOf(() =>
      asVisitor().items.query('Titles', { filter: { title: { $matches } } } as never),
    );
    expect(failure.details?.applicationError?.code).toBe('WDE0080');
  });
});

describe('$not on a field', () => {
  test('turns its operators around, missing values included', async () => {
    const holding = [{ _id: 'a', n: 1 }, { _id: 'b', n: 5 }, { _id: 'c' }];
    await startWix({ seed: { collections: [openCollection('Notes', holding)] } });
    const filter = { n: { $not: { $gt: 2 } } };
    const { items } = await asVisitor().items.query('Notes', {
      filter,
      sort: [{ fieldName: '_id', order: 'ASC' }],
    });
    expect((items as { _id: string }[]).map(({ _id }) => _id)).toEqual(['a', 'c']);
  });

  test.each([
    ['a value', 5],
    ['nothing', {}],
    ['a field', { x: 1 }],
    ['too many levels', Array.from({ length: 20 }).reduce<object>(($not) => ({ $not }), { $gt: 1 })],
  ])('%s in it is refused', async (_, $not) => {
    await startWix({ seed: { collections: [openCollection('Notes')] } });
    const failure = await failureOf(() =>
      asVisitor().items.query('Notes', { filter: { n: { $not } } } as never),
    );
    expect(failure.details?.applicationError?.code).toBe('WDE0080');
  });
});

test('an item whose field becomes an array is still found by its element', async () => {
  const wix = await startWix({
    seed: { collections: [openCollection('Notes', [{ _id: 'x', label: 'red' }])] },
  });
  const client = asVisitor();
  const byLabel = async () => (await client.items.query('Notes').eq('label', 'red').find()).length;
  expect(await byLabel()).toBe(1);
  await client.items.patch('Notes', 'x').setField('label', ['blue', 'red']).run();
  expect(await byLabel()).toBe(1);
  expect(wix.calls.every(({ status }) => status === 200)).toBe(true);
});
