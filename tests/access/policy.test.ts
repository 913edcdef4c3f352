import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anyone, ownedBy } from '../../src/lib/policy/rules.ts';
import { collection, type Policy } from '../../src/lib/policy/collection.ts';
import { policies } from '../../src/lib/policy/collections.ts';
import { text } from '../../src/lib/policy/field.ts';
import { accessTokenOf, asBearer, asVisitor, expectProblem, tokenOf, type Actor } from '../actors.ts';
import { openSite, type Site } from '../harness.ts';
import {
  ACTORS,
  casesOf,
  HIDDEN,
  people,
  valueFor,
  type ActorName,
  type PolicyCase,
} from '../policy/cases.ts';
import { admits, couldOwn, narrowedTo, reaches, readRule, type Person } from '../policy/rule-text.ts';

/**
 * What every declared rule says, asked over HTTP. The cases are made from the policy, so a rule that is added to it is
 * tested without anybody writing a test. What a rule means is read from its sentence and not from its code.
 */

const cases = casesOf(policies);
const PASSWORD = 'a-password-of-the-tests';
let site: Site;
let actors: Record<ActorName, Actor>;

beforeAll(async () => {
  const rows = Map.groupBy(cases, ({ collection: name }) => name);
  site = await openSite({
    memberRoundMs: 200,
    members: Object.values(people).map(({ id, email, verified, roles }) => ({
      id,
      loginEmail: email,
      loginEmailVerified: verified,
      password: PASSWORD,
      roles: [...roles],
    })),
    items: Object.fromEntries(
      [...rows].map(([name, of]) => [name, of.flatMap((one) => Object.values(one.rows))]),
    ),
  });
  const signedIn = async ({ email }: Person) =>
    asBearer(site, email, await tokenOf(site, { email, password: PASSWORD }));
  const owner = await signedIn(people.owner);
  // Made for nothing that a collection could ask for.
  const { token } = await accessTokenOf(owner, ['profile:read']);
  actors = {
    owner,
    other: await signedIn(people.other),
    visitor: asVisitor(site),
    blocked: await signedIn(people.blocked),
    unverified: await signedIn(people.unverified),
    keeper: await signedIn(people.keeper),
    script: asBearer(site, 'a script', token),
  };
  site.emulator.members.setStatus(people.blocked.id, 'BLOCKED');
  while ((await actors.blocked.get('/api/me')).status !== 401) await pause(50);
});

afterAll(() => site.stop());

const personOf: Record<ActorName, Person | null> = { ...people, visitor: null, script: people.owner };

/** What every request of the case is refused with; `null` when it depends on the row. */
function refusalOf({ action, actor, rule }: PolicyCase): [status: number, code: string] | null {
  if (actor === 'blocked') return [401, 'unauthenticated'];
  if (!rule) return [403, 'forbidden'];
  if (actor === 'script') return [403, 'insufficient-scope'];
  if (!admits(rule, personOf[actor]))
    return actor === 'visitor' ? [401, 'unauthenticated'] : [403, 'forbidden'];
  if (action === 'insert' && !couldOwn(rule, personOf[actor])) return [403, 'forbidden'];
  return null;
}

/** A writable field that is not the owner's, and another value for it. */
function changeFor({ policy, rule }: PolicyCase): Record<string, unknown> {
  const left = rule ? narrowedTo(rule, 'writing') : null;
  const name = policy.writable.find((field) => left === null || left.includes(field));
  const field = name === undefined ? undefined : policy.fields[name];
  // Nobody may write: any change will do to be refused.
  return field && name !== undefined ? { [name]: valueFor(field, 'changed') } : { nothing: 'changed' };
}

function bodyOf({ policy, rule }: PolicyCase): Record<string, unknown> {
  const left = rule ? narrowedTo(rule, 'writing') : null;
  const names = policy.writable.filter((field) => left === null || left.includes(field));
  const required = names.filter((name) => policy.fields[name]?.required);
  return Object.fromEntries(
    required.map((name) => [name, valueFor(policy.fields[name] as Policy['fields'][string], 'new')]),
  );
}

const itemsOf = ({ collection: name }: PolicyCase) => `/api/collections/${name}/items`;
/** For rows: between requests the site looks after its members. */
const elevatedCalls = () =>
  site.wixCalls.filter(({ rights, path }) => rights === 'app' && path.startsWith('/wix-data/')).length;

