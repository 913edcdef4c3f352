import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessTokenOf, asBearer, tokenOf, type Actor, type Answer } from '../actors.ts';
import { crowd, rowsOf, toSeedMember, type CrowdMember } from '../crowd.ts';
import { openSite, type Site } from '../harness.ts';

/** Requests by random members, with ids, filters, bodies and cursors of anybody: 10,000, or ten times that. */
const REQUESTS = process.env['LONG'] ? 100_000 : 10_000;
const ROWS = 8;
const LANES = 8;

const members = crowd(12);
const ITEMS = '/api/collections/SITConnections/items';
let site: Site;
let apps: Actor[];
/** Of each member an access token as well, which may do less. */
let scripts: Actor[];

beforeAll(async () => {
  site = await openSite({
    members: members.map(toSeedMember),
    items: { SITConnections: members.flatMap((member) => rowsOf(member, ROWS)) },
  });
  apps = await Promise.all(
    members.map(async (member) => asBearer(site, member.email, await tokenOf(site, member))),
  );
  scripts = await Promise.all(
    apps.map(async (app) => {
      const { token } = await accessTokenOf(app, ['SITConnections:query', 'SITConnections:update']);
      return asBearer(site, `${app.name}'s script`, token);
    }),
  );
});

afterAll(() => site.stop());

const anyone = fc.constantFrom(...members);
const anyId = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(anyone, fc.nat(ROWS)).map(([{ canary }, index]) => `${canary}-${index}`) },
  { weight: 1, arbitrary: fc.constantFrom('nothing-here', 'ada-wheatstone', 'grace-aiken') },
);
const anyEmail = anyone.map(({ email }) => email);
const anyField = fc.constantFrom('name', 'status', 'company', 'notes', 'memberEmail', '_id', '_createdDate');
const hiddenField = fc.constantFrom('internalRemark', '_owner', 'password');
const anyValue = fc.oneof(
  anyEmail,
  anyone.map(({ canary }) => canary),
  fc.constantFrom('lead', 'active', '', null, 'hidden'),
);
const condition = fc.oneof(
  fc.tuple(anyField, anyValue).map(([field, value]) => ({ [field]: value })),
  fc
    .tuple(anyField, fc.constantFrom('$ne', '$gt', '$lte', '$contains', '$startsWith', '$eq'), anyValue)
    .map(([field, operator, value]) => ({ [field]: { [operator]: value } })),
  fc.array(anyEmail, { minLength: 1, maxLength: 4 }).map((list) => ({ memberEmail: { $in: list } })),
  anyEmail.map((email) => ({ memberEmail: { $ne: email } })),
  fc.tuple(hiddenField, anyValue).map(([field, value]) => ({ [field]: value })),
  fc.constant({}),
);
const { filter: anyFilter } = fc.letrec<{ filter: object }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    condition,
    fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map((parts) => ({ $or: parts })),
    fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map((parts) => ({ $and: parts })),
    tie('filter').map((part) => ({ $not: [part] })),
  ),
}));
const anySort = fc.constantFrom(
  '',
  'name',
  '-name',
  'memberEmail',
  '-_createdDate',
  'status,-name',
  'internalRemark',
);
const anyBody = fc.record(
  {
    name: fc.string({ minLength: 1, maxLength: 20 }),
    status: fc.constantFrom('lead', 'done'),
    memberEmail: anyEmail,
    _id: anyId,
    _owner: anyone.map(({ id }) => id),
  },
  { requiredKeys: [] },
);

/** One request in four comes with an access token. */
const byScript = fc.nat(3).map((number) => number === 0);

