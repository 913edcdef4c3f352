import fc from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useDatabases } from '../../../../tests/databases.ts';
import { toCaller } from '../caller.ts';
import { openExternalDatabase, type ExternalDatabase } from '../database.ts';
import { authorizeTable } from '../rules/authorize.ts';
import { countItems, findItems } from '../sql/find.ts';
import { createTable } from '../sql/schema.ts';
import { insertItems } from '../sql/write.ts';
import { parseFilter } from './parse.ts';

/** Random filters say the same on SQLite, on PostgreSQL and worked out here. */

type Row = Readonly<{ _id: string; text: string | null; number: number | null; flag: boolean | null }>;

const TEXTS = ['', 'a', 'A', 'ab', 'b%', '_', "'; --", 'é', 'É', '日本', '"'];
const NUMBERS = [-1.5, 0, 1, 2, 1e15];
const ROWS: Row[] = TEXTS.flatMap((text, at) => [
  { _id: `r${at}`, text, number: NUMBERS[at % NUMBERS.length] ?? null, flag: at % 2 === 0 },
  { _id: `n${at}`, text: at % 3 === 0 ? null : text, number: at % 2 === 0 ? null : at, flag: null },
]);

const lower = (text: string) => text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
const compare = (one: string | number, other: string | number) =>
  typeof one === 'string'
    ? Buffer.compare(Buffer.from(one), Buffer.from(String(other)))
    : one - Number(other);

/** The meaning of a filter, for the model. */
function holds(filter: Record<string, unknown>, row: Row): boolean {
  return Object.entries(filter).every(([key, wanted]) => {
    const parts = wanted as Record<string, unknown>[];
    if (key === '$and') return parts.every((part) => holds(part, row));
    if (key === '$or') return parts.length === 0 || parts.some((part) => holds(part, row));
    if (key === '$not') return !parts.every((part) => holds(part, row));
    const value = row[key as keyof Row];
    return Object.entries(wanted as object).every(([operator, operand]) => meets(operator, value, operand));
  });
}

function meets(operator: string, value: string | number | boolean | null, wanted: unknown): boolean {
  if (operator === '$eq') return value === wanted;
  if (operator === '$ne') return value !== wanted;
  if (operator === '$exists') return (value !== null) === wanted;
  if (operator === '$nin') return !(wanted as unknown[]).includes(value);
  if (value === null) return false;
  if (operator === '$in') return (wanted as unknown[]).includes(value);
  if (operator === '$contains') return lower(String(value)).includes(lower(String(wanted)));
  if (operator === '$startsWith') return lower(String(value)).startsWith(lower(String(wanted)));
  if (operator === '$endsWith') return lower(String(value)).endsWith(lower(String(wanted)));
  const order = compare(value as string | number, wanted as string | number);
  return { $lt: order < 0, $lte: order <= 0, $gt: order > 0, $gte: order >= 0 }[operator] ?? false;
}

const text = fc.oneof(
  fc.constantFrom(...TEXTS),
  fc.string({ unit: 'grapheme', maxLength: 4 }).filter((each) => !each.includes('\0')),
);
const number = fc.oneof(fc.constantFrom(...NUMBERS), fc.integer({ min: -5, max: 5 }));
const conditionOn = (value: fc.Arbitrary<string | number>, more: readonly string[]) =>
  fc.oneof(
    fc.tuple(fc.constantFrom('$eq', '$ne'), fc.option(value)),
    fc.tuple(fc.constantFrom('$lt', '$lte', '$gt', '$gte', ...more), value),
    fc.tuple(fc.constantFrom('$in', '$nin'), fc.array(value, { minLength: 1, maxLength: 4 })),
    fc.tuple(fc.constant('$exists'), fc.boolean()),
  );
const leaf = fc.oneof(
  conditionOn(text, ['$contains', '$startsWith', '$endsWith']).map(([operator, value]) => ({
    text: { [operator]: value },
  })),
  conditionOn(number, []).map(([operator, value]) => ({ number: { [operator]: value } })),
  fc
    .tuple(fc.constantFrom('$eq', '$ne'), fc.option(fc.boolean()))
    .map(([operator, value]) => ({ flag: { [operator]: value } })),
);
const { tree } = fc.letrec<{ tree: Record<string, unknown> }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.array(tie('tree'), { maxLength: 3 }).map(($and) => ({ $and })),
    fc.array(tie('tree'), { maxLength: 3 }).map(($or) => ({ $or })),
    tie('tree').map((part) => ({ $not: [part] })),
  ),
}));

const { postgres } = useDatabases();
let folder: string;
const opened: ExternalDatabase[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'filters-'));
  for (const url of [undefined, await postgres().createDatabase()]) {
    const database = await openExternalDatabase({ url, poolSize: 2, dataFolder: folder });
    opened.push(database);
    await createTable(database, 'rows', [
      { key: 'text', type: 'TEXT', referenced: null },
      { key: 'number', type: 'NUMBER', referenced: null },
      { key: 'flag', type: 'BOOLEAN', referenced: null },
    ]);
    const outcomes = await insertItems(database, await grantOn(database, 'insert'), ROWS);
    expect(outcomes.every((outcome) => 'item' in outcome)).toBe(true);
  }
});

afterAll(async () => {
  for (const database of opened) await database.close();
  await rm(folder, { recursive: true });
});

async function grantOn(database: ExternalDatabase, action: 'query' | 'insert') {
  const [table] = await database.discover();
  if (!table) throw new Error('the table was made');
  return authorizeTable(toCaller({ role: 'OWNER', id: null, instanceId: null }), action, table, {});
}

test(
  'filters of random trees select the same rows everywhere',
  async () => {
    const grants = await Promise.all(
      opened.map(async (database) => ({ database, grant: await grantOn(database, 'query') })),
    );
    await fc.assert(
      fc.asyncProperty(tree, async (filter) => {
        const expected = ROWS.filter((row) => holds(filter, row)).map(({ _id }) => _id);
        for (const { database, grant } of grants) {
          const condition = parseFilter(filter, grant.readable);
          const question = {
            filter: condition,
            sort: [],
            offset: 0,
            limit: 1000,
            columns: [grant.table.key],
            withTotal: true,
          };
          const { items, total } = await findItems(database, grant, question);
          expect(
            items.map(({ _id }) => _id),
            database.dialect.kind,
          ).toEqual(expected.toSorted());
          expect(total).toBe(expected.length);
          expect(await countItems(database, grant, condition)).toBe(expected.length);
        }
      }),
      { numRuns: process.env['LONG'] ? 50_000 : 500 },
    );
  },
  process.env['LONG'] ? 1_200_000 : 60_000,
);
