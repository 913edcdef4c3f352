import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  asMobileApp,
  asVisitor,
  expectProblem,
  withoutRequestId,
  type Actor,
  type Answer,
} from '../actors.ts';
import { openSite, type Site } from '../harness.ts';

const ITEMS = '/api/collections/SITConnections/items';
const DAY = (n: number) => ({ $date: new Date(Date.UTC(2026, 4, n)).toISOString() });

/** Ten rows of Ada's and ten of Grace's, with the same names, so that whose a figure is can be told by counting. */
const rows = ['ada', 'grace'].flatMap((owner) =>
  Array.from({ length: 10 }, (_, n) => ({
    _id: `${owner}-row-${n}`,
    _createdDate: DAY(n + 1),
    name: `${owner} ${n}`,
    status: `${owner}-${['lead', 'active'][n % 2]}`,
    company: n < 3 ? 'Shared House' : `${owner} works`,
    lastContact: DAY(n + 1),
    memberEmail: `${owner}@example.com`,
    internalRemark: `hidden ${owner} ${n}`,
  })),
);

let site: Site;
let ada: Actor;
let grace: Actor;
let alan: Actor;

beforeAll(async () => {
  site = await openSite({ items: { SITConnections: rows } });
  [ada, grace, alan] = await Promise.all([
    asMobileApp(site, 'ada'),
    asMobileApp(site, 'grace'),
    asMobileApp(site, 'alan'),
  ]);
});

beforeEach(() => site.forget());

afterAll(() => site.stop());

/** Only the rows above: the seed's own have other ids. */
const seeded = { _id: { $startsWith: 'ada-row-' } };
const elevatedCalls = () => site.wixCalls.filter(({ rights }) => rights === 'app').length;
const put = (actor: Actor, path: string, body: unknown, headers: Record<string, string> = {}) =>
  actor.send(path, {
    method: 'PUT',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });
const patchIf = (actor: Actor, path: string, body: unknown, headers: Record<string, string>) =>
  actor.send(path, {
    method: 'PATCH',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });

async function added(actor: Actor, fields: object = {}): Promise<string> {
  const answer = await actor.post(ITEMS, { name: 'New', ...fields });
  expect(answer.status, answer.text).toBe(201);
  return answer.body._id as string;
}

describe('a question as a body', () => {
  test('is the same question, and its cursor goes on in either form', async () => {
    const byBody = await ada.post(`${ITEMS}/query`, { filter: seeded, sort: ['-lastContact'], limit: 4 });
    const address = `${ITEMS}?filter=${encodeURIComponent(JSON.stringify(seeded))}&sort=-lastContact&limit=4`;
    const byAddress = await ada.get(address);
    expect(byBody.body).toEqual(byAddress.body);
    const { next } = byBody.body.page;
    const second = await ada.get(`${address}&cursor=${encodeURIComponent(next)}`);
    expect(second.body.items.map(({ _id }: { _id: string }) => _id)).toEqual([
      'ada-row-5',
      'ada-row-4',
      'ada-row-3',
      'ada-row-2',
    ]);
  });

  test('counts all matching rows when asked to, in the same one call', async () => {
    const answer = await ada.post(`${ITEMS}/query`, { filter: seeded, limit: 2, count: true });
    expect(answer.body.page).toMatchObject({ limit: 2, total: 10 });
    expect(elevatedCalls()).toBe(1);
    const without = await ada.get(`${ITEMS}?limit=1`);
    expect(without.body.page).not.toHaveProperty('total');
    expectProblem(await ada.get(`${ITEMS}?count=yes`), 400, 'invalid-request');
  });

  test.each([
    [{ filter: { internalRemark: 'x' } }, 'filter.internalRemark'],
    [{ sort: ['internalRemark'] }, 'sort'],
    [{ fields: ['internalRemark'] }, 'fields'],
    [{ limit: 0 }, 'limit'],
    [{ limit: '5' }, 'limit'],
    [{ memberId: 'x' }, 'memberId'],
  ])('AZ-13 %j is refused before Wix is asked', async (body, path) => {
    const answer = await ada.post(`${ITEMS}/query`, body);
    expectProblem(answer, 400, 'invalid-request');
    expect(answer.body.errors[0].path).toBe(path);
    expect(elevatedCalls()).toBe(0);
  });
});

