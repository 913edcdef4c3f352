import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { asMobileApp, asScript, asVisitor, expectProblem, type Actor, type Answer } from '../actors.ts';
import { openSite, type Site, type WixTrouble } from '../harness.ts';

/** How often Wix is asked, and when not at all: counted by the emulator's own log of calls. */

const CONNECTIONS = '/api/collections/SITConnections/items';
const INTRODUCTIONS = '/api/collections/Introductions/items';
const ANNOUNCEMENTS = '/api/collections/Announcements/items';
const started = Date.now();

let site: Site;
let ada: Actor;

beforeAll(async () => {
  site = await openSite({ sparing: 'as-usual' });
  ada = await asMobileApp(site, 'ada');
  // The app's token is fetched with the first elevated call.
  await ada.get(CONNECTIONS);
});

beforeEach(() => {
  site.emulator.clearCalls();
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  site.trouble(null);
  site.emulator.settings.set({ replicaDelayMs: 0 });
});

afterAll(() => site.stop());

const calls = () => site.emulator.calls.map(({ operation }) => operation);

/** Every request holds on at Wix's door until `open` is called. */
function gate(): { trouble: WixTrouble; open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return {
    trouble: async (request, forward) => {
      await promise;
      return forward(request);
    },
    open: () => resolve(),
  };
}

const put = (path: string, body: unknown) =>
  ada.send(path, {
    method: 'PUT',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });

let made = '';
const requests: readonly (readonly [name: string, status: number, run: () => Promise<Answer>])[] = [
  ['a list', 200, () => ada.get(`${CONNECTIONS}?limit=2`)],
  ['a list with the number of all', 200, () => ada.get(`${CONNECTIONS}?limit=2&count=true`)],
  ['a list with what it refers to', 200, () => ada.get(`${INTRODUCTIONS}?include=venue`)],
  ['a query', 200, () => ada.post(`${CONNECTIONS}/query`, { filter: { status: 'active' } })],
  ['a count', 200, () => ada.post(`${CONNECTIONS}/count`, {})],
  ['distinct values', 200, () => ada.post(`${CONNECTIONS}/distinct`, { field: 'status' })],
  ['figures', 200, () => ada.post(`${CONNECTIONS}/aggregate`, { figures: { rows: { operation: 'count' } } })],
  ['a row', 200, () => ada.get(`${CONNECTIONS}/ada-babbage`)],
  ['a row that is not there', 404, () => ada.get(`${CONNECTIONS}/nothing`)],
  ['a foreign row', 404, () => ada.get(`${CONNECTIONS}/grace-aiken`)],
  [
    'an insert',
    201,
    async () => {
      const answer = await ada.post(CONNECTIONS, { name: 'Mary Somerville' });
      made = answer.body._id as string;
      return answer;
    },
  ],
  ['a change', 200, () => ada.patch(`${CONNECTIONS}/${made}`, { status: 'lead' })],
  ['a replacement', 200, () => put(`${CONNECTIONS}/${made}`, { name: 'Mary' })],
  ['a removal', 204, () => ada.delete(`${CONNECTIONS}/${made}`)],
  [
    'a bulk of inserts',
    200,
    () =>
      ada.post(`${CONNECTIONS}/bulk`, { operations: [{ insert: { name: 'A' } }, { insert: { name: 'B' } }] }),
  ],
  ['an announcement that was not asked for before', 200, () => ada.get(`${ANNOUNCEMENTS}/spring-supper`)],
];

test.each(requests)('%s costs one call to Wix, and nothing for who is asking', async (_, status, run) => {
  const answer = await run();
  expect(answer.status, answer.text).toBe(status);
  // Visitors share one token, which the first call as a visitor fetches.
  const data = calls().filter((operation) => !operation.startsWith('oauth2.token:anonymous'));
  expect(data).toHaveLength(1);
});

