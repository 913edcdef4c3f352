import { describe, expect, test } from 'vitest';
import type { Member } from '../auth/actor.ts';
import { visitor } from '../auth/actor.ts';
import { ACTIONS, collection, type Policy } from './collection.ts';
import { policies } from './collections.ts';
import { text } from './field.ts';
import { insertSchema, ItemId, patchSchema, readableFields } from './item-schema.ts';
import { anyMember, anyone, ownedBy, ownedByEmail } from './rules.ts';
import { NOTHING } from './filter.ts';

const fields = {
  title: text({ max: 10, required: true }),
  note: text({ max: 10 }),
  ownerId: text({ max: 50 }),
};
const ada: Member = {
  kind: 'member',
  id: '1815',
  email: 'ada@example.com',
  emailVerified: true,
  credential: { kind: 'session', id: 's' },
  scopes: null,
};

describe('a declaration', () => {
  test.each(ACTIONS)('is refused when its %s rule names a field that is not there', (action) => {
    expect(() => collection({ fields, readable: [], [action]: ownedBy('nobody') })).toThrow(
      `the ${action} rule names nobody, which is not a field`,
    );
    expect(() => collection({ fields, readable: [], [action]: ownedBy('toString') })).toThrow(
      'which is not a field',
    );
  });

  test.each(ACTIONS)('is refused when the owner of its %s rule may be written', (action) => {
    for (const rule of [ownedBy('ownerId'), ownedByEmail('ownerId')]) {
      expect(() =>
        collection({ fields, readable: [], writable: ['title', 'ownerId'], [action]: rule }),
      ).toThrow('ownerId decides who owns a row, so it cannot be writable');
    }
  });

  test('has least privilege unless it says otherwise', () => {
    const declared = collection({ fields, readable: ['title'] });
    expect(declared).toEqual({ fields, readable: ['title'], writable: [], rules: {}, as: 'member' });
  });

  test('cannot be changed once made', () => {
    const declared = collection({ fields, readable: ['title'], query: anyone }) as { as: string };
    expect(() => {
      declared.as = 'app';
    }).toThrow(TypeError);
  });

  test('names fields that are there, or neither compiles nor starts', () => {
    // @ts-expect-error not a declared field
    expect(() => collection({ fields, readable: ['nobody'] })).toThrow('nobody');
    // @ts-expect-error not a declared field
    expect(() => collection({ fields, readable: [], writable: ['nobody'] })).toThrow('nobody');
  });
});

describe.each(Object.entries<Policy>(policies))('%s', (_, policy) => {
  test('reads and writes declared fields only', () => {
    for (const name of [...policy.readable, ...policy.writable])
      expect(Object.hasOwn(policy.fields, name)).toBe(true);
  });

  test('lets nobody write who is not named by a row, when the app’s rights do the writing', () => {
    const writing = (['insert', 'update', 'remove'] as const).map((action) => policy.rules[action]);
    const forAll = writing.filter((rule) => rule?.ownerField === null);
    expect(policy.as === 'app' ? forAll : []).toEqual([]);
  });

  test('stamps on insert the very field that its other rules select by', () => {
    const owner = policy.rules.insert?.ownerField;
    if (!owner) return expect(policy.rules.insert).toBeUndefined();
    for (const action of ['query', 'update', 'remove'] as const) {
      expect(policy.rules[action]?.ownerField).toBe(owner);
    }
  });

  test('AZ-59 no rule reads _owner: of an elevated insert it names the app', () => {
    for (const action of ACTIONS) expect(policy.rules[action]?.ownerField ?? '').not.toMatch(/^_/);
    expect(readableFields(policy)).not.toHaveProperty('_owner');
  });
});

describe('rules', () => {
  const unverified = { ...ada, emailVerified: false };

  test('anyone: everybody, every row', () => {
    for (const actor of [visitor, ada]) {
      expect(anyone.decide(actor)).toEqual({ allowed: true, rows: {}, stamps: {} });
    }
  });

  test('any member: members only', () => {
    expect(anyMember.decide(visitor)).toEqual({ allowed: false, because: 'signed-out' });
    expect(anyMember.decide(unverified)).toEqual({ allowed: true, rows: {}, stamps: {} });
  });

  test('owned by id: the member’s own rows, verified or not', () => {
    expect(ownedBy('ownerId').decide(visitor)).toEqual({ allowed: false, because: 'signed-out' });
    for (const actor of [ada, unverified]) {
      expect(ownedBy('ownerId').decide(actor)).toEqual({
        allowed: true,
        rows: { ownerId: '1815' },
        stamps: { ownerId: '1815' },
      });
    }
  });

  test('AZ-04 owned by e-mail: exactly the verified one', () => {
    const rule = ownedByEmail('mail');
    expect(rule.decide(visitor)).toEqual({ allowed: false, because: 'signed-out' });
    expect(rule.decide(unverified)).toEqual({ allowed: true, rows: NOTHING, stamps: {} });
    expect(rule.decide(ada)).toEqual({
      allowed: true,
      rows: { mail: 'ada@example.com' },
      stamps: { mail: 'ada@example.com' },
    });
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
