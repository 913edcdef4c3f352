import { expect, test } from 'vitest';
import { runRound } from '../fuzz/round.ts';

/** Requests by random members, with ids, filters, bodies and cursors of anybody: 10,000, or ten times that. */
const LONG = Boolean(process.env['LONG']);
const REQUESTS = LONG ? 100_000 : 10_000;
const SEED = 1815;

test(
  `AZ-01 AZ-07 AZ-09 AZ-23 SU-06 ${REQUESTS} generated requests: no foreign mark, no foreign row touched, no elevated call without a decision`,
  async () => {
    const { finding, statuses, outOfScope } = await runRound(REQUESTS, SEED);
    expect(finding).toBeNull();
    // Each kind of answer was really met, so that silence is not for want of asking.
    for (const status of [200, 201, 204, 303, 400, 403, 404, 422])
      expect(statuses.get(status) ?? 0, `${status}`).toBeGreaterThan(0);
    expect(outOfScope).toBeGreaterThan(0);
  },
  LONG ? 40 * 60_000 : 300_000,
);
