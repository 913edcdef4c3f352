import { describe, expect, test } from 'vitest';
import type { Actor, Member } from '../auth/actor.ts';
import { visitor } from '../auth/actor.ts';
import { authorize, authorizeCapability } from './authorize.ts';
import { ACTIONS, type Action } from './collection.ts';
import { policies } from './collections.ts';
import { NOTHING } from './filter.ts';
import {
  assertCapability,
  assertGrant,
  assertSystem,
  type CapabilityGrant,
  type Grant,
  type SystemGrant,
} from './grant.ts';
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

const grantFor = <A extends Action>(action: A, actor: Actor = ada): Grant<A> =>
  authorize(actor, action, 'SITConnections');

describe('what authorize says', () => {
  test.each(ACTIONS)('Ada may %s her own connections: the rows and stamps are hers', (action) => {
    expect(grantFor(action)).toMatchObject({
      kind: 'collection',
      action,
      collection: 'SITConnections',
      memberId: '1815',
      as: 'app',
      rows: { memberEmail: 'ada@example.com' },
      stamps: { memberEmail: 'ada@example.com' },
      rule: 'owned by e-mail memberEmail',
    });
  });

  test.each(ACTIONS)('a visitor who would %s them has to sign in', (action) => {
    expect(() => grantFor(action, visitor)).toThrow(expect.objectContaining({ code: 'unauthenticated' }));
  });

  test('an unverified e-mail owns no rows and makes none', () => {
    for (const action of ['query', 'update', 'remove'] as const)
      expect(grantFor(action, alan).rows).toBe(NOTHING);
    expect(() => grantFor('insert', alan)).toThrow(expect.objectContaining({ code: 'forbidden' }));
  });

  test.each(['insert', 'update', 'remove'] as const)('nobody may %s venues: no rule, no right', (action) => {
    for (const actor of [visitor, ada, { ...ada, roles: ['admin'] }])
      expect(() => authorize(actor, action, 'Venues')).toThrow(
        expect.objectContaining({ code: 'forbidden' }),
      );
  });

  test.each(['insert', 'update', 'remove'] as const)('who has the role may %s announcements', (action) => {
    expect(authorize({ ...ada, roles: ['admin'] }, action, 'Announcements')).toMatchObject({
      action,
      as: 'member',
      rows: {},
      rule: 'role admin',
    });
    expect(() => authorize(visitor, action, 'Announcements')).toThrow(
      expect.objectContaining({ code: 'unauthenticated' }),
    );
    for (const roles of [[], ['editor'], ['administrator']])
      expect(() => authorize({ ...ada, roles }, action, 'Announcements')).toThrow(
        expect.objectContaining({ code: 'forbidden' }),
      );
  });

  test.each(['Vault', 'sitconnections', '', '__proto__', 'constructor', 'toString', 'SITConnections '])(
    'AZ-48 %j is not declared, so it is not there',
    (collection) => {
      for (const action of ACTIONS) {
        expect(() => authorize(ada, action, collection)).toThrow(
          expect.objectContaining({ code: 'not-found' }),
        );
      }
    },
  );

  test('AZ-47 an action that nobody declared is refused', () => {
    for (const action of ['count', 'toString', '__proto__', 'ownerField']) {
      expect(() => authorize(ada, action as Action, 'SITConnections')).toThrow();
    }
  });

  test('each decision has a name of its own', () => {
    expect(new Set(Array.from({ length: 100 }, () => grantFor('query').decision)).size).toBe(100);
  });

  test('site properties are for members', () => {
    expect(authorizeCapability(ada, 'site-properties:read')).toMatchObject({
      kind: 'capability',
      memberId: '1815',
    });
    expect(() => authorizeCapability(visitor, 'site-properties:read')).toThrow(
      expect.objectContaining({ code: 'unauthenticated' }),
    );
  });
});

