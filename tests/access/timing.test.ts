import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  asBearer,
  asVisitor,
  people,
  tokenOf,
  withoutRequestId,
  type Actor,
  type Answer,
} from '../actors.ts';
import { areaUnderCurve, standardErrorOfArea } from '../auc.ts';
import { openSite, type Site } from '../harness.ts';

/**
 * Two refusals that must not be told apart: not by what they say, and not by how long they take. With `LONG` as many
 * tries are made as an attacker would need; else so few that only a difference that anybody could see is found, and
 * chance cannot fail the test: the limits are six standard errors away.
 */
const LONG = Boolean(process.env['LONG']);
const TRIES = LONG ? 20_000 : 100;
const AWAY = LONG ? 0.02 : 6 * standardErrorOfArea(TRIES / 2, TRIES / 2);
const TIMEOUT_MS = LONG ? 60 * 60 * 1000 : 60_000;

const LOGIN = '/api/auth/login';
const ITEMS = '/api/collections/SITConnections/items';

let site: Site;
let visitor: Actor;
let ada: Actor;

beforeAll(async () => {
  site = await openSite();
  visitor = asVisitor(site);
  ada = asBearer(site, 'ada', await tokenOf(site, people.ada));
});

afterAll(() => site.stop());

describe('the area under the curve', () => {
  test('is a half for what is alike, and one or nothing for what is not', () => {
    expect(areaUnderCurve([1, 2, 3], [1, 2, 3])).toBe(0.5);
    expect(areaUnderCurve([5, 5, 5], [5, 5])).toBe(0.5);
    expect(areaUnderCurve([4, 5, 6], [1, 2, 3])).toBe(1);
    expect(areaUnderCurve([1, 2], [3, 4, 5])).toBe(0);
    // By hand: of six pairs, three are above, two are ties and one is below.
    expect(areaUnderCurve([2, 3], [1, 2, 3])).toBeCloseTo((3 + 2 / 2) / 6, 12);
  });

  test('finds a small shift in many values', () => {
    const values = Array.from({ length: 10_000 }, (_, index) => (index * 7919) % 10_000);
    const shifted = values.map((value) => value + 600);
    expect(areaUnderCurve(shifted, values)).toBeGreaterThan(0.55);
    expect(areaUnderCurve(values, values)).toBe(0.5);
  });
});

/** The answer without what may differ between two requests. */
function comparable(answer: Answer) {
  const headers = [...answer.headers].filter(([name]) => name !== 'x-request-id' && name !== 'date');
  return { status: answer.status, headers, length: answer.text.length, body: withoutRequestId(answer) };
}

/** Asks in turns, each first as often as the other, and gives how long each took in milliseconds. */
async function interleaved(one: () => Promise<Answer>, other: () => Promise<Answer>) {
  const times: [number[], number[]] = [[], []];
  const asks = [one, other] as const;
  const expected = comparable(await one());
  for (let pair = -10; pair < TRIES / 2; pair += 1) {
    for (const index of pair % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      const started = performance.now();
      const answer = await asks[index]();
      const took = performance.now() - started;
      // The first few warm up whatever is made on first use.
      if (pair >= 0) times[index].push(took);
      // Comparing every answer would be most of the work.
      if (pair % 97 === 0) expect(comparable(answer)).toEqual(expected);
    }
  }
  return times;
}

const told = (what: string, area: number) =>
  LONG && process.stdout.write(`${what}: AUC ${area.toFixed(4)} over ${TRIES} tries\n`);

test(
  `AU-01 a wrong password and an unknown e-mail take the same time`,
  async () => {
    const [wrong, unknown] = await interleaved(
      () => visitor.post(LOGIN, { email: 'ada@example.com', password: 'babbage-1791' }),
      () => visitor.post(LOGIN, { email: 'eve@example.com', password: 'babbage-1791' }),
    );
    const area = areaUnderCurve(wrong, unknown);
    told('AU-01', area);
    expect(Math.abs(area - 0.5)).toBeLessThan(AWAY);
  },
  TIMEOUT_MS,
);

test(
  'AZ-02 a foreign row and a missing one take the same time',
  async () => {
    const [foreign, missing] = await interleaved(
      () => ada.get(`${ITEMS}/grace-aiken`),
      () => ada.get(`${ITEMS}/grace-nobod`),
    );
    const area = areaUnderCurve(foreign, missing);
    told('AZ-02', area);
    expect(Math.abs(area - 0.5)).toBeLessThan(AWAY);
  },
  TIMEOUT_MS,
);

describe('AU-01 at every door a wrong password and an unknown e-mail are one answer', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const byForm = (email: string, password: string) =>
    visitor.send('/login', {
      method: 'POST',
      headers: { ...form, origin: site.address },
      body: new URLSearchParams({ email, password }),
    });
  const shown = ({ status, headers, text }: Answer, email: string) => ({
    status,
    headers: [...headers].filter(([name]) => name !== 'x-request-id' && name !== 'date'),
    text: text.replaceAll(email, ''),
  });

  test('in the API, whatever password', async () => {
    for (const password of ['x', 'babbage-1791', 'p'.repeat(1024)]) {
      const wrong = await visitor.post(LOGIN, { email: 'ada@example.com', password });
      const unknown = await visitor.post(LOGIN, { email: 'eve@example.com', password });
      expect(wrong.status).toBe(401);
      expect(comparable(unknown)).toEqual(comparable(wrong));
    }
  });

  test('on the page, but for the address that was typed', async () => {
    const wrong = await byForm('ada@example.com', 'babbage-1791');
    const unknown = await byForm('eve@example.com', 'babbage-1791');
    expect(wrong.status).toBe(401);
    expect(wrong.text).toContain('E-mail or password is wrong');
    expect(shown(unknown, 'eve@example.com')).toEqual(shown(wrong, 'ada@example.com'));
  });

  test('and at Wix both cost the same calls', async () => {
    const callsOf = async (email: string) => {
      site.forget();
      await visitor.post(LOGIN, { email, password: 'babbage-1791' });
      return site.wixCalls.map(({ method, path }) => `${method} ${path}`);
    };
    expect(await callsOf('eve@example.com')).toEqual(await callsOf('ada@example.com'));
  });
});
