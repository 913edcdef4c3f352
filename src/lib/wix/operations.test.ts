import { describe, expect, test } from 'vitest';
import { authorize, authorizeCapability } from '../policy/authorize.ts';
import { ACTIONS, type Action } from '../policy/collection.ts';
import type { Grant } from '../policy/grant.ts';
import type { Around } from './around.ts';
import { itemOperations, type ItemOperations, type ItemsSdk } from './operations.ts';

/** Whoever policy decides about. */
type Actor = Parameters<typeof authorize>[0];

const ada: Actor = {
  kind: 'member',
  id: '1815',
  email: 'ada@example.com',
  emailVerified: true,
  roles: [],
  credential: { kind: 'session', id: 's1' },
  scopes: null,
};
const alan: Actor = { ...ada, id: '1936', email: 'alan@example.com', emailVerified: false };

const grantFor = <A extends Action>(action: A, actor: Actor = ada): Grant<A> =>
  authorize(actor, action, 'SITConnections');

/** Every question is a call. */
const plain: Around = { read: (_grant, _question, ask) => ask({}), wrote: () => Promise.resolve() };

describe('what can be done with a Grant', () => {
  const called: string[] = [];
  const lists = { items: [], values: [], results: [], errors: [], insertedItemIds: [], removedItemIds: [] };
  const note =
    (name: string) =>
    (...sent: unknown[]): Promise<object> => {
      called.push(`${name} ${JSON.stringify(sent)}`);
      return Promise.resolve({ _id: 'x', memberEmail: ada.email, ...lists, pagingMetadata: {} });
    };
  const names = [
    ...(['query', 'count', 'distinct', 'aggregate'] as const),
    ...(['insert', 'bulkInsert', 'patch', 'remove', 'bulkRemove'] as const),
  ];
  const sdk = Object.fromEntries(names.map((name) => [name, note(name)])) as unknown as ItemsSdk;
  const operations = itemOperations(sdk, (work) => work(), plain);
  const everything = { filter: {}, sort: [], limit: 1 };
  const counting = { name: 'count', operation: 'count', field: null } as const;
  /** Each operation, with the action that its Grant has to be for. */
  const run: Record<keyof ItemOperations, [Action, (grant: Grant) => Promise<unknown>]> = {
    query: ['query', (grant) => operations.query(grant as Grant<'query'>, everything)],
    count: ['query', (grant) => operations.count(grant as Grant<'query'>, {})],
    distinct: [
      'query',
      (grant) => operations.distinct(grant as Grant<'query'>, { ...everything, field: 'name', order: 'ASC' }),
    ],
    aggregate: [
      'query',
      (grant) =>
        operations.aggregate(grant as Grant<'query'>, { ...everything, group: [], summaries: [counting] }),
    ],
    insert: ['insert', (grant) => operations.insert(grant as Grant<'insert'>, { name: 'X' })],
    insertMany: ['insert', (grant) => operations.insertMany(grant as Grant<'insert'>, [{ _id: 'x' }])],
    removeMany: ['remove', (grant) => operations.removeMany(grant as Grant<'remove'>, ['id'])],
    patch: ['update', (grant) => operations.patch(grant as Grant<'update'>, 'id', { name: 'X' })],
    remove: ['remove', (grant) => operations.remove(grant as Grant<'remove'>, 'id')],
  };

  test('a row that Wix gives although it is outside the Grant is no answer', async () => {
    const foreign = { _id: 'graces', memberEmail: 'grace@example.com', phone: 'secret' };
    const careless = (answer: object) => () => Promise.resolve(answer);
    const wix = itemOperations(
      {
        query: careless({ items: [foreign], pagingMetadata: {} }),
        patch: careless(foreign),
        remove: careless(foreign),
      } as unknown as ItemsSdk,
      (work) => work(),
      plain,
    );
    for (const attempt of [
      wix.query(grantFor('query'), { filter: {}, sort: [], limit: 1 }),
      wix.patch(grantFor('update'), 'graces', { name: 'X' }),
      wix.remove(grantFor('remove'), 'graces'),
    ]) {
      await expect(attempt).rejects.toMatchObject({ code: 'unexpected' });
    }
  });

  test.each(ACTIONS)('with one for %s no operation of another reaches Wix', async (given) => {
    for (const [action, attempt] of Object.values(run)) {
      called.length = 0;
      if (action === given) await attempt(grantFor(given));
      else await expect(attempt(grantFor(given))).rejects.toThrow(TypeError);
      expect(called).toHaveLength(action === given ? 1 : 0);
    }
  });

  test('without one nothing reaches Wix', async () => {
    called.length = 0;
    for (const [action, attempt] of Object.values(run)) {
      await expect(attempt({ ...grantFor(action) })).rejects.toThrow(TypeError);
    }
    expect(called).toEqual([]);
  });

  test('one without rows never reaches Wix, whoever forgot to look', async () => {
    called.length = 0;
    for (const [action, attempt] of Object.values(run)) {
      if (action === 'insert') continue;
      await expect(attempt(grantFor(action, alan))).rejects.toThrow(/without rows/);
    }
    expect(called).toEqual([]);
  });

  test('the rows go into the call itself, whatever is asked for', async () => {
    called.length = 0;
    const asked = { filter: { $or: [{ memberEmail: 'grace@example.com' }, {}] }, sort: [], limit: 7 };
    const { filter: either } = asked;
    await operations.query(grantFor('query'), asked);
    await operations.count(grantFor('query'), either);
    await operations.distinct(grantFor('query'), { ...asked, field: 'status', order: 'DESC' });
    await operations.aggregate(grantFor('query'), { ...asked, group: ['status'], summaries: [counting] });
    await operations.patch(grantFor('update'), 'id', { name: 'X', phone: null });
    await operations.remove(grantFor('remove'), 'id');
    const rows = { memberEmail: 'ada@example.com' };
    const filter = { $and: [rows, asked.filter] };
    const changes = [
      { action: 'SET_FIELD', fieldPath: 'name', value: 'X' },
      { action: 'REMOVE_FIELD', fieldPath: 'phone' },
    ];
    const group = {
      groupIds: [{ key: 'status', expression: { fieldPath: 'status' } }],
      accumulators: [{ resultFieldName: 'count', sum: { expression: { numeric: 1 } } }],
    };
    const paging = { limit: 7 };
    expect(called).toEqual([
      `query ${JSON.stringify(['SITConnections', { filter, sort: [], paging }, {}])}`,
      `count ${JSON.stringify(['SITConnections', { filter }])}`,
      `distinct ${JSON.stringify(['SITConnections', 'status', { filter, order: 'DESC', paging }])}`,
      `aggregate ${JSON.stringify(['SITConnections', { stages: [{ filter }, { group }], paging }, {}])}`,
      `patch ${JSON.stringify(['SITConnections', 'id', changes, { condition: rows }])}`,
      `remove ${JSON.stringify(['SITConnections', 'id', { condition: rows }])}`,
    ]);
  });

  test('AZ-27 the owner is stamped over whatever the fields say', async () => {
    called.length = 0;
    await operations.insert(grantFor('insert'), { name: 'X', memberEmail: 'grace@example.com' });
    expect(called).toEqual([
      `insert ${JSON.stringify(['SITConnections', { name: 'X', memberEmail: 'ada@example.com' }])}`,
    ]);
  });

  test('types say so before anything runs', () => {
    const grant = grantFor('query');
    const neverRun = () => [
      // @ts-expect-error a query Grant cannot insert
      operations.insert(grant, {}),
      // @ts-expect-error a query Grant cannot change
      operations.patch(grant, 'id', {}),
      // @ts-expect-error a query Grant cannot remove
      operations.remove(grant, 'id'),
      // @ts-expect-error a capability is no Grant for rows
      operations.query(authorizeCapability(ada, 'site-properties:read'), { filter: {}, sort: [], limit: 1 }),
    ];
    expect(neverRun).toBeTypeOf('function');
  });
});
