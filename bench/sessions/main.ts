import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { luciaSessionStore } from '../../src/lib/auth/lucia-session-store.ts';
import { plainSessionStore } from '../../src/lib/auth/plain-session-store.ts';
import type { SessionStore } from '../../src/lib/auth/session-store.ts';
import { openDatabase, type Database } from '../../src/lib/store/database.ts';
import { keyring } from '../../src/lib/store/keyring.ts';
import { startPostgres } from '../../tests/postgres.ts';
import { fill, tokenOf } from './fill.ts';
import { measureLogins } from './logins.ts';

/**
 * What does it cost to know who is asking, and does that stay so with a million sessions? And how many people can sign
 * in at once, and what stands in their way? All sizes, databases and stores take turns check by check, so that whatever
 * else the machine does slows all of them.
 */
const SMALL = 1_000;
const LARGE = 1_000_000;
const CHECKS = 10_000;
const WARM_UP = 2_000;
const LIMIT = 1.3;

const secrets = keyring(Buffer.alloc(32, 7));
const STORES = { lucia: luciaSessionStore, 'without lucia': plainSessionStore };

type Subject = Readonly<{
  database: string;
  store: string;
  sessions: number;
  check: SessionStore;
  times: Float64Array;
}>;

const folder = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'));
const postgres = await startPostgres({ durable: true });
const opened: Database[] = [];

try {
  const subjects: Subject[] = [];
  for (const kind of ['SQLite', 'PostgreSQL']) {
    for (const sessions of [SMALL, LARGE]) {
      const url = kind === 'PostgreSQL' ? await postgres.createDatabase() : undefined;
      const dataFolder = join(folder, String(sessions));
      const { database } = await openDatabase({ url, poolSize: 1, dataFolder });
      opened.push(database);
      const begin = performance.now();
      await fill(database, sessions);
      // A server does so by itself, a while after so many rows.
      if (url !== undefined) await postgres.ask('VACUUM ANALYZE', url);
      console.log(
        `${kind}: ${sessions.toLocaleString('en')} sessions in ${((performance.now() - begin) / 1000).toFixed(0)} s`,
      );
      for (const [store, make] of Object.entries(STORES)) {
        const times = new Float64Array(CHECKS);
        subjects.push({ database: kind, store, sessions, check: make(database, secrets), times });
      }
    }
  }

  for (let n = -WARM_UP; n < CHECKS; n += 1) {
    // In another order each time: whoever comes after a pause finds the processor's caches cold.
    for (const { sessions, check, times } of shuffled(subjects)) {
      const token = tokenOf(Math.floor(Math.random() * sessions));
      const begin = performance.now();
      const found = await check.validate(token);
      const microseconds = (performance.now() - begin) * 1000;
      if (!found) throw new Error('a session was not found');
      if (n >= 0) times[n] = microseconds;
    }
  }

  const at = ({ times }: Subject, share: number) =>
    times.toSorted()[Math.floor(times.length * share)] ?? Number.NaN;
  console.log(
    `\n${CHECKS.toLocaleString('en')} checks each, of random sessions; load ${loadavg()[0]?.toFixed(1)}\n`,
  );
  for (const [index, subject] of subjects.entries()) {
    const { database, store, sessions } = subject;
    const [p50, p99] = [at(subject, 0.5), at(subject, 0.99)];
    const small = subjects.find(
      (other) => other.database === database && other.store === store && other.sessions === SMALL,
    );
    const ratio = p50 / at(small ?? subject, 0.5);
    const isReached = ratio <= LIMIT;
    if (!isReached) process.exitCode = 1;
    console.log(
      `${database.padEnd(11)} ${store.padEnd(14)} ${sessions.toLocaleString('en').padStart(10)}` +
        `  p50 ${p50.toFixed(0).padStart(5)} µs  p99 ${p99.toFixed(0).padStart(5)} µs` +
        (sessions === SMALL
          ? ''
          : `  × ${ratio.toFixed(2)} of that of ${SMALL.toLocaleString('en')}, within × ${LIMIT}: ${isReached ? 'reached' : 'MISSED'}`),
    );
    if (index === subjects.length - 1) console.log('');
  }
} finally {
  for (const database of opened) await database.destroy();
  await postgres.stop();
  await rm(folder, { recursive: true });
}

await measureLogins();

function shuffled<Value>(values: readonly Value[]): Value[] {
  return values
    .map((value) => [Math.random(), value] as const)
    .toSorted(([a], [b]) => a - b)
    .map(([, value]) => value);
}
