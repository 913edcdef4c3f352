import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { visitor, type Actor, type Member } from '../auth/actor.ts';
import { NOTHING, selects } from './filter.ts';
import {
  and,
  anyMember,
  anyone,
  or,
  ownedBy,
  ownedByEmail,
  participant,
  reading,
  role,
  writing,
  type Rule,
} from './rules.ts';

const ada: Member = {
  kind: 'member',
  id: '1815',
  email: 'ada@example.com',
  emailVerified: true,
  roles: [],
  credential: { kind: 'session', id: 's' },
  scopes: null,
};
const unverified: Member = { ...ada, emailVerified: false };
const unlimited = { readable: null, writable: null };
const signedOut = { allowed: false, because: 'signed-out' };
const withoutRole = { allowed: false, because: 'without-role' };
const editor: Member = { ...ada, roles: ['critic', 'editor'] };

describe('who reaches which rows', () => {
  test('anyone: everybody, every row', () => {
    for (const actor of [visitor, ada])
      expect(anyone.decide(actor)).toEqual({ allowed: true, rows: {}, stamps: {}, limits: unlimited });
  });

  test('any member: members only', () => {
    expect(anyMember.decide(visitor)).toEqual(signedOut);
    expect(anyMember.decide(unverified)).toMatchObject({ allowed: true, rows: {}, stamps: {} });
  });

  test('owned by id: the member’s own rows, verified or not', () => {
    expect(ownedBy('ownerId').decide(visitor)).toEqual(signedOut);
    for (const actor of [ada, unverified]) {
      expect(ownedBy('ownerId').decide(actor)).toMatchObject({
        rows: { ownerId: '1815' },
        stamps: { ownerId: '1815' },
      });
    }
  });

  test('owned by _owner: Wix writes it, so nothing is stamped', () => {
    const verdict = ownedBy('_owner').decide(ada);
    expect(verdict).toMatchObject({ allowed: true, rows: { _owner: '1815' } });
    expect(verdict).toHaveProperty('stamps', {});
  });

  test('AZ-04 owned by e-mail: exactly the verified one', () => {
    const rule = ownedByEmail('mail');
    expect(rule.decide(visitor)).toEqual(signedOut);
    expect(rule.decide(unverified)).toMatchObject({ allowed: true, rows: NOTHING, stamps: {} });
    expect(rule.decide(ada)).toMatchObject({
      rows: { mail: 'ada@example.com' },
      stamps: { mail: 'ada@example.com' },
    });
  });

  test('participant: rows whose list names the member; who inserts one is its first', () => {
    expect(participant('memberIds').decide(visitor)).toEqual(signedOut);
    expect(participant('memberIds').decide(ada)).toMatchObject({
      rows: { memberIds: { $hasSome: ['1815'] } },
      stamps: { memberIds: ['1815'] },
    });
  });

  test('role: all rows for those who have it, and nothing for others', () => {
    expect(role('editor').decide(visitor)).toEqual(signedOut);
    for (const roles of [[], ['admin'], ['editors'], ['']])
      expect(role('editor').decide({ ...ada, roles })).toEqual(withoutRole);
    expect(role('editor').decide(editor)).toEqual({ allowed: true, rows: {}, stamps: {}, limits: unlimited });
    expect(role('EDITOR').decide(editor), 'keys do not differ by case').toMatchObject({ rows: {} });
    expect(role('editor').sentence).toBe('role editor');
  });

  test('"or" with a role: whoever lacks it keeps the rows of the other rule', () => {
    const rule = or(role('editor'), ownedBy('ownerId'));
    expect(rule.decide(visitor)).toEqual(signedOut);
    expect(rule.decide(ada)).toMatchObject({ rows: { ownerId: '1815' }, stamps: { ownerId: '1815' } });
    expect(rule.decide(editor)).toMatchObject({ rows: {} });
    expect(or(role('editor'), role('owner')).decide(ada)).toEqual(withoutRole);
    expect(or(role('editor'), ownedByEmail('mail')).decide(unverified)).toMatchObject({ rows: NOTHING });
  });

  test('"and" with a role: the rows of the other rule, for those who have it', () => {
    const rule = and(role('editor'), ownedBy('ownerId'));
    expect(rule.decide(ada)).toEqual(withoutRole);
    expect(rule.decide(editor)).toMatchObject({ rows: { ownerId: '1815' }, stamps: { ownerId: '1815' } });
    expect(rule.roles).toEqual(['editor']);
  });

  test('"and" and "or" join two rules at least', () => {
    for (const join of [and, or]) expect(() => join(anyone)).toThrow('joins two rules');
  });
});

