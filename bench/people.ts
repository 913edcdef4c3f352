import { crowd, rowsOf, toSeedMember, type CrowdMember } from '../tests/crowd.ts';
import type { Seed } from '../packages/wix-emulator/src/index.ts';
import { demoSeed } from '../server/offline.ts';

/** Each member owns a hundred rows, and two hundred of them take turns to ask. */
export const ROWS_EACH = 100;
const ASKING = 200;

export function peopleOf(rows: number): Readonly<{ all: CrowdMember[]; asking: CrowdMember[] }> {
  const all = crowd(rows / ROWS_EACH);
  return { all, asking: all.slice(0, ASKING) };
}

/** The demo site with these people and their rows. Only those who ask need an account: hashing measures nothing here. */
export function seedOf(rows: number): Seed {
  const { all, asking } = peopleOf(rows);
  return {
    ...demoSeed,
    members: [...(demoSeed.members ?? []), ...asking.map(toSeedMember)],
    collections: (demoSeed.collections ?? []).map((collection) =>
      collection.id === 'SITConnections'
        ? { ...collection, items: all.flatMap((member) => rowsOf(member, ROWS_EACH)) }
        : collection,
    ),
  };
}
