import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Problem } from '../http/problem.ts';
import { openCounters, type Counters } from '../store/counters.ts';
import { budgets } from './budgets.ts';
import { countedLimits, type Charge, type Limits } from './limits.ts';

const charge: Charge = { budget: 'verify-code', key: 'ada' };
const { quota, windowSeconds } = budgets['verify-code'];
const start = Date.UTC(2026, 0, 1);

let folder: string;
let counters: Counters;
let limits: Limits;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: start });
  folder = await mkdtemp(join(tmpdir(), 'limits-'));
  counters = await openCounters(null, folder);
  limits = countedLimits(counters);
});

afterEach(async () => {
  vi.useRealTimers();
  counters.close();
  await rm(folder, { recursive: true });
});

async function refusal(): Promise<Problem> {
  const error = await limits.take(charge).catch((reason: unknown) => reason);
  if (!(error instanceof Problem)) throw new Error('it was not refused');
  return error;
}

async function takeAll(): Promise<void> {
  for (let taken = 1; taken <= quota; taken += 1)
    expect(await limits.take(charge)).toEqual({
      policy: budgets['verify-code'],
      remaining: quota - taken,
      resetsAt: start + windowSeconds * 1000,
    });
}

test('a refusal says how long to wait, in whole seconds and never zero', async () => {
  await takeAll();
  const answers = [
    [0, '900', 'Wait 15 minutes'],
    [windowSeconds * 1000 - 119_001, '120', 'Wait 2 minutes'],
    [windowSeconds * 1000 - 119_000, '119', 'Wait 119 seconds'],
    [windowSeconds * 1000 - 1, '1', 'Wait 1 second,'],
  ] as const;
  for (const [passed, seconds, words] of answers) {
    vi.setSystemTime(start + passed);
    const { code, detail, headers } = await refusal();
    expect(code).toBe('too-many-requests');
    expect(detail).toContain(words);
    expect(headers).toEqual({
      'retry-after': seconds,
      'ratelimit-policy': `"verify-code";q=${quota};w=${windowSeconds}`,
      ratelimit: `"verify-code";r=0;t=${seconds}`,
    });
  }
});

test('what is given back may be taken again, but not once its window is over', async () => {
  const first = await limits.take(charge);
  await limits.giveBack(charge, first);
  await takeAll();
  vi.setSystemTime(start + windowSeconds * 1000);
  await limits.giveBack(charge, first);
  for (let taken = 0; taken < quota; taken += 1) await limits.take(charge);
  expect((await refusal()).code).toBe('too-many-requests');
});

test('a place is known for ninety days from the last time', async () => {
  const DAY = 24 * 60 * 60 * 1000;
  expect(await limits.isKnown('here')).toBe(false);
  await limits.remember('here');
  vi.setSystemTime(start + 60 * DAY);
  expect(await limits.isKnown('here')).toBe(true);
  expect(await limits.isKnown('there')).toBe(false);
  await limits.remember('here');
  vi.setSystemTime(start + 149 * DAY);
  expect(await limits.isKnown('here')).toBe(true);
  vi.setSystemTime(start + 151 * DAY);
  expect(await limits.isKnown('here')).toBe(false);
});

test('what cannot be counted is said to be so', async () => {
  counters.close();
  const problem = await refusal();
  expect(problem.code).toBe('database-unavailable');
  expect(problem.headers).toEqual({ 'retry-after': '5' });
  await expect(limits.isKnown('here')).rejects.toMatchObject({ code: 'database-unavailable' });
});
