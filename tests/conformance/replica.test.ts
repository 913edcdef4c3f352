import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asApp, asVisitor, movableClock, openCollection, startWix } from './support.ts';

const DELAY_MS = 5_000;

/** Notes on a site whose reads lag five seconds behind. */
async function withLateNotes(items: Record<string, unknown>[] = []) {
  const clock = movableClock(Date.parse('2026-05-01T10:00:00.000Z'));
  const wix = await startWix({
    clock: clock.now,
    seed: {
      collections: [openCollection('Notes', items), openCollection('Others')],
      settings: { replicaDelayMs: DELAY_MS },
    },
  });
  return { wix, clock };
}

const late = () => asVisitor().items;
const consistentRead = true;

const titlesOf = async (options?: object) => {
  const { items } = await late().query('Notes').ascending('_id').find(options);
  return items.map(({ title }) => title as string);
};

describe('a read without consistentRead sees', () => {
  test('inserted items later, and one with it at once', async () => {
    const { clock } = await withLateNotes([{ _id: 'a', title: 'old' }]);
    await late().insert('Notes', { _id: 'b', title: 'new' });
    expect(await titlesOf()).toEqual(['old']);
    expect(await titlesOf({ consistentRead })).toEqual(['old', 'new']);
    clock.forward(4.999);
    expect(await titlesOf()).toEqual(['old']);
    clock.forward(0.001);
    expect(await titlesOf()).toEqual(['old', 'new']);
  });

  test('changed items as they were, and removed ones still there', async () => {
    const { clock } = await withLateNotes([
      { _id: 'a', title: 'first' },
      { _id: 'b', title: 'second' },
    ]);
    await late().update('Notes', { _id: 'a', title: 'changed' });
    await late().remove('Notes', 'b');
    expect(await titlesOf()).toEqual(['first', 'second']);
    expect(await titlesOf({ consistentRead })).toEqual(['changed']);
    clock.forward(5);
    expect(await titlesOf()).toEqual(['changed']);
  });

  test('each of several changes in its turn', async () => {
    const { clock } = await withLateNotes([{ _id: 'a', title: '0' }]);
    const seen: string[] = [];
    for (let second = 0; second < 10; second += 1) {
      seen.push(...(await titlesOf()));
      if (second < 4) {
        await late()
          .patch('Notes', 'a')
          .setField('title', String(second + 1))
          .run();
      }
      clock.forward(1);
    }
    expect(seen).toEqual(['0', '0', '0', '0', '0', '1', '2', '3', '4', '4']);
  });

  test('an item that came and went within the delay never, and one that went and came as both', async () => {
    const { clock } = await withLateNotes([{ _id: 'a', title: 'old' }]);
    await late().insert('Notes', { _id: 'brief', title: 'brief' });
    clock.forward(1);
    await late().remove('Notes', 'brief');
    await late().remove('Notes', 'a');
    clock.forward(1);
    await late().insert('Notes', { _id: 'a', title: 'new' });
    expect(await titlesOf()).toEqual(['old']);
    clock.forward(3);
    expect(await titlesOf()).toEqual(['old', 'brief']);
    clock.forward(1);
    expect(await titlesOf()).toEqual([]);
    clock.forward(1);
    expect(await titlesOf()).toEqual(['new']);
  });

  test('an emptied collection full', async () => {
    const { clock } = await withLateNotes([{ _id: 'a', title: 'old' }]);
    await asApp().items.truncate('Notes');
    expect(await titlesOf()).toEqual(['old']);
    expect(await titlesOf({ consistentRead })).toEqual([]);
    clock.forward(5);
    expect(await titlesOf()).toEqual([]);
  });

  test('bulk writes and jobs late as well', async () => {
    const { clock } = await withLateNotes([{ _id: 'a', title: 'old' }]);
    await late().bulkInsert('Notes', [
      { _id: 'b', title: 'b' },
      { _id: 'c', title: 'c' },
    ]);
    await late().bulkRemove('Notes', ['a']);
    expect(await titlesOf()).toEqual(['old']);
    clock.forward(5);
    expect(await titlesOf()).toEqual(['b', 'c']);
  });

  test('what a reference leads to as it was', async () => {
    const { wix, clock } = await withLateNotes([{ _id: 'a', title: 'old' }]);
    await wix.seed({
      collections: [
        {
          ...openCollection('Lists', [{ _id: 'l', note: 'a' }]),
          fields: [
            {
              key: 'note',
              type: 'REFERENCE',
              typeMetadata: { reference: { referencedCollectionId: 'Notes' } },
            },
          ],
        },
      ],
    });
    await late().update('Notes', { _id: 'a', title: 'new' });
    const [item] = (await late().query('Lists').include('note').find()).items;
    expect(item).toMatchObject({ note: { title: 'old' } });
    const results = async (options?: object) =>
      (await late().queryReferencedItems('Lists', 'l', 'note', options)).results;
    expect(await results()).toMatchObject([{ item: { title: 'old' } }]);
    expect(await results({ consistentRead })).toMatchObject([{ item: { title: 'new' } }]);
    clock.forward(5);
    expect(await results()).toMatchObject([{ item: { title: 'new' } }]);
  });
});

