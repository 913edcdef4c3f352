import { describe, expect, test } from 'vitest';
import { collection, type Policy } from './collection.ts';
import { dateTime, number, text } from './field.ts';
import { insertSchema, patchSchema, readableFields, replaceSchema } from './item-schema.ts';

let asked = 0;
const policy: Policy = collection({
  fields: {
    title: text({ max: 10, required: true }),
    note: text({ max: 10 }),
    stage: text({ max: 10, initial: 'new' }),
    turn: number({ initial: () => (asked += 1) }),
    secret: text({ max: 10 }),
  },
  readable: ['title', 'stage'],
  writable: ['title', 'note', 'stage', 'turn'],
});

describe('to make an item', () => {
  test('what is left out gets its first value, which a function gives anew for each', () => {
    expect(insertSchema(policy).parse({ title: 'A' })).toEqual({ title: 'A', stage: 'new', turn: asked });
    expect(insertSchema(policy).parse({ title: 'A' })).toEqual({ title: 'A', stage: 'new', turn: asked });
    expect(asked).toBe(2);
  });

  test('what is sent stands', () => {
    const sent = { title: 'A', note: 'n', stage: 'done', turn: 0 };
    expect(insertSchema(policy).parse(sent)).toEqual(sent);
  });
});

describe('to change one', () => {
  test('what is left out stays, a first value included', () => {
    expect(patchSchema(policy).parse({ stage: null })).toEqual({ stage: null });
    expect(patchSchema(policy).parse({ title: 'B' })).toEqual({ title: 'B' });
  });

  test('some field is named', () => {
    expect(patchSchema(policy).safeParse({}).error?.issues).toEqual([
      expect.objectContaining({ message: 'names no field to change' }),
    ]);
  });
});

describe('to put one in place of another', () => {
  test('what is left out is emptied', () => {
    const emptied = { note: null, stage: null, turn: null };
    expect(replaceSchema(policy).parse({ title: 'A' })).toEqual({ title: 'A', ...emptied });
    expect(replaceSchema(policy).parse({ title: 'A', note: null, turn: 0 })).toEqual({
      title: 'A',
      ...emptied,
      turn: 0,
    });
  });

  test.each([{}, { title: null }, { title: '' }, { title: 'A', secret: 'x' }, { title: 'A', note: 1 }])(
    '%j will not do',
    (body) => expect(replaceSchema(policy).safeParse(body).success).toBe(false),
  );
});

test('readable are the declared ones and what Wix keeps on every item', () => {
  const fields = readableFields(policy);
  expect(Object.keys(fields)).toEqual(['_id', '_createdDate', '_updatedDate', 'title', 'stage']);
  expect(fields['title']).toBe(policy.fields['title']);
  expect(fields['_createdDate']?.type).toBe(dateTime().type);
  expect(fields['_id']?.type).toBe('text');
});
