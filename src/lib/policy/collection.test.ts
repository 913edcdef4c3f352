import { describe, expect, test } from 'vitest';
import { ACTIONS, collection, type Policy } from './collection.ts';
import { policies } from './collections.ts';
import { ItemId, text } from './field.ts';
import { insertSchema, patchSchema, readableFields } from './item-schema.ts';
import { ownedBy } from './rules.ts';

const fields = {
  title: text({ max: 10, required: true }),
  note: text({ max: 10 }),
  ownerId: text({ max: 50 }),
};
describe('a declaration', () => {
  test('has least privilege unless it says otherwise', () => {
    const declared = collection({ fields, readable: ['title'] });
    expect(declared).toEqual({
      cached: null,
      fields,
      readable: ['title'],
      writable: [],
      rules: {},
      as: 'member',
    });
  });

  test('cannot be changed once made', () => {
    const declared = collection({ fields, readable: ['title'] }) as { as: string };
    expect(() => {
      declared.as = 'app';
    }).toThrow(TypeError);
  });
});

describe.each(Object.entries<Policy>(policies))('%s', (_, policy) => {
  test('reads and writes declared fields only', () => {
    for (const name of [...policy.readable, ...policy.writable])
      expect(Object.hasOwn(policy.fields, name)).toBe(true);
  });

  test('lets nobody write who is not named by a row, when the app’s rights do the writing', () => {
    const writing = (['insert', 'update', 'remove'] as const).map((action) => policy.rules[action]);
    const forAll = writing.filter((rule) => rule?.ownerFields.length === 0);
    expect(policy.as === 'app' ? forAll : []).toEqual([]);
  });

  test('stamps on insert the very field that its other rules select by', () => {
    const owners = policy.rules.insert?.ownerFields;
    if (!owners) return expect(policy.rules.insert).toBeUndefined();
    for (const action of ['query', 'update', 'remove'] as const) {
      expect(policy.rules[action]?.ownerFields ?? owners).toEqual(owners);
    }
  });

  test('AZ-59 no rule reads _owner: of an elevated insert it names the app', () => {
    for (const action of ACTIONS) expect(policy.rules[action]?.ownerFields ?? []).not.toContain('_owner');
    expect(readableFields(policy)).not.toHaveProperty('_owner');
  });
});

describe('what may be sent', () => {
  const policy: Policy = collection({
    fields,
    readable: ['title'],
    writable: ['title', 'note'],
    insert: ownedBy('ownerId'),
  });

  test('to make an item: the writable fields, and the required ones all', () => {
    expect(insertSchema(policy).parse({ title: ' A ', note: ' b ' })).toEqual({ title: 'A', note: ' b ' });
    for (const body of [
      {},
      { note: 'b' },
      { title: '' },
      { title: ' ' },
      { title: 'A', note: null },
      null,
      [],
    ]) {
      expect(insertSchema(policy).safeParse(body).success, JSON.stringify(body)).toBe(false);
    }
  });

  test('to change one: some of them; null empties what is not required', () => {
    expect(patchSchema(policy).parse({ note: null })).toEqual({ note: null });
    expect(patchSchema(policy).parse({ title: 'B' })).toEqual({ title: 'B' });
    for (const body of [{}, { title: null }, { title: '' }, null, []]) {
      expect(patchSchema(policy).safeParse(body).success, JSON.stringify(body)).toBe(false);
    }
  });

  test.each(['ownerId', '_id', '_owner', '_createdDate', 'nobody', 'toString'])('never %s', (key) => {
    expect(insertSchema(policy).safeParse({ title: 'A', [key]: 'x' }).success).toBe(false);
    expect(patchSchema(policy).safeParse({ title: 'A', [key]: 'x' }).success).toBe(false);
  });

  test.each(['a', 'ada-babbage', 'A_1.b:c~d', 'x'.repeat(128)])('%s is an id', (id) => {
    expect(ItemId.safeParse(id).success).toBe(true);
  });

  test.each(['', ' ', 'a b', 'a/b', 'a\0', 'a\n', 'é', 'x'.repeat(129), '$ne', '{}', 'a,b', "a'b"])(
    'AZ-03 %j is none',
    (id) => expect(ItemId.safeParse(id).success).toBe(false),
  );
});