describe('figures', () => {
  test('AZ-17 a count is of one’s own rows, whatever the condition is about', async () => {
    const count = async (actor: Actor, filter?: unknown) =>
      (await actor.post(`${ITEMS}/count`, filter === undefined ? {} : { filter })).body;
    expect(await count(ada, seeded)).toEqual({ count: 10 });
    expect(await count(ada, { _id: { $startsWith: 'grace-row-' } })).toEqual({ count: 0 });
    expect(await count(ada, { $or: [{ memberEmail: 'grace@example.com' }, seeded] })).toEqual({ count: 10 });
    expect(await count(alan)).toEqual({ count: 0 });
    expect(elevatedCalls()).toBe(3);
  });

  test('the different values of a field, in order', async () => {
    const answer = await ada.post(`${ITEMS}/distinct`, { field: 'status', filter: seeded, order: 'desc' });
    expect(answer.body).toEqual({ values: ['ada-lead', 'ada-active'], hasMore: false });
    expect(answer.text).not.toContain('grace');
    expect((await alan.post(`${ITEMS}/distinct`, { field: 'status' })).body.values).toEqual([]);
  });

  test('AZ-18 of a hidden field there are none, as of one that is not there', async () => {
    const hidden = await ada.post(`${ITEMS}/distinct`, { field: 'internalRemark' });
    const missing = await ada.post(`${ITEMS}/distinct`, { field: 'neverDeclared' });
    for (const answer of [hidden, missing]) expectProblem(answer, 400, 'invalid-request');
    const text = (answer: Answer, name: string) =>
      JSON.stringify(withoutRequestId(answer)).replaceAll(name, '…');
    expect(text(hidden, 'internalRemark')).toBe(text(missing, 'neverDeclared'));
  });

  test('AZ-16 groups and sums are made of one’s own rows', async () => {
    const body = {
      filter: { company: 'Shared House' },
      group: ['company'],
      figures: {
        rows: { operation: 'count' },
        first: { operation: 'min', field: 'lastContact' },
        last: { operation: 'max', field: 'name' },
      },
    };
    expect((await ada.post(`${ITEMS}/aggregate`, body)).body).toEqual({
      groups: [{ company: 'Shared House', rows: 3, first: DAY(1).$date, last: 'ada 2' }],
      hasMore: false,
    });
    expect((await grace.post(`${ITEMS}/aggregate`, body)).body.groups).toEqual([
      { company: 'Shared House', rows: 3, first: DAY(1).$date, last: 'grace 2' },
    ]);
    expect((await alan.post(`${ITEMS}/aggregate`, body)).body.groups).toEqual([]);
    expect(elevatedCalls()).toBe(2);
  });

  test('groups are sorted by figures or by what they have in common', async () => {
    const groupsBy = async (sort: string[]) => {
      const figures = { rows: { operation: 'count' } };
      const answer = await ada.post(`${ITEMS}/aggregate`, {
        filter: seeded,
        group: ['company'],
        figures,
        sort,
      });
      return answer.body.groups.map(({ company }: { company: string }) => company) as string[];
    };
    expect(await groupsBy(['-rows'])).toEqual(['ada works', 'Shared House']);
    expect(await groupsBy(['rows'])).toEqual(['Shared House', 'ada works']);
    expect(await groupsBy(['-company'])).toEqual(['ada works', 'Shared House']);
  });

  test.each([
    [{ figures: {} }, 'figures'],
    [{ figures: { n: { operation: 'count', field: 'name' } } }, 'figures.n'],
    [{ figures: { n: { operation: 'sum', field: 'name' } } }, 'figures.n.field'],
    [{ figures: { n: { operation: 'max', field: 'internalRemark' } } }, 'figures.n.field'],
    [{ figures: { name: { operation: 'count' } } }, 'figures.name'],
    [{ figures: { 'a.b': { operation: 'count' } } }, 'figures.a.b'],
    [{ group: ['internalRemark'], figures: { n: { operation: 'count' } } }, 'group.0'],
    [{ group: ['name', 'name'], figures: { n: { operation: 'count' } } }, 'group'],
    [{ figures: { n: { operation: 'count' } }, sort: ['memberEmail'] }, 'sort'],
    [{ figures: { n: { operation: 'push', field: 'name' } } }, 'figures.n'],
  ])('AZ-19 %j is refused before Wix is asked', async (body, path) => {
    const answer = await ada.post(`${ITEMS}/aggregate`, body);
    expectProblem(answer, 400, 'invalid-request');
    expect(answer.body.errors[0].path).toContain(path);
    expect(elevatedCalls()).toBe(0);
  });

  test('signed out there is nothing to count', async () => {
    for (const path of ['query', 'count', 'distinct', 'aggregate', 'bulk']) {
      const answer = await asVisitor(site).post(`${ITEMS}/${path}`, {
        ...(path === 'bulk' && { operations: [{ remove: { id: 'ada-row-0' } }] }),
      });
      expectProblem(answer, 401, 'unauthenticated');
      const undeclared = await ada.post(`/api/collections/Nowhere/items/${path}`, {});
      expectProblem(undeclared, 404, 'not-found');
    }
    expect(elevatedCalls()).toBe(0);
  });
});

