import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  Gatehouse,
  type Changes,
  type Collection,
  type Filter,
  type GatehouseOptions,
  type GatehouseResponse,
  type ItemsPage,
  type LoginResult,
  type ProblemCode,
  type Sort,
} from './index.ts';

/** `interface`, which has no index signature: the harder case. */
interface Connection {
  _id: string;
  name: string;
  status: 'open' | 'closed';
  visits: number;
  createdAt: string;
  isPublic: boolean;
  tags: string[];
  note?: string;
  address: { city: string };
}

interface Schema {
  SITConnections: Connection;
  Orders: { _id: string; total: number };
}

// The calls below are there to be compiled: nothing is sent, and none is answered.
const unanswered: GatehouseOptions = {
  baseUrl: 'http://127.0.0.1',
  fetch: () => new Promise(() => {}),
  timeoutMs: Infinity,
};
const gatehouse = new Gatehouse<Schema>(unanswered);
const connections = gatehouse.collection('SITConnections');

describe('with a schema', () => {
  test('names of collections', () => {
    expectTypeOf(connections).toEqualTypeOf<Collection<Connection, Schema>>();
    // @ts-expect-error there is no such collection
    gatehouse.collection('SITConnection');
    // @ts-expect-error an item is an object
    expectTypeOf<Gatehouse<{ SITConnections: string }>>().not.toBeAny();
  });

  test('whole items, and projected ones', () => {
    expectTypeOf(connections.list()).resolves.toEqualTypeOf<GatehouseResponse<ItemsPage<Connection>>>();
    expectTypeOf(connections.list({ limit: 20 })).resolves.toEqualTypeOf<
      GatehouseResponse<ItemsPage<Connection>>
    >();
    expectTypeOf(connections.get('id')).resolves.toEqualTypeOf<GatehouseResponse<Connection>>();
    expectTypeOf(connections.remove('id')).resolves.toEqualTypeOf<GatehouseResponse<undefined>>();

    const some = connections.list({ fields: ['name', 'visits'] });
    expectTypeOf(some).resolves.toEqualTypeOf<
      GatehouseResponse<ItemsPage<Pick<Connection, '_id' | 'name' | 'visits'>>>
    >();
    const each = connections.items({ fields: ['name'] });
    expectTypeOf(each).toEqualTypeOf<AsyncGenerator<Pick<Connection, '_id' | 'name'>, void, undefined>>();
    // @ts-expect-error no such field
    void connections.list({ fields: ['names'] });
    // @ts-expect-error was not asked for
    void some.then(({ result }) => result.items[0]?.status);
  });

  test('sort keys', () => {
    expectTypeOf<Sort<{ a: 1; b: 2 }>>().toEqualTypeOf<'a' | '-a' | 'b' | '-b'>();
    void connections.list({ sort: '-createdAt' });
    void connections.list({ sort: ['-createdAt', 'name'] });
    // @ts-expect-error no such field
    void connections.list({ sort: '-created' });
    // @ts-expect-error `-` is the only direction
    void connections.list({ sort: '+createdAt' });
    // @ts-expect-error several keys are a list
    void connections.list({ sort: '-createdAt,name' });
  });

  test('filters that make sense', () => {
    void connections.list({ filter: {} });
    void connections.list({ filter: { status: 'open', visits: 3, isPublic: true, note: null } });
    void connections.list({
      filter: { visits: { $gte: 3, $lt: 9 }, createdAt: { $gt: '2026-01-01T00:00:00Z' } },
    });
    void connections.list({
      filter: { name: { $startsWith: 'A', $contains: 'n' }, status: { $in: ['open'] } },
    });
    void connections.list({ filter: { status: { $ne: null }, note: { $exists: true } } });
    void connections.list({ filter: { tags: 'new' } });
    void connections.list({ filter: { tags: { $hasAll: ['new', 'old'] }, name: { $hasSome: ['a', 'b'] } } });
    void connections.list({ filter: { address: { city: 'Zürich' } } });
    void connections.list({
      filter: { $or: [{ status: 'open' }, { $not: [{ visits: 0 }] }], $and: [{ name: 'x' }] },
    });
    expectTypeOf<{ status: 'open' }>().toExtend<Filter<Connection>>();
  });

  test('filters that do not compile', () => {
    expectTypeOf<{ visits: string }>().not.toExtend<Filter<Connection>>();
    // @ts-expect-error no such field
    void connections.list({ filter: { names: 'x' } });
    // @ts-expect-error a number
    void connections.list({ filter: { visits: '3' } });
    // @ts-expect-error not one of the values
    void connections.list({ filter: { status: 'opened' } });
    // @ts-expect-error not one of the values
    void connections.list({ filter: { status: { $in: ['opened'] } } });
    // @ts-expect-error no such operator
    void connections.list({ filter: { name: { $like: 'x' } } });
    // @ts-expect-error numbers have no beginning
    void connections.list({ filter: { visits: { $startsWith: '3' } } });
    // @ts-expect-error true is not less than false
    void connections.list({ filter: { isPublic: { $lt: true } } });
    // @ts-expect-error a flag is one of two
    void connections.list({ filter: { isPublic: { $hasSome: [true] } } });
    // @ts-expect-error only lists can have all
    void connections.list({ filter: { name: { $hasAll: ['x'] } } });
    // @ts-expect-error $in takes a list
    void connections.list({ filter: { name: { $in: 'x' } } });
    // @ts-expect-error no such field, also further in
    void connections.list({ filter: { $or: [{ names: 'x' }] } });
    // @ts-expect-error Wix's $not takes a list
    void connections.list({ filter: { $not: { name: 'x' } } });
  });

  test('writes', () => {
    expectTypeOf<Changes<{ a: 1; b?: 2 }>>().toEqualTypeOf<{ a?: 1; b?: 2 | null }>();
    void connections.patch('id', { note: null }).catch(() => {});
    // @ts-expect-error a name is required
    void connections.patch('id', { name: null });
    void connections.insert({ name: 'x', tags: [] }).catch(() => {});
    void connections.patch('id', { status: 'closed' }).catch(() => {});
    // @ts-expect-error no such field
    void connections.insert({ names: 'x' });
    // @ts-expect-error a number
    void connections.patch('id', { visits: '3' });
    // @ts-expect-error the id first
    void connections.patch({ status: 'closed' }).catch(() => {});
  });

  test('query keys and options', () => {
    // @ts-expect-error no such key
    void connections.list({ skip: 20 });
    // @ts-expect-error no such option
    void connections.list({}, { timeout: 5 });
    // @ts-expect-error a login needs both
    void gatehouse.login({ email: 'ada@example.com' });
    // @ts-expect-error no such profile field
    void gatehouse.register({ email: 'a', password: 'b', profile: { name: 'x' } });
    // @ts-expect-error read only: sign in or out instead
    expect(() => (gatehouse.token = 'x')).toThrow(TypeError);
  });

  test('the forum’s example has the items of its collection', () => {
    const answer = gatehouse.connections({ email: 'ada@example.com' });
    expectTypeOf(answer.then(({ result }) => result.items)).resolves.toEqualTypeOf<Connection[]>();
  });
});

