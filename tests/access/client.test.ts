import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Gatehouse, GatehouseError } from '../../packages/client/src/index.ts';
import { people } from '../actors.ts';
import { PASSING_CAPTCHA_TOKEN } from '../../packages/wix-emulator/src/index.ts';
import { network, openSite, type Site } from '../harness.ts';

/** The client against the real site: what an app developer does in the first ten minutes. */
type Connection = { _id: string; name: string; status?: string; lastContact?: string; memberEmail: string };
type Schema = { SITConnections: Connection; Announcements: { _id: string; title: string } };

let site: Site;
let gatehouse: Gatehouse<Schema>;

beforeAll(async () => {
  site = await openSite();
});

afterAll(() => site.stop());

beforeEach(() => {
  gatehouse = app();
});

/** An app on somebody's phone, so on the network like everybody else. */
function app(token?: string): Gatehouse<Schema> {
  return new Gatehouse<Schema>({
    baseUrl: site.address,
    fetch: network,
    ...(token !== undefined && { token }),
  });
}

async function failure(work: Promise<unknown>): Promise<GatehouseError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(GatehouseError);
  return error as GatehouseError;
}

describe('an app with the client', () => {
  test('logs in once, and another day goes on with the token alone', async () => {
    const { result } = await gatehouse.login(people.ada);
    expect(result).toMatchObject({ state: 'SUCCESS', member: { email: 'ada@example.com' } });

    const later = app(gatehouse.token);
    const { result: page } = await later.collection('SITConnections').list({ limit: 20 });
    expect(page.items.length).toBeGreaterThanOrEqual(3);
    expect(new Set(page.items.map(({ memberEmail }) => memberEmail))).toEqual(new Set(['ada@example.com']));
    expect((await later.me()).result).toMatchObject({ email: 'ada@example.com', emailVerified: true });
  });

  test('adds, finds, changes and removes', async () => {
    await gatehouse.login(people.ada);
    const connections = gatehouse.collection('SITConnections');
    const { result: added, status } = await connections.insert({ name: 'Luigi Menabrea', status: 'new' });
    expect({ status, added }).toMatchObject({ status: 201, added: { memberEmail: 'ada@example.com' } });

    const found = await connections.list({ filter: { name: { $startsWith: 'Luigi' } }, fields: ['name'] });
    expect(found.result.items).toEqual([{ _id: added._id, name: 'Luigi Menabrea' }]);

    expect((await connections.patch(added._id, { status: 'met' })).result.status).toBe('met');
    expect((await connections.get(added._id)).result.status).toBe('met');
    expect((await connections.remove(added._id)).status).toBe(204);
    expect((await failure(connections.get(added._id))).isNotFound).toBe(true);
  });

  test('walks over all pages, each item once, newest first', async () => {
    await gatehouse.login(people.grace);
    const seen: string[] = [];
    for await (const item of gatehouse.collection('SITConnections').items({ limit: 1 })) seen.push(item._id);
    const { result } = await gatehouse.collection('SITConnections').list({ limit: 100 });
    expect(seen).toEqual(result.items.map(({ _id }) => _id));
    expect(seen.length).toBeGreaterThanOrEqual(3);
  });

  test('is refused another member’s row, e-mail and everything signed out', async () => {
    await gatehouse.login(people.ada);
    expect(await failure(gatehouse.collection('SITConnections').get('grace-aiken'))).toMatchObject({
      status: 404,
    });
    expect(await failure(gatehouse.connections({ email: people.grace.email }))).toMatchObject({
      status: 403,
    });

    await gatehouse.logout();
    expect(gatehouse.token).toBeUndefined();
    expect((await failure(gatehouse.collection('SITConnections').list())).isUnauthenticated).toBe(true);
    expect((await gatehouse.collection('Announcements').list()).status).toBe(200);
  });

  test('hears why: wrong password, and which field is wrong', async () => {
    const wrong = await failure(gatehouse.login({ ...people.ada, password: 'guess' }));
    expect(wrong).toMatchObject({ status: 401, problem: { code: 'invalid-credentials' } });
    expect(gatehouse.token).toBeUndefined();

    await gatehouse.login(people.ada);
    const empty = await failure(gatehouse.collection('SITConnections').insert({ name: ' ' }));
    expect(empty.problem.errors).toEqual([{ path: 'name', message: expect.any(String) }]);
  });

  test('registers a new member, who starts with nothing of anybody’s', async () => {
    const { result } = await gatehouse.register({ email: 'new@example.com', password: 'brand-new-2026' });
    expect(result.state).toBe('SUCCESS');
    expect((await gatehouse.collection('SITConnections').list()).result.items).toEqual([]);
    expect((await gatehouse.siteProperties()).result).toMatchObject({ siteDisplayName: 'Lantern Bridge' });
  });

  test('replaces, counts, sums up, and writes many at once', async () => {
    await gatehouse.login(people.grace);
    const connections = gatehouse.collection('SITConnections');
    const { result } = await connections.bulk([
      { insert: { name: 'Bulk one', status: 'bulk' } },
      { insert: { name: 'Bulk two', status: 'bulk' } },
    ]);
    const ids = result.results.map(({ id }) => String(id));
    expect(result.results.map(({ status }) => status)).toEqual([201, 201]);
    const filter = { status: 'bulk' };
    expect((await connections.count({ filter })).result).toEqual({ count: 2 });
    expect((await connections.distinct({ field: 'name', filter })).result.values).toEqual([
      'Bulk one',
      'Bulk two',
    ]);
    const figures = { rows: { operation: 'count' } } as const;
    expect((await connections.aggregate({ filter, group: ['status'], figures })).result.groups).toEqual([
      { status: 'bulk', rows: 2 },
    ]);
    const { result: replaced } = await connections.put(ids[0] ?? '', { name: 'Bulk three' });
    expect(replaced).toMatchObject({ name: 'Bulk three', memberEmail: 'grace@example.com' });
    expect(replaced.status ?? null).toBeNull();
    const page = await connections.list({ filter: { name: { $startsWith: 'Bulk' } }, limit: 1, count: true });
    expect(page.result.page.total).toBe(2);
    await connections.bulk(ids.map((id) => ({ remove: { id } })));
    expect((await connections.count({ filter: { name: { $startsWith: 'Bulk' } } })).result.count).toBe(0);
  });

  test('a question too long for an address is asked by a body', async () => {
    await gatehouse.login(people.ada);
    const names = Array.from({ length: 500 }, (_, index) => `Nobody of the name ${index}`);
    const query = {
      filter: { name: { $in: [...names, 'Charles Babbage'] } },
      sort: 'name',
      fields: ['name'],
    } as const;
    const { result } = await gatehouse.collection('SITConnections').list(query);
    expect(result.items.map(({ name }) => name)).toEqual(['Charles Babbage']);
  });

  test('reads a known version without having it sent, and changes no other version', async () => {
    await gatehouse.login(people.ada);
    const connections = gatehouse.collection('SITConnections');
    const { headers } = await connections.get('ada-somerville');
    expect(await connections.get('ada-somerville')).toMatchObject({
      status: 304,
      result: { name: 'Mary Somerville' },
    });
    const ifMatch = headers.get('etag') ?? '';
    await connections.patch('ada-somerville', { status: 'paused' }, { ifMatch });
    const late = await failure(connections.patch('ada-somerville', { status: 'lost' }, { ifMatch }));
    expect(late).toMatchObject({ code: 'precondition-failed', isConflict: true });
    expect((await connections.get('ada-somerville')).result.status).toBe('paused');
  });

  test('ID-01 an insert whose answer was lost on the way is there once', async () => {
    await gatehouse.login(people.ada);
    let lost = 0;
    const unlucky = new Gatehouse<Schema>({
      baseUrl: site.address,
      token: gatehouse.token,
      fetch: async (url, init) => {
        const response = await network(url, init);
        if (init.method !== 'POST' || (lost += 1) > 2) return response;
        await response.text();
        throw new TypeError('the connection was lost');
      },
    });
    const connections = unlucky.collection('SITConnections');
    const { result, headers } = await connections.insert({ name: 'Sent three times' });
    expect(headers.get('idempotent-replayed')).toBe('true');
    const { result: page } = await connections.list({ filter: { name: 'Sent three times' } });
    expect(page.items.map(({ _id }) => _id)).toEqual([result._id]);
  });

  test('a session that is ended on another device: a hundred calls fail, and the app is told once', async () => {
    await gatehouse.login(people.grace);
    const told: GatehouseError[] = [];
    const phone = new Gatehouse<Schema>({
      baseUrl: site.address,
      fetch: network,
      onSessionEnded: (error) => void told.push(error),
    });
    await phone.login({ ...people.grace, device: 'Phone' });
    const { result } = await gatehouse.sessions();
    const session = result.sessions.find(({ device }) => device === 'Phone');
    await gatehouse.endSession(session?.id ?? '');
    const calls = Array.from({ length: 100 }, () => failure(phone.collection('SITConnections').list()));
    expect((await Promise.all(calls)).every((error) => error.isUnauthenticated)).toBe(true);
    expect(told).toHaveLength(1);
  });

  test('makes, lists and ends access tokens, and signs out everywhere else', async () => {
    await gatehouse.login(people.ada);
    const { result: made } = await gatehouse.createAccessToken({
      name: 'Export',
      scopes: ['SITConnections:query'],
    });
    const script = app(made.token);
    expect((await script.collection('SITConnections').count()).result.count).toBeGreaterThan(0);
    expect(await failure(script.me())).toMatchObject({ isForbidden: true, code: 'insufficient-scope' });
    expect((await gatehouse.accessTokens()).result.accessTokens.map(({ id }) => id)).toContain(made.id);
    await gatehouse.endAccessToken(made.id);
    expect((await failure(script.collection('SITConnections').count())).isUnauthenticated).toBe(true);
    expect((await gatehouse.endOtherSessions()).status).toBe(204);
    expect((await gatehouse.requestPasswordReset({ email: 'nobody@example.com' })).status).toBe(202);
  });

  test('meets every state of a sign-in', async () => {
    const { settings } = site.emulator;
    const credentials = { email: 'states@example.com', password: 'brand-new-2026' };
    settings.set({ emailVerification: true });
    try {
      const { result } = await gatehouse.register(credentials);
      if (result.state !== 'EMAIL_VERIFICATION_REQUIRED') throw new Error(result.state);
      const code = site.emulator.outbox.findLast(({ to }) => to === credentials.email)?.code ?? '';
      const { verificationToken } = result;
      expect((await failure(gatehouse.verify({ verificationToken, code: '000000' }))).isInvalid).toBe(true);
      expect((await gatehouse.verify({ verificationToken, code })).result.state).toBe('SUCCESS');
      settings.set({ emailVerification: false, ownerApproval: true });
      const waiting = await gatehouse.register({ ...credentials, email: 'waits@example.com' });
      expect(waiting.result).toEqual({ state: 'OWNER_APPROVAL_REQUIRED' });

      settings.set({ ownerApproval: false, captcha: true });
      expect((await failure(gatehouse.login(people.ada))).isCaptchaRequired).toBe(true);
      const { result: solved } = await gatehouse.login({
        ...people.ada,
        captchaToken: PASSING_CAPTCHA_TOKEN,
      });
      expect(solved.state).toBe('SUCCESS');
    } finally {
      settings.set({ emailVerification: false, ownerApproval: false, captcha: false });
    }
  });
});
