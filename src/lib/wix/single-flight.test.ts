import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { singleFlight } from './single-flight.ts';

test('who asks while a call is under way waits for its answer', async () => {
  const once = singleFlight<number>();
  let calls = 0;
  const work = async () => {
    await setImmediate();
    return (calls += 1);
  };
  expect(await Promise.all(Array.from({ length: 100 }, () => once('key', work)))).toEqual(Array(100).fill(1));
  expect(calls).toBe(1);
});

test('who asks afterwards gets an answer of their own', async () => {
  const once = singleFlight<number>();
  let calls = 0;
  const work = () => Promise.resolve((calls += 1));
  expect([await once('key', work), await once('key', work), await once('key', work)]).toEqual([1, 2, 3]);
});

test('another key is another call', async () => {
  const once = singleFlight<string>();
  const answers = await Promise.all(
    ['ada', 'grace', 'ada'].map((key) => once(key, () => Promise.resolve(key))),
  );
  expect(answers).toEqual(['ada', 'grace', 'ada']);
});

test('another flight does not share keys with this one', async () => {
  const [one, other] = [singleFlight<string>(), singleFlight<string>()];
  const answers = await Promise.all([
    one('key', () => Promise.resolve('one')),
    other('key', () => Promise.resolve('other')),
  ]);
  expect(answers).toEqual(['one', 'other']);
});

test('a failure is everybody’s who waited, and is forgotten with them', async () => {
  const once = singleFlight<string>();
  const fail = () => Promise.reject(new Error('no'));
  const results = await Promise.allSettled([once('key', fail), once('key', fail), once('key', fail)]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(await once('key', () => Promise.resolve('yes'))).toBe('yes');
});
