import { expect, test } from 'vitest';
import { collection, type Policy } from '../policy/collection.ts';
import { boolean, dateTime, email, number, reference, text, texts, type Field } from '../policy/field.ts';
import { and, anyMember, anyone, ownedBy, ownedByEmail, participant } from '../policy/rules.ts';
import type { WixIndex } from '../wix/examination.ts';
import { checkCollection, missingCollection } from './check-collection.ts';
import { fits, wixField } from './field-types.ts';
import { coverageOf } from './indexes.ts';
import { policyLines } from './policy-lines.ts';

const lines = policyLines('');
const closed = { read: 'ADMIN', insert: 'ADMIN', update: 'ADMIN', remove: 'ADMIN' };

test.each<[string, Field, string[]]>([
  ['text', text({ max: 9 }), ['TEXT', 'RICH_TEXT', 'URL', 'SLUG', 'LANGUAGE', 'EMAIL']],
  ['email', email(), ['EMAIL', 'TEXT']],
  ['number', number(), ['NUMBER']],
  ['boolean', boolean(), ['BOOLEAN']],
  ['dateTime', dateTime(), ['DATETIME']],
  ['texts', texts({ max: 9, most: 9 }), ['ARRAY_STRING']],
  ['reference', reference('Venues'), ['REFERENCE']],
])('a %s is held by some types of Wix and no others', (_, field, fitting) => {
  const types =
    'TEXT RICH_TEXT URL SLUG LANGUAGE EMAIL NUMBER BOOLEAN DATE DATETIME TIME ARRAY_STRING ARRAY OBJECT';
  const held = [...types.split(' '), 'REFERENCE', 'MULTI_REFERENCE', 'IMAGE'].filter(
    (type) => fits(field, type) === 'yes',
  );
  expect(held.toSorted()).toEqual(fitting.toSorted());
  expect(fits(field, wixField('key', field).type)).toBe('yes');
  expect(fits(field, 'ANY')).toBe('anything');
});

const index = (paths: string[], more: Partial<WixIndex> = {}): WixIndex => ({
  name: paths.join('-'),
  fields: paths.map((path) => ({ path })),
  ...more,
});
const owned: Policy = collection({
  fields: { memberId: text({ max: 36 }), memberEmail: email() },
  readable: ['memberId', 'memberEmail'],
  query: and(ownedBy('memberId'), ownedByEmail('memberEmail')),
  as: 'app',
});

test('an index serves the owner it begins with, when it goes on and could be built', () => {
  const states = (...indexes: WixIndex[]) => coverageOf(owned, indexes).map(({ state }) => state);
  expect(states()).toEqual(['missing', 'missing']);
  expect(states(index(['memberId', '_createdDate']))).toEqual(['covered', 'missing']);
  expect(states(index(['_createdDate', 'memberId']))).toEqual(['missing', 'missing']);
  expect(states(index(['memberEmail']))).toEqual(['missing', 'sorted-by-hand']);
  expect(states(index(['memberId', 'x'], { status: 'FAILED' }))).toEqual(['missing', 'missing']);
  expect(states(index(['memberId', 'x'], { status: 'BUILDING' }))).toEqual(['covered', 'missing']);
});

test('where Wix allows no fourth index, none is proposed; its own do not count', () => {
  const three = ['a', 'b', 'c'].map((path) => index([path]));
  expect(coverageOf(owned, three).map(({ hasRoom }) => hasRoom)).toEqual([false, false]);
  const others = [
    index(['a']),
    index(['b'], { unique: true }),
    index(['_id'], { source: 'SYSTEM' }),
    index(['c']),
  ];
  expect(coverageOf(owned, others).map(({ hasRoom }) => hasRoom)).toEqual([true, true]);
  const found = {
    fields: [
      { key: 'memberId', type: 'TEXT' },
      { key: 'memberEmail', type: 'EMAIL' },
    ],
    permissions: closed,
  };
  const findings = checkCollection({ name: 'Notes', policy: owned, lines }, found, three);
  expect(findings.map(({ level }) => level)).toEqual(['warning', 'warning']);
  for (const { remedy } of findings) expect(remedy).toEqual({ words: expect.stringContaining('drop one') });
});

test('rules without an owner, and Wix’s own owner, need no index', () => {
  const fields = { title: text({ max: 9 }) };
  for (const rule of [anyone, anyMember, ownedBy('_owner')])
    expect(coverageOf(collection({ fields, readable: ['title'], query: rule }), [])).toEqual([]);
});

test('what runs as the member is warned of where Wix shows more than the policy', () => {
  const policy = collection({
    fields: { memberIds: texts({ max: 36, most: 9 }), remark: text({ max: 9 }) },
    readable: ['memberIds'],
    query: participant('memberIds'),
  });
  const found = {
    fields: [
      { key: 'memberIds', type: 'ARRAY_STRING' },
      { key: 'remark', type: 'TEXT' },
    ],
    permissions: { ...closed, read: 'SITE_MEMBER' },
  };
  const findings = checkCollection({ name: 'Meetings', policy, lines }, found, [index(['memberIds', 'x'])]);
  expect(findings.map(({ level, message }) => `${level} ${message}`)).toEqual([
    expect.stringMatching(/^warning .*any member query rows/),
    expect.stringMatching(/^warning .*leaves out: remark/),
  ]);
});

test('a collection that is missing is proposed as the policy needs it', () => {
  const policy = collection({
    fields: { title: text({ max: 9 }), venue: reference('Venues') },
    readable: ['title', 'venue'],
    query: anyone,
    insert: anyMember,
  });
  expect(missingCollection({ name: 'Events', policy, lines }).remedy?.call).toEqual({
    method: 'POST',
    url: 'https://www.wixapis.com/wix-data/v2/collections',
    body: {
      collection: {
        id: 'Events',
        displayName: 'Events',
        fields: [
          { key: 'title', displayName: 'title', type: 'TEXT' },
          {
            key: 'venue',
            displayName: 'venue',
            type: 'REFERENCE',
            typeMetadata: { reference: { referencedCollectionId: 'Venues' } },
          },
        ],
        permissions: { read: 'ANYONE', insert: 'SITE_MEMBER', update: 'ADMIN', remove: 'ADMIN' },
      },
    },
  });
});

test('the lines of the policy file are found, and the file alone where they are not', () => {
  const source = [
    'export const policies = declare({',
    '  Notes: collection({',
    '    fields: { title: text({ max: 9 }) },',
    '  }),',
    "  'My/Notes': collection({",
    '    fields: {',
    '      title: text({ max: 9 }),',
    '    },',
    '    query: anyone,',
    '  }),',
    '});',
  ].join('\n');
  const at = policyLines(source);
  const file = 'src/lib/policy/collections.ts';
  expect([at('Notes'), at('My/Notes'), at('My/Notes', 'title'), at('My/Notes', 'query')]).toEqual(
    [2, 5, 7, 9].map((line) => `${file}:${line}`),
  );
  // Its own lines only: the next collection's title is not this one's.
  expect(at('Notes', 'title')).toBe(`${file}:2`);
  expect(at('Nowhere', 'title')).toBe(file);
});
