import { expect, test } from 'vitest';
import { visitor, type Member } from '../auth/actor.ts';
import { explain } from './explain.ts';

const ada: Member = {
  kind: 'member',
  id: '1815',
  email: 'ada@example.com',
  emailVerified: true,
  roles: [],
  credential: { kind: 'session', id: 's' },
  scopes: null,
};

test('a granted action is told with its rule, rows, fields and stamps', () => {
  expect(explain(ada, 'insert', 'SITConnections')).toBe(
    [
      'Yes, by the rule "owned by e-mail memberEmail".',
      'Runs as: the app, elevated and journalled.',
      'Rows: {"memberEmail":"ada@example.com"}.',
      'Fields that may be read: name, status, company, phone, notes, lastContact, memberEmail.',
      'Fields that may be written: name, status, company, phone, notes, lastContact.',
      'Stamped, whatever is sent: {"memberEmail":"ada@example.com"}.',
    ].join('\n'),
  );
  expect(explain(visitor, 'query', 'Announcements')).toContain('Rows: all.');
  expect(explain({ ...ada, roles: ['admin'] }, 'update', 'Announcements')).toContain(
    'by the rule "role admin"',
  );
  expect(explain({ ...ada, roles: ['admin'] }, 'query', 'Introductions')).toContain('Rows: all.');
  expect(explain(ada, 'query', 'Introductions')).toContain('Rows: {"memberIds"');
  expect(explain({ ...ada, emailVerified: false }, 'query', 'SITConnections')).toContain('Rows: none.');
});

test('fields to write are told where something is written, stamps where something is made', () => {
  const readable = 'Fields that may be read: name, status, company, phone, notes, lastContact, memberEmail.';
  const read = [
    'Yes, by the rule "owned by e-mail memberEmail".',
    'Runs as: the app, elevated and journalled.',
    'Rows: {"memberEmail":"ada@example.com"}.',
    readable,
  ];
  const written = 'Fields that may be written: name, status, company, phone, notes, lastContact.';
  for (const action of ['query', 'remove'] as const)
    expect(explain(ada, action, 'SITConnections')).toBe(read.join('\n'));
  expect(explain(ada, 'update', 'SITConnections')).toBe([...read, written].join('\n'));
});

test('what runs with the caller’s own rights is told so', () => {
  expect(explain(visitor, 'query', 'Announcements')).toContain(
    'Runs as: the caller, with their own Wix rights.',
  );
});

test.each([
  [
    visitor,
    'query',
    'SITConnections',
    'No (unauthenticated): query SITConnections: owned by e-mail memberEmail.',
  ],
  [ada, 'remove', 'Venues', 'No (forbidden): no rule lets anybody remove Venues.'],
  [ada, 'remove', 'Announcements', 'No (forbidden): remove Announcements: role admin.'],
  [visitor, 'remove', 'Announcements', 'No (unauthenticated): remove Announcements: role admin.'],
  [
    { ...ada, roles: ['admin'], scopes: ['Announcements:query'] },
    'remove',
    'Announcements',
    'No (insufficient-scope): the token lacks Announcements:remove.',
  ],
  [ada, 'query', 'Nowhere', 'No (not-found): Nowhere is not declared.'],
  [
    { ...ada, scopes: ['profile:read'] },
    'query',
    'SITConnections',
    'No (insufficient-scope): the token lacks SITConnections:query.',
  ],
  [
    { ...ada, emailVerified: false },
    'insert',
    'SITConnections',
    'No (unverified): insert SITConnections: owned by e-mail memberEmail.',
  ],
] as const)('a refusal says why: %#', (actor, action, collection, text) => {
  expect(explain(actor, action, collection)).toBe(text);
});
