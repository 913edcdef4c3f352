import { describe, expect, test } from 'vitest';
import type { WixEmulator } from '../../packages/wix-emulator/src/index.ts';
import {
  ada,
  appToken,
  asApp,
  asMember,
  asVisitor,
  failureOf,
  grace,
  openCollection,
  send,
  startWix,
} from './support.ts';

const members = [ada, grace].map(({ id, email, password }) => ({ id, loginEmail: email, password }));

const withNotes = (items: Record<string, unknown>[] = []) =>
  startWix({ seed: { collections: [openCollection('Notes', items)], members } });

/** Notes of Ada's and Grace's, of which each may write their own only. */
const withAuthors = () =>
  startWix({
    seed: {
      members,
      collections: [
        {
          id: 'Notes',
          permissions: {
            read: 'ANYONE',
            insert: 'SITE_MEMBER',
            update: 'SITE_MEMBER_AUTHOR',
            remove: 'SITE_MEMBER_AUTHOR',
          },
          items: [
            { _id: 'hers', _owner: ada.id, n: 1 },
            { _id: 'foreign', _owner: grace.id, n: 1 },
          ],
        },
      ],
    },
  });

const nothing = { inserted: 0, updated: 0, removed: 0, skipped: 0, errors: [] };
const codesOf = ({ errors }: { errors: { code?: string | number }[] }) => errors.map(({ code }) => code);