describe('a rule reads aloud', () => {
  test.each([
    [anyone, 'anyone'],
    [anyMember, 'any member'],
    [ownedBy('ownerId'), 'owned by ownerId'],
    [ownedByEmail('mail'), 'owned by e-mail mail'],
    [participant('memberIds'), 'participant in memberIds'],
    [and(anyMember, ownedBy('a'), anyone), '(any member) and (owned by a) and (anyone)'],
    [or(anyone, participant('b')), '(anyone) or (participant in b)'],
    [reading(['a', 'b'], anyone), 'anyone, reading a, b'],
    [writing(['a', 'c'], reading(['b'], anyMember)), 'any member, reading b, writing a, c'],
  ])('%#', (rule, sentence) => expect(rule.sentence).toBe(sentence));

  test('a joint that is none says so by its word', () => {
    expect(() => and(anyone)).toThrow('"and" joins two rules at least');
    expect(() => or(anyone)).toThrow('"or" joins two rules at least');
    expect(() => or()).toThrow('"or" joins two rules at least');
  });
});

describe('a rule names the fields it speaks of', () => {
  test('those that say whose a row is', () => {
    for (const rule of [anyone, anyMember]) expect(rule.ownerFields).toEqual([]);
    expect(ownedBy('a').ownerFields).toEqual(['a']);
    expect(ownedByEmail('a').ownerFields).toEqual(['a']);
    expect(participant('a').ownerFields).toEqual(['a']);
    for (const join of [and, or])
      expect(join(ownedBy('a'), anyone, participant('b')).ownerFields).toEqual(['a', 'b']);
    expect(reading(['x'], ownedBy('a')).ownerFields).toEqual(['a']);
  });

  test('and those that it narrows by', () => {
    for (const rule of [anyone, anyMember, ownedBy('a'), ownedByEmail('a'), participant('a')])
      expect(rule.narrowed).toEqual([]);
    expect(writing(['y'], reading(['x'], anyone)).narrowed).toEqual(['x', 'y']);
    for (const join of [and, or])
      expect(join(reading(['x'], anyone), writing(['y'], anyone)).narrowed).toEqual(['x', 'y']);
  });
});

describe('an inserted row is stamped', () => {
  const stampsOf = (rule: Rule, actor: Actor = ada) => {
    const verdict = rule.decide(actor);
    return verdict.allowed ? verdict.stamps : null;
  };

  test('by every rule of an "and"', () => {
    expect(stampsOf(and(ownedBy('a'), participant('b')))).toEqual({ a: '1815', b: ['1815'] });
  });

  test('by the first rule of an "or" that lets one in with rows', () => {
    const rule = or(ownedByEmail('mail'), ownedBy('a'), ownedBy('b'));
    expect(stampsOf(rule)).toEqual({ mail: 'ada@example.com' });
    expect(stampsOf(rule, unverified)).toEqual({ a: '1815' });
    expect(stampsOf(or(anyMember, anyone), visitor)).toEqual({});
  });

  test('by none where nobody gets rows', () => {
    const rule = or(ownedByEmail('mail'), ownedByEmail('other'));
    expect(rule.decide(unverified)).toEqual({ allowed: true, rows: NOTHING, stamps: {}, limits: unlimited });
    expect(rule.decide(visitor)).toEqual(signedOut);
    expect(and(anyone, anyMember).decide(visitor)).toEqual(signedOut);
    expect(and(anyMember, anyone).decide(visitor)).toEqual(signedOut);
  });
});

describe('narrowing', () => {
  test('leaves a refusal one', () => {
    expect(reading(['a'], anyMember).decide(visitor)).toEqual(signedOut);
    expect(writing(['a'], anyMember).decide(visitor)).toEqual(signedOut);
  });

  test('leaves rows and stamps as they are', () => {
    expect(reading(['b'], ownedBy('a')).decide(ada)).toEqual({
      allowed: true,
      rows: { a: '1815' },
      stamps: { a: '1815' },
      limits: { readable: ['b'], writable: null },
    });
  });
});

