import { describe, expect, test } from 'vitest';
import {
  ada,
  app,
  appToken,
  asApiKey,
  asApp,
  asMember,
  asVisitor,
  failureOf,
  movableClock,
  openCollection,
  owner,
  send,
  startWix,
} from './support.ts';
import type { WixEmulatorOptions } from '../../packages/wix-emulator/src/index.ts';

const withNotes = (items: Record<string, unknown>[] = [], options: Partial<WixEmulatorOptions> = {}) =>
  startWix({ seed: { collections: [openCollection('Notes', items)], members: demoMembers }, ...options });

const demoMembers = [
  { id: ada.id, loginEmail: ada.email, password: ada.password },
  { id: owner.id, loginEmail: owner.email, password: owner.password, roles: ['admin' as const] },
];

describe('insert', () => {
  test('gives the item its system fields, with both dates the same', async () => {
    const clock = movableClock(Date.parse('2026-05-01T10:00:00.123Z'));
    await withNotes([], { clock: clock.now });
    const due = new Date('2026-02-03T04:05:06.789Z');
    const inserted = await asApp().items.insert('Notes', {
      title: 'T',
      n: 1,
      due,
      nested: { list: [due, 1] },
      tags: ['a'],
    });
    const now = new Date('2026-05-01T10:00:00.123Z');
    expect(inserted).toEqual({
      _id: expect.stringMatching(/^[\da-f-]{36}$/),
      _owner: app.clientId,
      _createdDate: now,
      _updatedDate: now,
      title: 'T',
      n: 1,
      due,
      nested: { list: [due, 1] },
      tags: ['a'],
    });
    expect(await asApp().items.get('Notes', inserted._id)).toEqual(inserted);
  });

  test.each([
    ['a visitor', async () => asVisitor(), undefined],
    ['a member', () => asMember(ada), ada.id],
    ['the app', async () => asApp(), app.clientId],
  ])('is owned by whoever wrote it: %s', async (_, sign, expected) => {
    const wix = await withNotes();
    const client = await sign();
    const { _owner } = await client.items.insert('Notes', { title: 'T' });
    expect(_owner).toBe(expected ?? wix.calls.at(-1)?.subject.id);
  });

  test('keeps an id of one’s own, and refuses it twice', async () => {
    await withNotes();
    const client = asVisitor();
    expect((await client.items.insert('Notes', { _id: 'my-id' }))._id).toBe('my-id');
    const failure = await failureOf(() => client.items.insert('Notes', { _id: 'my-id' }));
    expect(failure.details?.applicationError).toMatchObject({ code: 'WDE0074', description: /^WDE0074: / });
  });

  test('does not let the writer choose owner or dates', async () => {
    await withNotes();
    const inserted = await (
      await asMember(ada)
    ).items.insert('Notes', {
      _owner: 'someone-else',
      _createdDate: new Date(0),
      _updatedDate: new Date(0),
    });
    expect(inserted._owner).toBe(ada.id);
    expect(inserted._createdDate?.getFullYear()).toBeGreaterThan(2000);
    expect(inserted._updatedDate).toEqual(inserted._createdDate);
  });

  test('a body beyond the item limit is 413, which the SDK turns into WDE0109', async () => {
    await withNotes();
    const client = asVisitor();
    expect((await client.items.insert('Notes', { text: 'x'.repeat(499_000) }))._id).toBeTruthy();
    for (const length of [500_001, 1_100_000]) {
      expect(await failureOf(() => client.items.insert('Notes', { text: 'x'.repeat(length) }))).toMatchObject(
        { code: 'WDE0109' },
      );
    }
  });

  test.each([
    ['an id of 129 characters', { _id: 'x'.repeat(129) }],
    ['an id that is no text', { _id: 7 as unknown as string }],
    ['a date that is none', { when: { $date: 'soon' } }],
    ['a date with company', { when: { $date: '2026-01-01T00:00:00.000Z', more: 1 } }],
    ['a year beyond 9999', { when: new Date(8.64e15) }],
  ])('%s is refused', async (_, item) => {
    await withNotes();
    const failure = await failureOf(() => asVisitor().items.insert('Notes', item));
    expect(failure.message).toBeTruthy();
    expect((await asVisitor().items.query('Notes').find()).length).toBe(0);
  });

  test('values nested a hundred levels deep and more are refused', async () => {
    await withNotes();
    let value: unknown = 1;
    for (let level = 0; level < 150; level += 1) value = { value };
    expect((await failureOf(() => asVisitor().items.insert('Notes', { value }))).message).toContain('nested');
  });

  test('values a little too deep are told so in words of their own', async () => {
    await withNotes();
    let value: unknown = 1;
    for (let level = 0; level < 110; level += 1) value = { value };
    expect((await failureOf(() => asVisitor().items.insert('Notes', { value }))).message).toContain(
      'Values may not be nested deeper than 100 levels.',
    );
  });

  test('ids with slashes, blanks and quotes are reachable', async () => {
    await withNotes();
    const client = asVisitor();
    for (const _id of ['a/b c', "it's", 'ä%2F']) {
      await client.items.insert('Notes', { _id });
      expect((await client.items.get('Notes', _id))?._id).toBe(_id);
    }
  });
});

