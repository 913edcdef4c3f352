import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { createWixEmulator } from '../../packages/wix-emulator/src/index.ts';
import { app, asApp, openCollection, sendFetchTo } from './support.ts';

const ROUNDS = process.env['LONG'] ? 200 : 10;
const BULK_SIZE = 20;

/** The longest a writer is left alone after its first acknowledged write. */
const MAX_WRITING_MS = 200;

const notes = {
  ...openCollection('Notes'),
  indexes: [{ name: 'by-bulk', fields: [{ path: 'bulk' }] }],
  fields: [
    {
      key: 'links',
      type: 'MULTI_REFERENCE' as const,
      typeMetadata: { multiReference: { referencedCollectionId: 'Notes' } },
    },
  ],
};

type Acknowledged = { single?: string; bulk?: string; references?: string };

test(
  'what was acknowledged outlives a kill, whole, and nothing is there by half',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wix-emulator-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const data = join(folder, 'site.sqlite');
    (await createWixEmulator({ data, app, seed: { collections: [notes] } })).close();

    const pauses = fc.sample(fc.integer({ min: 0, max: MAX_WRITING_MS }), ROUNDS);
    let acknowledged = 0;
    for (const [round, pause] of pauses.entries()) {
      const lines = await writeUntilKilled(data, `r${round}`, pause);
      acknowledged += lines.length;
      await expectKept(data, lines);
      expectWhole(data);
    }
    expect(acknowledged).toBeGreaterThan(ROUNDS);
  },
  60_000 + ROUNDS * 6_000,
);

/** Lets another process write, kills it without warning, and gives what it had acknowledged. */
async function writeUntilKilled(data: string, prefix: string, pause: number): Promise<Acknowledged[]> {
  const task = JSON.stringify({ data, app, does: 'write', prefix });
  const script = fileURLToPath(new URL('other-process.ts', import.meta.url));
  // Most of a round is the start of the process; the compiled modules of the first serve the others.
  const env = { ...process.env, NODE_COMPILE_CACHE: join(dirname(data), 'compiled') };
  const writer = spawn(process.execPath, [script, task], { stdio: ['ignore', 'pipe', 'inherit'], env });
  onTestFinished(() => void writer.kill('SIGKILL'));
  const ended = once(writer, 'close');
  const lines: Acknowledged[] = [];
  const reader = createInterface(writer.stdout);
  reader.on('line', (line) => lines.push(JSON.parse(line) as Acknowledged));
  await Promise.race([once(reader, 'line'), ended]);
  await sleep(pause);
  expect(writer.exitCode, 'the writer ended by itself').toBeNull();
  writer.kill('SIGKILL');
  await ended;
  return lines;
}

async function expectKept(data: string, lines: Acknowledged[]): Promise<void> {
  const wix = await createWixEmulator({ data, app });
  try {
    sendFetchTo(wix);
    const { items } = asApp();
    const idsOf = (kind: keyof Acknowledged) => lines.flatMap(({ [kind]: id }) => id ?? []);
    const { items: singles } = await items.query('Notes').hasSome('_id', idsOf('single')).limit(1_000).find();
    expect(singles.map(({ _id }) => _id).toSorted()).toEqual(idsOf('single').toSorted());
    const bulks = await items.query('Notes').hasSome('bulk', idsOf('bulk')).count();
    expect(bulks).toBe(idsOf('bulk').length * BULK_SIZE);
    if (idsOf('references').length > 0) {
      const options = { returnTotalCount: true };
      const found = await items.queryReferencedItems('Notes', idsOf('references'), 'links', options);
      expect(found.pagingMetadata?.total).toBe(idsOf('references').length * BULK_SIZE);
      expect(found.results.every(({ item }) => item !== undefined)).toBe(true);
    }
  } finally {
    wix.close();
  }
}

/** Looks at the file itself, and at all of it: also what was written and not acknowledged is whole. */
function expectWhole(data: string): void {
  const db = new Database(data, { readonly: true });
  try {
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    const sizes = (sql: string) => db.prepare<[], number>(sql).pluck().all();
    expect(
      sizes("SELECT DISTINCT count(*) FROM items WHERE data ->> 'bulk' IS NOT NULL GROUP BY data ->> 'bulk'"),
    ).toEqual([BULK_SIZE]);
    const references = sizes('SELECT DISTINCT count(*) FROM item_references GROUP BY item');
    expect(references.filter((size) => size !== BULK_SIZE)).toEqual([]);
  } finally {
    db.close();
  }
}