describe('which fields are left', () => {
  const limitsOf = (rule: Rule, actor: Actor = ada) => {
    const verdict = rule.decide(actor);
    return verdict.allowed ? verdict.limits : null;
  };

  test('"and": those that every rule leaves', () => {
    const rule = and(reading(['a', 'b'], anyone), reading(['b', 'c'], anyMember));
    expect(limitsOf(rule)).toEqual({ readable: ['b'], writable: null });
  });

  test('"or" over different rows: those that each of them leaves', () => {
    const rule = or(reading(['a', 'b'], ownedBy('x')), reading(['b', 'c'], participant('y')));
    expect(limitsOf(rule)).toEqual({ readable: ['b'], writable: null });
  });

  test('"or" with a rule for all rows: what that one leaves', () => {
    expect(limitsOf(or(reading(['a'], ownedBy('x')), reading(['b'], anyone)))?.readable).toEqual(['b']);
    expect(limitsOf(or(reading(['a'], anyMember), reading(['b'], anyone)))?.readable).toEqual(['a', 'b']);
    expect(limitsOf(or(reading(['a'], anyMember), reading(['b'], anyone)), visitor)?.readable).toEqual(['b']);
    expect(limitsOf(or(reading(['a'], ownedBy('x')), anyMember))?.readable).toBeNull();
    expect(limitsOf(or(reading(['a'], anyMember), anyone))?.readable).toBeNull();
    expect(limitsOf(or(anyone, reading(['a'], anyMember)))?.readable).toBeNull();
  });

  test('a rule that lets somebody in without rows takes nothing from the others', () => {
    const rule = or(reading(['a'], ownedByEmail('mail')), reading(['b'], ownedBy('x')));
    expect(limitsOf(rule, unverified)?.readable).toEqual(['b']);
  });

  test('narrowed twice, by both', () => {
    expect(limitsOf(writing(['a'], writing(['a', 'b'], anyMember)))?.writable).toEqual(['a']);
    expect(writing(['a'], anyMember).sentence).toBe('any member, writing a');
  });
});

/** A rule and, written once more without filters, whether it lets an actor reach a row. */
type Modelled = Readonly<{ rule: Rule; reaches: (actor: Actor, row: Row) => boolean }>;
type Row = Readonly<{ ownerId?: string; mail?: string; memberIds?: readonly string[] }>;

const ids = ['1815', '1906', '1936'];
const mails = ['ada@example.com', 'grace@example.com', 'Ada@example.com'];
const roleKeys = ['editor', 'critic'];
const anyActor: fc.Arbitrary<Actor> = fc.oneof(
  { weight: 1, arbitrary: fc.constant<Actor>(visitor) },
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.constantFrom(...ids), fc.constantFrom(...mails), fc.boolean(), fc.subarray(roleKeys))
      .map(([id, email, emailVerified, roles]): Actor => ({ ...ada, id, email, emailVerified, roles })),
  },
);
const anyRow: fc.Arbitrary<Row> = fc.record(
  {
    ownerId: fc.constantFrom(...ids),
    mail: fc.constantFrom(...mails),
    memberIds: fc.subarray(ids),
  },
  { requiredKeys: [] },
);
const leaf = fc.constantFrom<Modelled>(
  { rule: anyone, reaches: () => true },
  { rule: anyMember, reaches: (actor) => actor.kind === 'member' },
  {
    rule: ownedBy('ownerId'),
    reaches: (actor, { ownerId }) => actor.kind === 'member' && actor.id === ownerId,
  },
  {
    rule: ownedByEmail('mail'),
    reaches: (actor, { mail }) => actor.kind === 'member' && actor.emailVerified && actor.email === mail,
  },
  ...roleKeys.map((key): Modelled => ({
    rule: role(key),
    reaches: (actor) => actor.kind === 'member' && actor.roles.includes(key),
  })),
  {
    rule: participant('memberIds'),
    reaches: (actor, { memberIds = [] }) => actor.kind === 'member' && memberIds.includes(actor.id),
  },
);
const { rule: anyRule } = fc.letrec<{ rule: Modelled }>((tie) => ({
  rule: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('rule'), { minLength: 2, maxLength: 3 }).map((parts): Modelled => ({
      rule: and(...parts.map(({ rule }) => rule)),
      reaches: (actor, row) => parts.every(({ reaches }) => reaches(actor, row)),
    })),
    fc.array(tie('rule'), { minLength: 2, maxLength: 3 }).map((parts): Modelled => ({
      rule: or(...parts.map(({ rule }) => rule)),
      reaches: (actor, row) => parts.some(({ reaches }) => reaches(actor, row)),
    })),
  ),
}));

test('whatever rules are made of, they select exactly the rows that a plain reading of them does', () => {
  const runs = process.env['LONG'] ? 100_000 : 10_000;
  fc.assert(
    fc.property(anyRule, anyActor, anyRow, ({ rule, reaches }, actor, row) => {
      const verdict = rule.decide(actor);
      const selected = verdict.allowed && selects(verdict.rows, row);
      expect(selected).toBe(reaches(actor, row));
    }),
    { numRuns: runs },
  );
});

test('a condition that no rule makes is not half understood', () => {
  for (const rows of [{ $not: [{ a: 'b' }] }, { a: { $gt: 'b' } }, { a: { $hasSome: ['b'], $gt: 'a' } }])
    expect(() => selects(rows, { a: 'c' })).toThrow(TypeError);
});
