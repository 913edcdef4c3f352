import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { scriptedWix, wixError, type WixAnswer, type WixCall } from '../../../tests/scripted-wix.ts';
import { Problem } from '../http/problem.ts';
import { authorize } from '../policy/authorize.ts';
import { provideJournal } from '../policy/journal.ts';
import { isUnsettled, runBulk, type BulkAttempt, type BulkGrants, type BulkPart } from './bulk.ts';
import { provideCachedReads } from './cached-reads.ts';
import { bearerOf, runAs } from './context.ts';

const ada: Parameters<typeof authorize>[0] = {
  kind: 'member',
  id: '1815',
  email: 'ada@example.com',
  emailVerified: true,
  roles: [],
  credential: { kind: 'session', id: 's1' },
  scopes: null,
};
const as = { ...bearerOf('token'), memberId: ada.id };
const rows = { memberEmail: 'ada@example.com' };

let grants: Required<BulkGrants>;
/** What Wix keeps: the owner of each row. */
let kept: Map<string, string>;
let answers: Record<string, WixAnswer>;
let calls: WixCall[];
let leave: () => void;

/** A bulk answer, with the failures named by their code. */
const results = (ids: readonly string[], codes: Readonly<Record<string, string>> = {}) => ({
  results: ids.map((id, originalIndex) => {
    const code = codes[id];
    if (code === undefined)
      return { action: 'INSERT', itemMetadata: { id, originalIndex, success: true }, dataItem: { id } };
    return { itemMetadata: { id, originalIndex, success: false, error: { code, description: code } } };
  }),
  bulkActionMetadata: {},
});

beforeEach(() => {
  provideCachedReads(null);
  grants = {
    insert: authorize(ada, 'insert', 'SITConnections'),
    update: authorize(ada, 'update', 'SITConnections'),
    remove: authorize(ada, 'remove', 'SITConnections'),
    query: authorize(ada, 'query', 'SITConnections'),
  };
  kept = new Map([
    ['one', 'ada@example.com'],
    ['two', 'ada@example.com'],
    ['three', 'ada@example.com'],
  ]);
  answers = {
    'items/query': ({ query }) => {
      const asked = JSON.stringify(query);
      const found = [...kept].filter(([id]) => asked.includes(`"${id}"`));
      return {
        dataItems: found.map(([id, memberEmail]) => ({ id, data: { _id: id, memberEmail } })),
        pagingMetadata: { count: found.length, hasNext: false },
      };
    },
    'bulk/items/insert': ({ dataItems }) =>
      results((dataItems as { data: { _id: string } }[]).map(({ data }) => data._id)),
    'items/patch': ({ patch }) => {
      const { dataItemId: id } = patch as { dataItemId: string };
      return { dataItem: { id, data: { _id: id, memberEmail: kept.get(id), name: 'new' } } };
    },
    'bulk/items/remove': ({ dataItemIds }) => ({
      ...results(dataItemIds as string[]),
      results: results(dataItemIds as string[]).results.map((one) => ({ ...one, action: 'DELETE' })),
    }),
  };
  ({ calls, leave } = scriptedWix(answers));
  provideJournal({ record: () => {}, close: () => {} });
});

afterEach(() => leave());

const run = (parts: readonly BulkPart[], attempt?: BulkAttempt, given: BulkGrants = grants) =>
  runAs(as, () => runBulk(given, parts, attempt));
const operations = () => calls.map(({ operation }) => operation);
const insert = (name: string): BulkPart => ({ action: 'insert', fields: { name } });
const update = (id: string): BulkPart => ({ action: 'update', id, changes: { name: 'new' } });
const remove = (id: string): BulkPart => ({ action: 'remove', id });
const named = (attempt: Partial<BulkAttempt> = {}): BulkAttempt => ({
  resumed: false,
  newId: (index) => `new-${index}`,
  ...attempt,
});
const nothing = (code: string) => ({ done: 'nothing', problem: expect.objectContaining({ code }) });

test('each part is told what became of it, in the order of the parts', async () => {
  const outcomes = await run(
    [remove('one'), insert('a'), update('two'), insert('b'), remove('three')],
    named(),
  );
  expect(outcomes).toEqual([
    { done: 'removed', id: 'one' },
    { done: 'inserted', id: 'new-1' },
    { done: 'updated', item: { _id: 'two', memberEmail: 'ada@example.com', name: 'new' } },
    { done: 'inserted', id: 'new-3' },
    { done: 'removed', id: 'three' },
  ]);
});