describe('update', () => {
  test('replaces the whole item but for its origin', async () => {
    const clock = movableClock();
    await withNotes([], { clock: clock.now });
    const client = await asMember(ada);
    const inserted = await client.items.insert('Notes', { title: 'T', n: 1 });
    clock.forward(60);
    const updated = await asApp().items.update('Notes', { _id: inserted._id, title: 'U' });
    expect(updated).toEqual({
      _id: inserted._id,
      _owner: ada.id,
      _createdDate: inserted._createdDate,
      _updatedDate: new Date(clock.now()),
      title: 'U',
    });
  });

  test('a missing item is WDE0073', async () => {
    await withNotes();
    const failure = await failureOf(() => asVisitor().items.update('Notes', { _id: 'no', title: 'T' }));
    expect(failure.details?.applicationError).toMatchObject({ code: 'WDE0073', description: /^WDE0073: / });
  });

  test('without an id it is refused', async () => {
    const wix = await withNotes();
    const answer = await send(wix, 'POST', '/wix-data/v2/items/update', {
      token: await appToken(wix),
      body: { dataCollectionId: 'Notes', dataItem: { data: { title: 'T' } } },
    });
    expect(answer.status).toBe(400);
  });

  test('an id inside that differs from the one beside is refused', async () => {
    const wix = await withNotes([{ _id: 'a' }, { _id: 'b' }]);
    const answer = await send(wix, 'POST', '/wix-data/v2/items/update', {
      token: await appToken(wix),
      body: { dataCollectionId: 'Notes', dataItem: { id: 'a', data: { _id: 'b' } } },
    });
    expect(answer.status).toBe(400);
  });

  test('the owner is changed by the app and the site owner only', async () => {
    await withNotes([{ _id: 'x', _owner: 'first' }]);
    const change = async (client: ReturnType<typeof asVisitor>, to: string) =>
      (await client.items.update('Notes', { _id: 'x', _owner: to }))._owner;
    expect(await change(await asMember(ada), ada.id)).toBe('first');
    expect(await change(await asMember(owner), 'second')).toBe('second');
    expect((await asApp().items.update('Notes', { _id: 'x', _owner: 'third' }))._owner).toBe('third');
    expect((await asApp().items.update('Notes', { _id: 'x' }))._owner).toBe('third');
  });

  test('a condition that holds lets it pass, one that does not stops it', async () => {
    await withNotes([{ _id: 'x', n: 1 }]);
    const client = asVisitor();
    const condition = client.items.filter().eq('n', 1);
    expect((await client.items.update('Notes', { _id: 'x', n: 2 }, { condition }))['n']).toBe(2);
    const failure = await failureOf(() => client.items.update('Notes', { _id: 'x', n: 3 }, { condition }));
    expect(failure.details?.applicationError?.code).toBe('WDE0173');
    expect((await client.items.get('Notes', 'x'))?.['n']).toBe(2);
  });
});

describe('save', () => {
  test('inserts what is new and replaces what is there', async () => {
    await withNotes();
    const client = asVisitor();
    const saved = await client.items.save('Notes', { _id: 'x', a: 1 });
    expect(saved).toMatchObject({ _id: 'x', a: 1 });
    expect(await client.items.save('Notes', { _id: 'x', b: 2 })).not.toHaveProperty('a');
    expect((await client.items.save('Notes', { c: 3 }))._id).toBeTruthy();
    expect(await client.items.query('Notes').count()).toBe(2);
  });
});

