import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWixEmulator, writeLines } from '../packages/wix-emulator/src/index.ts';
import { person } from './emulator-worker.ts';

/**
 * Does the emulator stay as quick with a million items as with a thousand? Every figure is a median of five, each in a
 * process of its own; the two sizes take turns, so that a slow minute of the machine hits both.
 */
const ROUNDS = Number(process.env['R'] ?? 5);
const LARGE = Number(process.env['ITEMS'] ?? 1_000_000);
const SMALL = 1_000;
/** The same number of items has each city in both, so that the same work is asked for. */
const PER_CITY = 40;

type Figures = Readonly<Record<string, number>>;

const folder = mkdtempSync(join(tmpdir(), 'wix-emulator-bench-'));

/** Lines of a state with so many people, made from an empty collection's own export. */
async function emptyState(): Promise<string[]> {
  const wix = await createWixEmulator({
    data: ':memory:',
    seed: {
      collections: [
        {
          id: 'People',
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

function* withPeople(empty: readonly string[], count: number): Generator<string> {
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

async function measure(task: string, data: string, argument = ''): Promise<Figures> {
  const child = fork(new URL('emulator-worker.ts', import.meta.url), [task, data, argument]);
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`${task} ended with ${String(code)}`);
  });
  const figures = once(child, 'message').then(([message]) => message as Figures);
  const result = await Promise.race([figures, failed]);
  await failed.catch(() => undefined);
  return result;
}

async function rounds(count: number, work: () => Promise<Figures>): Promise<(name: string) => number> {
  const all: Figures[] = [];
  for (let round = 0; round < count; round += 1) all.push(await work());
  return (name) => median(all.map((figures) => figures[name] ?? Number.NaN));
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

function say(what: string, figure: string, limit: string, isReached: boolean): void {
  console.log(
    `${what.padEnd(46)} ${figure.padStart(22)}   ${limit.padEnd(26)} ${isReached ? 'reached' : 'MISSED'}`,
  );
  if (!isReached) process.exitCode = 1;
}

try {
  const empty = await emptyState();
  const states = { large: join(folder, 'large.ndjson'), small: join(folder, 'small.ndjson') };
  writeLines(states.large, withPeople(empty, LARGE));
  writeLines(states.small, withPeople(empty, SMALL));
  const files = { large: join(folder, 'large.sqlite'), small: join(folder, 'small.sqlite') };
  await measure('import', files.small, states.small);

  console.log(`${LARGE.toLocaleString('en')} items, medians of ${ROUNDS}\n`);
  const imported = await rounds(ROUNDS, () => {
    rmSync(files.large, { force: true });
    return measure('import', files.large, states.large);
  });
  say('import', `${imported('seconds').toFixed(1)} s`, 'under 90 s', imported('seconds') < 90);
  say('  memory', `${imported('megabytes').toFixed(0)} MB`, 'under 300 MB', imported('megabytes') < 300);

  const started = await rounds(ROUNDS, () => measure('start', files.large));
  say(
    'start, to the first answer',
    `${started('milliseconds').toFixed(0)} ms`,
    'under 1000 ms',
    started('milliseconds') < 1000,
  );

  const small: Figures[] = [];
  const large = await rounds(ROUNDS, async () => {
    small.push(await measure('query', files.small, String(SMALL / PER_CITY)));
    return measure('query', files.large, String(LARGE / PER_CITY));
  });
  const ratio = large('p50') / median(small.map((figures) => figures['p50'] ?? Number.NaN));
  say('20 by equality, sorted: p50', `${large('p50').toFixed(3)} ms`, 'under 2 ms', large('p50') < 2);
  say('  to that of 1,000 items', `× ${ratio.toFixed(2)}`, 'within × 1.2', ratio <= 1.2);
  say('  memory', `${large('megabytes').toFixed(0)} MB`, 'under 300 MB', large('megabytes') < 300);

  const grown = join(folder, 'grown.sqlite');
  const inserted = await rounds(ROUNDS, () => {
    copyFileSync(files.large, grown);
    return measure('insert', grown);
  });
  say(
    'durable inserts in bulks of 100',
    `${inserted('perSecond').toFixed(0)} a second`,
    'at least 3,000',
    inserted('perSecond') >= 3_000,
  );
  say('  memory', `${inserted('megabytes').toFixed(0)} MB`, 'under 300 MB', inserted('megabytes') < 300);
} finally {
  if (!process.env.KEEP) rmSync(folder, { recursive: true, force: true });
}