test('all rows are looked at in one question, and each kind of write carries what it must', async () => {
  await run([remove('one'), insert('a'), update('two'), remove('three')], named());
  expect(operations().toSorted()).toEqual([
    'bulk/items/insert',
    'bulk/items/remove',
    'items/patch',
    'items/query',
  ]);
  expect(calls[0]?.body).toMatchObject({
    query: {
      filter: { $and: [rows, { _id: { $in: ['one', 'two', 'three'] } }] },
      paging: { limit: 3 },
    },
  });
  const sent = (operation: string) => calls.find((call) => call.operation === operation)?.body;
  expect(sent('bulk/items/insert')).toMatchObject({
    dataItems: [{ data: { _id: 'new-1', name: 'a', ...rows } }],
  });
  expect(sent('items/patch')).toMatchObject({ patch: { dataItemId: 'two' }, condition: { filter: rows } });
  expect(sent('bulk/items/remove')).toMatchObject({
    dataItemIds: ['one', 'three'],
    condition: { filter: rows },
  });
});

test.each([
  ['inserts', [insert('a')], ['bulk/items/insert']],
  ['changes', [update('one')], ['items/query', 'items/patch']],
  ['removals', [remove('one')], ['items/query', 'bulk/items/remove']],
  ['no parts', [], []],
])('%s alone cost no other calls', async (_, parts, expected) => {
  await run(parts);
  expect(operations()).toEqual(expected);
});

describe('AZ-32 the whole of it is refused, and nothing is written,', () => {
  const refusal = (...paths: string[]) => ({
    code: 'not-found',
    errors: paths.map((path) => ({ path, message: 'there is nothing here' })),
  });

  test('when rows are missing: the parts are named by their place', async () => {
    const attempt = run([update('one'), update('nobody'), insert('a'), remove('gone')]);
    await expect(attempt).rejects.toMatchObject(refusal('operations.1', 'operations.3'));
    expect(operations()).toEqual(['items/query']);
  });

  test('when a row may be read but not written', async () => {
    const wider: BulkGrants = { ...grants, query: authorize(ada, 'query', 'Venues') };
    kept.set('graces', 'grace@example.com');
    for (const part of [update('graces'), remove('graces')]) {
      await expect(run([insert('a'), part], named(), wider)).rejects.toMatchObject(refusal('operations.1'));
    }
    expect(operations()).toEqual(['items/query', 'items/query']);
  });

  test('when there is no Grant for a part', async () => {
    const { query } = grants;
    for (const part of [update('one'), remove('one')]) {
      await expect(run([part], named(), { query })).rejects.toMatchObject(refusal('operations.0'));
    }
    expect(operations()).toEqual(['items/query', 'items/query']);
  });

  test('when it is sent again and a row to be changed has gone, but not one that was to be removed', async () => {
    kept.delete('one');
    await expect(run([update('one')], named({ resumed: true }))).rejects.toMatchObject(
      refusal('operations.0'),
    );
    expect(await run([remove('one')], named({ resumed: true }))).toEqual([{ done: 'removed', id: 'one' }]);
  });

  test('when it is sent again and a row to be removed is somebody else’s', async () => {
    const wider: BulkGrants = { ...grants, query: authorize(ada, 'query', 'Venues') };
    kept.set('one', 'grace@example.com');
    await expect(run([remove('one')], named({ resumed: true }), wider)).rejects.toMatchObject(
      refusal('operations.0'),
    );
  });
});

test('what no Grant allows is not sent', async () => {
  expect(await run([insert('a'), update('one'), remove('one')], named(), {})).toEqual([]);
  expect(calls).toEqual([]);
});