describe('versions', () => {
  test('an item comes with its entity tag, and not again when it is known', async () => {
    const first = await ada.get(`${ITEMS}/ada-row-0`);
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[0-9a-z]+"$/);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await ada.send(`${ITEMS}/ada-row-0`, { headers: { 'if-none-match': known } });
      expect({ status: again.status, text: again.text }, known).toEqual({ status: 304, text: '' });
    }
    const other = await ada.send(`${ITEMS}/ada-row-0`, { headers: { 'if-none-match': '"other"' } });
    expect(other.status).toBe(200);
    const bad = await ada.send(`${ITEMS}/ada-row-0`, { headers: { 'if-none-match': 'other' } });
    expectProblem(bad, 400, 'invalid-request');
  });

  test('AZ-46 a change goes through for the version it was made for, and for no other', async () => {
    const id = await added(ada);
    const path = `${ITEMS}/${id}`;
    const etag = (await ada.get(path)).headers.get('etag') ?? '';
    const changed = await patchIf(ada, path, { status: 'one' }, { 'if-match': etag });
    expect(changed.status).toBe(200);
    const stale = await patchIf(ada, path, { status: 'two' }, { 'if-match': etag });
    expectProblem(stale, 412, 'precondition-failed');
    expectProblem(await put(ada, path, { name: 'X' }, { 'if-match': etag }), 412, 'precondition-failed');
    const removal = await ada.send(path, { method: 'DELETE', headers: { 'if-match': etag } });
    expectProblem(removal, 412, 'precondition-failed');
    expect((await ada.get(path)).body).toMatchObject({ status: 'one', name: 'New' });
    const fresh = changed.headers.get('etag') ?? '';
    const either = await patchIf(ada, path, { status: 'three' }, { 'if-match': `${etag}, ${fresh}` });
    expect(either.body.status).toBe('three');
  });

  test('of a hundred changes to one version one goes through', async () => {
    const path = `${ITEMS}/${await added(ada)}`;
    const etag = (await ada.get(path)).headers.get('etag') ?? '';
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) => patchIf(ada, path, { notes: `${n}` }, { 'if-match': etag })),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 412)).toHaveLength(99);
  });

  test('a version tells nobody of a row that is not theirs', async () => {
    const theirs = (await ada.get(`${ITEMS}/ada-row-1`)).headers.get('etag') ?? '';
    const foreign = await patchIf(grace, `${ITEMS}/ada-row-1`, { status: 'x' }, { 'if-match': theirs });
    const missing = await patchIf(grace, `${ITEMS}/nobody`, { status: 'x' }, { 'if-match': theirs });
    expectProblem(foreign, 404, 'not-found');
    expect(withoutRequestId(foreign)).toEqual(withoutRequestId(missing));
  });

  test.each(['x', '"a', '""a"', `${'"a",'.repeat(21)}"a"`, ''])('If-Match: %s is refused', async (tag) => {
    const answer = await patchIf(ada, `${ITEMS}/ada-row-1`, { status: 'x' }, { 'if-match': tag });
    expectProblem(answer, 400, 'invalid-request');
  });

  test('a tag of another kind matches nothing; "*" matches what is there', async () => {
    const path = `${ITEMS}/${await added(ada)}`;
    for (const tag of ['"notOurs"', 'W/"abc"', '"zzzzzzzzzzz"'])
      expect((await patchIf(ada, path, { status: 'x' }, { 'if-match': tag })).status, tag).toBe(412);
    expect((await patchIf(ada, path, { status: 'x' }, { 'if-match': '*' })).status).toBe(200);
    expect((await patchIf(ada, path, { status: 'x' }, { 'if-none-match': '*' })).status).toBe(400);
  });
});

