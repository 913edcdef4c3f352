import fc from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { WixEmulator } from '../../packages/wix-emulator/src/index.ts';
import { openOfflineWix } from '../../server/offline.ts';
import { start } from '../../src/application.ts';
import { policies } from '../../src/lib/policy/collections.ts';
import { declare } from '../../src/lib/policy/declare.ts';
import { asker, requestOver, rows, shape, type Request } from '../policy/arbitraries.ts';
import { answered, policyOf, type Listed } from '../policy/compiled.ts';
import { Model, type Asker, type Outcome, type StoredRow } from '../policy/model.ts';
import { rowsAtWix } from '../wix-rows.ts';

/**
 * Random policies, people, rows and requests: what the compiled query brings back through the SDK from the emulator is
 * what a plain reading of the policy says, and what writes leave behind is too. In process, not over HTTP.
 */

// In place of the declared collections: the random ones, once they are made.
vi.mock('../../src/lib/policy/collections.ts', () => {
  const declared: Record<string, unknown> = {};
  return { policies: declared, isCollectionName: (name: string) => Object.hasOwn(declared, name) };
});

const LONG = Boolean(process.env['LONG']);
const SEED = 1815;
const POLICIES = LONG ? 1_000 : 100;
const REQUESTS_EACH = 100;
/** So many policies are tried at once. */
const LANES = 4;

const drawn = fc.sample(fc.tuple(shape, rows), { numRuns: POLICIES, seed: SEED });
const worlds = drawn.map(([of, planted], index) => ({
  name: `Things${index}`,
  of,
  planted,
  // Half of them with raised rights.
  policy: policyOf(of, index % 2 === 0 ? 'app' : 'member'),
}));
let wix: WixEmulator;
let stop: () => Promise<void>;

beforeAll(async () => {
  Object.assign(policies, declare(Object.fromEntries(worlds.map(({ name, policy }) => [name, policy]))));
  const dataFolder = await mkdtemp(join(tmpdir(), 'gatehouse-model-'));
  const permissions = { read: 'ANYONE', insert: 'ANYONE', update: 'ANYONE', remove: 'ANYONE' } as const;
  const collections = worlds.map(({ name, planted }) => ({ id: name, permissions, items: planted }));
  const variables = { DATA_DIR: dataFolder, RATE_LIMITS: 'off', LOG_LEVEL: 'error' };
  const offline = await openOfflineWix(variables, 'http://localhost:4321', { seed: { collections } });
  wix = offline.emulator;
  const application = await start({
    variables: offline.variables,
    mode: 'offline',
    wix,
  });
  stop = async () => {
    await application.stop();
    wix.close();
    await rm(dataFolder, { recursive: true });
  };
});

afterAll(() => stop());

type Tried = { statuses: Map<string, number>; changed: number };

test(
  `AZ-01 AZ-07 AZ-16 AZ-20 AZ-28 AZ-59 ${POLICIES * REQUESTS_EACH} random requests under ${POLICIES} random policies agree with the model`,
  async () => {
    const tried: Tried = { statuses: new Map(), changed: 0 };
    const waiting = [...worlds];
    const lane = async () => {
      for (let world = waiting.pop(); world; world = waiting.pop()) await expectAgreement(world, tried);
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    // Every kind of outcome was met, so that agreement is not for want of asking.
    for (const code of [
      'shown',
      'not-found',
      'forbidden',
      'unauthenticated',
      'insufficient-scope',
      'invalid-request',
    ])
      expect(tried.statuses.get(code) ?? 0, code).toBeGreaterThan(POLICIES / 5);
    expect(tried.changed).toBeGreaterThan(POLICIES);
  },
  LONG ? 20 * 60_000 : 180_000,
);

async function expectAgreement({ name, of, planted }: (typeof worlds)[number], tried: Tried): Promise<void> {
  const model = new Model(of, planted);
  const requests = fc.sample(fc.tuple(asker, requestOver(of)), { numRuns: REQUESTS_EACH, seed: SEED });
  for (const [who, request] of requests) {
    const before = JSON.stringify([...model.rows.values()]);
    const real = await answered(who, name, request);
    const expected = modelled(model, who, request, real);
    const about = () => JSON.stringify({ rules: of.rules, who, request, rows: JSON.parse(before) }, null, 1);
    const actual = withoutNews(real);
    if (JSON.stringify(actual) !== JSON.stringify(expected)) expect(actual, about()).toEqual(expected);
    const kind = 'refused' in real ? real.refused : 'shown';
    tried.statuses.set(kind, (tried.statuses.get(kind) ?? 0) + 1);
    if (JSON.stringify([...model.rows.values()]) !== before) tried.changed += 1;
  }
  const left = (await rowsAtWix(wix, name)).map(({ _updatedDate: _, _owner: __, ...row }) => row);
  expect(byId(left), name).toEqual(byId([...model.rows.values()]));
}

const byId = (list: readonly Record<string, unknown>[]) =>
  Object.fromEntries(list.map((row) => [row['_id'], row]));

function modelled(model: Model, who: Asker, request: Request, real: Outcome<unknown>): Outcome<unknown> {
  switch (request.does) {
    case 'query': {
      const outcome = model.query(who, request);
      if ('refused' in outcome) return outcome;
      const { length } = outcome.value;
      const pages = Math.max(1, Math.ceil(length / request.limit));
      const totals = request.count ? Array.from({ length: pages }, () => length) : [];
      return { value: { items: outcome.value, totals } };
    }
    case 'get':
      return model.get(who, request.id);
    case 'patch':
      return model.patch(who, request.id, request.fields);
    case 'remove':
      return model.remove(who, request.id);
    case 'insert':
      return model.insert(who, request.fields, () => {
        // Which id, and when: only Wix knows.
        const { _id, _createdDate: $date } = ('value' in real ? real.value : { _id: 'none' }) as StoredRow;
        return { _id, _createdDate: { $date } };
      });
  }
}

/** Without when a row was last changed, which the model does not keep. Keys in the model's order. */
function withoutNews(outcome: Outcome<unknown>): Outcome<unknown> {
  if ('refused' in outcome) return outcome;
  const strip = ({ _updatedDate: _, ...item }: Record<string, unknown>) => item;
  const value = outcome.value as Listed | Record<string, unknown> | null;
  if (value === null) return outcome;
  if (!('totals' in value)) return { value: strip(value) };
  const { items, totals } = value as Listed;
  return { value: { items: (items as Record<string, unknown>[]).map(strip), totals } };
}
