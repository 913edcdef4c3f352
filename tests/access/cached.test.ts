import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { asMobileApp, asVisitor, type Actor } from '../actors.ts';
import { openSite, type Site } from '../harness.ts';

/** What is declared `cached`, the announcements of the demo, is answered from memory, for everybody alike. */

const ANNOUNCEMENTS = '/api/collections/Announcements/items';
let site: Site;
let visitor: Actor;
let ada: Actor;

beforeAll(async () => {
  site = await openSite({ sparing: 'as-usual' });
  visitor = asVisitor(site);
  ada = await asMobileApp(site, 'ada');
});

beforeEach(() => {
  site.emulator.clearCalls();
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});

afterEach(() => {
  vi.restoreAllMocks();
  site.trouble(null);
});

afterAll(() => site.stop());

const calls = () => site.emulator.calls.map(({ operation, subject }) => `${operation} ${subject.type}`);

test('asked by many, visitors and members, Wix is asked once, and as a visitor', async () => {
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? visitor : ada).get(ANNOUNCEMENTS)),
  );
  for (const answer of [...answers, await visitor.get(ANNOUNCEMENTS), await ada.get(ANNOUNCEMENTS)]) {
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(answers[0]?.body);
    expect(answer.headers.get('cache-control'), 'only this site knows when it is too old').toBe('no-store');
  }
  expect(calls().filter((call) => !call.startsWith('oauth2'))).toEqual(['items.query VISITOR']);
});

test('each question has an answer of its own, and its refusals too', async () => {
  const one = await visitor.get(`${ANNOUNCEMENTS}?sort=title&limit=1`);
  const other = await visitor.get(`${ANNOUNCEMENTS}?sort=-title&limit=1`);
  expect(one.body.items).not.toEqual(other.body.items);
  expect((await visitor.get(`${ANNOUNCEMENTS}/spring-supper`)).status).toBe(200);
  expect((await visitor.get(`${ANNOUNCEMENTS}/nothing`)).status).toBe(404);
  expect((await visitor.get(`${ANNOUNCEMENTS}?filter={"secret":"x"}`)).status).toBe(400);
  expect((await visitor.post(`${ANNOUNCEMENTS}/count`, {})).body).toEqual({ count: expect.any(Number) });
  expect(calls()).toHaveLength(5);
});

test('it is given while Wix is away; what was never asked for is not', async () => {
  for (const path of [ANNOUNCEMENTS, '/']) await visitor.get(path);
  site.trouble(() => Promise.resolve(new Response(null, { status: 503 })));
  expect((await visitor.get(ANNOUNCEMENTS)).status).toBe(200);
  expect((await visitor.get('/')).status).toBe(200);
  expect((await visitor.get(`${ANNOUNCEMENTS}?limit=7`)).status).toBe(503);
});

test('members’ own rows are never kept', async () => {
  const path = '/api/collections/SITConnections/items';
  await ada.get(path);
  site.emulator.clearCalls();
  for (let times = 0; times < 3; times += 1) expect((await ada.get(path)).status).toBe(200);
  expect(calls()).toHaveLength(3);
});
