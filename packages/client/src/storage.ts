/** Where a token outlives the app. Each method may answer at once or by a promise. */
export interface TokenStorage {
  /** The stored token; `null` or `undefined` when there is none. */
  get(): string | null | undefined | Promise<string | null | undefined>;
  set(token: string): void | Promise<void>;
  remove(): void | Promise<void>;
}

/** What `localStorage`, `sessionStorage` and React Native's AsyncStorage have in common. */
export interface KeyValueStore {
  getItem(key: string): string | null | undefined | Promise<string | null | undefined>;
  setItem(key: string, value: string): unknown;
  removeItem(key: string): unknown;
}

/** Keeps the token for as long as the object lives: for tests, and to share a session between two clients. */
export function memoryStorage(token?: string): TokenStorage {
  let kept = token;
  return {
    get: () => kept,
    set: (next) => void (kept = next),
    remove: () => void (kept = undefined),
  };
}

/** Keeps the token in the browser: `webStorage(sessionStorage)`. Every script of the page can read it there. */
export function webStorage(store: KeyValueStore, key = 'gatehouse-token'): TokenStorage {
  return storedIn(store, key);
}

/** Keeps the token in a store that answers by promises: `asyncStorage(AsyncStorage)`. It is not encrypted there. */
export function asyncStorage(store: KeyValueStore, key = 'gatehouse-token'): TokenStorage {
  return storedIn(store, key);
}

function storedIn(store: KeyValueStore, key: string): TokenStorage {
  return {
    get: () => store.getItem(key),
    set: async (token) => void (await store.setItem(key, token)),
    remove: async () => void (await store.removeItem(key)),
  };
}
