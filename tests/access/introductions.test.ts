import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  accessTokenOf,
  asBearer,
  asMobileApp,
  asVisitor,
  expectProblem,
  withoutRequestId,
  type Actor,
} from '../actors.ts';
import { openSite, type Site } from '../harness.ts';

/**
 * Rows of several members, with references: each participant sees them, nobody else does, and what a reference leads
 * to is shown by its own collection's rule.
 */

const ITEMS = '/api/collections/Introductions/items';
const SHARED = `${ITEMS}/engines-and-compilers`;
const ADA = '1815ada0-1210-4000-8000-000000000001';
const GRACE = '1906face-1209-4000-8000-000000000002';

let site: Site;
let ada: Actor;
let grace: Actor;
let alan: Actor;

beforeAll(async () => {
  site = await openSite({
    items: {
      Introductions: [
        { _id: 'nowhere', subject: 'Nowhere', memberIds: [ADA], venue: 'no-such-venue' },
        // Wix matches an array by any of its entries; a text that looks like one must not.
        { _id: 'odd', subject: 'Odd', memberIds: `${ADA},${GRACE}` },
      ],
    },
  });
  [ada, grace, alan] = await Promise.all([
    asMobileApp(site, 'ada'),
    asMobileApp(site, 'grace'),
    asMobileApp(site, 'alan'),
  ]);
});

beforeEach(() => site.forget());

afterAll(() => site.stop());

const elevatedCalls = () => site.wixCalls.filter(({ rights }) => rights === 'app').length;
const idsOf = ({ body }: { body: { items: { _id: string }[] } }) =>
  body.items.map(({ _id }) => _id).toSorted();

describe('who sees an introduction', () => {
  test('each participant, and nobody else', async () => {
    expect(idsOf(await ada.get(ITEMS))).toEqual(['engines-and-compilers', 'nowhere', 'what-can-be-computed']);
    expect(idsOf(await grace.get(ITEMS))).toEqual(['engines-and-compilers', 'moths-and-machines']);
    expect(idsOf(await alan.get(ITEMS)), 'an id needs no verified e-mail').toEqual([
      'moths-and-machines',
      'what-can-be-computed',
    ]);
    expectProblem(await asVisitor(site).get(ITEMS), 401, 'unauthenticated');
    expect(elevatedCalls()).toBe(3);
  });

  test('AZ-01 for a third it is as missing as one that is not there', async () => {
    const foreign = await alan.get(SHARED);
    expectProblem(foreign, 404, 'not-found');
    expect(withoutRequestId(foreign)).toEqual(withoutRequestId(await alan.get(`${ITEMS}/not-there`)));
    expectProblem(await alan.patch(SHARED, { stage: 'met' }), 404, 'not-found');
  });

  test('AZ-09 no filter on the list of participants lets anybody else’s in', async () => {
    for (const filter of [
      { memberIds: { $hasSome: [GRACE] } },
      { $or: [{ memberIds: GRACE }, { subject: { $exists: true } }] },
      { $not: [{ memberIds: { $hasSome: [ADA] } }] },
      { memberIds: { $ne: ADA } },
    ]) {
      const answer = await ada.get(`${ITEMS}?filter=${encodeURIComponent(JSON.stringify(filter))}`);
      expect(answer.status, answer.text).toBe(200);
      for (const { memberIds } of answer.body.items) expect(memberIds).toContain(ADA);
    }
  });

  test('the host’s note is nobody’s', async () => {
    expect((await ada.get(SHARED)).body).not.toHaveProperty('hostNote');
    expectProblem(await ada.get(`${ITEMS}?fields=hostNote`), 400, 'invalid-request');
  });
});

