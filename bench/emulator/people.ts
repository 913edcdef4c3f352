import { createHash } from 'node:crypto';
import { createWixEmulator } from '../../packages/wix-emulator/src/index.ts';

export const LARGE = Number(process.env['ITEMS'] ?? 1_000_000);
export const SMALL = 1_000;

/** The same number of items has each city in both, so that the same work is asked for. */
export const PER_CITY = 20;

export const COLLECTION = 'People';

export function person(n: number, cities: number): Record<string, unknown> {
  return {
    name: `Person ${(n * 2_654_435_761) % 1_000_003}`,
    city: `c${n % cities}`,
    age: n % 90,
    member: n % 3 === 0,
    joined: { $date: new Date(1.6e12 + n * 1_000).toISOString() },
    notes: 'Met at the bridge, by lantern light. '.repeat(3),
  };
}

/** Lines of a state with so many people, made from an empty collection's own export. */
export async function emptyState(): Promise<string[]> {
  const wix = await createWixEmulator({
    data: ':memory:',
    seed: {
      collections: [
        {
          id: COLLECTION,
          permissions: { read: 'ANYONE', insert: 'ANYONE', update: 'ANYONE', remove: 'ANYONE' },
          indexes: [{ name: 'city', fields: [{ path: 'city' }] }],
        },
      ],
    },
  });
  const lines = [...wix.exportState()];
  wix.close();
  return lines;
}

export function* withPeople(empty: readonly string[], count: number): Generator<string> {
  const digest = createHash('sha256');
  const lines = function* () {
    yield* empty.filter((line) => !line.startsWith('{"end"'));
    for (let n = 0; n < count; n += 1) {
      const at = { $date: new Date(1.7e12 + n * 1_000).toISOString() };
      const item = {
        _id: `p${n}`,
        _owner: 'bench',
        _createdDate: at,
        _updatedDate: at,
        ...person(n, count / PER_CITY),
      };
      yield `${JSON.stringify({ collection: 1, item })}\n`;
    }
  };
  for (const line of lines()) {
    digest.update(line);
    yield line;
  }
  yield `${JSON.stringify({ end: { sha256: digest.digest('hex') } })}\n`;
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