test('a bulk that changes looks once, and then makes a call for each change', async () => {
  const operations = ['ada-babbage', 'ada-wheatstone'].map((id) => ({
    update: { id, fields: { notes: 'seen' } },
  }));
  expect((await ada.post(`${CONNECTIONS}/bulk`, { operations })).status).toBe(200);
  expect(calls()).toHaveLength(3);
});

test('who is asking is found out without Wix', async () => {
  const answers = [
    ada.get('/api/collections'),
    ada.get('/api/auth/sessions'),
    asVisitor(site).get('/api/collections'),
    asVisitor(site).get(CONNECTIONS),
  ];
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200, 200, 401]);
  expect(calls()).toEqual([]);
});

describe('reads that are the same, under way together', () => {
  // Of people who have not just written.
  let grace: Actor;
  beforeAll(async () => {
    grace = await asMobileApp(site, 'grace');
  });

  /** Sends them, waits until all are under way, and lets Wix answer. */
  async function together(asked: readonly (() => Promise<Answer>)[]): Promise<Answer[]> {
    const { trouble, open } = gate();
    site.trouble(trouble);
    const answers = asked.map((ask) => ask());
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    open();
    return Promise.all(answers);
  }

  test('fifty of one member are one call, with a decision and journal lines for each', async () => {
    const journalled = (await site.journal()).length;
    const answers = await together(Array.from({ length: 50 }, () => () => grace.get(CONNECTIONS)));
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual(answers[0]?.body);
    }
    expect(calls()).toEqual(['items.query']);
    const lines = (await site.journal()).slice(journalled);
    expect(lines.map(({ outcome, rows }) => ({ outcome, rows }))).toEqual(
      Array.from({ length: 50 }, () => ({ outcome: 'done', rows: 3 })),
    );
    expect(new Set(lines.map(({ decision }) => decision)).size).toBe(50);
  });

  test('AZ-52 nothing is shared with another member, another credential or another question', async () => {
    const script = await asScript(site, 'grace', ['SITConnections:query']);
    const other = await asMobileApp(site, 'alan');
    site.emulator.clearCalls();
    const answers = await together([
      () => grace.get(CONNECTIONS),
      () => script.get(CONNECTIONS),
      () => ada.get(CONNECTIONS),
      () => other.get(CONNECTIONS),
      () => grace.get(`${CONNECTIONS}?limit=2`),
      () => grace.post(`${CONNECTIONS}/count`, {}),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    const owners = answers.map(
      ({ body }) => new Set((body.items ?? []).map((item: { memberEmail: string }) => item.memberEmail)),
    );
    expect(owners.map((emails) => [...emails])).toEqual([
      ['grace@example.com'],
      ['grace@example.com'],
      ['ada@example.com'],
      [],
      ['grace@example.com'],
      [],
    ]);
    // Nobody asks Wix for Alan, who owns nothing.
    expect(calls()).toHaveLength(5);
  });

  test('a read that begins after a write is acknowledged never joins one that began before it', async () => {
    const script = await asScript(site, 'grace', ['SITConnections:query', 'SITConnections:insert']);
    const { promise, resolve } = Promise.withResolvers<void>();
    let first = true;
    site.trouble(async (request, forward) => {
      if (!first || !request.url.includes('/items/query')) return forward(request);
      first = false;
      const answer = await forward(request);
      await promise;
      return answer;
    });
    const before = script.get(`${CONNECTIONS}?limit=100`);
    await vi.waitFor(() => expect(first).toBe(false));
    const { body } = await script.post(CONNECTIONS, { name: 'Jean Bartik' });
    const after = await script.get(`${CONNECTIONS}?limit=100`);
    resolve();
    const names = ({ body: { items } }: Answer) => items.map(({ _id }: { _id: string }) => _id) as string[];
    expect(names(after)).toContain(body._id);
    expect(names(await before)).not.toContain(body._id);
    await grace.delete(`${CONNECTIONS}/${body._id}`);
  });
});

describe('what a member has just written', () => {
  /** Whether the last read of items was answered by the primary database. */
  function watchReads(): () => boolean | undefined {
    let consistent: boolean | undefined;
    site.trouble(async (request, forward) => {
      const { pathname, searchParams } = new URL(request.url);
      // The SDK asks for a page by GET, with the question in the address.
      const asked = Buffer.from(searchParams.get('.r') ?? '', 'base64url').toString();
      const body = asked + (await request.clone().text());
      if (/\/items\/(query|count|query-distinct-values|aggregate-pipeline)$/.test(pathname))
        consistent = body.includes('"consistentRead":true');
      return forward(request);
    });
    return () => consistent;
  }

  const secondsLater = (seconds: number) => {
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(started + 3_600_000 + seconds * 1000);
  };

  test('they read at once, by each credential of theirs, though replicas at Wix lag; and after 20 s as everybody', async () => {
    secondsLater(0);
    const isConsistent = watchReads();
    const script = await asScript(site, 'ada', ['SITConnections:query']);
    const browser = await asMobileApp(site, 'ada');
    site.emulator.settings.set({ replicaDelayMs: 10_000 });
    secondsLater(60);
    await ada.get(CONNECTIONS);
    expect(isConsistent(), 'who wrote nothing lately reads from a replica').toBe(false);

    const { body } = await ada.post(CONNECTIONS, { name: 'Ada Yonath' });
    for (const actor of [ada, script, browser]) {
      const list = await actor.get(`${CONNECTIONS}?limit=100`);
      expect(list.body.items.map(({ _id }: { _id: string }) => _id)).toContain(body._id);
      expect((await actor.get(`${CONNECTIONS}/${body._id}`)).status).toBe(200);
    }
    for (const ask of [
      () => ada.post(`${CONNECTIONS}/count`, {}),
      () => ada.post(`${CONNECTIONS}/distinct`, { field: 'name' }),
      () => ada.post(`${CONNECTIONS}/aggregate`, { figures: { rows: { operation: 'count' } } }),
    ]) {
      expect((await ask()).status).toBe(200);
      expect(isConsistent()).toBe(true);
    }
    const grace = await asMobileApp(site, 'grace');
    await grace.get(CONNECTIONS);
    expect(isConsistent(), 'others do not pay for it').toBe(false);

    secondsLater(74.9);
    await ada.get(CONNECTIONS);
    expect(isConsistent()).toBe(true);
    secondsLater(80);
    await ada.get(CONNECTIONS);
    expect(isConsistent()).toBe(false);
  });

  test('holds 15 s from the last of many writes, of which only some are written down', async () => {
    const isConsistent = watchReads();
    for (const seconds of [100, 102, 104.9]) {
      secondsLater(seconds);
      expect((await ada.patch(`${CONNECTIONS}/ada-babbage`, { notes: `${seconds}` })).status).toBe(200);
    }
    secondsLater(119.8);
    await ada.get(CONNECTIONS);
    expect(isConsistent()).toBe(true);
    secondsLater(125);
    await ada.get(CONNECTIONS);
    expect(isConsistent()).toBe(false);
  });

  test('is looked for at the primary too when nobody knows whether it was done, but not after a refusal', async () => {
    secondsLater(200);
    expectProblem(await ada.patch(`${CONNECTIONS}/nothing`, { notes: 'x' }), 404, 'not-found');
    let isConsistent = watchReads();
    await ada.get(CONNECTIONS);
    expect(isConsistent()).toBe(false);
    site.trouble(() => Promise.resolve(new Response(null, { status: 500 })));
    expectProblem(await ada.patch(`${CONNECTIONS}/ada-babbage`, { notes: 'x' }), 503, 'wix-unavailable');
    isConsistent = watchReads();
    await ada.get(CONNECTIONS);
    expect(isConsistent()).toBe(true);
  });
});