describe('put', () => {
  test('replaces what may be written, and keeps what may not be seen', async () => {
    const answer = await put(ada, `${ITEMS}/ada-row-2`, { name: 'Replaced', notes: 'only this' });
    expect(answer.status, answer.text).toBe(200);
    expect(answer.body).toMatchObject({
      name: 'Replaced',
      notes: 'only this',
      memberEmail: 'ada@example.com',
    });
    for (const field of ['status', 'company', 'lastContact']) expect(answer.body).not.toHaveProperty(field);
    const desk = `${site.address}/_emulator/item?id=SITConnections&item=ada-row-2`;
    const atWix = await (await site.emulator.admin.fetch(new Request(desk))).text();
    expect(atWix).toContain('hidden ada 2');
    expect(atWix).toContain('Replaced');
  });

  test.each([
    [{}, 'name'],
    [{ name: 'X', memberEmail: 'grace@example.com' }, 'memberEmail'],
    [{ name: 'X', _id: 'other' }, '_id'],
    [{ name: 'X', internalRemark: 'x' }, 'internalRemark'],
  ])('AZ-28 %j is refused', async (body, path) => {
    const answer = await put(ada, `${ITEMS}/ada-row-3`, body);
    expectProblem(answer, 400, 'invalid-request');
    expect(answer.body.errors[0].path).toBe(path);
  });

  test('AZ-01 a foreign row is as missing as one that is not there', async () => {
    const foreign = await put(ada, `${ITEMS}/grace-row-3`, { name: 'X' });
    const missing = await put(ada, `${ITEMS}/nobody`, { name: 'X' });
    expectProblem(foreign, 404, 'not-found');
    expect(withoutRequestId(foreign)).toEqual(withoutRequestId(missing));
  });
});

test('who wants no more than the version gets no more', async () => {
  const headers = { 'content-type': 'application/json', prefer: 'respond-async, return=minimal' };
  const inserted = await ada.send(ITEMS, { method: 'POST', body: '{"name":"New"}', headers });
  expect({ status: inserted.status, text: inserted.text }).toEqual({ status: 201, text: '' });
  expect(inserted.headers.get('preference-applied')).toBe('return=minimal');
  const path = inserted.headers.get('location') ?? '';
  const changed = await ada.send(path, { method: 'PATCH', body: '{"status":"x"}', headers });
  expect({ status: changed.status, text: changed.text }).toEqual({ status: 204, text: '' });
  expect(changed.headers.get('etag')).toBe((await ada.get(path)).headers.get('etag'));
});