describe('a Grant', () => {
  test('cannot be widened afterwards', () => {
    const grant = grantFor('query') as { -readonly [Key in keyof Grant]: Grant[Key] };
    expect(() => {
      grant.rows = {};
    }).toThrow(TypeError);
    expect(() => {
      (grant.rows as Record<string, unknown>)['memberEmail'] = 'grace@example.com';
    }).toThrow(TypeError);
    expect(() => {
      (grant.stamps as Record<string, unknown>)['memberEmail'] = 'grace@example.com';
    }).toThrow(TypeError);
    expect(() => {
      grant.action = 'remove';
    }).toThrow(TypeError);
    expect(() => {
      grant.collection = 'Announcements';
    }).toThrow(TypeError);
  });

  test('is not a shape that can be written down', () => {
    // @ts-expect-error a look-alike object is not a Grant
    const lookAlike: Grant<'query'> = {
      kind: 'collection',
      decision: 'made up',
      action: 'query',
      collection: 'SITConnections',
      memberId: '1815',
      rule: 'made up',
      as: 'app',
      rows: {},
      stamps: {},
      access: policies.SITConnections,
    };
    // @ts-expect-error a Grant for one action is not one for another
    const other: Grant<'remove'> = grantFor('query');
    expect(() => assertGrant(lookAlike, 'query')).toThrow(TypeError);
    expect(() => assertGrant(other, 'remove')).toThrow(TypeError);
  });

  const forgeries: [what: string, forge: (grant: Grant<'query'>) => unknown][] = [
    ['a copy', (grant) => ({ ...grant })],
    ['a frozen copy', (grant) => Object.freeze({ ...grant })],
    ['a wider copy', (grant) => Object.freeze({ ...grant, rows: {} })],
    ['a clone', (grant) => Object.assign(Object.create(null) as object, grant)],
    ['one that inherits from it', (grant) => Object.create(grant) as object],
    ['a proxy', (grant) => new Proxy(grant, {})],
    ['its JSON', (grant) => JSON.parse(JSON.stringify(grant)) as unknown],
    ['nothing', () => null],
    ['no value', () => undefined],
    ['a text', () => 'query'],
    ['a capability', () => authorizeCapability(ada, 'site-properties:read')],
  ];

  test.each(forgeries)('%s is refused at run time, whatever its type claims', (_, forge) => {
    expect(() => assertGrant(forge(grantFor('query')) as Grant, 'query')).toThrow(TypeError);
  });

  test('is for one action', () => {
    for (const given of ACTIONS) {
      for (const wanted of ACTIONS) {
        const assertion = () => assertGrant(grantFor(given), wanted);
        if (given === wanted) expect(assertion).not.toThrow();
        else expect(assertion).toThrow(TypeError);
      }
    }
  });

  test('for a capability is no Grant for rows, nor the other way round', () => {
    const capability = authorizeCapability(ada, 'site-properties:read');
    expect(() => assertCapability(capability, 'site-properties:read')).not.toThrow();
    for (const forged of [{ ...capability }, grantFor('query'), null]) {
      expect(() => assertCapability(forged as CapabilityGrant, 'site-properties:read')).toThrow(TypeError);
    }
    expect(() => assertCapability(capability, 'other' as 'site-properties:read')).toThrow(TypeError);
  });

  test('of the site itself is no other, and no other is one', () => {
    const system = authorizeSystem('members:look-after');
    expect(() => assertSystem(system, 'members:look-after')).not.toThrow();
    expect(() => assertSystem(system, 'other' as 'members:look-after')).toThrow(TypeError);
    const capability = authorizeCapability(ada, 'site-properties:read');
    for (const forged of [{ ...system }, grantFor('query'), capability, null]) {
      expect(() => assertSystem(forged as unknown as SystemGrant, 'members:look-after')).toThrow(TypeError);
    }
    // Of the right kind, but with the words of another.
    expect(() =>
      assertSystem(capability as unknown as SystemGrant, 'site-properties:read' as 'members:look-after'),
    ).toThrow(TypeError);
    expect(() =>
      assertCapability(system as unknown as CapabilityGrant, 'members:look-after' as 'site-properties:read'),
    ).toThrow(TypeError);
  });
});