describe('patch', () => {
  test('applies every modification in order and leaves the rest', async () => {
    await withNotes([
      { _id: 'x', title: 'T', n: 1, tags: ['a', 'b', 'a'], gone: true, kept: 'k', in: { side: 1, too: 2 } },
    ]);
    const patched = await asVisitor()
      .items.patch('Notes', 'x')
      .setField('title', 'New')
      .setField('due', new Date(0))
      .setField('in.side', 5)
      .setField('fresh.deep', 'd')
      .incrementField('n', 2)
      .incrementField('m', -1)
      .appendToArray('tags', 'z')
      .removeFromArray('tags', 'a')
      .appendToArray('list', { when: new Date(1) })
      .removeField('gone')
      .removeField('in.too')
      .run();
    expect(patched).toMatchObject({ _id: 'x', kept: 'k' });
    const { _id, _owner, _createdDate, _updatedDate, ...fields } = patched ?? {};
    expect(fields).toEqual({
      title: 'New',
      n: 3,
      m: -1,
      tags: ['b', 'z'],
      kept: 'k',
      in: { side: 5 },
      fresh: { deep: 'd' },
      due: new Date(0),
      list: [{ when: new Date(1) }],
    });
  });

  test('a field set to nothing is null, and one taken away that is not there is no fault', async () => {
    await withNotes([{ _id: 'x', a: 1, in: {} }]);
    const patched = await asVisitor()
      .items.patch('Notes', 'x')
      .setField('a', null)
      .removeField('no')
      .removeField('no.deeper')
      .removeFromArray('list', 1)
      .appendToArray('from', null)
      .run();
    expect(patched).toMatchObject({ a: null, in: {}, list: [], from: [null] });
    expect(patched).not.toHaveProperty('no');
  });

  test('a modification sees what the one before it left', async () => {
    await withNotes([{ _id: 'x', n: 1 }]);
    const patched = await asVisitor()
      .items.patch('Notes', 'x')
      .removeField('n')
      .incrementField('n', 5)
      .incrementField('n', -2)
      .setField('list', [1, 2])
      .appendToArray('list', 1)
      .removeFromArray('list', 1)
      .run();
    expect(patched).toMatchObject({ n: 3, list: [2] });
  });

  test('an item may not grow beyond its limit', async () => {
    await withNotes([{ _id: 'x', text: 'x'.repeat(400_000) }]);
    const failure = await failureOf(() =>
      asVisitor().items.patch('Notes', 'x').setField('more', 'x'.repeat(100_001)).run(),
    );
    expect(failure).toMatchObject({ code: 'WDE0109' });
    expect(await asVisitor().items.get('Notes', 'x')).not.toHaveProperty('more');
  });

  test('the owner is changed by the app and the site owner only', async () => {
    await withNotes([{ _id: 'x', _owner: 'first' }]);
    const give = async ({ items }: Client, to: string) =>
      (await items.patch('Notes', 'x').setField('_owner', to).run())?._owner;
    expect(await give(await asMember(ada), ada.id)).toBe('first');
    expect(await give(await asMember(owner), 'second')).toBe('second');
    expect(await give(asApp(), 'third')).toBe('third');
  });

  test('increments are not lost when many come at once', async () => {
    await withNotes([{ _id: 'x', n: 0 }]);
    const client = asVisitor();
    await Promise.all(
      Array.from({ length: 50 }, () => client.items.patch('Notes', 'x').incrementField('n', 1).run()),
    );
    expect((await client.items.get('Notes', 'x'))?.['n']).toBe(50);
  });

  test.each([
    ['incrementing text', (p: Patch) => p.incrementField('title', 1)],
    ['appending to text', (p: Patch) => p.appendToArray('title', 1)],
    ['removing from text', (p: Patch) => p.removeFromArray('title', 1)],
    ['a field inside text', (p: Patch) => p.setField('title.x', 1)],
    ['_id', (p: Patch) => p.setField('_id', 'y')],
    ['_createdDate', (p: Patch) => p.removeField('_createdDate')],
    ['a path that is none', (p: Patch) => p.setField("x'y", 1)],
    ['the prototype', (p: Patch) => p.setField('__proto__.polluted', 1)],
    ['counting beyond all numbers', (p: Patch) => p.setField('n', 1.7e308).incrementField('n', 1.7e308)],
    ['a field inside a date', (p: Patch) => p.setField('due', new Date()).setField('due.year', 1)],
    ['a field inside an array', (p: Patch) => p.setField('tags', ['a']).setField('tags.0', 'b')],
    ['a date that is none', (p: Patch) => p.setField('due', { $date: 'soon' })],
  ])('%s is refused and changes nothing', async (_, refine) => {
    await withNotes([{ _id: 'x', title: 'T', n: 1 }]);
    const client = asVisitor();
    const before = await client.items.get('Notes', 'x');
    const failure = await failureOf(() =>
      refine(client.items.patch('Notes', 'x').incrementField('n', 1)).run(),
    );
    expect(failure.details?.applicationError?.code).toBe('WDE0080');
    expect(await client.items.get('Notes', 'x')).toEqual(before);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  test('a missing item is WDE0073', async () => {
    await withNotes();
    const failure = await failureOf(() => asVisitor().items.patch('Notes', 'no').setField('a', 1).run());
    expect(failure.details?.applicationError?.code).toBe('WDE0073');
  });

  test('a condition is looked at', async () => {
    await withNotes([{ _id: 'x', n: 1 }]);
    const client = asVisitor();
    const condition = client.items.filter().gt('n', 5);
    await failureOf(() => client.items.patch('Notes', 'x').setField('n', 9).run({ condition }));
    expect((await client.items.get('Notes', 'x'))?.['n']).toBe(1);
  });
});

type Client = Pick<ReturnType<typeof asApp>, 'items'>;

type Patch = ReturnType<ReturnType<typeof asVisitor>['items']['patch']>;

describe('remove', () => {
  test('gives the item back, and null when it is gone', async () => {
    await withNotes([{ _id: 'x', title: 'T' }]);
    const client = asVisitor();
    expect(await client.items.remove('Notes', 'x')).toMatchObject({ _id: 'x', title: 'T' });
    expect(await client.items.remove('Notes', 'x')).toBeNull();
    expect(await client.items.get('Notes', 'x')).toBeNull();
  });

  test('a condition is looked at', async () => {
    await withNotes([{ _id: 'x', n: 1 }]);
    const client = asVisitor();
    await failureOf(() => client.items.remove('Notes', 'x', { condition: client.items.filter().eq('n', 2) }));
    expect(await client.items.get('Notes', 'x')).not.toBeNull();
    await client.items.remove('Notes', 'x', { condition: client.items.filter().eq('n', 1) });
    expect(await client.items.get('Notes', 'x')).toBeNull();
  });
});

describe('get', () => {
  test('a missing item is null', async () => {
    const wix = await withNotes();
    expect(await asVisitor().items.get('Notes', 'no')).toBeNull();
    expect(wix.calls.at(-1)).toMatchObject({ operation: 'items.get', collection: 'Notes', status: 404 });
  });

  test('gives the named fields when asked', async () => {
    await withNotes([{ _id: 'x', title: 'T', secret: 's' }]);
    const client = asVisitor();
    expect(await client.items.get('Notes', 'x', { fields: ['title'] })).toEqual({ _id: 'x', title: 'T' });
    expect(await client.items.get('Notes', 'x', { fields: ['title', 'no'], consistentRead: true })).toEqual({
      _id: 'x',
      title: 'T',
    });
  });
});

describe('truncate', () => {
  const notes = [{ _id: 'a' }, { _id: 'b' }];

  test.each([
    ['the app', async () => asApp()],
    ['an API key', async () => asApiKey()],
    ['the site owner', () => asMember(owner)],
  ])('empties the collection for %s, and leaves it there', async (_, sign) => {
    await withNotes(notes);
    const { items } = await sign();
    await items.truncate('Notes');
    expect(await items.query('Notes').count()).toBe(0);
    await items.insert('Notes', { _id: 'a' });
    expect(await items.query('Notes').count()).toBe(1);
  });

  test.each([
    ['a visitor', async () => asVisitor()],
    ['a member', () => asMember(ada)],
  ])('is refused to %s, also where anyone may remove items', async (_, sign) => {
    await withNotes(notes);
    const { items } = await sign();
    const failure = await failureOf(() => items.truncate('Notes'));
    expect(failure.details?.applicationError?.code).toBe('WDE0027');
    expect(await items.query('Notes').count()).toBe(2);
  });

  test('of one collection leaves the others', async () => {
    const seed = { collections: [openCollection('Notes', notes), openCollection('Others', notes)] };
    await startWix({ seed });
    await asApp().items.truncate('Notes');
    expect(await asApp().items.query('Others').count()).toBe(2);
  });
});

describe('drafts are not there yet, and say so', () => {
  test.each([
    ['createDataItemDraft', (client: Client) => client.items.createDataItemDraft('Notes', 'x')],
    ['publishDataItemDraft', (client: Client) => client.items.publishDataItemDraft('Notes', 'x')],
    ['unpublishDataItem', (client: Client) => client.items.unpublishDataItem('Notes', 'x')],
  ])('%s', async (name, call) => {
    const wix = await withNotes([{ _id: 'x' }]);
    const failure = await failureOf(() => call(asApp()));
    expect(failure.details?.applicationError).toMatchObject({
      code: 'NOT_IMPLEMENTED',
      description: expect.stringContaining(name),
    });
    expect(wix.calls.at(-1)).toMatchObject({ operation: `items.${name}`, status: 501 });
  });
});

describe('withEnvironment', () => {
  test.each(['LIVE', 'SANDBOX_PREFERRED'] as const)('%s is the one environment there is', async (name) => {
    await withNotes([{ _id: 'x', title: 'T' }]);
    const client = asApp();
    const inside = client.items.withEnvironment(name as never);
    expect(await inside.get('Notes', 'x')).toMatchObject({ title: 'T' });
    await inside.insert('Notes', { _id: 'y' });
    expect(await client.items.query('Notes').count()).toBe(2);
    expect((await inside.query('Notes').find()).length).toBe(2);
  });

  test('SANDBOX is not there, and says so instead of touching the live items', async () => {
    await withNotes([{ _id: 'x' }]);
    const inside = asApp().items.withEnvironment('SANDBOX' as never);
    for (const call of [
      () => inside.remove('Notes', 'x'),
      () => inside.get('Notes', 'x'),
      () => inside.query('Notes').find(),
    ]) {
      expect((await failureOf(call)).details?.applicationError?.code).toBe('NOT_IMPLEMENTED');
    }
    expect(await asApp().items.get('Notes', 'x')).not.toBeNull();
  });
});

describe('in a missing collection', () => {
  test.each<[string, (client: Client) => Promise<unknown>]>([
    ['get', ({ items }) => items.get('No', 'x')],
    ['insert', ({ items }) => items.insert('No', {})],
    ['update', ({ items }) => items.update('No', { _id: 'x' })],
    ['save', ({ items }) => items.save('No', {})],
    ['patch', ({ items }) => items.patch('No', 'x').setField('a', 1).run()],
    ['remove', ({ items }) => items.remove('No', 'x')],
    ['truncate', ({ items }) => items.truncate('No')],
    ['bulkUpdate', ({ items }) => items.bulkUpdate('No', [{ _id: 'x' }])],
    ['bulkPatch', ({ items }) => items.bulkPatch('No', ['x']).setField('a', 1).run()],
    ['bulkRemove', ({ items }) => items.bulkRemove('No', ['x'])],
  ])('%s is WDE0025', async (_, call) => {
    await withNotes();
    expect((await failureOf(() => call(asApp()))).details?.applicationError?.code).toBe('WDE0025');
  });
});

test('get takes field groups, which only collections of Wix apps have', async () => {
  await withNotes([{ _id: 'x', title: 'T' }]);
  const options = { includeFieldGroups: ['some'] };
  expect(await asVisitor().items.get('Notes', 'x', options)).toMatchObject({ title: 'T' });
});

describe('requests that make no sense', () => {
  test.each([
    ['an unknown key', { dataCollectionId: 'Notes', dataItem: { data: {} }, surprise: 1 }],
    ['no collection', { dataItem: { data: {} } }],
    ['an empty collection id', { dataCollectionId: '', dataItem: { data: {} } }],
    ['data that is a list', { dataCollectionId: 'Notes', dataItem: { data: [] } }],
    ['a list', []],
  ])('%s is a validation error naming the field', async (_, body) => {
    const wix = await withNotes();
    const answer = await send(wix, 'POST', '/wix-data/v2/items', { token: await appToken(wix), body });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      details: {
        validationError: {
          fieldViolations: expect.arrayContaining([expect.objectContaining({ field: expect.any(String) })]),
        },
      },
    });
  });

  test('a body that is not JSON is refused', async () => {
    const wix = await withNotes();
    const request = new Request('https://www.wixapis.com/wix-data/v2/items', {
      method: 'POST',
      headers: { authorization: await appToken(wix) },
      body: '{"dataCollectionId":',
    });
    expect((await wix.fetch(request)).status).toBe(400);
  });
});
