import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { WixEmulator } from '../../packages/wix-emulator/src/index.ts';
import { Refused, runStage, sorted } from './aggregate-model.ts';
import { filter, item, number, path, text } from './arbitraries.ts';
import { matches } from './filter-model.ts';
import type { Filter, Item } from './filter-model.ts';
import { appToken, openCollection, send, startWix } from './support.ts';

/** For each of the two ways to aggregate. */
const CASES = process.env['LONG'] === '1' ? 50_000 : 2_000;
const SEED = 1_815;

/** What stages make, so that later stages can read it. */
const result = fc.constantFrom('x', 'y', 'z');
const readable = fc.oneof(
  { weight: 3, arbitrary: path },
  { weight: 2, arbitrary: result },
  fc.constant('_id.x'),
);
const direction = fc.constantFrom('ASC', 'DESC');
const sort = fc.array(fc.record({ fieldName: readable, order: direction }), { minLength: 1, maxLength: 2 });
const count = fc.integer({ min: 0, max: 40 });

const { expression } = fc.letrec<{ expression: Record<string, unknown> }>((tie) => {
  const one = tie('expression');
  const several = fc.array(one, { maxLength: 3 });
  const [firstExpression, secondExpression] = [one, one];
  return {
    expression: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      { weight: 6, arbitrary: readable.map((fieldPath) => ({ fieldPath })) },
      { weight: 2, arbitrary: number.map((numeric) => ({ numeric })) },
      { weight: 2, arbitrary: text.map((value) => ({ text: value })) },
      ...['add', 'sum', 'multiply', 'concat'].map((name) =>
        several.map((expressions) => ({ [name]: { expressions } })),
      ),
      ...['subtract', 'divide', 'mod'].map((name) =>
        fc.record({ firstExpression, secondExpression }).map((operands) => ({ [name]: operands })),
      ),
      ...['abs', 'floor', 'ceil', 'stringify', 'toLower', 'toUpper', 'length'].map((name) =>
        one.map((operand) => ({ [name]: { expression: operand } })),
      ),
      fc
        .record(
          {
            expression: one,
            startExpression: fc.oneof(
              one,
              count.map((numeric) => ({ numeric })),
            ),
            lengthExpression: count.map((numeric) => ({ numeric })),
          },
          { requiredKeys: ['expression', 'startExpression'] },
        )
        .map((substring) => ({ substring })),
    ),
  };
});

const accumulators = fc
  .uniqueArray(result, { maxLength: 3 })
  .chain((names) =>
    fc.tuple(
      ...names.map((resultFieldName) =>
        fc
          .tuple(fc.constantFrom('sum', 'avg', 'min', 'max', 'first', 'last', 'push'), expression)
          .map(([name, operand]) => ({ resultFieldName, [name]: { expression: operand } })),
      ),
    ),
  );
const groupIds = fc
  .uniqueArray(result, { maxLength: 2 })
  .chain((keys) => fc.tuple(...keys.map((key) => expression.map((by) => ({ key, expression: by })))));
const topLevel = fc.constantFrom('plain', 'list', 'other', 'in', 'nowhere', 'x', 'y', 'z');

const stage = fc.oneof(
  { weight: 2, arbitrary: filter.map((content) => ({ filter: content })) },
  { weight: 2, arbitrary: sort.map((values) => ({ sort: { values } })) },
  count.map((skip) => ({ skip })),
  count.map((limit) => ({ limit: limit + 1 })),
  readable.map((arrayFieldName) => ({ unwindArray: { arrayFieldName } })),
  fc
    .record({ objectFieldName: readable, destinationFieldName: result })
    .map((objectToArray) => ({ objectToArray })),
  {
    weight: 2,
    arbitrary: fc.record({ groupIds, accumulators }).map((group) => ({ group })),
  },
  fc
    .uniqueArray(topLevel, { minLength: 1, maxLength: 3 })
    .map((names) => ({ projection: { fields: names.map((fieldName) => ({ exclude: { fieldName } })) } })),
  fc.uniqueArray(topLevel, { minLength: 1, maxLength: 4 }).chain((names) =>
    fc
      .tuple(
        ...names.map((name) =>
          fc.oneof(
            fc.constant({ include: { fieldName: name } }),
            expression.map((operand) => ({ reshape: { resultFieldName: name, expression: operand } })),
          ),
        ),
      )
      .map((fields) => ({ projection: { fields } })),
  ),
);

const ITEMS = fc.sample(item, { seed: SEED, numRuns: 60 }).map((fields, n) => ({ _id: `i${n}`, ...fields }));

/** A site whose clock stands still, and its items as a query gives them. */
async function siteWithItems() {
  const wix = await startWix({
    clock: () => Date.UTC(2026, 0, 1),
    seed: { collections: [openCollection('Notes', ITEMS)] },
  });
  const token = await appToken(wix);
  const body = { dataCollectionId: 'Notes', query: { paging: { limit: 1_000 } } };
  const answer = await send(wix, 'POST', '/wix-data/v2/items/query', { token, body });
  const { dataItems } = (await answer.json()) as { dataItems: { data: Item }[] };
  expect(dataItems).toHaveLength(ITEMS.length);
  return { wix, token, items: dataItems.map(({ data }) => data) };
}