describe('inserted rows', () => {
  test('get ids of our own where the caller names none', async () => {
    const outcomes = await run([insert('a'), insert('b')]);
    const ids = outcomes.map((outcome) => (outcome.done === 'inserted' ? outcome.id : ''));
    for (const id of ids) expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4/);
    expect(new Set(ids).size).toBe(2);
    expect(calls.map(({ body }) => body)).toMatchObject([
      { dataItems: ids.map((_id) => ({ data: { _id } })) },
    ]);
  });

  test('that Wix refuses are told one by one', async () => {
    answers['bulk/items/insert'] = () => results(['new-0', 'new-1', 'new-2'], { 'new-1': 'WDE0074' });
    expect(await run([insert('a'), insert('b'), insert('c')], named())).toEqual([
      { done: 'inserted', id: 'new-0' },
      nothing('conflict'),
      { done: 'inserted', id: 'new-2' },
    ]);
    expect(operations(), 'nobody can have made it before').toEqual(['bulk/items/insert']);
  });

  test('of an earlier try are found to be there, and only those', async () => {
    answers['bulk/items/insert'] = () =>
      results(['new-0', 'new-1', 'new-2'], { 'new-0': 'WDE0074', 'new-1': 'WDE0074' });
    kept.set('new-0', 'ada@example.com');
    expect(await run([insert('a'), insert('b'), insert('c')], named({ resumed: true }))).toEqual([
      { done: 'inserted', id: 'new-0' },
      nothing('conflict'),
      { done: 'inserted', id: 'new-2' },
    ]);
    expect(calls[1]?.body).toMatchObject({
      query: { filter: { $and: [rows, { _id: { $in: ['new-0', 'new-1'] } }] }, paging: { limit: 2 } },
    });
  });

  test('are not looked for where the rows cannot be read', async () => {
    answers['bulk/items/insert'] = () => results(['new-0'], { 'new-0': 'WDE0074' });
    const { insert: inserting } = grants;
    expect(await run([insert('a')], named({ resumed: true }), { insert: inserting })).toEqual([
      nothing('conflict'),
    ]);
    expect(operations()).toEqual(['bulk/items/insert']);
  });

  test('fail together when their one call fails, and the other parts go on', async () => {
    answers['bulk/items/insert'] = () => wixError(403, 'WDE0027');
    expect(await run([insert('a'), update('one'), insert('b'), remove('two')], named())).toEqual([
      nothing('forbidden'),
      expect.objectContaining({ done: 'updated' }),
      nothing('forbidden'),
      { done: 'removed', id: 'two' },
    ]);
  });
});

describe('changed rows', () => {
  test('fail one by one', async () => {
    const patch = answers['items/patch'] as WixAnswer;
    answers['items/patch'] = (body) =>
      JSON.stringify(body).includes('"two"') ? wixError(404, 'WDE0073') : patch(body);
    expect(await run([update('one'), update('two'), update('three')])).toEqual([
      expect.objectContaining({ done: 'updated' }),
      nothing('not-found'),
      expect.objectContaining({ done: 'updated' }),
    ]);
  });

  test('are five at a time under way', async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `row-${index}`);
    for (const id of ids) kept.set(id, 'ada@example.com');
    let [underWay, most] = [0, 0];
    const patch = answers['items/patch'] as WixAnswer;
    answers['items/patch'] = async (body) => {
      underWay += 1;
      most = Math.max(most, underWay);
      await wait(20);
      underWay -= 1;
      return patch(body);
    };
    const outcomes = await run(ids.map(update));
    expect(outcomes.map(({ done }) => done)).toEqual(ids.map(() => 'updated'));
    expect(most).toBe(5);
  });
});

describe('removed rows', () => {
  test('that changed hands in between are told one by one', async () => {
    answers['bulk/items/remove'] = () => {
      const { results: all, ...rest } = results(['one', 'two'], { two: 'WDE0073' });
      return { ...rest, results: all.map((one) => ('action' in one ? { ...one, action: 'DELETE' } : one)) };
    };
    expect(await run([remove('one'), remove('two')])).toEqual([
      { done: 'removed', id: 'one' },
      nothing('not-found'),
    ]);
  });

  test('fail together when their one call fails', async () => {
    answers['bulk/items/remove'] = () => wixError(500, 'UNKNOWN');
    const outcomes = await run([remove('one'), update('two'), remove('three')]);
    expect(outcomes).toEqual([
      nothing('wix-unavailable'),
      expect.objectContaining({ done: 'updated' }),
      nothing('wix-unavailable'),
    ]);
    expect(outcomes.map(isUnsettled)).toEqual([true, false, true]);
  });
});

test('only a fault that is not the caller’s is worth another try', () => {
  const unsettled = (code: ConstructorParameters<typeof Problem>[0]) =>
    isUnsettled({ done: 'nothing', problem: new Problem(code) });
  expect((['unexpected', 'wix-refused', 'wix-timeout'] as const).map(unsettled)).toEqual([true, true, true]);
  expect((['conflict', 'not-found', 'forbidden'] as const).map(unsettled)).toEqual([false, false, false]);
  expect(isUnsettled({ done: 'removed', id: 'one' })).toBe(false);
});
