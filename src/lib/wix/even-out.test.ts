import { expect, test } from 'vitest';
import { evenOut } from './even-out.ts';

test.each([
  [0.5, 4],
  [3.9, 4],
  [4.5, 8],
  [17, 20],
])('AZ-02 after a look of %d milliseconds no less than %d have passed', async (elapsed, whole) => {
  const started = performance.now() - elapsed;
  await evenOut(started);
  // Timers count in whole milliseconds, and may begin within one.
  expect(performance.now() - started).toBeGreaterThan(whole - 1.5);
});
