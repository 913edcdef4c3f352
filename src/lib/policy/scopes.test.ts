import { expect, test } from 'vitest';
import { isKnownScope, KNOWN_SCOPES } from './scopes.ts';

test('a scope exists for each action that some rule allows, and for no other', () => {
  expect(KNOWN_SCOPES.map(({ scope }) => scope)).toEqual([
    'profile:read',
    'site-properties:read',
    'SITConnections:query',
    'SITConnections:insert',
    'SITConnections:update',
    'SITConnections:remove',
    'Announcements:query',
    'Announcements:insert',
    'Announcements:update',
    'Announcements:remove',
    'Venues:query',
    'Introductions:query',
    'Introductions:insert',
    'Introductions:update',
  ]);
});

test('each of them is known by its text', () => {
  for (const { scope } of KNOWN_SCOPES) expect(isKnownScope(scope), scope).toBe(true);
});

test('what belongs to a collection says to which, and what may be done to it', () => {
  expect(KNOWN_SCOPES).toContainEqual({
    scope: 'SITConnections:query',
    collection: 'SITConnections',
    action: 'query',
  });
  expect(KNOWN_SCOPES).toContainEqual({ scope: 'profile:read', collection: null, action: null });
});

test.each([
  '',
  'SITConnections',
  'SITConnections:',
  'SITConnections:*',
  'sitconnections:query',
  'SITConnections:query ',
  'SITConnections:query SITConnections:insert',
  'Venues:insert',
  'Vault:query',
  'constructor:query',
  '*',
])('%j is none', (text) => expect(isKnownScope(text)).toBe(false));

test('each is a scope-token by RFC 6749 §3.3', () => {
  for (const { scope } of KNOWN_SCOPES) expect(scope).toMatch(/^[\x21\x23-\x5b\x5d-\x7e]+$/);
});
