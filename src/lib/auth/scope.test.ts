import { expect, test } from 'vitest';
import { visitor, type Member } from './actor.ts';
import { assertScope, hasScope, insufficientScope, scopeOf } from './scope.ts';

const inSession: Member = {
  kind: 'member',
  id: '1815',
  email: 'ada@example.com',
  emailVerified: true,
  roles: [],
  credential: { kind: 'session', id: 's1' },
  scopes: null,
};
const byToken = (...scopes: string[]): Member => ({
  ...inSession,
  credential: { kind: 'access-token', id: 't1' },
  scopes,
});

test('a token may do what it was made for, and nothing that only resembles it', () => {
  const token = byToken('SITConnections:query', 'profile:read');
  expect(hasScope(token, 'SITConnections:query')).toBe(true);
  expect(hasScope(token, 'profile:read')).toBe(true);
  for (const other of ['SITConnections:remove', 'SITConnections', 'SITConnections:', 'query', ''])
    expect(hasScope(token, other), other).toBe(false);
  expect(hasScope(byToken(), 'SITConnections:query')).toBe(false);
});

test('a session may do all that its member may; a visitor’s limits are not those of a token', () => {
  for (const actor of [inSession, visitor]) {
    expect(hasScope(actor, 'SITConnections:remove')).toBe(true);
    expect(() => assertScope(actor, 'SITConnections:remove')).not.toThrow();
  }
});

test('RFC 6750 §3.1: the refusal names the scope that would do', () => {
  expect(() => assertScope(byToken('profile:read'), 'profile:read')).not.toThrow();
  expect(() => assertScope(byToken('profile:read'), 'SITConnections:query')).toThrow(
    expect.objectContaining({
      code: 'insufficient-scope',
      detail: 'The access token lacks the scope SITConnections:query.',
      headers: {
        'www-authenticate':
          'Bearer realm="gatehouse", error="insufficient_scope", scope="SITConnections:query"',
      },
    }),
  );
});

test('where no scope would do, none is named', () => {
  expect(insufficientScope()).toMatchObject({
    code: 'insufficient-scope',
    detail: 'No access token may do this; sign in.',
    headers: { 'www-authenticate': 'Bearer realm="gatehouse", error="insufficient_scope"' },
  });
});

test('a scope is what it is for and what may be done', () => {
  expect(scopeOf('SITConnections', 'query')).toBe('SITConnections:query');
});
