import { expect, test } from 'vitest';
import { collection, type Policy } from '../policy/collection.ts';
import { email, text } from '../policy/field.ts';
import { and, anyMember, anyone, or, ownedBy, ownedByEmail, reading, type Rule } from '../policy/rules.ts';
import type { WixCollection } from '../wix/examination.ts';
import { bypassedActions, comparePermissions } from './permissions.ts';

const fields = { title: text({ max: 10 }), memberEmail: email() };
const readable = ['title', 'memberEmail'] as const;
const asMember = (query: Rule): Policy => collection({ fields, readable, query });
const asApp = (query: Rule): Policy => collection({ fields, readable, query, as: 'app' });

const wix = (read: string, newer?: string): WixCollection => ({
  fields: [],
  permissions: { read, insert: 'ADMIN', update: 'ADMIN', remove: 'ADMIN' },
  dataPermissions: newer === undefined ? null : { itemRead: newer },
});

const verdict = (policy: Policy, read: string, newer?: string) =>
  comparePermissions(policy, wix(read, newer))?.find(({ action }) => action === 'query')?.verdict;

const ROLES = ['ANYONE', 'SITE_MEMBER', 'SITE_MEMBER_AUTHOR', 'CMS_EDITOR', 'ADMIN', 'PRIVILEGED'];
const all = (policy: Policy) => ROLES.map((role) => verdict(policy, role));
const [open, fits, narrow] = ['too-open', 'fits', 'too-narrow'];

test.each<[string, Policy, (string | undefined)[]]>([
  ['as the app, even for anyone', asApp(anyone), [open, open, open, fits, fits, fits]],
  ['as the app, for owners', asApp(ownedByEmail('memberEmail')), [open, open, open, fits, fits, fits]],
  ['without a rule', collection({ fields, readable }), [open, open, open, fits, fits, fits]],
  ['for anyone', asMember(anyone), [fits, narrow, narrow, narrow, narrow, narrow]],
  ['for any member', asMember(anyMember), [open, fits, narrow, narrow, narrow, narrow]],
  [
    'for owners by a field',
    asMember(ownedByEmail('memberEmail')),
    [open, fits, narrow, narrow, narrow, narrow],
  ],
  ['for authors', asMember(ownedBy('_owner')), [open, open, fits, narrow, narrow, narrow]],
  [
    'for authors or anyone',
    asMember(or(ownedBy('_owner'), anyone)),
    [fits, narrow, narrow, narrow, narrow, narrow],
  ],
])('%s', (_, policy, expected) => {
  expect(all(policy)).toEqual(expected);
});

test('the newer model decides where both speak', () => {
  expect(verdict(asApp(anyone), 'ADMIN', 'SITE_MEMBER')).toBe('too-open');
  expect(verdict(asApp(anyone), 'ANYONE', 'PRIVILEGED')).toBe('fits');
});

test('a role nobody here knows counts as the widest, and none at all as none', () => {
  expect(verdict(asApp(anyone), 'EVERY_ROBOT')).toBe('too-open');
  expect(verdict(asMember(anyone), 'EVERY_ROBOT')).toBe('too-open');
  expect(comparePermissions(asApp(anyone), { fields: [] })).toBeNull();
});

test('who inserts is an author for Wix as any member is', () => {
  const policy = collection({ fields, readable, insert: ownedBy('_owner') });
  for (const insert of ['SITE_MEMBER', 'SITE_MEMBER_AUTHOR'])
    expect(
      comparePermissions(policy, {
        fields: [],
        permissions: { read: 'ADMIN', insert, update: 'ADMIN', remove: 'ADMIN' },
      })?.map((one) => one.verdict),
    ).toEqual([fits, fits, fits, fits]);
});

test.each<[string, Rule, boolean]>([
  ['anyone', anyone, false],
  ['any member', anyMember, false],
  ['authors', ownedBy('_owner'), false],
  ['authors, of some fields', reading(['title'], ownedBy('_owner')), false],
  ['authors who own as well', and(ownedBy('_owner'), ownedByEmail('memberEmail')), false],
  ['owners', ownedByEmail('memberEmail'), true],
  ['authors or owners', or(ownedBy('_owner'), ownedByEmail('memberEmail')), true],
])('as the member, whether others’ rows are in reach at Wix: %s', (_, rule, isBypassed) => {
  expect(bypassedActions(asMember(rule))).toEqual(isBypassed ? ['query'] : []);
  expect(bypassedActions(asApp(rule))).toEqual([]);
});
