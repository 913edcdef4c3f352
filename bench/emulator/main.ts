import { fork } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeLines } from '../../packages/wix-emulator/src/index.ts';
import { emptyState, LARGE, median, SMALL, withPeople } from './people.ts';

/**
 * Does the emulator stay as quick with a million items as with a thousand? Every figure is a median of five, each in a
 * process of its own; the two sizes take turns, so that a slow minute of the machine hits both.
 */
const ROUNDS = 5;

type Figures = Readonly<Record<string, number>>;

const folder = mkdtempSync(join(tmpdir(), 'wix-emulator-bench-'));

async function measure(task: string, data: string, argument = ''): Promise<Figures> {
  const child = fork(new URL('worker.ts', import.meta.url), [task, data, argument]);
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`${task} ended with ${String(code)}`);
  });
  const figures = once(child, 'message').then(([message]) => message as Figures);
  const result = await Promise.race([figures, failed]);
  await failed.catch(() => undefined);
  return result;
}

async function rounds(work: () => Promise<Figures>): Promise<(name: string) => number> {
  const all: Figures[] = [];
  for (let round = 0; round < ROUNDS; round += 1) all.push(await work());
  return (name) => median(all.map((figures) => figures[name] ?? Number.NaN));
}

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
  const imported = await rounds(() => {
    rmSync(files.large, { force: true });
    return measure('import', files.large, states.large);
  });
  say('import', `${imported('seconds').toFixed(1)} s`, 'under 90 s', imported('seconds') < 90);
  say('  memory', `${imported('megabytes').toFixed(0)} MB`, 'under 300 MB', imported('megabytes') < 300);

  const started = await rounds(() => measure('start', files.large));
  say(
    'start, to the first answer',
    `${started('milliseconds').toFixed(0)} ms`,
    'under 1000 ms',
    started('milliseconds') < 1000,
  );

  const queried = await rounds(() => measure('query', files.large, files.small));
  say('20 by equality, sorted: p50', `${queried('p50').toFixed(3)} ms`, 'under 2 ms', queried('p50') < 2);
  say(
    '  to that of 1,000 items',
    `× ${queried('ratio').toFixed(2)}`,
    'within × 1.2',
    queried('ratio') <= 1.2,
  );

  const grown = join(folder, 'grown.sqlite');
  const inserted = await rounds(() => {
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
  rmSync(folder, { recursive: true, force: true });
}
