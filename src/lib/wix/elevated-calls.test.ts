import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  APP_TOKEN,
  scriptedWix,
  wixError,
  type WixAnswer,
  type WixCall,
} from '../../../tests/scripted-wix.ts';
import { authorize, authorizeCapability } from '../policy/authorize.ts';
import type { Grant } from '../policy/grant.ts';
import { provideJournal, type JournalEntry } from '../policy/journal.ts';
import { authorizeSystem } from '../policy/system.ts';
import { provideCachedReads } from './cached-reads.ts';
import { bearerOf, runAs } from './context.ts';
import { elevatedItems, elevatedMember, elevatedMembers, elevatedSiteProperties } from './elevated.ts';
import type { ItemOperations } from './operations.ts';

const ada: Parameters<typeof authorize>[0] = {
  kind: 'member',
  id: '1815',
  email: 'ada@example.com',
  emailVerified: true,
  roles: [],
  credential: { kind: 'session', id: 's1' },
  scopes: null,
};
const as = { ...bearerOf('a token of the member'), memberId: ada.id };
const row = { _id: 'one', memberEmail: 'ada@example.com' };
const dataItem = { id: 'one', data: row };
const pagingMetadata = { count: 1, hasNext: false };

const removed = (id: string, success: boolean) => ({
  action: 'DELETE',
  itemMetadata: { id, success, ...(!success && { error: { code: 'WDE0073', description: 'gone' } }) },
});
const inserted = (id: string, originalIndex: number, success: boolean) => ({
  action: 'INSERT',
  dataItem: { id },
  itemMetadata: {
    id,
    originalIndex,
    success,
    ...(!success && { error: { code: 'WDE0080', description: 'no' } }),
  },
});

let journalled: JournalEntry[];
let answers: Record<string, WixAnswer>;
let calls: WixCall[];
let leave: () => void;

beforeEach(() => {
  provideCachedReads(null);
  journalled = [];
  answers = {
    'items/query': () => ({ dataItems: [dataItem, dataItem], pagingMetadata }),
    'items/count': () => ({ totalCount: 7 }),
    'items/query-distinct-values': () => ({ distinctValues: ['a', 'b'], pagingMetadata }),
    'items/aggregate-pipeline': () => ({ results: [{ _id: { status: 'a' }, count: 2 }], pagingMetadata }),
    items: () => ({ dataItem }),
    'items/patch': () => ({ dataItem }),
    'items/remove': () => ({ dataItem }),
    'bulk/items/insert': () => ({
      results: [inserted('a', 0, true), inserted('b', 1, false), inserted('c', 2, true)],
    }),
    'bulk/items/remove': () => ({ results: [removed('a', true), removed('b', true), removed('c', false)] }),
  };
  ({ calls, leave } = scriptedWix(answers));
  provideJournal({ record: (entry) => void journalled.push(entry), close: () => {} });
});

afterEach(() => leave());

const outcomes = () => journalled.map(({ outcome, rows }) => [outcome, rows]);
const summaries = [{ name: 'count', operation: 'count', field: null }] as const;
const grants = {
  query: authorize(ada, 'query', 'SITConnections'),
  insert: authorize(ada, 'insert', 'SITConnections'),
  update: authorize(ada, 'update', 'SITConnections'),
  remove: authorize(ada, 'remove', 'SITConnections'),
};
const asked = { filter: {}, sort: [], limit: 10 };

/** Each operation, the Grant it spends, and how many rows it shows or changes here. */
const RUNS: [
  name: keyof ItemOperations,
  grant: Grant,
  path: string,
  rows: number,
  run: () => Promise<unknown>,
][] = [
  ['query', grants.query, 'items/query', 2, () => elevatedItems.query(grants.query, asked)],
  ['count', grants.query, 'items/count', 0, () => elevatedItems.count(grants.query, {})],
  [
    'distinct',
    grants.query,
    'items/query-distinct-values',
    0,
    () => elevatedItems.distinct(grants.query, { ...asked, field: 'status', order: 'ASC' }),
  ],
  [
    'aggregate',
    grants.query,
    'items/aggregate-pipeline',
    0,
    () => elevatedItems.aggregate(grants.query, { ...asked, group: ['status'], summaries }),
  ],
  ['insert', grants.insert, 'items', 1, () => elevatedItems.insert(grants.insert, { name: 'A' })],
  [
    'insertMany',
    grants.insert,
    'bulk/items/insert',
    2,
    () => elevatedItems.insertMany(grants.insert, [{ _id: 'a' }, { _id: 'b' }, { _id: 'c' }]),
  ],
  ['patch', grants.update, 'items/patch', 1, () => elevatedItems.patch(grants.update, 'one', { name: 'B' })],
  ['remove', grants.remove, 'items/remove', 1, () => elevatedItems.remove(grants.remove, 'one')],
  [
    'removeMany',
    grants.remove,
    'bulk/items/remove',
    2,
    () => elevatedItems.removeMany(grants.remove, ['a', 'b', 'c']),
  ],
];