describe('without a schema', () => {
  test('every name and field is accepted, and values are unknown', () => {
    const untyped = new Gatehouse(unanswered);
    const anything = untyped.collection('Whatever');
    void anything.list({
      filter: { a: { $gte: 1 }, $or: [{ b: 'x' }] },
      sort: ['-c', 'd'],
      fields: ['e'],
      limit: 1,
    });
    void anything.insert({ f: [1] });
    expectTypeOf(anything.get('id').then(({ result }) => result['g'])).resolves.toBeUnknown();
    // @ts-expect-error values are unknown until looked at
    void anything.get('id').then(({ result }) => result['g'].length);
  });
});

test('login results are told apart by state', () => {
  const read = (result: LoginResult): string => {
    if (result.state === 'SUCCESS') return result.token;
    if (result.state === 'EMAIL_VERIFICATION_REQUIRED') return result.verificationToken;
    // @ts-expect-error there is no token while the owner has to approve
    return result.token ?? result.state;
  };
  expect(read({ state: 'EMAIL_VERIFICATION_REQUIRED', verificationToken: 'v' })).toBe('v');
});

test('codes are open: known ones complete, new ones compile', () => {
  const codes: ProblemCode[] = ['not-found', 'brewing-coffee'];
  expect(codes).toHaveLength(2);
  expectTypeOf<string>().toExtend<ProblemCode>();
});
