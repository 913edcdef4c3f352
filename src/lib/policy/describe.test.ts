import { expect, test } from 'vitest';
import { visitor, type Actor, type Member } from '../auth/actor.ts';
import { describeCollections } from './describe.ts';

const ada: Member = {
  kind: 'member',
  id: '1815',
  email: 'ada@example.com',
  emailVerified: true,
  roles: [],
  credential: { kind: 'session', id: 's' },
  scopes: null,
};

const told = (actor: Actor, name: string) => describeCollections(actor).find((one) => one.name === name);
const everything = ['query', 'insert', 'update', 'remove'];

test('what may be done is told to each as they may do it', () => {
  expect(told(ada, 'SITConnections')?.actions).toEqual(everything);
  expect(told(visitor, 'SITConnections')?.actions).toEqual([]);
  expect(told({ ...ada, scopes: ['SITConnections:query'] }, 'SITConnections')?.actions).toEqual(['query']);
  for (const actor of [visitor, ada]) expect(told(actor, 'Announcements')?.actions).toEqual(['query']);
});

test('nothing may be done where no row is theirs', () => {
  expect(told({ ...ada, emailVerified: false }, 'SITConnections')?.actions).toEqual([]);
});

test('fields are told with type, need and whether they may be written; hidden ones are not mentioned', () => {
  for (const actor of [visitor, ada]) {
    const fields = told(actor, 'SITConnections')?.fields;
    expect(fields).toContainEqual({ name: 'name', type: 'text', required: true, writable: true });
    expect(fields).toContainEqual({ name: 'status', type: 'text', required: false, writable: true });
    expect(fields).toContainEqual({ name: 'memberEmail', type: 'email', required: false, writable: false });
    expect(fields).toContainEqual({ name: '_id', type: 'text', required: false, writable: false });
    expect(fields?.map(({ name }) => name)).not.toContain('internalRemark');
  }
});
