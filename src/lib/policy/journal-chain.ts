import { createHash } from 'node:crypto';
import { z } from 'zod';

const Line = z.object({
  decision: z.string(),
  outcome: z.enum(['begun', 'done', 'failed']),
  previous: z.string(),
});

/** What is wrong with a journal, and on which line, counted from 1. */
export type JournalFault = Readonly<{ line: number; message: string }>;

export type JournalReport = Readonly<{
  lines: number;
  /** Elevated calls that were begun. */
  calls: number;
  /** Begun calls whose end was never written: under way when the process died, or still. */
  unended: number;
  faults: readonly JournalFault[];
}>;

/**
 * Looks whether a journal is whole: every line holds the hash of the one before it, and no call ends that did not begin.
 * A last line that was cut off is what a crash leaves, and no fault.
 * @param text one journal file, as `openJournal` wrote it.
 */
export function verifyJournal(text: string): JournalReport {
  const lines = text.split('\n');
  const cutOff = lines.pop() ?? '';
  const faults: JournalFault[] = [];
  const begun = new Map<string, number>();
  let calls = 0;
  let previous = '0'.repeat(64);
  for (const [index, line] of lines.entries()) {
    const fault = (message: string) => faults.push({ line: index + 1, message });
    const entry = read(line);
    if (!entry) {
      fault('is not an entry');
      continue;
    }
    if (entry.previous !== previous) fault('does not follow from the line before it');
    previous = createHash('sha256').update(line).digest('hex');
    const open = begun.get(entry.decision) ?? 0;
    if (entry.outcome === 'begun') {
      calls += 1;
      begun.set(entry.decision, open + 1);
    } else if (open === 0) fault('ends a call that never began');
    else begun.set(entry.decision, open - 1);
  }
  const unended = [...begun.values()].reduce((sum, open) => sum + open, 0);
  return { lines: lines.length + (cutOff === '' ? 0 : 1), calls, unended, faults };
}

function read(line: string): z.output<typeof Line> | null {
  try {
    return Line.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
