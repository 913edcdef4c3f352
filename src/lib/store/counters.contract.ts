import { RateLimiterRes } from 'rate-limiter-flexible';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Counters } from './counters.ts';

const allowance = { name: 'tea', quota: 10, windowSeconds: 60 };

export type CountersUnderTest = Readonly<{
  counters: Counters;
  /** Opens another one on the same store, as a replica or after a restart. */
  another: () => Promise<Counters>;
  /** How many keys the store holds. */
  size: () => Promise<number>;
  close: () => Promise<void>;
}>;

/** What every store of counters must do. Counting is exact, or it is no limit. */
export function countersContract(open: () => Promise<CountersUnderTest>): void {
  let store: CountersUnderTest;

  beforeEach(async () => {
    store = await open();
  });

  afterEach(async () => {
    vi.useRealTimers();
    await store.close();
  });

  function later(seconds: number): void {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + seconds * 1000 });
  }

  /** How many of so many requests at once were let in; anything but a plain refusal fails the test. */
  async function admitted(counters: readonly Counters[], requests: number): Promise<number> {
    const results = await Promise.allSettled(
      Array.from({ length: requests }, (_, index) =>
        (counters[index % counters.length] as Counters).counter(allowance).consume('ada'),
      ),
    );
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(RateLimiterRes);
    return results.filter(({ status }) => status === 'fulfilled').length;
  }

  test('RL-05: of 200 at once exactly the quota is let in', async () => {
    expect(await admitted([store.counters], 200)).toBe(allowance.quota);
  });

  test('RL-05: of 200 at once, split over two, exactly the quota is let in', async () => {
    const other = await store.another();
    expect(await admitted([store.counters, other], 200)).toBe(allowance.quota);
    other.close();
  });

  test('what was counted survives a restart', async () => {
    await admitted([store.counters], 7);
    const other = await store.another();
    expect(await admitted([other], 200)).toBe(3);
    other.close();
  });

  test('a window begins with the first request and is over after its length, however often it is asked', async () => {
    expect(await admitted([store.counters], 11)).toBe(10);
    later(59);
    expect(await admitted([store.counters], 1)).toBe(0);
    later(2);
    expect(await admitted([store.counters], 11)).toBe(10);
  });

  test('keys and budgets do not touch each other', async () => {
    await admitted([store.counters], 11);
    const { counter } = store.counters;
    expect(await counter(allowance).consume('grace')).toMatchObject({ remainingPoints: 9 });
    expect(await counter({ ...allowance, name: 'coffee' }).consume('ada')).toMatchObject({
      remainingPoints: 9,
    });
  });

  test('a budget of which something was given back has that much, and a cleared one is whole', async () => {
    await admitted([store.counters], 10);
    const counter = store.counters.counter(allowance);
    await counter.reward('ada');
    expect(await admitted([store.counters], 5)).toBe(1);
    await counter.delete('ada');
    expect(await admitted([store.counters], 11)).toBe(10);
  });

  test(
    'a sweep removes what is over, in however many steps, and nothing else',
    { timeout: 60_000 },
    async () => {
      const counter = store.counters.counter(allowance);
      await Promise.all(Array.from({ length: 4_500 }, (_, index) => counter.consume(`old-${index}`)));
      later(61);
      await admitted([store.counters], 4);
      // One that was over and has begun anew.
      await counter.consume('old-7');
      await store.counters.sweep();
      expect(await store.size()).toBe(2);
      expect(await admitted([store.counters], 11), 'still counted').toBe(6);
    },
  );
}
