import { describe, expect, test } from 'vitest';
import { policies } from '../policy/collections.ts';
import {
  ItemQueryString,
  ItemsQueryBody,
  ItemsQueryString,
  parseInclude,
  parseItemsQuery,
} from './items-query.ts';
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

const refusal = (path: string, message: string) =>
  expect.objectContaining({ code: 'invalid-request', errors: [{ path, message }] });

describe('a refusal says what is wrong', () => {
  test.each([
    [{ sort: 'name,status,company,phone,notes,_id' }, 'sort', 'has more than 5 fields'],
    [{ sort: 'name,-name' }, 'sort', 'names a field twice'],
    [{ sort: '-nobody' }, 'sort', 'nobody is not a field known here'],
    [{ sort: 'na-me' }, 'sort', 'na-me is not a field known here'],
    [{ sort: '--name' }, 'sort', '-name is not a field known here'],
    [{ fields: 'nobody' }, 'fields', 'nobody is not a field known here'],
    [{ include: 'nobody' }, 'include', 'nobody is not a field known here'],
    [{ include: 'name' }, 'include', 'name refers to no other collection'],
    [{ limit: '1.5' }, 'limit', 'is not a whole number'],
    [{ count: 'yes' }, 'count', 'is not "true"'],
    [{ count: 'false' }, 'count', 'is not "true"'],
  ] as [Record<string, string>, string, string][])('%j', (query, path, message) => {
    expect(() => read(query)).toThrow(refusal(path, message));
  });
});

test('five fields may be sorted by, and a minus counts only in front', () => {
  expect(read({ sort: 'name,-status,company,phone,-_id' }).sort).toEqual([
    { fieldName: 'name', order: 'ASC' },
    { fieldName: 'status', order: 'DESC' },
    { fieldName: 'company', order: 'ASC' },
    { fieldName: 'phone', order: 'ASC' },
    { fieldName: '_id', order: 'DESC' },
  ]);
});

describe('what a reference names', () => {
  test('comes along where it is asked for', () => {
    expect(parseInclude(['venue'], policies.Introductions)).toEqual(['venue']);
    expect(parseInclude(undefined, policies.Introductions)).toEqual([]);
    const one = parse(ItemQueryString, { include: 'venue' });
    expect(parseInclude(one.include, policies.Introductions)).toEqual(['venue']);
  });

  test('AZ-14 does not where the reference itself may not be read', () => {
    const { fields, writable } = policies.Introductions;
    expect(() => parseInclude(['venue'], { fields, writable, readable: ['subject'] })).toThrow(
      refusal('include', 'venue is not a field known here'),
    );
  });

  test('one item takes no other key', () => {
    expect(parse(ItemQueryString, {})).toEqual({});
    expect(() => parse(ItemQueryString, { fields: 'name' })).toThrow(
      expect.objectContaining({ code: 'invalid-request' }),
    );
  });
});

describe('asked for by a body', () => {
  const ask = (body: unknown) => parseItemsQuery(parse(ItemsQueryBody, body), policies.SITConnections);

  test('it is the same question', () => {
    expect(ask({})).toEqual(read({}));
    expect(
      ask({ filter: { name: 'A' }, sort: ['-name'], fields: ['name'], include: [], limit: 100, count: true }),
    ).toEqual(read({ filter: '{"name":"A"}', sort: '-name', fields: 'name', limit: '100', count: 'true' }));
  });

  test.each([
    { limit: 0 },
    { limit: 101 },
    { limit: 1.5 },
    { limit: '20' },
    { limit: null },
    { sort: 'name' },
    { sort: [1] },
    { fields: 'name' },
    { include: 'venue' },
    { count: 'true' },
    { filter: null },
    { filter: [] },
    { skip: 1 },
    [],
    null,
  ])('AZ-13 %j is refused', (body) => {
    expect(() => ask(body)).toThrow(expect.objectContaining({ code: 'invalid-request' }));
  });

  test('its limits are those of an address', () => {
    expect(ask({ limit: 1 }).limit).toBe(1);
    expect(read({ limit: '1' }).limit).toBe(1);
    for (const length of [8192, 8193]) {
      const cursor = 'x'.repeat(length);
      for (const asking of [() => ask({ cursor }), () => read({ cursor })]) {
        if (length === 8192) expect(asking).not.toThrow();
        else expect(asking).toThrow(refusedFor('cursor'));
      }
    }
  });
});
