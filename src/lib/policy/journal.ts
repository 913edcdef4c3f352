import { createHash } from 'node:crypto';
import { appendFileSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { provided } from '../../provided.ts';
import { logFailure } from '../log.ts';

/** What is kept of one elevated call. No field values, so that the journal itself leaks nothing. */
export type JournalEntry = Readonly<{
  decision: string;
  /** The member on whose behalf the app's rights were used. */
  memberId: string | null;
  rule: string;
  /** `null` for capabilities, which belong to no collection. */
  collection: string | null;
  operation: string;
  /** Written twice: `begun` before the call leaves, then how it ended. */
  outcome: 'begun' | 'done' | 'failed';
  /** Rows read or written. */
  rows: number;
  durationMs: number;
}>;

export type Journal = Readonly<{ record: (entry: JournalEntry) => void; close: () => void }>;

/**
 * The journal of elevated calls: one JSON object a line, each holding the hash of the one before it, so that a line
 * taken out or changed shows. One file and one chain per process.
 *
 * That a call begins is written before it leaves. How it ended is written with whatever else the process has to write
 * by the end of its turn: a crash in between leaves a call unended, as one in the call itself would.
 */
export function openJournal(dataFolder: string, now: () => Date = () => new Date()): Journal {
  const folder = join(dataFolder, 'journal');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const started = now().toISOString().replaceAll(':', '-');
  const file = openSync(join(folder, `${started}-${process.pid}.jsonl`), 'a', 0o600);
  let previous = '0'.repeat(64);
  let torn = false;
  let waiting = '';
  let isScheduled = false;

  function flush(): void {
    if (waiting === '') return;
    // After a line that was cut off, by a full disk for example, the next one still stands on its own.
    const text = torn ? `\n${waiting}` : waiting;
    torn = true;
    appendFileSync(file, text);
    torn = false;
    waiting = '';
  }

  function flushSoon(): void {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      try {
        flush();
      } catch (error) {
        // It waits for the next line, and no further call leaves before both are written.
        logFailure(error, 'writing the journal');
      }
    });
  }

  return {
    record(entry) {
      const line = JSON.stringify({ time: now().toISOString(), ...entry, previous });
      const others = waiting;
      waiting += `${line}\n`;
      if (entry.outcome === 'begun') {
        try {
          flush();
        } catch (error) {
          waiting = others;
          throw error;
        }
      } else flushSoon();
      previous = createHash('sha256').update(line).digest('hex');
    },
    close() {
      try {
        flush();
      } finally {
        closeSync(file);
      }
    },
  };
}

/** Opened by the application's start; without it nothing can be elevated. */
export const [provideJournal, journal] = provided<Journal>('journal');
