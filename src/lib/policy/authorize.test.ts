import { describe, expect, test } from 'vitest';
import { visitor, type Actor, type Member } from '../auth/actor.ts';
import { assertDeclared, authorize, authorizeCapability } from './authorize.ts';
import { decide } from './decide.ts';
import { authorizeSystem } from './system.ts';

const ada: Member = {
  kind: 'member',
  id: '1815',
  email: 'ada@example.com',
  emailVerified: true,
  roles: [],
  credential: { kind: 'session', id: 's1' },
  scopes: null,
};
const alan: Member = { ...ada, id: '1936', email: 'alan@example.com', emailVerified: false };
const withScopes = (...scopes: string[]): Member => ({ ...ada, scopes });

const attempt = (actor: Actor, action: Parameters<typeof authorize>[1], collection = 'SITConnections') =>
  expect(() => authorize(actor, action, collection));

describe('a refusal says what would help', () => {
  test('an unverified e-mail is to be verified', () => {
    attempt(alan, 'insert').toThrow(
      expect.objectContaining({ code: 'forbidden', detail: 'Verify your e-mail address first.' }),
    );
  });

  test('a token without the scope is told which one', () => {
    attempt(withScopes('SITConnections:query'), 'remove').toThrow(
      expect.objectContaining({
        code: 'insufficient-scope',
        detail: 'The access token lacks the scope SITConnections:remove.',
      }),
    );
  });

  test('the rest is told by its kind alone', () => {
    attempt(visitor, 'query').toThrow(
      expect.objectContaining({ code: 'unauthenticated', detail: undefined }),
    );
    attempt(ada, 'remove', 'Announcements').toThrow(
      expect.objectContaining({ code: 'forbidden', detail: undefined }),
    );
    attempt(ada, 'query', 'Vault').toThrow(expect.objectContaining({ code: 'not-found', detail: undefined }));
  });
});

test('a token with the scope may do what its member may, on the same rows', () => {
  const grant = authorize(withScopes('SITConnections:query'), 'query', 'SITConnections');
  expect(grant).toMatchObject({ memberId: '1815', rows: { memberEmail: 'ada@example.com' } });
});

test('a Grant of a visitor names nobody, and all of it is frozen', () => {
  const grant = authorize(visitor, 'query', 'Announcements');
  expect(grant).toMatchObject({ memberId: null, as: 'member', rows: {} });
  for (const part of [grant, grant.rows, grant.stamps, grant.access])
    expect(Object.isFrozen(part)).toBe(true);
});

test('one’s own rows cannot be changed for the next who asks', () => {
  const [one, other] = [authorize(ada, 'query', 'Venues'), authorize(ada, 'query', 'Venues')];
  expect(one.rows).not.toBe(other.rows);
});

test('an inserted row gets the first values of what its maker may not set, and the owner’s', () => {
  const decision = decide(ada, 'insert', 'Introductions');
  expect(decision).toMatchObject({ outcome: 'granted', stamps: { memberIds: ['1815'] } });
  // `stage` has a first value as well, but may be set.
  expect(decision).not.toHaveProperty('stamps.stage');
});

test('a rule that narrows leaves fewer fields than the collection names', () => {
  expect(authorize(ada, 'insert', 'Introductions').access.writable).toEqual(['subject', 'stage', 'venue']);
  const { readable, writable } = authorize(ada, 'update', 'Introductions').access;
  expect(writable).toEqual(['stage', 'venue']);
  expect(readable).toEqual(['subject', 'stage', 'memberIds', 'venue']);
});

test('whether a collection is declared can be asked before anything else', () => {
  expect(() => assertDeclared('SITConnections')).not.toThrow();
  for (const name of ['Vault', '', 'constructor', '__proto__', 'sitconnections'])
    expect(() => assertDeclared(name)).toThrow(expect.objectContaining({ code: 'not-found' }));
});

describe('rights that belong to no collection', () => {
  test('are for members', () => {
    expect(authorizeCapability(ada, 'site-properties:read')).toMatchObject({
      kind: 'capability',
      capability: 'site-properties:read',
      memberId: '1815',
      rule: 'any member',
    });
    expect(() => authorizeCapability(visitor, 'site-properties:read')).toThrow(
      expect.objectContaining({ code: 'unauthenticated' }),
    );
  });

  test('are for tokens that were made for them', () => {
    expect(() =>
      authorizeCapability(withScopes('site-properties:read'), 'site-properties:read'),
    ).not.toThrow();
    expect(() => authorizeCapability(withScopes('profile:read'), 'site-properties:read')).toThrow(
      expect.objectContaining({ code: 'insufficient-scope' }),
    );
  });

  test('of the site itself are in nobody’s name', () => {
    const [one, other] = [authorizeSystem('members:look-after'), authorizeSystem('members:look-after')];
    expect(one).toMatchObject({
      kind: 'system',
      capability: 'members:look-after',
      memberId: null,
      rule: 'the site looks after those who are signed in',
    });
    expect(Object.isFrozen(one)).toBe(true);
    expect(one.decision).not.toBe(other.decision);
  });
});
