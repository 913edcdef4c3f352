import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { parseEnvironment, provideEnvironment } from '../../env.ts';
import { authorize, authorizeCapability } from '../policy/authorize.ts';
import type { Grant, SystemGrant } from '../policy/grant.ts';
import { provideJournal, type JournalEntry } from '../policy/journal.ts';
import { authorizeSystem } from '../policy/system.ts';
import { bearerOf, connectClients, runAs } from './context.ts';
import {
  elevatedExamination,
  elevatedItems,
  elevatedMember,
  elevatedMembers,
  elevatedRolesOfMember,
  elevatedRolesOfMembers,
  elevatedSiteProperties,
} from './elevated.ts';

const ada: Parameters<typeof authorize>[0] = {
  kind: 'member',
  id: '1815',
  email: 'ada@example.com',
  emailVerified: true,
  roles: [],
  credential: { kind: 'session', id: 's1' },
  scopes: null,
};
const as = (memberId: string | null) => ({ ...bearerOf('token'), memberId });
const everything = { filter: {}, sort: [], limit: 1 };

const id = '00000000-0000-4000-8000-000000000000';
const variables = {
  WIX_CLIENT_ID: id,
  WIX_CLIENT_SECRET: 'a secret',
  WIX_CLIENT_INSTANCE_ID: id,
  SITE_ORIGIN: 'http://localhost:4321',
  SECRETS_KEY: Buffer.alloc(32, 1).toString('base64'),
};

let journalled: JournalEntry[];
let left: number;

beforeEach(() => {
  provideEnvironment(parseEnvironment(variables, 'offline'));
  connectClients();
  journalled = [];
  left = 0;
  provideJournal({ record: (entry) => void journalled.push(entry), close: () => {} });
  vi.stubGlobal('fetch', () => {
    left += 1;
    return Promise.reject(new Error('nothing may leave'));
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

test.each([
  ['grace', '1906'],
  ['a visitor', null],
])('Ada’s Grant is of no use to %s', async (_, other) => {
  const grant = authorize(ada, 'query', 'SITConnections');
  const properties = authorizeCapability(ada, 'site-properties:read');
  await expect(runAs(as(other), () => elevatedItems.query(grant, everything))).rejects.toThrow(TypeError);
  await expect(runAs(as(other), async () => elevatedSiteProperties(properties))).rejects.toThrow(TypeError);
  await expect(elevatedItems.query(grant, everything), 'outside any request').rejects.toThrow();
  expect({ journalled, left }).toEqual({ journalled: [], left: 0 });
});

test('a Grant that runs as its caller raises no rights', async () => {
  const grant = authorize({ kind: 'visitor' }, 'query', 'Announcements');
  await expect(runAs(as(null), async () => elevatedItems.query(grant, everything))).rejects.toThrow(
    TypeError,
  );
  expect(left).toBe(0);
});

test('a look-alike of a capability is refused', async () => {
  const copy = { ...authorizeCapability(ada, 'site-properties:read') };
  await expect(runAs(as(ada.id), async () => elevatedSiteProperties(copy))).rejects.toThrow(TypeError);
  expect({ journalled, left }).toEqual({ journalled: [], left: 0 });
});

test('a call that cannot be written down does not leave', async () => {
  provideJournal({
    record: () => {
      throw new Error('the disk is full');
    },
    close: () => {},
  });
  const grant: Grant<'remove'> = authorize(ada, 'remove', 'SITConnections');
  await expect(runAs(as(ada.id), () => elevatedItems.remove(grant, 'x'))).rejects.toThrow('the disk is full');
  expect(left).toBe(0);
});

test('the site’s own Grant is of no use inside a request, whoever asks, nor is one made by hand', async () => {
  const grant = authorizeSystem('members:look-after');
  for (const someone of ['1815', null]) {
    await expect(runAs(as(someone), () => elevatedMembers(grant, ['1815']))).rejects.toThrow(TypeError);
    await expect(runAs(as(someone), () => elevatedMember(grant, '1815'))).rejects.toThrow(TypeError);
    await expect(runAs(as(someone), () => elevatedRolesOfMembers(grant, ['1815']))).rejects.toThrow(
      TypeError,
    );
  }
  const forged = { ...grant } as SystemGrant;
  expect(() => elevatedMembers(forged, ['1815'])).toThrow(TypeError);
  const properties = authorizeCapability(ada, 'site-properties:read') as unknown as SystemGrant;
  expect(() => elevatedMember(properties, '1815')).toThrow(TypeError);
  expect({ journalled, left }).toEqual({ journalled: [], left: 0 });
});

test('a Grant for the roles of a member is for them, for roles, and not made by hand', async () => {
  const grant = authorizeSystem('member-roles:learn', '1815');
  expect(() => elevatedMembers(grant, ['1906'])).toThrow(TypeError);
  expect(() => elevatedRolesOfMembers(grant, ['1906'])).toThrow(TypeError);
  for (const forged of [{ ...grant, memberId: '1906' }, authorizeSystem('members:look-after')])
    expect(() => elevatedRolesOfMember(forged as SystemGrant)).toThrow(TypeError);
  expect({ journalled, left }).toEqual({ journalled: [], left: 0 });
});

test('the doctor’s Grant is of no use inside a request, nor for anything else, nor another one for its questions', async () => {
  const grant = authorizeSystem('site:examine');
  const questions: ((given: SystemGrant) => Promise<unknown>)[] = [
    (given) => elevatedExamination.collection(given, 'Venues'),
    (given) => elevatedExamination.indexes(given, 'Venues'),
    (given) => elevatedExamination.items(given, 'Venues'),
    (given) => elevatedExamination.siteProperties(given),
  ];
  for (const ask of questions) {
    await expect(runAs(as('1815'), () => ask(grant))).rejects.toThrow(TypeError);
    expect(() => ask({ ...grant })).toThrow(TypeError);
    expect(() => ask(authorizeSystem('members:look-after'))).toThrow(TypeError);
  }
  expect(() => elevatedMembers(grant, ['1815'])).toThrow(TypeError);
  expect({ journalled, left }).toEqual({ journalled: [], left: 0 });
});
