import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DATABASES, useDatabases, type TestDatabase } from '../../../tests/databases.ts';
import { keyring } from '../store/keyring.ts';
import { idempotencyStore, type IdempotencyStore, type StoredAnswer } from './idempotency-store.ts';

const MINUTE = 60 * 1000;
const DAY = 24 * 60 * MINUTE;
const secrets = keyring(Buffer.alloc(32, 7));
const answer: StoredAnswer = { status: 201, headers: [['etag', '"x"']], body: '{"name":"canary-of-ada"}' };
const databases = useDatabases();

describe.each(DATABASES)('idempotency keys on %s', { timeout: 30_000 }, (kind) => {
  let opened: TestDatabase;
  let store: IdempotencyStore;
  let at: number;

  beforeAll(async () => {
    opened = await databases.open(kind);
  });

  beforeEach(() => {
    at = Date.parse('2026-03-01T12:00:00Z');
    store = idempotencyStore(opened.database, secrets, () => at);
  });

  afterEach(() => opened.database.deleteFrom('idempotency_key').execute());

  afterAll(() => opened.close());

  /** Begins and says under which lease; anything else fails the test. */
  async function begin(id = 'id', fingerprint = 'f'): Promise<{ resumed: boolean; lease: number }> {
    const begun = await store.begin(id, fingerprint);
    if (begun.state !== 'begun') throw new Error(`it is ${begun.state}`);
    return begun;
  }

  test('ID-01 of a hundred that begin at once one does', async () => {
    const begun = await Promise.all(Array.from({ length: 100 }, () => store.begin('id', 'f')));
    expect(begun.filter(({ state }) => state === 'begun')).toHaveLength(1);
    expect(begun.filter(({ state }) => state === 'in-use')).toHaveLength(99);
  });

  test('what it was answered with comes back word for word, and is sealed', async () => {
    const { lease } = await begin();
    await store.answer('id', lease, answer);
    expect(await store.begin('id', 'f')).toEqual({ state: 'answered', answer });
    expect(await opened.dump()).not.toContain('canary-of-ada');
  });

  test('ID-02 it is for one request; ID-03 and for one member', async () => {
    await begin('of ada');
    expect(await store.begin('of ada', 'other')).toEqual({ state: 'reused' });
    expect((await begin('of grace', 'other')).resumed).toBe(false);
  });

  test('ID-04 who died is followed after a minute, by one, who knows of it', async () => {
    await begin();
    at += MINUTE - 1;
    expect(await store.begin('id', 'f')).toEqual({ state: 'in-use' });
    at += 1;
    const followers = await Promise.all(Array.from({ length: 20 }, () => store.begin('id', 'f')));
    const begun = followers.filter(({ state }) => state === 'begun');
    expect(begun).toEqual([expect.objectContaining({ resumed: true })]);
  });

  test('who left it open is followed at once; who was followed has nothing more to say', async () => {
    const first = await begin();
    await store.leave('id', first.lease);
    at += 1;
    const second = await begin();
    expect(second.resumed).toBe(true);
    await store.answer('id', first.lease, { ...answer, status: 500 });
    await store.forget('id', first.lease);
    expect(await store.begin('id', 'f')).toEqual({ state: 'in-use' });
    await store.answer('id', second.lease, answer);
    expect(await store.begin('id', 'f')).toEqual({ state: 'answered', answer });
  });

  test('forgotten it is as good as new', async () => {
    const { lease } = await begin();
    await store.forget('id', lease);
    expect((await begin('id', 'other')).resumed).toBe(false);
  });

  test('an answer that no key opens any more is worked out again, as one that may have been done', async () => {
    const { lease } = await begin();
    await store.answer('id', lease, answer);
    const rotated = idempotencyStore(opened.database, keyring(Buffer.alloc(32, 8)), () => at + 1);
    expect(await rotated.begin('id', 'f')).toMatchObject({ state: 'begun', resumed: true });
  });

  test('it is kept for a day', async () => {
    const { lease } = await begin();
    await store.answer('id', lease, answer);
    at += DAY;
    await store.sweep();
    expect((await store.begin('id', 'f')).state).toBe('answered');
    at += 1;
    await store.sweep();
    expect((await begin()).resumed).toBe(false);
  });
});
