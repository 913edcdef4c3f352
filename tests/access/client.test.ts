import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Gatehouse, GatehouseError } from '../../packages/client/src/index.ts';
import { people } from '../actors.ts';
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
});
