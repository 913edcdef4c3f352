import { describe, expect, test } from 'vitest';
import { policies } from '../policy/collections.ts';
import { ItemsQueryString, parseItemsQuery } from './items-query.ts';
import { parse } from '../http/parse.ts';

const read = (query: Record<string, string>) =>
  parseItemsQuery(parse(ItemsQueryString, query), policies.SITConnections);

const refusedFor = (path: string) =>
  expect.objectContaining({
    code: 'invalid-request',
    errors: [expect.objectContaining({ path: expect.stringMatching(path) })],
  });

test('nothing asked for is the first twenty, whole and in the usual order', () => {
  expect(read({})).toEqual({
    filter: {},
    sort: [],
    limit: 20,
    total: false,
    fields: undefined,
    include: [],
  });
});

test('all that can be asked for', () => {
  const filter = '{"lastContact":{"$gt":"2026-01-01T00:00:00Z"}}';
  expect(
    read({ filter, sort: '-lastContact,name', fields: 'name,_id', limit: '100', count: 'true' }),
  ).toEqual({
    filter: { lastContact: { $gt: new Date('2026-01-01T00:00:00Z') } },
    sort: [
      { fieldName: 'lastContact', order: 'DESC' },
      { fieldName: 'name', order: 'ASC' },
    ],
    fields: ['name', '_id'],
    limit: 100,
    total: true,
    include: [],
  });
});

describe('AZ-20 a field that may not be read', () => {
  test.each(['internalRemark', '_owner', 'neverDeclared', 'constructor', '__proto__', '', 'Name'])(
    '%j is not known, whatever it would be used for',
    (name) => {
      expect(() => read({ sort: name })).toThrow(refusedFor('sort'));
      expect(() => read({ sort: `-${name}` })).toThrow(refusedFor('sort'));
      expect(() => read({ fields: name })).toThrow(refusedFor('fields'));
      expect(() => read({ filter: `{${JSON.stringify(name)}:"x"}` })).toThrow(
        expect.objectContaining({ code: 'invalid-request' }),
      );
    },
  );
});

test.each(['name,name', 'name,-name', 'name,status,company,phone,notes,_id', ',', 'name,'])(
  'sort=%s is refused',
  (sort) => expect(() => read({ sort })).toThrow(refusedFor('sort')),
);

test.each(['0', '101', '-1', '1.5', '1e1', '', ' 1', '0x1', '٣', '999999'])(
  'limit=%j is refused',
  (limit) => {
    expect(() => read({ limit })).toThrow(refusedFor('limit'));
  },
);

test.each(['skip', 'offset', 'memberId', 'total'])('AZ-13 %s is no key', (key) => {
  expect(() => read({ [key]: '1' })).toThrow(refusedFor(key));
});

test.each(['', '{', 'null', '[]', '1', '"x"', "{'a':1}"])('the filter %j is none', (filter) => {
  expect(() => read({ filter })).toThrow(refusedFor('filter'));
});

test('rows have no order by a field that holds several values', () => {
  const query = parse(ItemsQueryString, { sort: '-memberIds' });
  expect(() => parseItemsQuery(query, policies.Introductions)).toThrow(refusedFor('sort'));
});
