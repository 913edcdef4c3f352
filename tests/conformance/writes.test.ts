import { describe, expect, test } from 'vitest';
import {
  ada,
  app,
  appToken,
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
