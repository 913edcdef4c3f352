import { expect, test } from 'vitest';
import { authorize } from '../policy/authorize.ts';
import type { Around } from './around.ts';
import { itemOperations, type ItemsSdk } from './operations.ts';

const ada: Parameters<typeof authorize>[0] = {
  kind: 'member',
  id: '1815',
  email: 'ada@example.com',
  emailVerified: true,
  roles: [],
  credential: { kind: 'session', id: 's1' },
  scopes: null,
};
const grant = authorize(ada, 'query', 'SITConnections');
const rows = { memberEmail: 'ada@example.com' };
const mine = { _id: 'one', memberEmail: 'ada@example.com', name: 'A' };
const foreign = { ...mine, _id: 'graces', memberEmail: 'grace@example.com' };
const asked = { filter: {}, sort: [], limit: 10 };

/** No read is shared or kept. */
const straight: Around = { read: (_grant, _question, ask) => ask({}), wrote: () => Promise.resolve() };

/** Operations over an SDK of which one function is there; what it was given is kept. */
function over(name: keyof ItemsSdk, answer: unknown) {
  const given: unknown[][] = [];
  const sdk = {
    [name]: (...sent: unknown[]) => {
      given.push(sent);
      return Promise.resolve(answer);
    },
  };
  return { given, wix: itemOperations(sdk as unknown as ItemsSdk, (work) => work(), straight) };
}

test('a page holds the rows, whether more follow, and a total where one was asked for', async () => {
  const { wix } = over('query', { items: [mine], pagingMetadata: { hasNext: true, total: 7 } });
  expect(await wix.query(grant, asked)).toEqual({ items: [mine], hasMore: true, total: null });
  expect(await wix.query(grant, { ...asked, total: true })).toEqual({
    items: [mine],
    hasMore: true,
    total: 7,
  });
});

test('what Wix does not say is no more rows, and no total', async () => {
  const nothing = { items: [], values: [], results: [], pagingMetadata: {} };
  expect(await over('query', nothing).wix.query(grant, { ...asked, total: true })).toEqual({
    items: [],
    hasMore: false,
    total: null,
  });
  const order = 'ASC' as const;
  expect(await over('distinct', nothing).wix.distinct(grant, { ...asked, order, field: 'name' })).toEqual({
    values: [],
    hasMore: false,
  });
  expect(
    await over('aggregate', nothing).wix.aggregate(grant, { ...asked, group: ['name'], summaries: [] }),
  ).toEqual({ groups: [], hasMore: false });
});

test('a total and references are asked for only on demand', async () => {
  const { wix, given } = over('query', { items: [], pagingMetadata: {} });
  const sort = [{ fieldName: 'name', order: 'DESC' }] as const;
  await wix.query(grant, { ...asked, sort, total: true, include: ['venue', 'host'] });
  await wix.query(grant, { ...asked, total: false, include: [] });
  expect(given).toEqual([
    [
      'SITConnections',
      { filter: rows, sort, paging: { limit: 10 } },
      { returnTotalCount: true, includeReferences: [{ field: 'venue' }, { field: 'host' }] },
    ],
    ['SITConnections', { filter: rows, sort: [], paging: { limit: 10 } }, {}],
  ]);
});

test('one foreign row among one’s own spoils the whole page, and its id is for the log alone', async () => {
  const { wix } = over('query', { items: [mine, foreign], pagingMetadata: {} });
  await expect(wix.query(grant, asked)).rejects.toMatchObject({
    code: 'unexpected',
    message: 'Wix gave graces, which is not owned by e-mail memberEmail',
    detail: undefined,
  });
});

test('a count and the different values are what Wix says', async () => {
  expect(await over('count', 7).wix.count(grant, {})).toBe(7);
  const { wix } = over('distinct', { values: ['a', null], pagingMetadata: { hasNext: true } });
  expect(await wix.distinct(grant, { ...asked, order: 'DESC', field: 'status' })).toEqual({
    values: ['a', null],
    hasMore: true,
  });
});

test('figures of groups: each by its own operation, in the order asked for', async () => {
  const { wix, given } = over('aggregate', { results: [], pagingMetadata: {} });
  await wix.aggregate(grant, {
    filter: { status: 'open' },
    group: ['status', 'company'],
    summaries: [
      { name: 'rows', operation: 'count', field: null },
      { name: 'latest', operation: 'max', field: 'lastContact' },
    ],
    sort: [
      { fieldName: 'company', order: 'ASC' },
      { fieldName: 'rows', order: 'DESC' },
    ],
    limit: 5,
  });
  const fieldPath = (field: string) => ({ expression: { fieldPath: field } });
  expect(given).toEqual([
    [
      'SITConnections',
      {
        stages: [
          { filter: { $and: [rows, { status: 'open' }] } },
          {
            group: {
              groupIds: [
                { key: 'status', ...fieldPath('status') },
                { key: 'company', ...fieldPath('company') },
              ],
              accumulators: [
                { resultFieldName: 'rows', sum: { expression: { numeric: 1 } } },
                { resultFieldName: 'latest', max: { expression: { fieldPath: 'lastContact' } } },
              ],
            },
          },
          {
            sort: {
              values: [
                { fieldName: '_id.company', order: 'ASC' },
                { fieldName: 'rows', order: 'DESC' },
              ],
            },
          },
        ],
        paging: { limit: 5 },
      },
      {},
    ],
  ]);
});

test('what a group has in common stands beside its figures', async () => {
  const { wix } = over('aggregate', {
    results: [{ _id: { status: 'open' }, rows: 2 }, { _id: null, rows: 1 }, { rows: 4 }],
    pagingMetadata: { hasNext: true },
  });
  expect(await wix.aggregate(grant, { ...asked, group: ['status'], summaries: [] })).toEqual({
    groups: [{ status: 'open', rows: 2 }, { rows: 1 }, { rows: 4 }],
    hasMore: true,
  });
});

test('a text that Wix gives as the name of a group is not taken apart', async () => {
  const { wix } = over('aggregate', { results: [{ _id: 'open', rows: 2 }], pagingMetadata: {} });
  const { groups } = await wix.aggregate(grant, { ...asked, group: [], summaries: [] });
  expect(groups).toEqual([{ rows: 2 }]);
});
