import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { provided } from '../../provided.ts';

/** What is kept of one elevated call. No field values, so that the journal itself leaks nothing. */
export type JournalEntry = Readonly<{
  decision: string;
  /** The member on whose behalf the app's rights were used. */
  memberId: string | null;
  rule: string;
  /** `null` for capabilities, which belong to no collection. */
  collection: string | null;
  operation: string;
  outcome: 'done' | 'failed';
  /** Rows read or written. */
  rows: number;
  durationMs: number;
}>;

export type Journal = Readonly<{ record: (entry: JournalEntry) => void; close: () => void }>;

/**
 * The journal of elevated calls: one JSON object a line, each holding the hash of the one before it, so that a line
 * taken out or changed shows. One file and one chain per process.
 */
export function openJournal(dataFolder: string, now: () => Date = () => new Date()): Journal {
  const folder = join(dataFolder, 'journal');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const started = now().toISOString().replaceAll(':', '-');
  const file = openSync(join(folder, `${started}-${process.pid}.jsonl`), 'a', 0o600);
  let previous = '0'.repeat(64);
  return {
    record(entry) {
      const line = JSON.stringify({ time: now().toISOString(), ...entry, previous });
      previous = createHash('sha256').update(line).digest('hex');
      // Written before the answer leaves: an elevated call that cannot be journalled is not answered.
      writeSync(file, `${line}\n`);
    },
    close: () => closeSync(file),
  };
}

/** Opened by the application's start; without it nothing can be elevated. */
export const [provideJournal, journal] = provided<Journal>('journal');
