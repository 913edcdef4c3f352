import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { asMember, asMobileApp, asVisitor, expectProblem, type Actor, type Answer } from '../actors.ts';
import { openSite, type Site } from '../harness.ts';

const ITEMS = '/api/collections/SITConnections/items';

let site: Site;
let ada: Actor;
let grace: Actor;
let keys = 0;

beforeAll(async () => {
  site = await openSite();
  [ada, grace] = await Promise.all([asMobileApp(site, 'ada'), asMobileApp(site, 'grace')]);
});

beforeEach(() => {
  site.forget();
  site.trouble(null);
});

afterAll(() => site.stop());

const newKey = () => `key-${++keys}`;
const write = (actor: Actor, key: string, body?: unknown, path = ITEMS, method = 'POST') =>
  actor.send(path, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
  });
const count = async (actor: Actor, name: string) =>
  (await actor.post(`${ITEMS}/count`, { filter: { name } })).body.count as number;
const isReplay = ({ headers }: Answer) => headers.get('idempotent-replayed') === 'true';

test('ID-01 the same write a hundred times at once is done once', async () => {
  const key = newKey();
  const answers = await Promise.all(Array.from({ length: 100 }, () => write(ada, key, { name: 'ID-01' })));
  expect(await count(ada, 'ID-01')).toBe(1);
  const made = answers.filter(({ status }) => status === 201);
  expect(made.filter((answer) => !isReplay(answer))).toHaveLength(1);
  expect(new Set(made.map(({ text }) => text)).size).toBe(1);
  for (const answer of answers.filter(({ status }) => status !== 201)) {
    expectProblem(answer, 409, 'idempotency-key-in-use');
    expect(answer.headers.get('retry-after')).toBe('1');
  }
  const later = await write(ada, `"${key}"`, { name: 'ID-01' });
  expect({ status: later.status, replay: isReplay(later), text: later.text }).toEqual({
    status: 201,
    replay: true,
    text: made[0]?.text,
  });
  expect(later.headers.get('location')).toBe(made[0]?.headers.get('location'));
  expect(later.headers.get('etag')).toBe(made[0]?.headers.get('etag'));
});

test('ID-02 the same key for another request is refused', async () => {
  const key = newKey();
  const first = await write(ada, key, { name: 'ID-02' });
  const path = first.headers.get('location') ?? '';
  expectProblem(await write(ada, key, { name: 'ID-02 other' }), 422, 'idempotency-key-reused');
  expectProblem(await write(ada, key, { status: 'x' }, path, 'PATCH'), 422, 'idempotency-key-reused');
  expectProblem(await write(ada, key, undefined, path, 'DELETE'), 422, 'idempotency-key-reused');
  expect(await count(ada, 'ID-02 other')).toBe(0);
  expect((await ada.get(path)).status).toBe(200);
});

test('ID-03 a key of Ada’s is another one for Grace, who sees nothing of hers', async () => {
  const key = newKey();
  const adas = await write(ada, key, { name: 'ID-03' });
  const graces = await write(grace, key, { name: 'ID-03' });
  expect({ status: graces.status, replay: isReplay(graces) }).toEqual({ status: 201, replay: false });
  expect(graces.body._id).not.toBe(adas.body._id);
  expect(graces.body.memberEmail).toBe('grace@example.com');
});

test('the cookie and the token of one member share their keys', async () => {
  const key = newKey();
  await write(ada, key, { name: 'shared' });
  expect(isReplay(await write(await asMember(site, 'ada'), key, { name: 'shared' }))).toBe(true);
});

describe('ID-04 what nobody knows the end of', () => {
  /** Wix does it, and its answer is lost on the way. */
  const loseAnswers = (path: string) => {
    site.trouble(async (request, forward) => {
      const response = await forward(request);
      return new URL(request.url).pathname.endsWith(path)
        ? new Response('lost', { status: 502, headers: { 'content-type': 'text/plain' } })
        : response;
    });
  };

  test('an insert is found, not made again', async () => {
    const key = newKey();
    loseAnswers('/items');
    expectProblem(await write(ada, key, { name: 'ID-04' }), 503, 'wix-unavailable');
    site.trouble(null);
    const again = await write(ada, key, { name: 'ID-04' });
    expect({ status: again.status, replay: isReplay(again) }).toEqual({ status: 201, replay: false });
    expect(await count(ada, 'ID-04')).toBe(1);
    expect(isReplay(await write(ada, key, { name: 'ID-04' }))).toBe(true);
  });

  test('a removal that was done is done', async () => {
    const { body } = await ada.post(ITEMS, { name: 'ID-04 removed' });
    const path = `${ITEMS}/${body._id}`;
    const key = newKey();
    loseAnswers('/items/remove');
    expectProblem(await write(ada, key, undefined, path, 'DELETE'), 503, 'wix-unavailable');
    site.trouble(null);
    expect((await write(ada, key, undefined, path, 'DELETE')).status).toBe(204);
    expectProblem(await write(ada, newKey(), undefined, path, 'DELETE'), 404, 'not-found');
  });

  test('a bulk makes its rows once', async () => {
    const { body } = await ada.post(ITEMS, { name: 'ID-04 bulk' });
    const operations = [
      ...Array.from({ length: 20 }, () => ({ insert: { name: 'ID-04 bulk' } })),
      { remove: { id: body._id } },
    ];
    const key = newKey();
    loseAnswers('/bulk/items/insert');
    const first = await write(ada, key, { operations }, `${ITEMS}/bulk`);
    expect(first.body.results[0]).toMatchObject({ status: 503 });
    site.trouble(null);
    const again = await write(ada, key, { operations }, `${ITEMS}/bulk`);
    const statuses = again.body.results.map(({ status }: { status: number }) => status) as number[];
    expect(statuses).toEqual([...Array.from({ length: 20 }, () => 201), 204]);
    expect(await count(ada, 'ID-04 bulk')).toBe(20);
  });
});

test('a refused request leaves its key as good as new', async () => {
  const key = newKey();
  expectProblem(await write(ada, key, { name: '' }), 400, 'invalid-request');
  expect((await write(ada, key, { name: 'put right' })).status).toBe(201);
});

test('AZ-01 a foreign row stays missing, with a key and without', async () => {
  const key = newKey();
  const path = `${ITEMS}/grace-aiken`;
  for (const [method, body] of [
    ['PATCH', { status: 'x' }],
    ['PUT', { name: 'x' }],
    ['DELETE', undefined],
  ] as const) {
    expectProblem(await write(ada, `${key}-${method}`, body, path, method), 404, 'not-found');
    expectProblem(await write(ada, `${key}-${method}`, body, path, method), 404, 'not-found');
  }
});

test.each(['', '""', 'a b', 'ключ', 'x'.repeat(256), '"a', 'a\\b'])('the key %j is refused', async (key) => {
  const encoded = Buffer.from(key, 'utf8').toString('latin1');
  const answer = await write(ada, encoded, { name: 'refused key' });
  expectProblem(answer, 400, 'invalid-request');
  expect(await count(ada, 'refused key')).toBe(0);
});

test('whoever has not signed in gets no answer of anybody', async () => {
  const key = newKey();
  await write(ada, key, { name: 'signed out' });
  expectProblem(await write(asVisitor(site), key, { name: 'signed out' }), 401, 'unauthenticated');
});