describe('SU-06 an elevated call is written down', () => {
  test.each(RUNS)('%s: before it leaves and when it is done', async (name, grant, path, rows, run) => {
    const whole = answers[path] as WixAnswer;
    answers[path] = (body) => {
      expect(outcomes(), 'when the call leaves').toEqual([['begun', 0]]);
      return whole(body);
    };
    await runAs(as, run);
    const entry = {
      decision: grant.decision,
      memberId: '1815',
      rule: 'owned by e-mail memberEmail',
      collection: 'SITConnections',
      operation: `items.${name}`,
      durationMs: expect.any(Number),
    };
    expect(journalled).toEqual([
      { ...entry, outcome: 'begun', rows: 0 },
      { ...entry, outcome: 'done', rows },
    ]);
    for (const { durationMs } of journalled) {
      expect(durationMs).toBeGreaterThanOrEqual(0);
      expect(durationMs).toBeLessThan(10_000);
    }
    expect(calls.map(({ operation, authorization }) => [operation, authorization])).toEqual([
      [path, APP_TOKEN],
    ]);
  });

  test.each(RUNS)('%s: when it failed', async (_, __, path, ___, run) => {
    answers[path] = () => wixError(403, 'WDE0027');
    await expect(runAs(as, run)).rejects.toMatchObject({ code: 'forbidden' });
    expect(outcomes()).toEqual([
      ['begun', 0],
      ['failed', 0],
    ]);
  });

  test('as one that changed nothing when no row was the caller’s', async () => {
    answers['items/patch'] = answers['items/remove'] = () => wixError(404, 'WDE0073');
    expect(await runAs(as, () => elevatedItems.patch(grants.update, 'graces', { name: 'B' }))).toBeNull();
    expect(await runAs(as, () => elevatedItems.remove(grants.remove, 'graces'))).toBe(false);
    expect(outcomes()).toEqual([
      ['begun', 0],
      ['done', 0],
      ['begun', 0],
      ['done', 0],
    ]);
  });

  test('with the time it took, in milliseconds', async () => {
    answers['items/count'] = async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return { totalCount: 7 };
    };
    await runAs(as, () => elevatedItems.count(grants.query, {}));
    const [begun, done] = journalled.map(({ durationMs }) => durationMs) as [number, number];
    expect(done - begun).toBeGreaterThan(45);
    expect(done).toBeLessThan(5_000);
    for (const entry of journalled) expect(entry.durationMs).toBe(Math.round(entry.durationMs * 1000) / 1000);
  });
});

describe('rights that belong to no collection', () => {
  test('site properties are read with the app’s rights, and written down', async () => {
    answers['properties'] = () => ({ properties: { siteDisplayName: 'A site' }, version: '1' });
    const grant = authorizeCapability(ada, 'site-properties:read');
    const read = await runAs(as, async () => elevatedSiteProperties(grant));
    expect(read).toMatchObject({ properties: { siteDisplayName: 'A site' } });
    const { decision, rule } = grant;
    expect(journalled).toMatchObject(
      [
        ['begun', 0],
        ['done', 1],
      ].map(([outcome, rows]) => ({
        decision,
        rule,
        memberId: '1815',
        collection: null,
        operation: 'siteProperties.getSiteProperties',
        outcome,
        rows,
      })),
    );
    expect(calls.map(({ authorization }) => authorization)).toEqual([APP_TOKEN]);
  });

  const system = authorizeSystem('members:look-after');
  const siteEntry = (operation: string, outcome: string, rows: number) => ({
    decision: system.decision,
    rule: system.rule,
    memberId: null,
    collection: null,
    operation,
    outcome,
    rows,
  });

  test('the site asks for the members it looks after, all at once', async () => {
    const found = ['1815', '1906'].map((id) => ({ id, loginEmail: `${id}@example.com` }));
    answers['members/query'] = () => ({ members: found, metadata: { count: 2 } });
    const members = await elevatedMembers(system, ['1815', '1906', '1936']);
    expect(members.map(({ _id, loginEmail }) => [_id, loginEmail])).toEqual([
      ['1815', '1815@example.com'],
      ['1906', '1906@example.com'],
    ]);
    expect(calls).toMatchObject([
      {
        operation: 'members/query',
        authorization: APP_TOKEN,
        body: {
          fieldsets: ['FULL'],
          query: { filter: { id: { $in: ['1815', '1906', '1936'] } }, paging: { limit: 3 } },
        },
      },
    ]);
    expect(journalled).toMatchObject([
      siteEntry('members.queryMembers', 'begun', 0),
      siteEntry('members.queryMembers', 'done', 2),
    ]);
  });

  test('the site asks for one member', async () => {
    answers['members/1815'] = () => ({ member: { id: '1815', loginEmail: 'ada@example.com' } });
    expect(await elevatedMember(system, '1815')).toMatchObject({
      _id: '1815',
      loginEmail: 'ada@example.com',
    });
    expect(calls).toMatchObject([{ authorization: APP_TOKEN, body: { fieldsets: 'FULL' } }]);
    expect(journalled).toMatchObject([
      siteEntry('members.getMember', 'begun', 0),
      siteEntry('members.getMember', 'done', 1),
    ]);
  });

  test('nobody is there only when Wix itself says so', async () => {
    answers['members/1815'] = () => wixError(404, 'MEMBER_NOT_FOUND');
    expect(await elevatedMember(system, '1815')).toBeNull();
    expect(outcomes()).toEqual([
      ['begun', 0],
      ['done', 0],
    ]);
  });

  test.each([
    ['something on the way', () => new Response('<h1>404</h1>', { status: 404 }), 'wix-refused'],
    ['a refusal of another kind', () => wixError(403, 'FORBIDDEN'), 'wix-refused'],
    ['an outage', () => wixError(503, 'UNKNOWN'), 'wix-unavailable'],
  ])('and not by %s', async (_, answer, code) => {
    answers['members/1815'] = answer;
    await expect(elevatedMember(system, '1815')).rejects.toMatchObject({ code });
    expect(outcomes()).toEqual([
      ['begun', 0],
      ['failed', 0],
    ]);
  });

  test('an answer that names nobody is not the word that there is nobody', async () => {
    answers['members/1815'] = () => ({});
    expect(await elevatedMember(system, '1815')).not.toBeNull();
  });
});