test('every kind of read lags alike', async () => {
  const { clock } = await withLateNotes([{ _id: 'a', title: 'old', n: 1 }]);
  await late().update('Notes', { _id: 'a', title: 'new', n: 2 });
  await late().insert('Notes', { _id: 'b', title: 'late', n: 3 });
  const look = async (options?: object) => ({
    get: (await late().get('Notes', 'a', options))?.['title'],
    missing: await late().get('Notes', 'b', options),
    filtered: (await late().query('Notes').eq('title', 'new').find(options)).length,
    counted: await late().query('Notes').count(options),
    distinct: (await late().query('Notes').ascending('n').distinct('n', options)).items,
    aggregated: (await late().aggregate('Notes').sum('n', 'sum').run(options)).items,
    found: (await late().search('Notes').expression('old').run(options)).items.length,
  });
  const before = {
    get: 'old',
    missing: null,
    filtered: 0,
    counted: 1,
    distinct: [1],
    aggregated: [{ sum: 1 }],
    found: 1,
  };
  const after = {
    get: 'new',
    missing: { title: 'late' },
    filtered: 1,
    counted: 2,
    distinct: [2, 3],
    aggregated: [{ sum: 5 }],
    found: 0,
  };
  expect(await look()).toMatchObject(before);
  expect(await look({ consistentRead })).toMatchObject(after);
  clock.forward(5);
  expect(await look()).toMatchObject(after);
});

describe('writes', () => {
  test('look at the rows as they are', async () => {
    await withLateNotes([{ _id: 'a', n: 1 }]);
    const { items } = asVisitor();
    await items.patch('Notes', 'a').incrementField('n', 1).run();
    expect(await items.patch('Notes', 'a').incrementField('n', 1).run()).toMatchObject({ n: 3 });
    const condition = items.filter().eq('n', 3);
    expect(await items.update('Notes', { _id: 'a', n: 9 }, { condition })).toMatchObject({ n: 9 });
    expect(await items.bulkInsert('Notes', [{ _id: 'a' }])).toMatchObject({ skipped: 1 });
  });

  test('of one collection do not show in another', async () => {
    await withLateNotes();
    await late().insert('Others', { _id: 'x', title: 'other' });
    expect(await titlesOf({ consistentRead })).toEqual([]);
    expect(await titlesOf()).toEqual([]);
  });
});

