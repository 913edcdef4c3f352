import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DATABASES, useDatabases, type TestDatabase } from '../../../tests/databases.ts';
import { signInFloorStore, type SignInFloorStore } from './sign-in-floor-store.ts';

const HOUR = 60 * 60 * 1000;
const databases = useDatabases();

describe.each(DATABASES)('SE-03 from when on a sign-in must have begun, on %s', (kind) => {
  let opened: TestDatabase;
  let store: SignInFloorStore;
  let at: number;

  beforeAll(async () => {
    opened = await databases.open(kind);
  });

  beforeEach(() => {
    at = Date.parse('2026-03-01T12:00:00Z');
    store = signInFloorStore(opened.database, () => at);
  });

  afterEach(() => opened.empty());

  afterAll(() => opened.close());

  test('without one every sign-in counts; with one those that began no earlier, and it is this member’s alone', async () => {
    expect(await store.isAbove('1815', 0)).toBe(true);
    expect(await store.raise('1815')).toBe(at);
    expect(await store.isAbove('1815', at - 1)).toBe(false);
    expect(await store.isAbove('1815', at)).toBe(true);
    expect(await store.isAbove('1906', 0)).toBe(true);
  });

  test('raised again it is higher, and never lower, whatever a clock says', async () => {
    await store.raise('1815');
    at += 1000;
    await store.raise('1815');
    expect(await store.isAbove('1815', at - 1)).toBe(false);
    at -= 5000;
    await store.raise('1815');
    expect(await store.isAbove('1815', at + 4999)).toBe(false);
    expect(await store.isAbove('1815', at + 5000)).toBe(true);
  });

  test('an hour later no sign-in is left that could have begun before it, and the row is swept', async () => {
    await store.raise('1815');
    at += HOUR - 1;
    await store.raise('1906');
    await store.sweep();
    expect(await store.isAbove('1815', 0)).toBe(false);
    at += 1;
    await store.sweep();
    expect(await store.isAbove('1815', 0)).toBe(true);
    expect(await store.isAbove('1906', 0)).toBe(false);
  });
});
