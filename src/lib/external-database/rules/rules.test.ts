import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { anyMember, anyone, or, ownedBy } from '../../policy/rules.ts';
import { assemble } from '../catalogue/assemble.ts';
import { toCaller, type Caller } from '../caller.ts';
import { assertTableGrant, authorizeTable } from './authorize.ts';
import { forIdentities, forInstallation, forRoles, forSetting } from './rules.ts';
import { table } from './table-policy.ts';

const column = (name: string) => ({
  name,
  storage: 'text' as const,
  isNullable: true,
  hasDefault: false,
  isReadOnly: false,
});

const notes = assemble(
  {
    name: 'notes',
    schema: null,
    from: sql.id('notes'),
    columns: ['_id', '_owner', 'siteId', 'text', 'secret'].map(column),
    primaryKey: ['_id'],
    abilities: { insert: true, update: true, remove: false },
  },
  () => sql`x`,
);
if (!notes) throw new Error('notes has a key');
const found = notes;

const member = (parts: Partial<Parameters<typeof toCaller>[0]> = {}): Caller =>
  toCaller({ role: 'MEMBER', id: 'ada', instanceId: 'site-1', ...parts });

const ask = (
  policy: Parameters<typeof table>[0],
  caller: Caller,
  action: 'query' | 'insert' | 'remove' = 'query',
) => authorizeTable(caller, action, found, { notes: table(policy) });

describe('rules for callers', () => {
  test('by role, identity, installation and setting', () => {
    const cases: [Parameters<typeof table>[0], Caller, Caller][] = [
      [{ query: forRoles(['VISITOR'], anyone) }, member({ role: 'VISITOR' }), member()],
      [{ query: forIdentities(['MEMBER'], anyone) }, member({ identityType: 'MEMBER' }), member()],
      [
        { query: forInstallation('one', anyone) },
        member({ installationId: 'one' }),
        member({ installationId: 'two' }),
      ],
      [
        { query: forSetting('tier', 'gold', anyone) },
        member({ settings: { tier: 'gold' } }),
        member({ settings: { tier: 'tin' } }),
      ],
      [{ query: anyMember }, member(), member({ id: null })],
      [
        { query: or(anyMember, forRoles(['VISITOR'], anyone)) },
        member({ role: 'VISITOR' }),
        member({ id: null }),
      ],
    ];
    for (const [policy, inside, outside] of cases) {
      expect(ask(policy, inside).rows).toEqual({ kind: 'all', of: [] });
      expect(() => ask(policy, outside)).toThrow('not allowed');
    }
  });

  test('a rule of owners selects and stamps their rows', () => {
    const grant = ask({ query: ownedBy('_owner'), insert: ownedBy('_owner') }, member(), 'insert');
    expect(grant.rows).toMatchObject({ kind: 'equal', column: { key: '_owner' }, value: 'ada' });
    expect(grant.stamps.get('_owner')).toBe('ada');
    expect([...grant.writable]).toEqual(['siteId', 'text', 'secret']);
  });

  test('a site has its own rows, its administrators included', () => {
    const grant = ask({ site: 'siteId' }, member({ role: 'OWNER' }));
    expect(grant.rows).toMatchObject({ kind: 'equal', column: { key: 'siteId' }, value: 'site-1' });
    expect(grant.stamps.get('siteId')).toBe('site-1');
    expect(() => ask({ site: 'siteId' }, member({ role: 'OWNER', instanceId: null }))).toThrow(
      'names no site',
    );
  });

  test('AD-07 a collection of another installation is not there', () => {
    const policy = { installations: ['one'] };
    expect(() => ask(policy, member({ role: 'OWNER', installationId: 'two' }))).toThrow('no such collection');
    expect(ask(policy, member({ role: 'OWNER', installationId: 'one' })).isAdministrator).toBe(true);
  });

  test('what may not be read is no column, and what the database forbids nobody may', () => {
    const grant = ask({ query: anyone, readable: ['text'] }, member());
    expect([...grant.readable.keys()]).toEqual(['_id', '_owner', 'text']);
    expect(() => ask({}, member({ role: 'OWNER' }), 'remove')).toThrow('not written');
  });

  test('a rule over a field that is not there lets nobody in', () => {
    expect(() => ask({ query: ownedBy('missing') }, member())).toThrow('not right');
    expect(() => table({ query: ownedBy('text'), writable: ['text'] })).toThrow('cannot be writable');
  });

  test('a grant cannot be made by hand, nor used for something else', () => {
    const grant = ask({ query: anyone }, member());
    expect(() => assertTableGrant(grant, 'insert')).toThrow(TypeError);
    expect(() => assertTableGrant({ ...grant }, 'query')).toThrow(TypeError);
  });
});
