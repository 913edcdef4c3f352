import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { WixEmulator } from '../../packages/wix-emulator/src/index.ts';
import { filter, item } from './arbitraries.ts';
import { matches } from './filter-model.ts';
import type { Filter, Item } from './filter-model.ts';
import { appToken, asApp, openCollection, send, startWix } from './support.ts';

/** For each of the two sites. */
const CASES = process.env['LONG'] === '1' ? 100_000 : 5_000;
const SEED = 1_815;

const items: readonly (Item & { _id: string })[] = fc
  .sample(item, { seed: SEED, numRuns: 150 })
  .map((fields, n) => ({ _id: `i${n}`, ...fields }));

test('the sample holds what it should', () => {
  expect(items.some((one) => Array.isArray(one['list']))).toBe(true);
  expect(items.some((one) => Array.isArray(one['plain']))).toBe(false);
});

test.each([
  ['without indexes', []],
  ['with every field in an index', [['plain', 'other'], ['list', 'in.more'], ['in.deep']]],
])(
  'random filters find what a plain reading of them finds, %s',
  { timeout: 60_000 + CASES * 20 },
  async (_, indexed) => {
    const wix = await startWix({ seed: { collections: [openCollection('Notes', [...items])] } });
    for (const [n, fields] of indexed.entries()) {
      await asApp().indexes.createIndex('Notes', {
        name: `index-${n}`,
        fields: fields.map((field) => ({ path: field, order: 'ASC' as const })),
      });
    }
    const token = await appToken(wix);
    await fc.assert(
      fc.asyncProperty(filter, async (tree) => {
        const expected = items.filter((one) => matches(one, tree)).map(({ _id }) => _id);
        expect(await found(wix, token, tree)).toEqual(expected.toSorted());
      }),
      { seed: SEED, numRuns: CASES },
    );
  },
);

async function found(wix: WixEmulator, token: string, tree: Filter): Promise<string[]> {
  const answer = await send(wix, 'POST', '/wix-data/v2/items/query', {
    token,
    body: { dataCollectionId: 'Notes', query: { filter: tree, paging: { limit: 1_000 } } },
  });
  const body = (await answer.json()) as { message?: string; dataItems?: { id: string }[] };
  if (!body.dataItems) throw new Error(`${answer.status} ${body.message}`);
  return body.dataItems.map(({ id }) => id).toSorted();
}