describe('what a participant may do', () => {
  test('who makes one is its first participant, at the first stage', async () => {
    const answer = await grace.post(ITEMS, { subject: 'Punched cards' });
    expect(answer.status, answer.text).toBe(201);
    expect(answer.body).toMatchObject({ memberIds: [GRACE], stage: 'proposed' });
    expectProblem(await ada.get(`${ITEMS}/${answer.body._id}`), 404, 'not-found');
  });

  test.each([
    { subject: 'X', memberIds: [ADA] },
    { subject: 'X', memberIds: [GRACE, ADA] },
    { subject: 'X', hostNote: 'x' },
    { subject: 'X', venue: '$ne' },
    { subject: 'X', venue: { _id: 'long-table' } },
  ])('AZ-27 %j makes none', async (body) => {
    expectProblem(await grace.post(ITEMS, body), 400, 'invalid-request');
    expect(elevatedCalls()).toBe(0);
  });

  test('of it the stage and the venue may be changed, and nothing else', async () => {
    const changed = await grace.patch(SHARED, { stage: 'met', venue: 'reading-room' });
    expect(changed.body).toMatchObject({
      stage: 'met',
      venue: 'reading-room',
      subject: 'Engines and compilers',
    });
    expect((await ada.get(SHARED)).body.stage).toBe('met');
    site.forget();
    for (const body of [{ subject: 'Mine' }, { memberIds: [GRACE] }, { hostNote: '' }])
      expectProblem(await grace.patch(SHARED, body), 400, 'invalid-request');
    expect(elevatedCalls()).toBe(0);
  });

  test('a change to one is not a reason to replace what may not be changed', async () => {
    const answer = await ada.send(SHARED, {
      method: 'PUT',
      body: JSON.stringify({ stage: 'proposed' }),
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.body).toMatchObject({ stage: 'proposed', subject: 'Engines and compilers' });
    expect(answer.body).not.toHaveProperty('venue');
    await ada.patch(SHARED, { venue: 'long-table' });
  });

  test('nobody removes one', async () => {
    expectProblem(await ada.delete(SHARED), 403, 'forbidden');
    expect(elevatedCalls()).toBe(0);
  });
});

describe('AZ-14 what a reference leads to', () => {
  test('comes along when it is asked for, by the rule of its own collection, in the same one call', async () => {
    const answer = await ada.get(`${SHARED}?include=venue`);
    expect(answer.body.venue).toMatchObject({ _id: 'long-table', name: 'The long table' });
    expect(answer.body.venue).not.toHaveProperty('doorCode');
    expect(answer.text).not.toContain('4711');
    expect(answer.headers.get('etag'), 'the venue has a version of its own').toBeNull();
    expect(elevatedCalls()).toBe(1);
    const list = await ada.post(`${ITEMS}/query`, { include: ['venue'], fields: ['subject'] });
    expect(list.body.items.map(({ venue }: { venue: unknown }) => typeof venue).toSorted()).toEqual([
      'object',
      'object',
      'string',
    ]);
    expect(list.text).not.toMatch(/4711|1843/);
  });

  test('is an id otherwise, in answers to writes too', async () => {
    expect((await ada.get(SHARED)).body.venue).toBe('long-table');
    const changed = await ada.patch(SHARED, { venue: 'reading-room' });
    expect(changed.body.venue).toBe('reading-room');
    expect(changed.text).not.toContain('1843');
    const made = await ada.post(ITEMS, { subject: 'At the table', venue: 'long-table' });
    expect(made.body.venue).toBe('long-table');
  });

  test('stays an id where there is nothing', async () => {
    expect((await ada.get(`${ITEMS}/nowhere?include=venue`)).body.venue).toBe('no-such-venue');
  });

  test.each(['subject', 'hostNote', 'memberIds', 'nothing', 'venue.doorCode', ''])(
    'include=%s is refused',
    async (name) => {
      expectProblem(await ada.get(`${ITEMS}?include=${name}`), 400, 'invalid-request');
      expectProblem(await ada.get(`${SHARED}?include=${name}`), 400, 'invalid-request');
      expect(elevatedCalls()).toBe(0);
    },
  );

  test('needs the scope of its own collection', async () => {
    const { token } = await accessTokenOf(ada, ['Introductions:query']);
    const script = asBearer(site, 'a script', token);
    expect((await script.get(SHARED)).status).toBe(200);
    expectProblem(await script.get(`${SHARED}?include=venue`), 403, 'insufficient-scope');
    const wider = await accessTokenOf(ada, ['Introductions:query', 'Venues:query']);
    const both = asBearer(site, 'a script', wider.token);
    expect((await both.get(`${SHARED}?include=venue`)).body.venue).toMatchObject({ _id: expect.any(String) });
  });
});

test('AZ-23 a listing sorted by a reference goes on behind items that came along, and tells nothing more of them', async () => {
  const first = await ada.get(`${ITEMS}?sort=venue&include=venue&limit=1`);
  const seen = [...first.body.items];
  for (let { next } = first.body.page; next;) {
    const inside = Buffer.from(String(next).split('.')[0] ?? '', 'base64url').toString();
    expect(inside).toMatch(/long-table|reading-room|no-such-venue|null/);
    expect(inside).not.toMatch(/doorCode|4711/);
    const cursor = encodeURIComponent(next);
    const answer = await ada.get(`${ITEMS}?sort=venue&include=venue&limit=1&cursor=${cursor}`);
    expect(answer.status, answer.text).toBe(200);
    seen.push(...answer.body.items);
    next = answer.body.page.next;
  }
  const whole = await ada.get(`${ITEMS}?sort=venue`);
  expect(seen.map(({ _id }) => _id)).toEqual(whole.body.items.map(({ _id }: { _id: string }) => _id));
  expect(seen.length).toBeGreaterThan(2);
});