/** Few enough to be used again, by others too. */
const anyKey = fc.option(
  fc.nat(9).map((number) => `key-${number}`),
  { nil: null },
);
const withKey = (key: string | null): Record<string, string> => ({
  'content-type': 'application/json',
  ...(key !== null && { 'idempotency-key': key }),
});
const plainBody = fc.record({
  name: fc.string({ minLength: 1, maxLength: 20 }).filter((name) => name.trim() !== ''),
  status: fc.constantFrom('lead', 'done'),
});
const anyPart = fc.oneof(
  plainBody.map((insert) => ({ insert })),
  anyBody.map((insert) => ({ insert })),
  fc.tuple(anyId, anyBody).map(([id, fields]) => ({ update: { id, fields } })),
  anyId.map((id) => ({ remove: { id } })),
);

type Request = (app: Actor, cursors: string[]) => Promise<Answer>;

const anyRequest: fc.Arbitrary<Request> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(anyFilter, anySort, fc.integer({ min: 1, max: 100 }))
      .map(([filter, sort, limit]): Request => {
        const query = new URLSearchParams({
          filter: JSON.stringify(filter),
          limit: String(limit),
          ...(sort && { sort }),
        });
        return async (app, cursors) => {
          const answer = await app.get(`${ITEMS}?${query}`);
          if (answer.body.page?.next)
            cursors.push(`${query}&cursor=${encodeURIComponent(answer.body.page.next)}`);
          return answer;
        };
      }),
  },
  {
    // Cursors of whoever got one, with the very query they were made for.
    weight: 2,
    arbitrary: fc.nat().map(
      (pick): Request =>
        (app, cursors) =>
          app.get(`${ITEMS}?${cursors[pick % (cursors.length || 1)] ?? ''}`),
    ),
  },
  {
    weight: 4,
    arbitrary: anyId.map(
      (id): Request =>
        (app) =>
          app.get(`${ITEMS}/${id}`),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(anyId, anyBody).map(
      ([id, body]): Request =>
        (app) =>
          app.patch(`${ITEMS}/${id}`, body),
    ),
  },
  {
    weight: 1,
    arbitrary: anyId.map(
      (id): Request =>
        (app) =>
          app.delete(`${ITEMS}/${id}`),
    ),
  },
  {
    weight: 2,
    arbitrary: anyBody.map(
      (body): Request =>
        (app) =>
          app.post(ITEMS, body),
    ),
  },
  {
    weight: 1,
    arbitrary: anyEmail.map(
      (email): Request =>
        (app) =>
          app.get(`/api/connections?email=${email}`),
    ),
  },
  { weight: 1, arbitrary: fc.constant<Request>((app) => app.get('/api/me')) },
  {
    weight: 2,
    arbitrary: fc.tuple(anyId, fc.oneof(plainBody, anyBody), anyKey).map(
      ([id, body, key]): Request =>
        (app) =>
          app.send(`${ITEMS}/${id}`, { method: 'PUT', body: JSON.stringify(body), headers: withKey(key) }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(anyFilter, anySort, fc.boolean()).map(
      ([filter, sort, count]): Request =>
        (app) =>
          app.post(`${ITEMS}/query`, { filter, count, ...(sort && { sort: sort.split(',') }) }),
    ),
  },
  {
    weight: 1,
    arbitrary: anyFilter.map(
      (filter): Request =>
        (app) =>
          app.post(`${ITEMS}/count`, { filter }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.oneof(anyField, hiddenField), anyFilter).map(
      ([field, filter]): Request =>
        (app) =>
          app.post(`${ITEMS}/distinct`, { field, filter, limit: 1000 }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.oneof(anyField, hiddenField), fc.oneof(anyField, hiddenField), anyFilter).map(
      ([group, field, filter]): Request =>
        (app) =>
          app.post(`${ITEMS}/aggregate`, {
            group: [group],
            figures: { rows: { operation: 'count' }, last: { operation: 'max', field } },
            filter,
          }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.array(anyPart, { minLength: 1, maxLength: 3 }), anyKey).map(
      ([operations, key]): Request =>
        (app) =>
          app.send(`${ITEMS}/bulk`, {
            method: 'POST',
            body: JSON.stringify({ operations }),
            headers: withKey(key),
          }),
    ),
  },
);

describe(`${REQUESTS} generated requests`, () => {
  test(
    'show no foreign canary, touch no foreign row and make no elevated call without a decision',
    async () => {
      const plan = fc.sample(fc.tuple(fc.nat(members.length - 1), byScript, anyRequest), {
        numRuns: REQUESTS,
        seed: 1815,
      });
      const cursors: string[] = [];
      const statuses = new Map<number, number>();
      const leaks: string[] = [];
      let outOfScope = 0;
      let next = 0;
      site.forget();
      const journalledBefore = (await site.journal()).length;

      const lane = async () => {
        for (let entry = plan[next++]; entry; entry = plan[next++]) {
          const [who, script, request] = entry;
          const { canary } = members[who] as CrowdMember;
          const answer = await request((script ? scripts : apps)[who] as Actor, cursors);
          if (answer.body?.code === 'insufficient-scope') outOfScope += Number(script) || Infinity;
          statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
          if (foreignCanary(answer, canary)) leaks.push(answer.text);
          if (cursors.length > 50) cursors.shift();
        }
      };
      await Promise.all(Array.from({ length: LANES }, lane));

      expect(leaks).toEqual([]);
      // Each kind of answer was really met, so that silence is not for want of asking.
      for (const status of [200, 201, 204, 400, 403, 404, 422])
        expect(statuses.get(status) ?? 0, `${status}`).toBeGreaterThan(0);
      // Access tokens are refused for what they were not made for, and nobody else is.
      expect(outOfScope).toBeGreaterThan(0);
      expect(outOfScope).toBeLessThan(REQUESTS);
      expect([...statuses.keys()].filter((status) => status >= 500)).toEqual([]);

      const elevated = site.wixCalls.filter(({ rights }) => rights === 'app').length;
      const lines = (await site.journal()).slice(journalledBefore);
      expect(lines, 'journal and elevated calls one to one').toHaveLength(elevated);
      // A bulk changes several rows by one decision.
      const decisions = lines
        .filter(({ operation }) => operation !== 'items.patch')
        .map((line) => line.decision);
      expect(new Set(decisions).size, 'a decision each').toBe(decisions.length);
      expect(lines.every(({ decision }) => decision !== '')).toBe(true);
      await expectRowsUntouched();
    },
    process.env['LONG'] ? 20 * 60_000 : 120_000,
  );
});

/** A canary of anybody else, or the hidden remark of anybody at all. Echoes of what one sent oneself are no leak. */
function foreignCanary({ text, status }: Answer, own: string): boolean {
  if (status >= 400)
    return members.some(({ canary }) => text.includes(`${canary} `) || text.includes(`hidden ${canary}`));
  const { items, values, groups, results, ...whole } = JSON.parse(text || '{}') as Record<string, unknown>;
  const shown = JSON.stringify(items ?? values ?? groups ?? results ?? whole);
  const others = members.filter(({ canary }) => canary !== own);
  return (
    shown.includes('hidden ') ||
    others.some(({ canary, email }) => shown.includes(canary) || shown.includes(email))
  );
}

type Stored = { _id?: string; name?: string; memberEmail?: string };

/** Every row that is left still belongs to whoever it was made by: the id of a seeded row names its owner. */
async function expectRowsUntouched(): Promise<void> {
  for (const [index, { email, canary }] of members.entries()) {
    const app = apps[index] as Actor;
    let query = 'limit=100';
    for (;;) {
      const { body } = await app.get(`${ITEMS}?${query}`);
      for (const item of body.items as Stored[]) {
        expect(item.memberEmail).toBe(email);
        const seededFor = members.find((member) => item._id?.startsWith(member.canary));
        expect(seededFor?.canary ?? canary, 'a row that changed hands').toBe(canary);
      }
      if (!body.page.next) break;
      query = `limit=100&cursor=${encodeURIComponent(body.page.next)}`;
    }
  }
}
