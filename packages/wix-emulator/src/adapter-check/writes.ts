import { randomUUID } from 'node:crypto';
import type { CollectionAdapter, ExternalSchema } from '../external-databases/adapter.ts';
import type { JsonObject } from '../items/value.ts';
import { expectThat, Skipped } from './report.ts';
import type { Report } from './report.ts';
import { sampled, samplePair } from './sample.ts';
import { asking, checkValues, expectRefused, itemOf } from './values.ts';

const AREA = 'Writing';

/** Writes of a collection that may be written to. Every item it makes it takes away again, however it ends. */
export async function checkWrites(
  report: Report,
  adapter: CollectionAdapter,
  schema: ExternalSchema,
  { isScratch, isV3, reads }: { isScratch: boolean; isV3: boolean; reads: () => Promise<void> },
): Promise<void> {
  const { operations } = schema;
  if (!operations.has('INSERT') || !operations.has('REMOVE')) {
    await reads();
    return report.check(AREA, 'inserts, updates and removes', () => {
      throw new Skipped('INSERT and REMOVE are not both announced, so nothing could be put back');
    });
  }
  const pair = samplePair(schema);
  const [first, second] = pair;
  const [third, fourth] = [
    { ...first, _id: randomUUID() },
    { ...second, _id: randomUUID() },
  ];
  const ids = [...pair, third, fourth].map(({ _id: id }) => id as string);
  try {
    await report.check(AREA, 'inserts, and answers with the items as they are stored', async () => {
      const [one, two] = await adapter.insert(pair);
      for (const [outcome, item] of [
        [one, first],
        [two, second],
      ] as const) {
        const { _id: id } = itemOf(outcome);
        expectThat(id === item['_id'], `it answered with the item ${JSON.stringify(id)}`);
      }
    });
    await checkValues(report, adapter, schema, pair);
    // Now that there is something to read, even where there was nothing.
    await reads();
    await report.check(AREA, 'refuses an _id that is taken', async () => {
      const [outcome] = await adapter.insert([first]);
      expectRefused(outcome, 'WDE0074');
    });
    if (isV3) {
      await report.check(AREA, 'lets one failing item leave the others alone', async () => {
        const [one, taken, two] = await adapter.insert([third, first, fourth]);
        expectRefused(taken, 'WDE0074');
        itemOf(one);
        itemOf(two);
      });
    }
    await checkUpdates(report, adapter, schema, first, isV3);
    await report.check(AREA, 'removes, and answers with what was there', async () => {
      const [outcome] = await adapter.remove([second['_id'] as string]);
      const { _id: id } = itemOf(outcome);
      expectThat(id === second['_id'], `it answered with the item ${JSON.stringify(id)}`);
      if (!operations.has('COUNT')) return;
      const left = await adapter.count({ _id: second['_id'] }, true);
      expectThat(left === 0, 'the item is there still');
    });
    await report.check(AREA, 'refuses to remove an item that is not there', async () => {
      const [outcome] = await adapter.remove([randomUUID()]);
      expectRefused(outcome, 'WDE0073');
    });
    await report.check(AREA, 'empties the collection', async () => {
      if (!operations.has('TRUNCATE')) throw new Skipped('TRUNCATE is not announced');
      if (!isScratch) throw new Skipped('only a scratch collection is emptied');
      await adapter.truncate();
      const left = await adapter.query(asking({}));
      expectThat(left.entries.length === 0, `${left.entries.length} items are there still`);
    });
  } finally {
    // One by one: an item that is gone already must not keep the others.
    for (const id of ids) await adapter.remove([id]).catch(() => undefined);
  }
}

async function checkUpdates(
  report: Report,
  adapter: CollectionAdapter,
  schema: ExternalSchema,
  item: JsonObject,
  isV3: boolean,
): Promise<void> {
  if (!schema.operations.has('UPDATE')) {
    return report.check(AREA, 'updates', () => {
      throw new Skipped('UPDATE is not announced');
    });
  }
  const [kept, dropped] = sampled(schema);
  const changed: JsonObject = {
    _id: item['_id'] ?? null,
    ...(kept && { [kept.key]: item[kept.key] ?? null }),
  };
  await report.check(AREA, 'updates, and answers with the item as it is stored', async () => {
    const [outcome] = await adapter.update([changed]);
    const { _id: id } = itemOf(outcome);
    expectThat(id === item['_id'], `it answered with the item ${JSON.stringify(id)}`);
  });
  // In the legacy generation it is not said whether the item is replaced.
  if (isV3 && dropped && schema.operations.has('GET')) {
    await report.check(AREA, 'replaces the whole item when it updates', async () => {
      const stored = await adapter.get(item['_id'] as string, [], true);
      const left = stored?.[dropped.key] ?? null;
      expectThat(left === null, `${dropped.key}, which was not sent, is still ${JSON.stringify(left)}`);
    });
  }
  await report.check(AREA, 'refuses to update an item that is not there', async () => {
    const [outcome] = await adapter.update([{ ...changed, _id: randomUUID() }]);
    expectRefused(outcome, 'WDE0073');
  });
}
