import { WixError } from '../http/errors.ts';
import type { CollectionAdapter, ExternalSchema, Outcome, QueryRead } from '../external-databases/adapter.ts';
import type { Filter } from '../items/reads.ts';
import type { Json, JsonObject } from '../items/value.ts';
import { expectThat, Skipped, Wrong } from './report.ts';
import type { Report } from './report.ts';
import { sampled, sampleOf } from './sample.ts';

const AREA = 'Values and filters';

export type Pair = readonly [JsonObject, JsonObject];

export const asking = (filter: Filter, more: Partial<QueryRead> = {}): QueryRead => ({
  filter,
  sort: [],
  fields: [],
  window: { limit: 10, offset: 0 },
  includes: [],
  consistentRead: true,
  counted: true,
  ...more,
});

/** What was inserted comes back as it was, and is found by what it holds. */
export async function checkValues(
  report: Report,
  adapter: CollectionAdapter,
  schema: ExternalSchema,
  pair: Pair,
): Promise<void> {
  const stored = await Promise.all(pair.map((item) => found(adapter, schema, item['_id'] as string)));
  for (const { key, type } of sampled(schema)) {
    await report.check(AREA, `${type} keeps its value, falsy or not: ${key}`, () => {
      pair.forEach((item, index) => {
        const [was, is] = [JSON.stringify(item[key]), JSON.stringify(stored[index]?.[key])];
        expectThat(was === is, `${was} came back as ${is ?? 'nothing'}`);
      });
    });
  }
  if (!schema.operations.has('QUERY')) return;
  const these: Filter = { _id: { $hasSome: pair.map(({ _id: id }) => id) } };
  const expectFound = async (filter: Filter, expected: readonly JsonObject[]) => {
    const { entries } = await adapter.query(asking({ $and: [these, filter] }));
    const [ids, wanted] = [entries, expected].map((items) =>
      items.map(({ _id: id }) => id as string).toSorted(),
    );
    const told = `${JSON.stringify(filter)} found ${ids?.length ?? 0} items of ${wanted?.length ?? 0}`;
    expectThat(JSON.stringify(ids) === JSON.stringify(wanted), `${told}, or others`);
  };
  for (const { key, type, queryOperators } of sampled(schema)) {
    for (const [name, filter, which] of casesOf(type, key)) {
      if (!queryOperators.includes(name)) continue;
      const expected = pair.filter((_, index) => which.includes(index));
      await report.check(AREA, `${type} ${name}: ${JSON.stringify(filter)}`, () =>
        expectFound(filter, expected),
      );
    }
  }
  await checkLogic(report, schema, pair, expectFound);
}

type ExpectFound = (filter: Filter, expected: readonly JsonObject[]) => Promise<void>;

async function checkLogic(
  report: Report,
  schema: ExternalSchema,
  pair: Pair,
  expectFound: ExpectFound,
): Promise<void> {
  const [first, second] = sampled(schema).filter(({ queryOperators }) => queryOperators.includes('EQ'));
  const is = (field: typeof first, which: 0 | 1): Filter =>
    field ? { [field.key]: { $eq: sampleOf(field.type, which) } } : {};
  const needed = (run: () => Promise<void>) => async () => {
    if (!first) throw new Skipped('no field can be compared');
    await run();
  };
  const cases: [string, Filter, Pair | readonly JsonObject[]][] = [
    ['$or', { $or: [is(first, 0), is(first, 1)] }, pair],
    ['$and', { $and: [is(first, 0), is(first, 1)] }, []],
    ['$not', { $not: [is(first, 0)] }, [pair[1]]],
  ];
  for (const [name, filter, expected] of cases) {
    await report.check(
      AREA,
      name,
      needed(() => expectFound(filter, expected)),
    );
  }
  await report.check(AREA, 'several keys of a filter all count', async () => {
    if (!first || !second) throw new Skipped('there are not two fields that can be compared');
    await expectFound({ ...is(first, 0), ...is(second, 1) }, []);
    await expectFound({ ...is(first, 0), ...is(second, 0) }, [pair[0]]);
  });
}

/** Operator, filter, and which of the two it finds. */
function casesOf(type: string, key: string): [string, Filter, readonly number[]][] {
  const [low, high] = [sampleOf(type, 0), sampleOf(type, 1)];
  const of = (operator: string, value: Json): Filter => ({ [key]: { [operator]: value } });
  const equal: [string, Filter, readonly number[]][] = [
    ['EQ', of('$eq', low), [0]],
    ['NE', of('$ne', low), [1]],
    ['HAS_SOME', of('$hasSome', [high]), [1]],
  ];
  if (type === 'TEXT') {
    return [
      ...equal,
      // Wildcards of SQL are letters here.
      ['CONTAINS', of('$contains', '0% _'), [0]],
      ['CONTAINS', of('$contains', '%'), [0]],
      ['STARTS_WITH', of('$startsWith', 'check '), [0, 1]],
      ['STARTS_WITH', of('$startsWith', '%'), []],
      ['ENDS_WITH', of('$endsWith', '_a_ \\'), [0]],
    ];
  }
  if (type === 'BOOLEAN') return equal;
  return [
    ...equal,
    ['GT', of('$gt', low), [1]],
    ['GTE', of('$gte', low), [0, 1]],
    ['LT', of('$lt', high), [0]],
    ['LTE', of('$lte', low), [0]],
  ];
}

async function found(
  adapter: CollectionAdapter,
  { operations }: ExternalSchema,
  id: string,
): Promise<JsonObject | undefined> {
  if (operations.has('GET')) return adapter.get(id, [], true);
  return (await adapter.query(asking({ _id: id }))).entries[0];
}

/** The item a write gave; a refusal is the finding. */
export function itemOf(outcome: Outcome | undefined): JsonObject {
  if (!outcome) throw new Wrong('it gave no result');
  if ('error' in outcome) throw outcome.error;
  return outcome.item;
}

export function expectRefused(outcome: Outcome | undefined, code: string): void {
  if (!outcome || 'item' in outcome) throw new Wrong('it did as it was told');
  const { error } = outcome;
  expectThat(
    error instanceof WixError && error.message.startsWith(code),
    `it was refused with ${error.message}`,
  );
}
