import { expect, test, vi } from 'vitest';
import type { Member } from '../auth/actor.ts';
import { authorize } from './authorize.ts';
import type { Policy } from './collection.ts';
import { policies } from './collections.ts';
import { explain } from './explain.ts';

/** Rules that the types would not let pass: whatever they do, nobody gets a Grant by them. */

vi.mock('./collections.ts', () => {
  const declared: Record<string, unknown> = {};
  return { policies: declared, isCollectionName: (name: string) => Object.hasOwn(declared, name) };
});

const ada: Member = {
  kind: 'member',
  id: '1815',
  email: 'ada@example.com',
  emailVerified: true,
  roles: [],
  credential: { kind: 'session', id: 's' },
  scopes: null,
};

const odd: [string, () => unknown][] = [
  [
    'throws',
    () => {
      throw new Error('a rule is broken');
    },
  ],
  ['answers with a promise that is refused', () => Promise.reject(new Error('later')).catch(() => true)],
  ['answers with a promise that allows', () => Promise.resolve({ allowed: true, rows: {} })],
  ['never settles', () => new Promise(() => undefined)],
  ['answers true', () => true],
  ['answers 1', () => 1],
  ['answers with a text', () => 'allowed'],
  ['answers nothing', () => undefined],
  ['answers null', () => null],
  ['allows without saying which rows', () => ({ allowed: true })],
];

test.each(odd)('AZ-50 a rule that %s allows nothing', (_, decide) => {
  const rule = { sentence: 'odd', ownerFields: [], narrowed: [], decide };
  const policy = { fields: {}, readable: [], writable: [], as: 'app', rules: { query: rule, insert: rule } };
  Object.assign(policies, { Odd: policy as unknown as Policy });
  for (const action of ['query', 'insert'] as const) expect(() => authorize(ada, action, 'Odd')).toThrow();
});

test('AZ-50 and one that is in order does, asked the same way', () => {
  const decide = () => ({ allowed: true, rows: {}, stamps: {}, limits: { readable: null, writable: null } });
  const rule = { sentence: 'in order', ownerFields: [], narrowed: [], decide };
  const policy = { fields: {}, readable: [], writable: [], as: 'app', rules: { query: rule } };
  Object.assign(policies, { Fine: policy as unknown as Policy });
  expect(authorize(ada, 'query', 'Fine').rows).toEqual({});
  expect(explain(ada, 'query', 'Fine')).toContain('in order');
});
