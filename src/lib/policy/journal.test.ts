import type * as Fs from 'node:fs';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { verifyJournal } from './journal-chain.ts';
import { openJournal, type JournalEntry } from './journal.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'journal-'));
});

afterEach(() => rm(folder, { recursive: true }));

const entry = (decision: string): JournalEntry => ({
  decision,
  memberId: '1815',
  rule: 'owned by e-mail memberEmail',
  collection: 'SITConnections',
  operation: 'items.query',
  outcome: 'done',
  rows: 4,
  durationMs: 1.5,
});

function linesNow(): string[] {
  const names = readdirSync(join(folder, 'journal'));
  const texts = names.map((name) => readFileSync(join(folder, 'journal', name), 'utf8'));
  return texts.join('').split('\n').slice(0, -1);
}

/** The index of the first line that does not follow from the one before it; `null` when all do. */
function brokenAt(lines: readonly string[]): number | null {
  const { faults } = verifyJournal([...lines, ''].join('\n'));
  const broken = faults.find(({ message }) => message.includes('does not follow'));
  return broken ? broken.line - 1 : null;
}

function written(count: number): string[] {
  const journal = openJournal(folder);
  for (let index = 0; index < count; index += 1) journal.record(entry(`decision-${index}`));
  journal.close();
  return linesNow();
}

const begun = (decision: string): JournalEntry => ({ ...entry(decision), outcome: 'begun' });

test('an entry is one line; that a call begins is there as soon as it is recorded', async () => {
  const journal = openJournal(folder, () => new Date('2026-03-01T12:00:00Z'));
  journal.record(begun('d1'));
  const [line = ''] = linesNow();
  expect(JSON.parse(line)).toEqual({
    time: '2026-03-01T12:00:00.000Z',
    ...begun('d1'),
    previous: '0'.repeat(64),
  });
  journal.close();
});

test('how it ended is there when the turn is over, in its place', async () => {
  const journal = openJournal(folder);
  journal.record(begun('d1'));
  journal.record(entry('d1'));
  journal.record({ ...entry('d2'), outcome: 'failed' });
  expect(linesNow()).toHaveLength(1);
  await new Promise((resolve) => setImmediate(resolve));
  expect(linesNow()).toHaveLength(3);
  journal.record(entry('d3'));
  journal.record(begun('d4'));
  expect(linesNow(), 'a call that begins waits for nothing').toHaveLength(5);
  journal.close();
  expect(brokenAt(linesNow())).toBeNull();
});

test('a text with line ends stays one line', async () => {
  const journal = openJournal(folder);
  journal.record({ ...entry('d1'), rule: 'two\nlines\r\n\u2028' });
  journal.close();
  expect(linesNow()).toHaveLength(1);
});

test('SU-06 the chain holds', async () => {
  const lines = written(50);
  expect(lines).toHaveLength(50);
  expect(brokenAt(lines)).toBeNull();
});

test('and breaks right behind a line that was changed', async () => {
  const lines = written(20);
  for (const index of [0, 7, 18]) {
    const forged = lines.with(index, (lines[index] ?? '').replace('"1815"', '"1906"'));
    expect(forged[index]).not.toBe(lines[index]);
    expect(brokenAt(forged)).toBe(index + 1);
  }
});

test('and where a line was taken out, put in or moved', async () => {
  const lines = written(20);
  expect(brokenAt(lines.toSpliced(0, 1))).toBe(0);
  expect(brokenAt(lines.toSpliced(7, 1))).toBe(7);
  expect(brokenAt(lines.toSpliced(7, 0, lines[3] ?? ''))).toBe(7);
  expect(brokenAt([...lines.slice(0, 5), lines[6] ?? '', lines[5] ?? '', ...lines.slice(7)])).toBe(5);
});

test('each process has a file and a chain of its own, for nobody else to read', async () => {
  const one = openJournal(folder, () => new Date('2026-03-01T12:00:00Z'));
  const other = openJournal(folder, () => new Date('2026-03-01T12:00:01Z'));
  one.record(entry('d1'));
  other.record(entry('d2'));
  one.close();
  other.close();
  const names = await readdir(join(folder, 'journal'));
  expect(names.toSorted()).toEqual([
    `2026-03-01T12-00-00.000Z-${process.pid}.jsonl`,
    `2026-03-01T12-00-01.000Z-${process.pid}.jsonl`,
  ]);
  for (const name of names) {
    expect(name).toMatch(/^[\w.:-]+\.jsonl$/);
    expect((await stat(join(folder, 'journal', name))).mode & 0o077).toBe(0);
  }
  for (const line of linesNow()) expect(JSON.parse(line).previous).toBe('0'.repeat(64));
});

test('a journal that cannot be written throws, so that nothing is done unseen', () => {
  const journal = openJournal(folder);
  journal.close();
  expect(() => journal.record(begun('d1'))).toThrow();
});

test('a line that a full disk cut off spoils no other', async () => {
  let full = false;
  vi.resetModules();
  vi.doMock('node:fs', async (original) => {
    const fs = await original<typeof Fs>();
    const appendFileSync = (file: number, text: string) => {
      fs.writeSync(file, full ? text.slice(0, 20) : text);
      if (full) throw new Error('ENOSPC');
    };
    return { ...fs, appendFileSync };
  });
  const { openJournal: openOnSmallDisk } = await import('./journal.ts');
  vi.doUnmock('node:fs');
  vi.resetModules();
  const journal = openOnSmallDisk(folder);
  journal.record(begun('d1'));
  full = true;
  expect(() => journal.record(begun('d2'))).toThrow('ENOSPC');
  full = false;
  journal.record(begun('d3'));
  journal.record(entry('d3'));
  journal.close();
  expect(verifyJournal(`${linesNow().join('\n')}\n`)).toEqual({
    lines: 4,
    calls: 2,
    unended: 1,
    faults: [{ line: 2, message: 'is not an entry' }],
  });
});
