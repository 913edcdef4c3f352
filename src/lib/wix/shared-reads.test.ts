import { expect, test } from 'vitest';
import { sharedReads } from './shared-reads.ts';

type Rows = { items: { name: string; at: Date }[] };

const answer = (): Promise<Rows> => Promise.resolve({ items: [{ name: 'Ada', at: new Date(5) }] });

test('reads that are the same are one call while it is under way, and each has a copy of their own', async () => {
  const share = sharedReads();
  let calls = 0;
  const ask = () => {
    calls += 1;
    return answer();
  };
  const given = await Promise.all(Array.from({ length: 50 }, () => share('same', ask)));
  expect(calls).toBe(1);
  for (const one of given) expect(one).toEqual(await answer());
  expect(new Set(given.map(({ items }) => items)).size).toBe(50);
  given[0]?.items.pop();
  expect(given[1]?.items).toHaveLength(1);
});

test('other reads are other calls, and so is the same one when the first is over', async () => {
  const share = sharedReads();
  let calls = 0;
  const ask = () => Promise.resolve((calls += 1));
  expect(await Promise.all([share('one', ask), share('other', ask)])).toEqual([1, 2]);
  expect(await share('one', ask)).toBe(3);
});

test('a failure is shared and forgotten', async () => {
  const share = sharedReads();
  const fail = () => Promise.reject(new Error('Wix is away'));
  const given = await Promise.allSettled([share('one', fail), share('one', fail)]);
  expect(given.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await share('one', answer)).toEqual(await answer());
});