const expectAsked: Record<PolicyCase['action'], (one: PolicyCase, actor: Actor) => Promise<void>> = {
  async query(one, actor) {
    const [refusal, path] = [refusalOf(one), itemsOf(one)];
    const ids = Object.values(one.rows).map(({ _id }) => _id);
    const filter = encodeURIComponent(JSON.stringify({ _id: { $in: ids } }));
    const list = await actor.get(`${path}?filter=${filter}`);
    const seen = Object.values(one.rows).filter((row) => isReached(one, row));
    if (refusal) expectProblem(list, ...refusal);
    else {
      expect(list.status, list.text).toBe(200);
      expect(new Set(list.body.items.map(({ _id }: { _id: string }) => _id))).toEqual(
        new Set(seen.map(({ _id }) => _id)),
      );
    }
    expect(list.text).not.toContain(HIDDEN);
    for (const row of Object.values(one.rows)) {
      const answer = await actor.get(`${path}/${row._id}`);
      if (refusal) expectProblem(answer, ...refusal);
      else if (seen.includes(row)) expect(answer.body).toMatchObject({ _id: row._id });
      else expectProblem(answer, 404, 'not-found');
      expect(answer.text).not.toContain(HIDDEN);
    }
  },
  async insert(one, actor) {
    const refusal = refusalOf(one);
    const answer = await actor.post(itemsOf(one), bodyOf(one));
    if (refusal) return expectProblem(answer, ...refusal);
    expect(answer.status, answer.text).toBe(201);
    expect(isReached(one, answer.body), 'a new row is that of whoever made it').toBe(true);
  },
  async update(one, actor) {
    await onEachRow(one, (path) => actor.patch(path, changeFor(one)), 200);
  },
  async remove(one, actor) {
    await onEachRow(one, (path) => actor.delete(path), 204);
  },
};

async function onEachRow(
  one: PolicyCase,
  write: (path: string) => ReturnType<Actor['get']>,
  done: number,
): Promise<void> {
  const refusal = refusalOf(one);
  for (const row of Object.values(one.rows)) {
    const answer = await write(`${itemsOf(one)}/${row._id}`);
    if (refusal) expectProblem(answer, ...refusal);
    else if (isReached(one, row)) expect(answer.status, answer.text).toBe(done);
    else expectProblem(answer, 404, 'not-found');
  }
}

function isReached({ rule, actor }: PolicyCase, row: PolicyCase['rows']['owner']): boolean {
  return rule !== null && reaches(rule, personOf[actor], row);
}

const word = (one: PolicyCase) => refusalOf(one)?.join(' ') ?? 'rows that are theirs';

describe('AZ-01 AZ-47 AZ-59 what each rule lets each actor do', () => {
  test.each(
    cases.map((one) => ({
      ...one,
      says: word(one),
      sentence: one.policy.rules[one.action]?.sentence ?? 'no rule',
    })),
  )(
    '$collection $action, $sentence, by $actor: $says',
    async ({ says: _says, sentence: _sentence, ...one }) => {
      site.forget();
      await expectAsked[one.action](one, actors[one.actor]);
      const raised = one.policy.as === 'app' && refusalOf(one) === null;
      if (!raised) expect(elevatedCalls(), 'a refusal raises no rights').toBe(0);
    },
  );
});

describe('the cases', () => {
  test('are there for every collection, action and actor', () => {
    expect(cases).toHaveLength(Object.keys(policies).length * 4 * ACTORS.length);
    const added = collection({ fields: { title: text({ max: 9 }) }, readable: ['title'], query: anyone });
    expect(casesOf({ ...policies, Added: added })).toHaveLength(cases.length + 4 * ACTORS.length);
  });

  test('of every rule hold a row that it shows to its owner and not to others', () => {
    for (const { rule, rows } of cases) {
      if (!rule) continue;
      expect(reaches(rule, people.owner, rows.owner) || reaches(rule, people.keeper, rows.keeper)).toBe(true);
      if (!reaches(rule, people.owner, {})) expect(reaches(rule, people.other, rows.owner)).toBe(false);
    }
  });

  test('refuse a rule that they do not know', () => {
    const odd = { ...ownedBy('title'), sentence: 'the moon is full' };
    const added = collection({ fields: { title: text({ max: 9 }) }, readable: ['title'], query: odd });
    expect(() => casesOf({ Added: added })).toThrow('no test knows the rule “the moon is full”');
  });

  test('read a rule as it was put together', () => {
    const owned = { kind: 'owned by', field: 'a' } as const;
    expect(
      readRule('(owned by a, reading b, c) and ((any member) or (participant in d)), writing e'),
    ).toEqual({
      kind: 'writing',
      fields: ['e'],
      rule: {
        kind: 'and',
        parts: [
          { kind: 'reading', fields: ['b', 'c'], rule: owned },
          { kind: 'or', parts: [{ kind: 'any member' }, { kind: 'participant in', field: 'd' }] },
        ],
      },
    });
  });
});
