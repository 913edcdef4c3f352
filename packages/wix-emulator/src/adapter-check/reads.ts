import type { CollectionAdapter, ExternalSchema } from '../external-databases/adapter.ts';
import { expectThat, Skipped } from './report.ts';
import type { Report } from './report.ts';
import { asking } from './values.ts';

const AREA = 'Reading';

/** Everything that is announced and changes nothing. */
export async function checkReads(
  report: Report,
  adapter: CollectionAdapter,
  schema: ExternalSchema,
  isV3: boolean,
): Promise<void> {
  const { operations } = schema;
  const announced =
    (operation: Parameters<typeof operations.has>[0], run: () => Promise<void>) => async () => {
      if (!operations.has(operation)) throw new Skipped(`${operation} is not announced`);
      await run();
    };
  const check = (says: string, run: () => Promise<void>) => report.check(AREA, says, run);
  await check(
    'queries, a page at a time, and says how many there are',
    announced('QUERY', () => pages(adapter)),
  );
  await check(
    'sorts in both directions',
    announced('QUERY', () => sorting(adapter, schema)),
  );
  await check(
    'gives only the fields that are asked for',
    announced('QUERY', () => projection(adapter, schema)),
  );
  await check(
    'gets one item, and nothing for an id that does not exist',
    announced('GET', () => getting(adapter)),
  );
  await check(
    'counts as many as a query finds',
    announced('COUNT', async () => {
      const count = await adapter.count({}, true);
      const { total } = await adapter.query(asking({}, { window: { limit: 1, offset: 0 } }));
      expectThat(total === undefined || total === count, `it counts ${count} and a query says ${total}`);
    }),
  );
  await check(
    'gives each distinct value once',
    announced('DISTINCT', () => distinct(adapter, schema)),
  );
  await check(
    'groups, and gives numbers as numbers',
    announced('AGGREGATE', () => groups(adapter, schema, isV3)),
  );
}

async function pages(adapter: CollectionAdapter): Promise<void> {
  const page = (offset: number) => adapter.query(asking({}, { window: { limit: 1, offset } }));
  const [first, second] = [await page(0), await page(1)];
  expectThat(first.total !== undefined, 'a query that asked for the total did not get it');
  expectThat(first.entries.length <= 1, `a page of 1 held ${first.entries.length} items`);
  const [one, two] = [first.entries[0]?.['_id'], second.entries[0]?.['_id']];
  expectThat(one === undefined || one !== two, 'the second page begins with the item of the first');
  expectThat((first.total ?? 0) < 2 || two !== undefined, 'the second page is empty though there are more');
}

async function sorting(adapter: CollectionAdapter, { fields }: ExternalSchema): Promise<void> {
  const field =
    fields.find(({ key, sortable }) => sortable && key === '_id') ?? fields.find(({ sortable }) => sortable);
  if (!field) throw new Skipped('no field can be sorted by');
  const sorted = async (order: 'ASC' | 'DESC') => {
    const sort = [{ fieldName: field.key, order }];
    return (await adapter.query(asking({}, { sort }))).entries.map((item) => item[field.key]);
  };
  const [up, down] = [await sorted('ASC'), await sorted('DESC')];
  const texts = up.filter((value) => typeof value === 'string');
  const isSorted = texts.every((value, index) => index === 0 || (texts[index - 1] as string) <= value);
  if (field.key === '_id') expectThat(isSorted, `ascending by ${field.key} is not ascending`);
  if (up.length < 2 || up.length === 10) return;
  expectThat(
    JSON.stringify(up[0]) === JSON.stringify(down.at(-1)),
    `descending by ${field.key} is not the reverse`,
  );
}

async function projection(adapter: CollectionAdapter, { fields }: ExternalSchema): Promise<void> {
  const [field] = fields.filter(({ key }) => !key.startsWith('_'));
  if (!field) throw new Skipped('there is no field of its own');
  const { entries } = await adapter.query(asking({}, { fields: [field.key] }));
  for (const item of entries) {
    const more = Object.keys(item).filter((key) => key !== '_id' && key !== field.key);
    expectThat(more.length === 0, `asked for ${field.key} it gave ${more.join(', ')} as well`);
  }
}

async function getting(adapter: CollectionAdapter): Promise<void> {
  const nothing = await adapter.get('adapter-check-no-such-item', [], true);
  expectThat(nothing === undefined, 'it gave an item for an id that does not exist');
  const { entries } = await adapter.query(asking({}, { window: { limit: 1, offset: 0 } }));
  const id = entries[0]?.['_id'];
  if (typeof id !== 'string') return;
  const item = await adapter.get(id, [], true);
  expectThat(JSON.stringify(item?.['_id']) === JSON.stringify(id), `it did not give the item ${id}`);
}

async function distinct(adapter: CollectionAdapter, { fields }: ExternalSchema): Promise<void> {
  const field = fields.find(({ key, type }) => type === 'TEXT' && !key.startsWith('_')) ?? fields[0];
  if (!field) throw new Skipped('there is no field');
  const window = { limit: 50, offset: 0 };
  const read = { fieldName: field.key, filter: {}, order: 'ASC', window, consistentRead: true } as const;
  const values = (await adapter.distinct(read)).entries.map((value) => JSON.stringify(value));
  expectThat(new Set(values).size === values.length, `a value of ${field.key} is there twice`);
}

async function groups(adapter: CollectionAdapter, { fields }: ExternalSchema, isV3: boolean): Promise<void> {
  const by = fields.find(({ key, type }) => type === 'TEXT' && !key.startsWith('_'));
  const amount = fields.find(({ type }) => type === 'NUMBER');
  if (!by || !amount) throw new Skipped('there is no text to group by, or no number');
  const { entries } = await adapter.aggregate({
    initialFilter: {},
    groupingFields: [by.key],
    operations: [
      { resultFieldName: 'checkMost', max: { itemFieldName: amount.key } },
      ...(isV3 ? [{ resultFieldName: 'checkCount', itemCount: {} }] : []),
    ],
    finalFilter: {},
    sort: [],
    window: { limit: 50, offset: 0 },
    consistentRead: true,
  });
  for (const group of entries) {
    const most = group['checkMost'] ?? null;
    expectThat(
      most === null || typeof most === 'number',
      `the greatest ${amount.key} is ${JSON.stringify(most)}`,
    );
    if (isV3)
      expectThat(
        typeof group['checkCount'] === 'number',
        `a count is ${JSON.stringify(group['checkCount'])}`,
      );
    expectThat(Object.hasOwn(group, by.key), `a group does not say its ${by.key}`);
  }
}
