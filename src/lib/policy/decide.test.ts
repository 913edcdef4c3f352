import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { visitor, type Member } from '../auth/actor.ts';
import { collection } from './collection.ts';
import type { decide as Decide } from './decide.ts';
import type { describeCollections as DescribeCollections } from './describe.ts';
import type { explain as Explain } from './explain.ts';
import { number, text } from './field.ts';
import { anyone, or, ownedBy, reading, writing } from './rules.ts';

const ada: Member = {
  kind: 'member',
  id: '1815',
  email: 'ada@example.com',
  emailVerified: true,
  roles: [],
  credential: { kind: 'session', id: 's' },
  scopes: null,
};

let made = 0;
/** What the collections of the demo do not show: narrowed reading, and first values that nobody can set. */
const Letters = collection({
  fields: {
    title: text({ max: 50 }),
    state: text({ max: 10, initial: 'new' }),
    mood: text({ max: 10, initial: 'calm' }),
    turn: number({ initial: () => (made += 1) }),
    note: text({ max: 50 }),
    ownerId: text({ max: 50 }),
  },
  readable: ['title', 'state', 'note', 'ownerId'],
  writable: ['title', 'mood', 'note'],
  query: or(reading(['title', 'ownerId'], anyone), reading(['note'], ownedBy('ownerId'))),
  insert: ownedBy('ownerId'),
  update: writing(['note'], ownedBy('ownerId')),
  remove: writing([], ownedBy('ownerId')),
});
const Plain = collection({ fields: { title: text({ max: 50 }) }, readable: ['title'], query: anyone });
const Closed = collection({
  fields: { title: text({ max: 50 }), ownerId: text({ max: 50 }) },
  readable: ['title', 'ownerId'],
  update: reading(['title'], ownedBy('ownerId')),
});

let decide: typeof Decide;
let describeCollections: typeof DescribeCollections;
let explain: typeof Explain;

beforeAll(async () => {
  vi.resetModules();
  vi.doMock('./collections.ts', () => {
    const policies = { Letters, Plain, Closed };
    return { policies, isCollectionName: (name: string) => Object.hasOwn(policies, name) };
  });
  ({ decide } = await import('./decide.ts'));
  ({ describeCollections } = await import('./describe.ts'));
  ({ explain } = await import('./explain.ts'));
});

afterAll(() => {
  vi.doUnmock('./collections.ts');
  vi.resetModules();
});

describe('what a rule leaves', () => {
  test('is less than what the collection names, and in its order', () => {
    expect(decide(ada, 'query', 'Letters')).toMatchObject({
      access: { readable: ['title', 'ownerId'], writable: ['title', 'mood', 'note'] },
    });
    expect(decide(ada, 'update', 'Letters')).toMatchObject({
      access: { readable: ['title', 'state', 'note', 'ownerId'], writable: ['note'] },
    });
    expect(decide(ada, 'remove', 'Letters')).toMatchObject({ access: { writable: [] } });
  });

  test('is what is told of the fields, by the rule for reading', () => {
    const [letters, plain, closed] = describeCollections(ada);
    const names = letters?.fields.map(({ name }) => name);
    expect(names).toEqual(['_id', '_createdDate', '_updatedDate', 'title', 'ownerId']);
    expect(letters?.actions).toEqual(['query', 'insert', 'update', 'remove']);
    expect(plain?.actions).toEqual(['query']);
    // Who may not read is told of what could be read.
    expect(closed?.fields.map(({ name }) => name)).toEqual([
      '_id',
      '_createdDate',
      '_updatedDate',
      'title',
      'ownerId',
    ]);
  });

  test('may be nothing to write', () => {
    expect(explain(ada, 'update', 'Closed')).toContain('Fields that may be written: none.');
  });
});

describe('an inserted row', () => {
  test('gets the first values that its maker cannot set, made for it, and its owner', () => {
    const before = made;
    expect(decide(ada, 'insert', 'Letters')).toMatchObject({
      outcome: 'granted',
      rows: { ownerId: '1815' },
    });
    const decision = decide(ada, 'insert', 'Letters');
    // `mood` may be set, so its first value is the body's business.
    expect(decision).toHaveProperty('stamps', { state: 'new', turn: before + 2, ownerId: '1815' });
  });
});

test('a refusal names its rule', () => {
  expect(decide(visitor, 'insert', 'Letters')).toEqual({
    outcome: 'unauthenticated',
    reason: 'insert Letters: owned by ownerId',
  });
});
