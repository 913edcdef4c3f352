import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { verifyJournal } from './journal-chain.ts';

type Outcome = 'begun' | 'done' | 'failed';

/** A journal as the process writes one. */
function journalOf(entries: readonly [decision: string, outcome: Outcome][]): string[] {
  let previous = '0'.repeat(64);
  return entries.map(([decision, outcome]) => {
    const line = JSON.stringify({ time: 'then', decision, outcome, previous });
    previous = createHash('sha256').update(line).digest('hex');
    return line;
  });
}

const whole = journalOf([
  ['a', 'begun'],
  ['b', 'begun'],
  ['a', 'done'],
  ['b', 'failed'],
  ['a', 'begun'],
]);
const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');

test('a whole journal has no fault; calls without an end are counted', () => {
  expect(verifyJournal(text(whole))).toEqual({ lines: 5, calls: 3, unended: 1, faults: [] });
  expect(verifyJournal('')).toEqual({ lines: 0, calls: 0, unended: 0, faults: [] });
});

test('a last line cut off by a crash is no fault', () => {
  expect(verifyJournal(`${text(whole)}{"time":"th`)).toEqual({
    lines: 6,
    calls: 3,
    unended: 1,
    faults: [],
  });
});

test('a line taken out, changed, added or moved shows', () => {
  const follows = (line: number) => ({ line, message: 'does not follow from the line before it' });
  expect(verifyJournal(text(whole.toSpliced(1, 1))).faults).toContainEqual(follows(2));
  expect(verifyJournal(text(whole.with(1, (whole[1] ?? '').replace('"b"', '"c"')))).faults).toContainEqual(
    follows(3),
  );
  expect(verifyJournal(text([...whole, whole[0] ?? ''])).faults).toContainEqual(follows(6));
  const moved = whole.with(2, whole[3] ?? '').with(3, whole[2] ?? '');
  expect(verifyJournal(text(moved)).faults).toContainEqual(follows(3));
});

test('a line that is none shows, and the next one stands on its own hash', () => {
  const { faults } = verifyJournal(text(whole.toSpliced(2, 0, 'nonsense')));
  expect(faults).toEqual([{ line: 3, message: 'is not an entry' }]);
});

test('SU-06 a call that ends without having begun shows', () => {
  const { faults } = verifyJournal(text(journalOf([['a', 'done']])));
  expect(faults).toEqual([{ line: 1, message: 'ends a call that never began' }]);
});
