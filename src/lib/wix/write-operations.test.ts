import { describe, expect, test } from 'vitest';
import { authorize } from '../policy/authorize.ts';
import type { Around } from './around.ts';
import { itemOperations, type ItemsSdk } from './operations.ts';

const ada: Parameters<typeof authorize>[0] = {
  kind: 'member',
  id: '1815',
  email: 'ada@example.com',
  emailVerified: true,
  roles: [],
  credential: { kind: 'session', id: 's1' },
  scopes: null,
};
const grants = {
  insert: authorize(ada, 'insert', 'SITConnections'),
  update: authorize(ada, 'update', 'SITConnections'),
  remove: authorize(ada, 'remove', 'SITConnections'),
};
const rows = { memberEmail: 'ada@example.com' };
const mine = { _id: 'one', memberEmail: 'ada@example.com' };

/** No read is shared or kept. */
const straight: Around = { read: (_grant, _question, ask) => ask({}), wrote: () => Promise.resolve() };

/** Operations over an SDK of which one function is there; what it was given is kept. */
function over(name: keyof ItemsSdk, answer: () => unknown) {
  const given: unknown[][] = [];
  const sdk = {
    [name]: async (...sent: unknown[]) => {
      given.push(sent);
      return Promise.resolve(answer());
    },
  };
  return { given, wix: itemOperations(sdk as unknown as ItemsSdk, (work) => work(), straight) };
}

/** As the SDK throws what Wix refused. */
function refusal(code: string): () => never {
  return () => {
    throw Object.assign(new Error(code), { details: { applicationError: { code } } });
  };
}

describe('what Wix may say of a write', () => {
  test.each(['WDE0073', 'WDE0173', '404', '412'])('%s: no such row, which is no error', async (code) => {
    expect(await over('patch', refusal(code)).wix.patch(grants.update, 'one', { name: 'A' })).toBeNull();
    expect(await over('remove', refusal(code)).wix.remove(grants.remove, 'one')).toBe(false);
  });

  test.each([
    ['WDE0027', 'forbidden'],
    ['WDE0074', 'conflict'],
    ['WDE0109', 'payload-too-large'],
  ])('%s: %s', async (code, problem) => {
    const refused = expect.objectContaining({ code: problem });
    await expect(over('insert', refusal(code)).wix.insert(grants.insert, {})).rejects.toEqual(refused);
    await expect(over('patch', refusal(code)).wix.patch(grants.update, 'one', {})).rejects.toEqual(refused);
    await expect(over('remove', refusal(code)).wix.remove(grants.remove, 'one')).rejects.toEqual(refused);
  });

  test('anything else is thrown on, and not taken for a missing row', async () => {
    for (const thrown of [refusal('WDE0080'), refusal(''), () => Promise.reject(new Error('no code'))]) {
      await expect(over('patch', thrown).wix.patch(grants.update, 'one', {})).rejects.toThrow(Error);
      await expect(over('remove', thrown).wix.remove(grants.remove, 'one')).rejects.toThrow(Error);
    }
  });
});

test('a changed or removed row is given back as it is', async () => {
  const patched = await over('patch', () => mine).wix.patch(grants.update, 'one', { name: 'A' });
  expect(patched).toEqual(mine);
  expect(await over('remove', () => mine).wix.remove(grants.remove, 'one')).toBe(true);
  expect(await over('remove', () => null).wix.remove(grants.remove, 'one')).toBe(false);
});

test('the owner is stamped on each of many rows, whatever they hold', async () => {
  const { wix, given } = over('bulkInsert', () => ({ insertedItemIds: ['a', 'b'], errors: [] }));
  expect(
    await wix.insertMany(grants.insert, [{ _id: 'a', memberEmail: 'grace@example.com' }, { _id: 'b' }]),
  ).toEqual(['a', 'b']);
  expect(given).toEqual([
    [
      'SITConnections',
      [
        { _id: 'a', ...rows },
        { _id: 'b', ...rows },
      ],
    ],
  ]);
});

test('of many rows each is told why it was not inserted', async () => {
  const errors = [
    { code: 'WDE0109', originalIndex: 3 },
    { code: 'WDE0080', originalIndex: 2 },
  ];
  const { wix } = over('bulkInsert', () => ({ insertedItemIds: ['a'], errors }));
  const outcomes = await wix.insertMany(
    grants.insert,
    ['a', 'b', 'c', 'd'].map((_id) => ({ _id })),
  );
  expect(outcomes).toEqual([
    'a',
    // Skipped without a word, as Wix does with a value that a unique index refuses.
    expect.objectContaining({ code: 'conflict' }),
    expect.objectContaining({ code: 'wix-refused', message: 'Wix Data answered WDE0080' }),
    expect.objectContaining({ code: 'payload-too-large' }),
  ]);
});

test('many rows are removed under the row filter, and those that were are named', async () => {
  const { wix, given } = over('bulkRemove', () => ({ removedItemIds: ['a', 'c'] }));
  expect(await wix.removeMany(grants.remove, ['a', 'b', 'c'])).toEqual(new Set(['a', 'c']));
  expect(given).toEqual([['SITConnections', ['a', 'b', 'c'], { condition: rows }]]);
});

describe('the version a caller saw is part of the write itself', () => {
  const [first, second] = [new Date('2026-03-01T12:00:00Z'), new Date('2026-03-02T12:00:00Z')];
  const conditions = [
    [null, rows],
    [[first], { $and: [rows, { _updatedDate: first }] }],
    [[first, second], { $and: [rows, { $or: [{ _updatedDate: first }, { _updatedDate: second }] }] }],
  ] as const;

  test.each(conditions)('%j', async (versions, condition) => {
    const patching = over('patch', () => mine);
    await patching.wix.patch(grants.update, 'one', { name: 'A' }, versions);
    expect(patching.given[0]?.at(-1)).toEqual({ condition });
    const removing = over('remove', () => mine);
    await removing.wix.remove(grants.remove, 'one', versions);
    expect(removing.given[0]?.at(-1)).toEqual({ condition });
  });

  test('no version at all is no reason to write whatever is there', async () => {
    const patching = over('patch', () => mine);
    await expect(patching.wix.patch(grants.update, 'one', { name: 'A' }, [])).rejects.toThrow(TypeError);
    const removing = over('remove', () => mine);
    await expect(removing.wix.remove(grants.remove, 'one', [])).rejects.toThrow(TypeError);
    expect([...patching.given, ...removing.given]).toEqual([]);
  });
});