async function answered(wix: WixEmulator, token: string, path_: string, body: object): Promise<unknown> {
  const answer = await send(wix, 'POST', `/wix-data/v2/items/${path_}`, {
    token,
    body: { dataCollectionId: 'Notes', ...body },
  });
  if (answer.status === 400) return 'refused';
  const { results, message } = (await answer.json()) as { results?: unknown; message?: string };
  if (!results) throw new Error(`${answer.status} ${message}`);
  return results;
}

/** The model's answer as it would travel. */
function expected(rows: () => Iterable<Item>): unknown {
  try {
    return JSON.parse(JSON.stringify([...rows()]));
  } catch (error) {
    if (error instanceof Refused) return 'refused';
    throw error;
  }
}

test(
  'random pipelines give what a plain reading of them gives',
  { timeout: 60_000 + CASES * 30 },
  async () => {
    const { wix, token, items } = await siteWithItems();
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(stage, { maxLength: 5 }), async (stages) => {
        const pipeline = { stages, paging: { limit: 1_000 } };
        const rows = () => stages.reduce<Iterable<Item>>((made, one) => runStage(one, made), items);
        const wanted = expected(rows);
        if (wanted === 'refused') refused += 1;
        expect(await answered(wix, token, 'aggregate-pipeline', { pipeline })).toEqual(wanted);
      }),
      { seed: SEED, numRuns: CASES },
    );
    // Refusals are worth meeting, and not worth meeting most of the time.
    expect(refused).toBeGreaterThan(CASES / 100);
    expect(refused).toBeLessThan(CASES / 2);
  },
);

const operations = fc.uniqueArray(result, { maxLength: 3 }).chain((names) =>
  fc.tuple(
    ...names.map((resultFieldName) =>
      fc.oneof(
        fc.constant({ resultFieldName, itemCount: {} }),
        fc
          .tuple(fc.constantFrom('sum', 'average', 'min', 'max'), path)
          .map(([name, itemFieldName]) => ({ resultFieldName, [name]: { itemFieldName } })),
      ),
    ),
  ),
);
const having = fc.dictionary(
  fc.oneof(result, fc.constantFrom('_id', '_id.plain')),
  fc.oneof(
    number,
    text,
    number.map(($gt) => ({ $gt })),
    text.map(($lte) => ({ $lte })),
    fc.boolean().map(($exists) => ({ $exists })),
  ),
  { maxKeys: 2 },
);
const aggregation = fc.record({
  initialFilter: filter,
  aggregation: fc.record({
    groupingFields: fc.uniqueArray(fc.constantFrom('plain', 'list', 'other', 'in', 'nowhere'), {
      maxLength: 2,
    }),
    operations,
  }),
  finalFilter: having,
  sort: fc.array(
    fc.record({ fieldName: fc.oneof(result, fc.constantFrom('_id', '_id.list')), order: direction }),
    {
      maxLength: 2,
    },
  ),
});

test('random aggregations do the same', { timeout: 60_000 + CASES * 30 }, async () => {
  const { wix, token, items } = await siteWithItems();
  await fc.assert(
    fc.asyncProperty(aggregation, async (request) => {
      const wanted = expected(() => aggregated(items, request));
      expect(await answered(wix, token, 'aggregate', { ...request, paging: { limit: 1_000 } })).toEqual(
        wanted,
      );
    }),
    { seed: SEED, numRuns: CASES },
  );
});

type Aggregation = {
  initialFilter: Filter;
  aggregation: { groupingFields: string[]; operations: Record<string, unknown>[] };
  finalFilter: Filter;
  sort: { fieldName: string; order: string }[];
};

/** Said as a pipeline; with one grouping field, filter and sort mean its value by `_id`. */
function aggregated(
  items: readonly Item[],
  { initialFilter, aggregation: asked, finalFilter, sort: by }: Aggregation,
) {
  const { groupingFields } = asked;
  const [only, ...more] = groupingFields;
  const single = more.length === 0 ? only : undefined;
  const group = {
    groupIds: groupingFields.map((key) => ({ key, expression: { fieldPath: key } })),
    accumulators: asked.operations.map(({ resultFieldName, ...calculation }) => {
      const [[name, content] = ['', undefined]] = Object.entries(calculation);
      if (name === 'itemCount') return { resultFieldName, sum: { expression: { numeric: 1 } } };
      const { itemFieldName } = content as { itemFieldName: string };
      return {
        resultFieldName,
        [name === 'average' ? 'avg' : name]: { expression: { fieldPath: itemFieldName } },
      };
    }),
  };
  const groups = runStage({ group }, runStage({ filter: initialFilter }, items));
  const shown = [...groups].map((row) =>
    single === undefined ? row : { ...row, _id: (row['_id'] as Item)[single] },
  );
  const chosen = sorted(
    shown.filter((row) => matches(row, finalFilter)),
    by,
  );
  return chosen.map((row) => (single === undefined ? row : { ...row, _id: { [single]: row['_id'] } }));
}
