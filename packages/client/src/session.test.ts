import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ADA, problem, startFixtureServer, TOKEN, type FixtureServer } from '../test/fixture-server.ts';
import { asyncStorage, Gatehouse, memoryStorage, webStorage, type TokenStorage } from './index.ts';

let server: FixtureServer;
beforeAll(async () => {
  server = await startFixtureServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.received.length = 0;
});

const app = (storage: TokenStorage, token?: string) =>
  new Gatehouse({ baseUrl: server.origin, storage, ...(token && { token }) });

/** A store as browsers have it, and one as React Native has it. */
function stores() {
  const values = new Map<string, string>();
  const web = {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
    removeItem: (key: string) => void values.delete(key),
  };
  const native = {
    getItem: (key: string) => Promise.resolve(web.getItem(key)),
    setItem: (key: string, value: string) => Promise.resolve(web.setItem(key, value)),
    removeItem: (key: string) => Promise.resolve(web.removeItem(key)),
  };
  return { values, web, native };
}

const kinds: Record<string, () => TokenStorage> = {
  'in memory': () => memoryStorage(),
  'in web storage': () => webStorage(stores().web),
  'in async storage': () => asyncStorage(stores().native),
};

describe.each(Object.entries(kinds))('a token kept %s', (_kind, make) => {
  test('is there at the next start, and gone after signing out', async () => {
    const storage = make();
    await app(storage).login(ADA);
    const later = app(storage);
    expect(later.token).toBeUndefined();
    expect((await later.me()).status).toBe(200);
    expect(later.token).toBe(TOKEN);
    await app(storage).logout();
    expect(await app(storage).restore()).toBe(false);
  });

  test('is gone also when the server cannot be asked', async () => {
    const storage = make();
    await app(storage).login(ADA);
    server.next((_, response) => problem(response, 'wix-unavailable'));
    await expect(app(storage).logout()).rejects.toMatchObject({ isUnavailable: true });
    expect(await app(storage).restore()).toBe(false);
  });
});

test('the name in the store can be chosen', async () => {
  const { web, values } = stores();
  await app(webStorage(web, 'my-app')).login(ADA);
  expect([...values]).toEqual([['my-app', TOKEN]]);
});

test('calls that come together read the storage once', async () => {
  let reads = 0;
  const storage: TokenStorage = {
    ...memoryStorage(),
    async get() {
      reads += 1;
      return Promise.resolve(TOKEN);
    },
  };
  const gatehouse = app(storage);
  await Promise.all(Array.from({ length: 100 }, () => gatehouse.me()));
  expect(reads).toBe(1);
});

test('a token that is given goes before one that is stored', async () => {
  const storage = memoryStorage('gh_s_older');
  expect((await app(storage, TOKEN).me()).status).toBe(200);
  expect(await storage.get()).toBe('gh_s_older');
});

test('what is stored and cannot be a token is as good as none', async () => {
  expect(await app(memoryStorage('a\nb')).restore()).toBe(false);
});

test('a sign-in that comes before the storage has answered wins', async () => {
  let answer = (_token: string) => {};
  const storage: TokenStorage = {
    ...memoryStorage(),
    get: () => new Promise((resolve) => (answer = resolve)),
  };
  const gatehouse = app(storage);
  const early = gatehouse.me();
  await gatehouse.login(ADA);
  answer('gh_s_older');
  expect((await early).status).toBe(200);
  expect(gatehouse.token).toBe(TOKEN);
});

describe('a storage that fails', () => {
  const failing: TokenStorage = {
    get: () => Promise.reject(new Error(`no room for ${TOKEN.slice(0, 4)}`)),
    set() {
      throw new Error('no room');
    },
    remove: () => Promise.reject(new Error('no room')),
  };

  test('is one clear error, and the next call asks again', async () => {
    let works = false;
    const gatehouse = app({ ...failing, get: () => (works ? TOKEN : Promise.reject(new Error('locked'))) });
    await expect(gatehouse.me()).rejects.toMatchObject({
      name: 'GatehouseError',
      kind: 'storage',
      code: 'storage-failed',
      status: 0,
      cause: { message: 'locked' },
    });
    works = true;
    expect((await gatehouse.me()).status).toBe(200);
  });

  test('keeps nobody from being signed in: the sign-in has happened, and is told to be forgotten at the next start', async () => {
    const gatehouse = app({ ...failing, get: () => undefined });
    await expect(gatehouse.login(ADA)).rejects.toMatchObject({ code: 'storage-failed' });
    expect((await gatehouse.me()).status).toBe(200);
    await expect(gatehouse.logout()).rejects.toMatchObject({ code: 'storage-failed' });
    expect(gatehouse.token).toBeUndefined();
  });

  test('that never answers ends with the time of the call', async () => {
    const gatehouse = app({ ...failing, get: () => new Promise(() => {}) });
    await expect(gatehouse.me({ timeoutMs: 50 })).rejects.toMatchObject({ kind: 'timeout' });
    expect(server.received).toEqual([]);
  });
});
