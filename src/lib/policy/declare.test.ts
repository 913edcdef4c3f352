import { expect, test } from 'vitest';
import { ACTIONS, collection, type Policy } from './collection.ts';
import { declare } from './declare.ts';
import { reference, text, texts } from './field.ts';
import {
  and,
  anyMember,
  anyone,
  or,
  ownedBy,
  ownedByEmail,
  participant,
  reading,
  role,
  writing,
} from './rules.ts';

const fields = {
  title: text({ max: 10 }),
  note: text({ max: 10 }),
  ownerId: text({ max: 50 }),
  memberIds: texts({ max: 50, most: 10 }),
};
const readable = ['title', 'ownerId', 'memberIds'] as const;

const mistakes = (policy: Policy): string[] => {
  try {
    declare({ Letters: policy });
    return [];
  } catch (error) {
    const [heading, ...lines] = (error as Error).message.split('\n');
    expect(heading).toBe('The policies are not right:');
    return lines.map((line) => line.trim());
  }
};

test.each(ACTIONS)('a %s rule that names a field that is not there is told by its line', (action) => {
  expect(mistakes(collection({ fields, readable, [action]: ownedBy('ownerIdd') }))).toEqual([
    `Letters, ${action}: owned by ownerIdd: ownerIdd is not a field; did you mean ownerId?`,
  ]);
  expect(mistakes(collection({ fields, readable, [action]: ownedBy('toString') }))).toEqual([
    `Letters, ${action}: owned by toString: toString is not a field`,
  ]);
});

test('a name that only ends like a field is no slip of the pen', () => {
  const short = { no: text({ max: 10 }) };
  expect(mistakes(collection({ fields: short, readable: ['no'], query: ownedBy('casino') }))).toEqual([
    'Letters, query: owned by casino: casino is not a field',
  ]);
  expect(mistakes(collection({ fields: short, readable: ['no'], query: ownedBy('NOT') }))).toEqual([
    'Letters, query: owned by NOT: NOT is not a field; did you mean no?',
  ]);
});

test.each(ACTIONS)('an owner of the %s rule that could be written is refused', (action) => {
  for (const rule of [ownedBy('ownerId'), ownedByEmail('ownerId'), or(anyMember, ownedBy('ownerId'))]) {
    expect(mistakes(collection({ fields, readable, writable: ['ownerId'], [action]: rule }))).toEqual([
      `Letters, ${action}: ${rule.sentence}: ownerId decides whose a row is, so it cannot be writable`,
    ]);
  }
  const policy = collection({
    fields,
    readable,
    writable: ['memberIds'],
    [action]: participant('memberIds'),
  });
  expect(mistakes(policy)).toEqual([
    `Letters, ${action}: participant in memberIds: memberIds decides whose a row is, so it cannot be writable`,
  ]);
});

test('a field that selects rows must be readable, since what Wix answers is checked by it', () => {
  expect(mistakes(collection({ fields, readable: ['title'], query: ownedBy('ownerId') }))).toEqual([
    'Letters, query: owned by ownerId: rows are selected by ownerId, so it must be readable',
  ]);
});

test('_owner decides only where Wix writes it in the member’s name', () => {
  const as = (runs: 'app' | 'member') => collection({ fields, readable, query: ownedBy('_owner'), as: runs });
  expect(mistakes(as('member'))).toEqual([]);
  expect(mistakes(as('app'))).toEqual([
    'Letters, query: owned by _owner: _owner names the app on rows that the app inserts; use another field',
  ]);
});

test.each(ACTIONS)('a role of the %s rule has a key that can be one', (action) => {
  for (const key of ['', ' ', 'the admin', 'admin,editor']) {
    const rule = or(role(key), ownedBy('ownerId'));
    expect(mistakes(collection({ fields, readable, [action]: rule }))).toEqual([
      `Letters, ${action}: ${rule.sentence}: ${JSON.stringify(key)} is not a role’s key`,
    ]);
  }
  for (const key of ['admin', 'WRITER', '2ade445c-7265-420a-8102-484abdd3dc54'])
    expect(mistakes(collection({ fields, readable, [action]: role(key) }))).toEqual([]);
});

test('narrowing names fields that are there and left', () => {
  const policy = collection({
    fields,
    readable,
    query: reading(['titel'], anyone),
    update: writing(['note'], anyMember),
  });
  expect(mistakes(policy)).toEqual([
    'Letters, query: anyone, reading titel: titel is not a field; did you mean title?',
    'Letters, update: any member, writing note: note is neither readable nor writable, so nothing is left of it',
  ]);
});

test('what a row must have can be filled in by somebody', () => {
  const declared = (title: ReturnType<typeof text>, writable: readonly 'title'[] = []) =>
    collection({ fields: { ...fields, title }, readable, writable, insert: ownedBy('ownerId') });
  expect(mistakes(declared(text({ max: 5, required: true })))).toEqual([
    'Letters, insert: owned by ownerId: title is required, but nothing fills it in',
  ]);
  expect(mistakes(declared(text({ max: 5, required: true }), ['title']))).toEqual([]);
  expect(mistakes(declared(text({ max: 5, required: true, initial: 'new' })))).toEqual([]);
});

test('a reference is to a declared collection that runs as the same one', () => {
  const letter = (as: 'app' | 'member') =>
    collection({ fields: { box: reference('Boxes') }, readable: ['box'], query: anyone, as });
  expect(mistakes(letter('app'))).toEqual(['Letters, fields: box: refers to Boxes, which is not declared']);
  const Boxes = collection({ fields, readable, query: anyone });
  expect(() => declare({ Letters: letter('member'), Boxes })).not.toThrow();
  expect(() => declare({ Letters: letter('app'), Boxes })).toThrow(
    'Letters, fields: box: refers to Boxes, which runs as the member and not as the app',
  );
});

test('every mistake is told at once', () => {
  const policy = collection({
    fields,
    // @ts-expect-error not a declared field
    readable: ['nobody'],
    // @ts-expect-error not a declared field
    writable: ['somebody'],
    query: and(ownedBy('a'), ownedBy('ownerId')),
  });
  expect(mistakes(policy)).toEqual([
    'Letters, readable: nobody is not a field',
    'Letters, writable: somebody is not a field',
    'Letters, query: (owned by a) and (owned by ownerId): a is not a field',
    'Letters, query: (owned by a) and (owned by ownerId): rows are selected by ownerId, so it must be readable',
  ]);
});

test('only what anyone may read is cached, and for a sensible time', () => {
  const cached = (query: Policy['rules']['query'], seconds: number, as: 'member' | 'app' = 'member') =>
    mistakes(collection({ fields, readable, as, cached: { seconds }, ...(query && { query }) }));
  expect(cached(anyone, 60)).toEqual([]);
  const others = [
    anyMember,
    ownedBy('ownerId'),
    or(anyone, anyMember),
    reading(['title'], anyone),
    undefined,
  ];
  for (const query of others)
    expect(cached(query, 60)).toEqual(['Letters, cached: 60 seconds: only what anyone may read can be kept']);
  expect(cached(anyone, 60, 'app')).toEqual([
    'Letters, cached: 60 seconds: what runs as the app is asked for anew each time',
  ]);
  for (const seconds of [0, -1, 0.5, 86_401, Number.NaN, Infinity])
    expect(cached(anyone, seconds)).toEqual([
      `Letters, cached: ${seconds} seconds: the seconds must be a whole number from 1 to 86400`,
    ]);
});
