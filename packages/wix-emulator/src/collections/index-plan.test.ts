import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { orderOf } from '../items/order.ts';
import type { Sort } from '../items/order.ts';
import { querySql } from '../items/query.ts';
import type { Filter } from '../items/store.ts';
import { applySeed } from '../seed/apply.ts';
import { Site } from '../site.ts';
import type { Index } from './index-schema.ts';
import { dropIndex, listIndexes } from './indexes.ts';

type IndexInput = Pick<Index, 'name' | 'fields'> & Partial<Index>;

const indexes: IndexInput[] = [
  {
    name: 'aa',
    fields: [
      { path: 'company', order: 'ASC' },
      { path: 'size', order: 'DESC' },
    ],
  },
  {
    name: 'bb',
    fields: [
      { path: 'city', order: 'ASC' },
      { path: 'street', order: 'ASC' },
      { path: 'house.number', order: 'ASC' },
    ],
  },
  { name: 'cc', fields: [{ path: 'when', order: 'DESC' }] },
  { name: 'dd', fields: [{ path: 'email', order: 'ASC' }], unique: true, caseInsensitive: true },
];

/** As SQLite calls them: the name in hexadecimal. */
const [aa, bb, cc, dd] = ['6161', '6262', '6363', '6464'].map((name) => `field_1_${name}`);

async function siteWith(count: number, data = ':memory:'): Promise<Site> {
  const site = new Site({ data, app: undefined, clock: Date.now, accessTokenSeconds: undefined });
  onTestFinished(() => site.store.close());
  const items = Array.from({ length: count }, (_, n) => ({
    _id: `i${n}`,
    // Twenty of each company, whatever the number of items.
    company: `company-${n % (count / 20)}`,
    city: `city-${n % 7}`,
    street: `street-${n % 11}`,
    house: { number: n },
    when: { $date: new Date(n * 1000).toISOString() },
    email: `person-${n}@example.com`,
    size: n,
    notes: 'once upon a time',
  }));
  await applySeed(site, { collections: [{ id: 'Notes', permissions: { read: 'ANYONE' }, indexes, items }] });
  return site;
}

function statement(site: Site, filter: Filter, sort: Sort[]) {
  const where = site.items.where(site.collections.require('Notes'), filter);
  return { text: querySql(orderOf(sort), where.text), values: [...where.values, 51, 0] };
}

async function planOf(filter: Filter, sort: Sort[] = []): Promise<string> {
  const site = await siteWith(40);
  const { text, values } = statement(site, filter, sort);
  return site.store.explain(text, ...values).join('; ');
}

const up = (fieldName: string): Sort => ({ fieldName, order: 'ASC' });
const down = (fieldName: string): Sort => ({ fieldName, order: 'DESC' });

describe('an index finds the rows and has them in order', () => {
  test.each<[string, Filter, Sort[], string | undefined]>([
    ['equality, in the order of the next field', { company: 'a' }, [down('size')], aa],
    ['the same backwards', { company: 'a' }, [up('size')], aa],
    ['equality and a range of the next field', { company: 'a', size: { $gte: 1, $lt: 9 } }, [up('size')], aa],
    ['two equalities, in the order of the third field', { city: 'a', street: 'b' }, [up('house.number')], bb],
    ['a range of dates', { when: { $gt: { $date: '2026-01-01T00:00:00.000Z' } } }, [down('when')], cc],
    ['the same backwards', { when: { $lt: { $date: '2026-01-01T00:00:00.000Z' } } }, [up('when')], cc],
    ['a sort by all its fields', {}, [up('company'), down('size')], aa],
    ['a sort by a unique field', {}, [up('email')], dd],
  ])('%s', async (_, filter, sort, index) => {
    const plan = await planOf(filter, sort);
    expect(plan).toContain(`INDEX ${index}`);
    expect(plan).toMatch(/^S(EARCH|CAN) items USING INDEX [^;]*$/);
  });

  test.each<[string, Filter, string | undefined]>([
    ['a list of values', { company: { $in: ['a', 'b'] } }, aa],
    ['a list beside an equality', { city: 'a', street: { $in: ['a', 'b'] } }, bb],
    ['one of several', { company: { $hasSome: ['a', 'b'] } }, aa],
    ['null', { company: null }, aa],
    ['all of its fields', { city: 'a', street: 'b', 'house.number': 1 }, bb],
    ['equality with the field of a unique index that ignores case', { email: 'a@example.com' }, dd],
  ])('%s is found, and then put in order', async (_, filter, index) => {
    expect(await planOf(filter, [up('notes')])).toContain(`SEARCH items USING INDEX ${index}`);
  });
});

/** As on Wix: https://dev.wix.com/docs/rest/api-reference/wix-data/indexes/introduction */
test.each<[string, Filter]>([
  ['$startsWith', { company: { $startsWith: 'a' } }],
  ['$contains', { company: { $contains: 'a' } }],
])('%s does not mind letter case, so no index finds its rows', async (_, filter) => {
  expect(await planOf(filter)).not.toContain('SEARCH');
});

test('as many rows are looked at among 20,000 as among 400', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wix-emulator-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const count of [400, 20_000]) {
    const data = join(folder, `${count}.sqlite`);
    const site = await siteWith(count, data);
    const where = site.items.where(site.collections.require('Notes'), { company: 'company-7' });
    let looked = 0;
    const db = new Database(data, { readonly: true });
    onTestFinished(() => void db.close());
    db.function('look', (_: unknown) => {
      looked += 1;
      return 1;
    });
    const text = querySql(orderOf([down('size')]), `${where.text} AND look(id)`);
    expect(db.prepare(text).all(...where.values, 51, 0)).toHaveLength(20);
    expect(looked).toBe(20);
  }
});

test('an index of the first version of the data file is still unique, has no id, and can be dropped', async () => {
  const site = await siteWith(40);
  const { store } = site;
  const index = { name: 'ee', fields: [{ path: 'old', order: 'ASC' }], unique: true, caseInsensitive: false };
  const value = `data ->> '$."old"'`;
  store.exec(`CREATE UNIQUE INDEX field_1_6565 ON items ((${value})) WHERE collection = 1`);
  store.run('INSERT INTO indexes VALUES (1, ?, ?)', 'ee', JSON.stringify(index));
  const collection = site.collections.require('Notes');
  const writer = { id: 'x', ownRowsOnly: false, mayChangeOwner: true };
  site.items.insert(collection, 'a', { old: 1 }, writer);
  expect(() => site.items.insert(collection, 'b', { old: 1 }, writer)).toThrow('[ee]');
  expect(listIndexes(store, collection)).toContainEqual(index);
  dropIndex(store, collection, 'ee');
  expect(site.items.insert(collection, 'b', { old: 1 }, writer)).toContain('"old":1');
});