describe('the delay', () => {
  test('is off at first, and turned on and off while the site runs', async () => {
    const wix = await startWix({ seed: { collections: [openCollection('Notes')] } });
    const { items } = asVisitor();
    const seen = async (_id: string) => {
      await items.insert('Notes', { _id });
      return (await items.get('Notes', _id)) !== null;
    };
    expect(await seen('a')).toBe(true);
    wix.settings.set({ replicaDelayMs: 3_600_000 });
    expect(await seen('b')).toBe(false);
    // What was written before is no news.
    expect(await items.get('Notes', 'a')).not.toBeNull();
    wix.settings.set({ replicaDelayMs: 0 });
    expect(await seen('c')).toBe(true);
    expect(await items.get('Notes', 'b')).not.toBeNull();
  });

  test('ends with a reset that does not choose it', async () => {
    const wix = await startWix({ seed: { collections: [openCollection('Notes', [{ _id: 'a' }])] } });
    wix.settings.set({ replicaDelayMs: 3_600_000 });
    await asApp().items.insert('Notes', { _id: 'b' });
    await wix.reset();
    expect((await asVisitor().items.query('Notes').find()).length).toBe(1);
    await asApp().items.insert('Notes', { _id: 'b' });
    expect((await asVisitor().items.query('Notes').find()).length).toBe(2);
  });

  test('pages by cursor within what is seen', async () => {
    const { clock } = await withLateNotes(
      Array.from({ length: 5 }, (_, n) => ({ _id: `i${n}`, title: `T${n}` })),
    );
    await late().remove('Notes', 'i0');
    const first = await late().query('Notes').ascending('_id').limit(3).find();
    expect(first.items.map(({ _id }) => _id)).toEqual(['i0', 'i1', 'i2']);
    expect((await first.next()).items.map(({ _id }) => _id)).toEqual(['i3', 'i4']);
    clock.forward(5);
    expect((await late().query('Notes').find()).length).toBe(4);
  });
});

describe('whatever is written, and whenever', () => {
  const id = fc.constantFrom('a', 'b', 'c');
  const step = fc.oneof(
    fc.record({ does: fc.constant('save' as const), id, title: fc.string({ maxLength: 3 }) }),
    fc.record({ does: fc.constant('remove' as const), id }),
    fc.record({ does: fc.constant('swap' as const), gone: id, fresh: id }),
    fc.record({ does: fc.constant('truncate' as const) }),
    fc.record({ does: fc.constant('wait' as const), seconds: fc.constantFrom(0.001, 1, 2, 4.999, 5) }),
  );

  test('a late read sees the state of five seconds ago, a consistent one that of now', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        const { wix, clock } = await withLateNotes();
        const { items } = asApp();
        let state: Record<string, string> = {};
        // Nothing was written before the beginning.
        const history = [{ from: 0, state }];
        for (const one of steps) {
          if (one.does === 'wait') clock.forward(one.seconds);
          if (one.does === 'save') {
            await items.save('Notes', { _id: one.id, title: one.title });
            state = { ...state, [one.id]: one.title };
          }
          if (one.does === 'remove') {
            await items.remove('Notes', one.id);
            const { [one.id]: _, ...others } = state;
            state = others;
          }
          if (one.does === 'swap') {
            await items.bulkRemove('Notes', [one.gone]);
            await items.bulkSave('Notes', [{ _id: one.fresh, title: 'swapped' }]);
            const { [one.gone]: _, ...others } = state;
            state = { ...others, [one.fresh]: 'swapped' };
          }
          if (one.does === 'truncate') {
            await items.truncate('Notes');
            state = {};
          }
          history.push({ from: clock.now(), state });
          const seen = async (options?: object) => {
            const found = await items.query('Notes').find(options);
            return Object.fromEntries(found.items.map(({ _id, title }) => [_id, title]));
          };
          expect(await seen({ consistentRead })).toEqual(state);
          const moment = clock.now() - DELAY_MS;
          expect(await seen()).toEqual(history.findLast(({ from }) => from <= moment)?.state);
        }
        wix.close();
      }),
      { numRuns: process.env['LONG'] ? 1_000 : 30 },
    );
  });
});
