import { describe, expect, test } from 'vitest';
import { readAccountForm } from './account-forms.ts';
import { Problem } from './problem.ts';

const DEVICE = 'a'.repeat(64);
const TOKEN = '00000000-0000-4000-8000-000000000000';

describe('a form of the account page', () => {
  test('ends one device, all others or one token', () => {
    expect(readAccountForm({ do: 'end-device', id: DEVICE })).toEqual({ do: 'end-device', id: DEVICE });
    expect(readAccountForm({ do: 'end-token', id: TOKEN })).toEqual({ do: 'end-token', id: TOKEN });
    expect(readAccountForm({ do: 'end-others' })).toEqual({ do: 'end-others' });
  });

  test('makes a token with the rights that were ticked', () => {
    const wish = readAccountForm({
      do: 'make-token',
      name: ' Export ',
      'SITConnections:query': 'on',
      'profile:read': 'on',
      expiresInDays: '30',
    });
    expect(wish).toMatchObject({
      do: 'make-token',
      wanted: { name: 'Export', scopes: ['SITConnections:query', 'profile:read'] },
    });
  });

  const make = { do: 'make-token', name: 'Export', 'profile:read': 'on', expiresInDays: '30' };
  test.each([
    ['no name', { ...make, name: ' ' }, 'name', 'Fill this in.'],
    ['a long name', { ...make, name: 'x'.repeat(101) }, 'name', 'Keep this to 100 characters.'],
    ['no right', { do: 'make-token', name: 'x', expiresInDays: '30' }, 'scopes', 'Choose at least one.'],
    ['too long a life', { ...make, expiresInDays: '366' }, 'expiresInDays', 'is more than 365'],
    ['an unknown right', { ...make, 'Vault:query': 'on' }, 'Vault:query', 'is not known here'],
    ['a member', { ...make, memberId: 'x' }, 'memberId', 'is not known here'],
    ['no wish', { id: DEVICE }, 'do', 'is not known here'],
    ['another wish', { do: 'end-everything' }, 'do', 'is not known here'],
    ['a wish of every object', { do: 'constructor' }, 'do', 'is not known here'],
    ['a device that cannot be', { do: 'end-device', id: TOKEN }, 'id', undefined],
    ['a token that cannot be', { do: 'end-token', id: DEVICE }, 'id', undefined],
    ['more than asked for', { do: 'end-others', id: DEVICE }, 'id', 'is not known here'],
  ])('with %s is refused by the name of its field', (_, fields, path, message) => {
    let thrown: unknown;
    try {
      readAccountForm(fields);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(Problem);
    const [fault] = (thrown as Problem).errors ?? [];
    expect(fault?.path).toBe(path);
    if (message !== undefined) expect(fault?.message).toBe(message);
  });
});
