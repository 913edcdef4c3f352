import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CallRecord } from '../../packages/wix-emulator/src/index.ts';
import { verifyJournal } from '../../src/lib/policy/journal-chain.ts';
import type { JournalEntry } from '../../src/lib/policy/journal.ts';
import type { Site } from '../harness.ts';

/** What the journal calls an operation, where Wix has another word for it. */
const AT_WIX: Readonly<Record<string, string>> = {
  'items.insertMany': 'items.bulkInsert',
  'items.removeMany': 'items.bulkRemove',
  'items.aggregate': 'items.aggregatePipeline',
};

/** The emulator forgets older ones. */
const KEPT_CALLS = 1_000;

export type ElevatedCalls = Readonly<{
  /** What does not agree since the last look; nothing may be under way. Forgets the calls it has looked at. */
  disagreements: () => string[];
  /** What is wrong with the journal as a whole. */
  faults: () => string[];
}>;

/** Holds the calls that reached Wix with the app's rights against the decisions in the journal, one to one. */
export function watchElevatedCalls({ emulator, dataFolder }: Site): ElevatedCalls {
  const folder = join(dataFolder, 'journal');
  const text = () => {
    const [name = '', ...others] = readdirSync(folder);
    if (others.length > 0) throw new Error('the site has more than one journal');
    return readFileSync(join(folder, name), 'utf8');
  };
  let read = text().length;
  emulator.clearCalls();
  return {
    disagreements() {
      const whole = text();
      const lines = whole.slice(read).split('\n').filter(Boolean);
      read = whole.length;
      const entries = lines.map((line) => JSON.parse(line) as JournalEntry);
      const { calls } = emulator;
      const unseen = calls.length >= KEPT_CALLS ? ['more calls than the emulator remembers'] : [];
      const found = compare(calls, entries);
      emulator.clearCalls();
      return [...unseen, ...found];
    },
    faults() {
      const { faults, unended } = verifyJournal(text());
      return [
        ...faults.map(({ line, message }) => `journal, line ${line} ${message}`),
        ...(unended > 0 ? [`journal: ${unended} calls without an end`] : []),
      ];
    },
  };
}

function compare(calls: readonly CallRecord[], entries: readonly JournalEntry[]): string[] {
  const atWix = counted(
    calls
      // Fetching the app's token shows and changes nothing.
      .filter(({ subject, operation }) => subject.type === 'APP' && !operation.startsWith('oauth2.'))
      .map(({ operation, collection }) => `${operation} ${collection ?? ''}`),
  );
  const named = (outcomes: readonly string[]) =>
    counted(
      entries
        .filter(({ outcome }) => outcomes.includes(outcome))
        .map(({ operation, collection }) => `${AT_WIX[operation] ?? operation} ${collection ?? ''}`),
    );
  const [begun, ended] = [named(['begun']), named(['done', 'failed'])];
  const nameless = entries.filter(({ decision, memberId }) => decision === '' || !memberId).length;
  return [
    ...[...new Set([...atWix.keys(), ...begun.keys(), ...ended.keys()])].flatMap((name) => {
      const counts = [atWix, begun, ended].map((map) => map.get(name) ?? 0);
      return new Set(counts).size === 1 ? [] : [`${name}: ${counts.join(', ')} at Wix, begun, ended`];
    }),
    ...(nameless > 0 ? [`${nameless} lines without a decision or a member`] : []),
  ];
}

function counted(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
