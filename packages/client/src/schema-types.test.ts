import { expect, expectTypeOf, test } from 'vitest';
import type { Schema } from '../test/demo-schema.ts';
import { Gatehouse, type GatehouseOptions, type ItemOf } from './index.ts';
import type { InsertOf } from './schema.ts';
import { schemaTypes } from './schema-types.ts';

const unanswered: GatehouseOptions = {
  baseUrl: 'http://127.0.0.1',
  fetch: () => new Promise(() => {}),
  timeoutMs: Infinity,
};
const gatehouse = new Gatehouse<Schema>(unanswered);

const document = (name: string, field: string) => ({
  paths: {
    [`/api/collections/${name}/items`]: {},
    [`/api/collections/${name}/items/{id}`]: {
      get: {
        responses: {
          200: {
            content: {
              'application/json': { schema: { type: 'object', properties: { [field]: { type: 'string' } } } },
            },
          },
        },
      },
    },
  },
});

test('written types: what is read, and what may be sent', () => {
  const connections = gatehouse.collection('SITConnections');
  void connections.insert({ name: 'x', lastContact: '2026-01-01T00:00:00Z' });
  // @ts-expect-error a name is required
  void connections.insert({ status: 'x' });
  // @ts-expect-error whose it is, the server writes
  void connections.insert({ name: 'x', memberEmail: 'ada@example.com' });
  void connections.patch('id', { status: null });
  // @ts-expect-error a required field cannot be emptied
  void connections.patch('id', { name: null });
  // @ts-expect-error a replacement has all that is required
  void connections.put('id', { status: 'x' });
  void connections.bulk([{ insert: { name: 'x' } }, { update: { id: 'id', fields: { status: 'x' } } }]);
  // @ts-expect-error no such field
  void connections.bulk([{ insert: { nam: 'x' } }]);
  expectTypeOf<ItemOf<Schema['SITConnections']>>().toHaveProperty('memberEmail');
});

test('written types: who may write', () => {
  const venues = gatehouse.collection('Venues');
  expectTypeOf<InsertOf<Schema['Venues']>>().toBeNever();
  // @ts-expect-error nobody may
  void venues.insert({ name: 'x' });
  const introductions = gatehouse.collection('Introductions');
  void introductions.insert({ subject: 'x' });
  // @ts-expect-error whom it is between is set once
  void introductions.patch('id', { subject: 'x' });
});

test('written types: questions', () => {
  const connections = gatehouse.collection('SITConnections');
  void connections.list({
    filter: { lastContact: { $gte: '2026-01-01T00:00:00Z' } },
    sort: '-lastContact',
    count: true,
  });
  // @ts-expect-error no such field
  void connections.list({ filter: { internalRemark: 'x' } });
  // @ts-expect-error no such operator for true and false
  void gatehouse.collection('Announcements').list({ filter: { pinned: { $contains: 'x' } } });
  expectTypeOf(connections.distinct({ field: 'status' })).resolves.toExtend<{
    result: { values: (string | null | undefined)[]; hasMore: boolean };
  }>();
  // @ts-expect-error no such field
  void connections.distinct({ field: 'state' });
  const figures = connections.aggregate({
    group: ['status'],
    figures: { rows: { operation: 'count' }, last: { operation: 'max', field: 'lastContact' } },
    sort: ['-rows'],
  });
  void figures.then(({ result }) => result.groups[0]?.rows);
  // @ts-expect-error no such figure
  void figures.then(({ result }) => result.groups[0]?.row);
  // @ts-expect-error neither a group nor a figure
  void connections.aggregate({ figures: { rows: { operation: 'count' } }, sort: ['-name'] });
});

test('written types: items behind references', () => {
  const introductions = gatehouse.collection('Introductions');
  const shown = introductions.list({ include: ['venue'] });
  expectTypeOf(shown.then(({ result }) => result.items[0]?.venue)).resolves.toEqualTypeOf<
    string | ItemOf<Schema['Venues']> | null | undefined
  >();
  // @ts-expect-error refers to nothing
  void introductions.list({ include: ['stage'] });
  // @ts-expect-error nothing here refers to anything
  void gatehouse.collection('Venues').list({ include: ['name'] });
});

test('names of fields are never code', () => {
  const text = schemaTypes(document('C', `x'; evil(); '`), 'http://a\nevil()');
  expect(text.split('\n')[0]).toContain('http://a evil()');
  expect(text).toContain(String.raw`'x\'; evil(); \''?: string;`);
});

test.each([null, 'x', {}, { paths: {} }, { paths: { '/api/me': {} } }])(
  '%j is no document of a site',
  (other) => {
    expect(() => schemaTypes(other, 'x')).toThrow(TypeError);
  },
);