describe('bulk', () => {
  const bulk = (actor: Actor, operations: unknown) => actor.post(`${ITEMS}/bulk`, { operations });

  test('inserts, changes and removes, with an outcome for each in their order', async () => {
    const [one, two] = [await added(ada), await added(ada)];
    site.forget();
    const answer = await bulk(ada, [
      { insert: { name: 'First' } },
      { update: { id: one, fields: { status: 'changed' } } },
      { remove: { id: two } },
      { insert: { name: 'Second', status: 'lead' } },
    ]);
    expect(answer.status, answer.text).toBe(200);
    const [first, changed, removed, second] = answer.body.results;
    expect(first).toEqual({ status: 201, id: expect.any(String) });
    expect(changed).toMatchObject({ status: 200, id: one, item: { status: 'changed' } });
    expect(changed.etag).toBe((await ada.get(`${ITEMS}/${one}`)).headers.get('etag'));
    expect(removed).toEqual({ status: 204, id: two });
    expect((await ada.get(`${ITEMS}/${second.id}`)).body).toMatchObject({
      name: 'Second',
      memberEmail: 'ada@example.com',
    });
    expectProblem(await ada.get(`${ITEMS}/${two}`), 404, 'not-found');
    expectProblem(await grace.get(`${ITEMS}/${first.id}`), 404, 'not-found');
  });

  test('a hundred inserts are one call', async () => {
    const operations = Array.from({ length: 100 }, (_, n) => ({ insert: { name: `Bulk ${n}` } }));
    const answer = await bulk(ada, operations);
    expect(answer.body.results.every(({ status }: { status: number }) => status === 201)).toBe(true);
    expect(elevatedCalls()).toBe(1);
  });

  test.each(['update', 'remove'] as const)(
    'AZ-32 of a hundred one foreign: nothing at all is changed by the %s',
    async (kind) => {
      const own = await Promise.all(Array.from({ length: 9 }, () => added(ada, { status: 'before' })));
      const inserts = Array.from({ length: 90 }, (_, n) => ({ insert: { name: `AZ-32 ${kind} ${n}` } }));
      const change = (id: string) =>
        kind === 'update' ? { update: { id, fields: { status: 'after' } } } : { remove: { id } };
      const before = (await ada.post(`${ITEMS}/count`, {})).body.count as number;
      const answerFor = (id: string) => bulk(ada, [...inserts, ...own.map(change), change(id)]);
      const foreign = await answerFor('grace-row-5');
      const missing = await answerFor('nobody-has-this');
      expectProblem(foreign, 404, 'not-found');
      expect(foreign.body.errors).toEqual([{ path: 'operations.99', message: expect.any(String) }]);
      expect(withoutRequestId(foreign)).toEqual(withoutRequestId(missing));
      expect((await ada.post(`${ITEMS}/count`, {})).body.count).toBe(before);
      expect((await ada.get(`${ITEMS}/${own[0]}`)).body.status).toBe('before');
      expect((await grace.get(`${ITEMS}/grace-row-5`)).body.status).toBe('grace-active');
    },
  );

  test('AZ-33 each part is allowed or refused by itself, and one that is not refuses all', async () => {
    const path = '/api/collections/Announcements/items/bulk';
    const operations = [{ insert: { title: 'X' } }];
    expectProblem(await ada.post(path, { operations }), 403, 'forbidden');
    expectProblem(await bulk(alan, [{ insert: { name: 'X' } }]), 403, 'forbidden');
    const nested = await bulk(ada, [{ bulk: { operations } }]);
    expectProblem(nested, 400, 'invalid-request');
    expect(elevatedCalls()).toBe(0);
  });

  test.each([
    ['nothing', [], 'operations'],
    ['too many', Array.from({ length: 101 }, () => ({ insert: { name: 'X' } })), 'operations'],
    ['two in one', [{ insert: { name: 'X' }, remove: { id: 'x' } }], 'operations.0'],
    ['an owner', [{ insert: { name: 'X', memberEmail: 'x@y.z' } }], 'operations.0.insert.memberEmail'],
    [
      'a hidden field',
      [{ update: { id: 'ada-row-6', fields: { internalRemark: 'x' } } }],
      'operations.0.update.fields.internalRemark',
    ],
    ['an id that is none', [{ remove: { id: '$ne' } }], 'operations.0.remove.id'],
    ['a row twice', [{ remove: { id: 'ada-row-6' } }, { remove: { id: 'ada-row-6' } }], 'operations.1'],
    ['no list', { insert: {} }, 'operations'],
  ])('AZ-27 %s is refused before Wix is asked', async (_, operations, path) => {
    const answer = await bulk(ada, operations);
    expectProblem(answer, 400, 'invalid-request');
    expect(answer.body.errors[0].path).toBe(path);
    expect(elevatedCalls()).toBe(0);
  });
});