async function sendBulk(wix: WixEmulator, action: string, body: object) {
  const answer = await send(wix, 'POST', `/wix-data/v2/bulk/items/${action}`, {
    token: await appToken(wix),
    body: { dataCollectionId: 'Notes', ...body },
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

describe('bulkInsert', () => {
  test('inserts all, in order, with ids of its own or given ones', async () => {
    await withNotes();
    const due = new Date('2026-02-03T04:05:06.789Z');
    const result = await asVisitor().items.bulkInsert('Notes', [{ title: 'a' }, { _id: 'my-id', due }]);
    expect(result).toMatchObject({ ...nothing, inserted: 2 });
    expect(result.insertedItemIds?.[1]).toBe('my-id');
    expect(await asVisitor().items.get('Notes', result.insertedItemIds?.[0] ?? '')).toMatchObject({
      title: 'a',
    });
    expect(await asVisitor().items.get('Notes', 'my-id')).toMatchObject({ due });
  });

  test('skips an id that is taken, in the collection or by an item before it, and keeps the others', async () => {
    await withNotes([{ _id: 'taken', title: 'old' }]);
    const client = asVisitor();
    const result = await client.items.bulkInsert('Notes', [
      { _id: 'a', title: 'first' },
      { _id: 'taken', title: 'new' },
      { _id: 'a', title: 'second' },
      { _id: 'b' },
    ]);
    expect(result).toMatchObject({ ...nothing, inserted: 2, skipped: 2, insertedItemIds: ['a', 'b'] });
    expect(await client.items.get('Notes', 'taken')).toMatchObject({ title: 'old' });
    expect(await client.items.get('Notes', 'a')).toMatchObject({ title: 'first' });
  });

  test('says of each refused item why, and keeps the others', async () => {
    await withNotes();
    const client = asApp();
    await client.indexes.createIndex('Notes', {
      name: 'one-each',
      unique: true,
      fields: [{ path: 'email', order: 'ASC' }],
    });
    const result = await client.items.bulkInsert('Notes', [
      { _id: 'a', email: 'x' },
      { _id: 'large', text: 'x'.repeat(500_001) },
      { _id: 'when', date: { $date: 'soon' } },
      { _id: 'b', email: 'y' },
    ]);
    expect(result).toMatchObject({ inserted: 2, skipped: 0, insertedItemIds: ['a', 'b'] });
    expect(result.errors).toMatchObject([
      { code: 'WDE0009', originalIndex: 1, item: { _id: 'large' } },
      { code: 'WDE0080', originalIndex: 2, item: { _id: 'when' } },
    ]);
    const taken = await client.items.bulkInsert('Notes', [{ email: 'x' }, { email: 'z' }]);
    expect(taken).toMatchObject({ inserted: 1, skipped: 0 });
    expect(codesOf(taken)).toEqual(['WDE0123']);
    expect(await client.items.query('Notes').count()).toBe(3);
  });

  test('without permission nothing is inserted', async () => {
    await withAuthors();
    const failure = await failureOf(() => asVisitor().items.bulkInsert('Notes', [{}, {}]));
    expect(failure.details?.applicationError?.code).toBe('WDE0027');
    expect(await asApp().items.query('Notes').count()).toBe(2);
  });

  test('into a missing collection is WDE0025', async () => {
    await withNotes();
    const failure = await failureOf(() => asVisitor().items.bulkInsert('No', [{}]));
    expect(failure.details?.applicationError?.code).toBe('WDE0025');
  });

  test('is owned by whoever wrote it', async () => {
    await withAuthors();
    const client = await asMember(ada);
    await client.items.bulkInsert('Notes', [{ _id: 'x', _owner: grace.id }]);
    expect((await client.items.get('Notes', 'x'))?._owner).toBe(ada.id);
  });

  test('replaces what is there when told to, which the SDK sends as a save', async () => {
    const wix = await withNotes([{ _id: 'a', old: true }]);
    const client = asVisitor();
    const result = await client.items.bulkInsert('Notes', [{ _id: 'a', n: 1 }, { _id: 'b' }], {
      overrideExisting: true,
    });
    expect(result).toMatchObject({ ...nothing, inserted: 1, updated: 1 });
    expect(await client.items.get('Notes', 'a')).not.toHaveProperty('old');
    expect(wix.calls.some(({ operation }) => operation === 'items.bulkSave')).toBe(true);
  });

  test('a thousand items pass, and one more does not', async () => {
    const wix = await withNotes();
    const many = Array.from({ length: 1_001 }, (_, n) => ({ _id: `i${n}`, text: 'x'.repeat(2_000) }));
    const client = asVisitor();
    expect(await client.items.bulkInsert('Notes', many.slice(1))).toMatchObject({ inserted: 1_000 });
    expect((await failureOf(() => client.items.bulkInsert('Notes', many))).message).toContain('WDE0006');
    const dataItems = many.map((data) => ({ data }));
    expect(await sendBulk(wix, 'insert', { dataItems })).toMatchObject({ status: 400 });
    expect(await client.items.get('Notes', 'i0')).toBeNull();
  });

  test('a body beyond sixteen million bytes is 413', async () => {
    await withNotes();
    const many = Array.from({ length: 40 }, () => ({ text: 'x'.repeat(450_000) }));
    expect(await failureOf(() => asVisitor().items.bulkInsert('Notes', many))).toMatchObject({
      code: 'WDE0109',
    });
    expect(await asVisitor().items.query('Notes').count()).toBe(0);
  });

  test('gives the items back when asked, and no more than ids when not', async () => {
    const wix = await withNotes();
    const dataItems = [{ data: { _id: 'a', title: 'T' } }, { id: 'a', data: {} }];
    expect(await sendBulk(wix, 'insert', { dataItems, returnEntity: true })).toEqual({
      status: 200,
      body: {
        results: [
          {
            action: 'INSERT',
            itemMetadata: { id: 'a', originalIndex: 0, success: true },
            dataItem: expect.objectContaining({ data: expect.objectContaining({ title: 'T' }) }),
          },
          {
            itemMetadata: {
              id: 'a',
              originalIndex: 1,
              success: false,
              error: {
                code: 'WDE0074',
                description: expect.stringMatching(/^WDE0074: /),
                data: expect.any(Object),
              },
            },
          },
        ],
        bulkActionMetadata: { totalSuccesses: 1, totalFailures: 1, undetailedFailures: 0 },
      },
    });
    const { body } = await sendBulk(wix, 'insert', { dataItems: [{ data: {} }] });
    expect((body['results'] as object[])[0]).not.toHaveProperty('dataItem');
  });
});

describe('bulkUpdate', () => {
  test('replaces each item, skips those that are missing, and sees its own changes', async () => {
    await withNotes([
      { _id: 'a', n: 1, gone: true },
      { _id: 'b', n: 1 },
    ]);
    const client = asVisitor();
    const result = await client.items.bulkUpdate('Notes', [
      { _id: 'a', n: 2 },
      { _id: 'no', n: 2 },
      { _id: 'b', n: 2 },
      { _id: 'a', n: 3 },
    ]);
    expect(result).toMatchObject({ ...nothing, updated: 3, skipped: 1, updatedItemIds: ['a', 'b', 'a'] });
    const a = await client.items.get('Notes', 'a');
    expect(a).toMatchObject({ n: 3 });
    expect(a).not.toHaveProperty('gone');
    expect(await client.items.get('Notes', 'no')).toBeNull();
  });

  test('an item without an id is refused, alone', async () => {
    await withNotes([{ _id: 'a' }]);
    const changes = [{ n: 1 }, { _id: 'a', n: 1 }] as unknown as { _id: string }[];
    const result = await asVisitor().items.bulkUpdate('Notes', changes);
    expect(result).toMatchObject({ updated: 1, skipped: 0 });
    expect(codesOf(result)).toEqual(['WDE0080']);
  });

  test('a condition decides for each item', async () => {
    await withNotes([
      { _id: 'a', n: 1 },
      { _id: 'b', n: 2 },
    ]);
    const client = asVisitor();
    const condition = client.items.filter().eq('n', 1);
    const changes = ['a', 'b'].map((_id) => ({ _id, n: 9 }));
    const result = await client.items.bulkUpdate('Notes', changes, { condition });
    expect(result).toMatchObject({ updated: 1, skipped: 0, updatedItemIds: ['a'] });
    expect(result.errors).toMatchObject([{ code: 'WDE0173', originalIndex: 1 }]);
    expect(await client.items.get('Notes', 'b')).toMatchObject({ n: 2 });
  });

  test('a condition that makes no sense refuses the call', async () => {
    await withNotes([{ _id: 'a', n: 1 }]);
    const client = asVisitor();
    const condition = { n: { $odd: true } };
    const changes = [{ _id: 'a', n: 9 }];
    const failure = await failureOf(() => client.items.bulkUpdate('Notes', changes, { condition }));
    expect(failure.details?.applicationError?.code).toBe('WDE0080');
    expect(await client.items.get('Notes', 'a')).toMatchObject({ n: 1 });
  });

  test('of another’s items is refused one by one to authors, and as a whole to visitors', async () => {
    await withAuthors();
    const changes = ['hers', 'foreign'].map((_id) => ({ _id, n: 2 }));
    const result = await (await asMember(ada)).items.bulkUpdate('Notes', changes);
    expect(result).toMatchObject({ updated: 1, updatedItemIds: ['hers'] });
    expect(codesOf(result)).toEqual(['WDE0027']);
    expect(await asApp().items.get('Notes', 'foreign')).toMatchObject({ n: 1 });
    const failure = await failureOf(() => asVisitor().items.bulkUpdate('Notes', changes));
    expect(failure.details?.applicationError?.code).toBe('WDE0027');
  });
});

describe('bulkSave', () => {
  test('inserts what is new and replaces what is there', async () => {
    await withNotes([{ _id: 'a', old: true }]);
    const client = asVisitor();
    const result = await client.items.bulkSave('Notes', [{ _id: 'a', n: 1 }, { n: 2 }, { _id: 'c' }]);
    expect(result).toMatchObject({ ...nothing, inserted: 2, updated: 1, updatedItemIds: ['a'] });
    expect(await client.items.get('Notes', 'a')).not.toHaveProperty('old');
    expect(await client.items.query('Notes').count()).toBe(3);
  });

  test('needs the right to what each item turns out to be', async () => {
    await withAuthors();
    const client = await asMember(ada);
    const result = await client.items.bulkSave('Notes', [
      { _id: 'hers' },
      { _id: 'foreign' },
      { _id: 'new' },
    ]);
    expect(result).toMatchObject({ inserted: 1, updated: 1, skipped: 0 });
    expect(codesOf(result)).toEqual(['WDE0027']);
    const failure = await failureOf(() => asVisitor().items.bulkSave('Notes', [{ _id: 'other' }]));
    expect(failure.details?.applicationError?.code).toBe('WDE0027');
    expect(await client.items.get('Notes', 'other')).toBeNull();
  });

  test('with the right to insert only, items that are there stay as they are', async () => {
    await startWix({
      seed: {
        collections: [
          {
            id: 'Notes',
            permissions: { read: 'ANYONE', insert: 'ANYONE', update: 'ADMIN', remove: 'ADMIN' },
            items: [{ _id: 'a', n: 1 }],
          },
        ],
      },
    });
    const client = asVisitor();
    const result = await client.items.bulkSave('Notes', [{ _id: 'a', n: 2 }, { _id: 'b' }]);
    expect(result).toMatchObject({ inserted: 1, updated: 0 });
    expect(codesOf(result)).toEqual(['WDE0027']);
    expect(await client.items.get('Notes', 'a')).toMatchObject({ n: 1 });
  });

  test('into a missing collection is WDE0025', async () => {
    await withNotes();
    const failure = await failureOf(() => asVisitor().items.bulkSave('No', [{}]));
    expect(failure.details?.applicationError?.code).toBe('WDE0025');
  });
});

describe('bulkPatch', () => {
  test('changes the named fields of each, skips those that are missing', async () => {
    await withNotes([
      { _id: 'a', n: 1, kept: 'k' },
      { _id: 'b', n: 5 },
    ]);
    const client = asVisitor();
    const result = await client.items
      .bulkPatch('Notes', ['a', 'no', 'b', 'a'])
      .incrementField('n', 1)
      .setField('seen', true)
      .run();
    expect(result).toMatchObject({ ...nothing, updated: 3, skipped: 1 });
    expect(await client.items.get('Notes', 'a')).toMatchObject({ n: 3, kept: 'k', seen: true });
    expect(await client.items.get('Notes', 'b')).toMatchObject({ n: 6, seen: true });
  });

  test('one item that cannot be changed is left as it is', async () => {
    await withNotes([{ _id: 'a', n: 'text' }, { _id: 'b' }]);
    const client = asVisitor();
    const result = await client.items
      .bulkPatch('Notes', ['a', 'b'])
      .setField('seen', true)
      .incrementField('n', 1)
      .run();
    expect(result).toMatchObject({ updated: 1, updatedItemIds: ['b'] });
    expect(codesOf(result)).toEqual(['WDE0080']);
    expect(await client.items.get('Notes', 'a')).not.toHaveProperty('seen');
  });

  test('a condition decides for each item', async () => {
    await withNotes([
      { _id: 'a', n: 1 },
      { _id: 'b', n: 2 },
    ]);
    const client = asVisitor();
    const condition = client.items.filter().gt('n', 1);
    const result = await client.items.bulkPatch('Notes', ['a', 'b']).setField('big', true).run({ condition });
    expect(result).toMatchObject({ updated: 1, updatedItemIds: ['b'] });
    expect(codesOf(result)).toEqual(['WDE0173']);
  });

  test('of another’s items is refused one by one', async () => {
    await withAuthors();
    const client = await asMember(ada);
    const result = await client.items.bulkPatch('Notes', ['hers', 'foreign']).setField('n', 2).run();
    expect(result).toMatchObject({ updated: 1 });
    expect(codesOf(result)).toEqual(['WDE0027']);
    const failure = await failureOf(() =>
      asVisitor().items.bulkPatch('Notes', ['hers']).setField('n', 3).run(),
    );
    expect(failure.details?.applicationError?.code).toBe('WDE0027');
  });
});

describe('bulkRemove', () => {
  test('removes each, once, and skips those that are missing', async () => {
    await withNotes([{ _id: 'a' }, { _id: 'b' }, { _id: 'c' }]);
    const client = asVisitor();
    const result = await client.items.bulkRemove('Notes', ['a', 'no', 'b', 'a']);
    expect(result).toMatchObject({ ...nothing, removed: 2, skipped: 2, removedItemIds: ['a', 'b'] });
    expect((await client.items.query('Notes').find()).items.map(({ _id }) => _id)).toEqual(['c']);
  });

  test('a condition decides for each item', async () => {
    await withNotes([
      { _id: 'a', n: 1 },
      { _id: 'b', n: 2 },
    ]);
    const client = asVisitor();
    const condition = client.items.filter().eq('n', 2);
    const result = await client.items.bulkRemove('Notes', ['a', 'b'], { condition });
    expect(result).toMatchObject({ removed: 1, removedItemIds: ['b'] });
    expect(codesOf(result)).toEqual(['WDE0173']);
    expect(await client.items.get('Notes', 'a')).not.toBeNull();
  });

  test('of another’s items is refused one by one', async () => {
    await withAuthors();
    const result = await (await asMember(ada)).items.bulkRemove('Notes', ['hers', 'foreign']);
    expect(result).toMatchObject({ removed: 1, removedItemIds: ['hers'] });
    expect(codesOf(result)).toEqual(['WDE0027']);
    const failure = await failureOf(() => asVisitor().items.bulkRemove('Notes', ['foreign']));
    expect(failure.details?.applicationError?.code).toBe('WDE0027');
    expect(await asApp().items.get('Notes', 'foreign')).not.toBeNull();
  });

  test('more than a thousand are refused before they are sent, and when they are sent', async () => {
    const wix = await withNotes();
    const ids = Array.from({ length: 1_001 }, (_, n) => `i${n}`);
    expect((await failureOf(() => asVisitor().items.bulkRemove('Notes', ids))).message).toContain('WDE0069');
    expect(await sendBulk(wix, 'remove', { dataItemIds: ids })).toMatchObject({ status: 400 });
  });
});

describe('a bulk call is one write', () => {
  test('and one call in the log, whatever becomes of its items', async () => {
    const wix = await withNotes([{ _id: 'taken' }]);
    await asApp().items.bulkInsert('Notes', [{ _id: 'a' }, { _id: 'taken' }, { _id: 'b' }]);
    expect(wix.calls.map(({ operation, status }) => `${operation} ${status}`)).toEqual([
      'oauth2.token:client_credentials 200',
      'items.bulkInsert 200',
    ]);
  });

  test.each([
    ['insert', { dataItems: [{ data: {} }], surprise: 1 }],
    ['insert', { dataItems: {} }],
    ['update', { dataItems: [{ data: [] }] }],
    ['save', {}],
    ['patch', { patches: [{ dataItemId: 'a', fieldModifications: [] }] }],
    [
      'patch',
      { patches: [{ dataItemId: 'a', fieldModifications: [{ action: 'SET_FIELD', fieldPath: 'x' }] }] },
    ],
    ['remove', { dataItemIds: ['x'.repeat(129)] }],
    ['remove', { dataItemIds: [1] }],
  ])('%s that makes no sense is a validation error', async (action, body) => {
    const wix = await withNotes();
    expect(await sendBulk(wix, action, body)).toMatchObject({
      status: 400,
      body: { details: { validationError: { fieldViolations: [expect.any(Object)] } } },
    });
  });
});
