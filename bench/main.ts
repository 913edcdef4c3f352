import autocannon from 'autocannon';
import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * How fast is a signed-in list of one's own twenty rows, and does it stay so when the collection grows? Next to what
 * Astro does with a constant, in one run, since machines differ and change: only the ratios say something.
 */
const CONNECTIONS = 16;
const SECONDS = 6;
const ROUNDS = 3;

type Target = Readonly<{ name: string; address: string; requests: autocannon.Request[] }>;
type Figures = Readonly<{ rate: number; p50: number; p99: number }>;

const children: ChildProcess[] = [];
const folders: string[] = [];

async function bareAstro(): Promise<Target> {
  const build = spawn('astro', ['build', '--root', 'bench/bare'], { stdio: 'ignore', env: quiet() });
  const [code] = (await once(build, 'exit')) as [number];
  if (code !== 0) throw new Error('the bare Astro site does not build');
  const port = String(await freePort());
  const env = { ...quiet(), HOST: '127.0.0.1', PORT: port };
  children.push(spawn('node', ['bench/bare/dist/server/entry.mjs'], { stdio: 'ignore', env }));
  const address = `http://127.0.0.1:${port}`;
  await untilItAnswers(`${address}/constant`);
  return { name: 'bare Astro route, a constant', address, requests: [{ path: '/constant' }] };
}

async function gatehouse(rows: number): Promise<Target> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'));
  folders.push(folder);
  const child = fork('bench/site.ts', {
    env: {
      ...quiet(),
      HOST: '127.0.0.1',
      PORT: '0',
      DATA_DIR: folder,
      ROWS: String(rows),
      LOG_LEVEL: 'error',
      RATE_LIMITS: 'off',
    },
  });
  children.push(child);
  const [{ address, tokens }] = (await once(child, 'message')) as [{ address: string; tokens: string[] }];
  return {
    name: `own 20 of ${rows.toLocaleString('en')} rows, by bearer`,
    address,
    requests: tokens.map((token) => ({
      path: '/api/collections/SITConnections/items?limit=20',
      headers: { authorization: `Bearer ${token}` },
    })),
  };
}

async function measure({ address, requests, name }: Target): Promise<Figures> {
  const result = await autocannon({ url: address, requests, connections: CONNECTIONS, duration: SECONDS });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${name}: ${result.non2xx} refused, ${result.errors} failed`);
  return { rate: result.requests.average, p50: result.latency.p50, p99: result.latency.p99 };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function quiet(): NodeJS.ProcessEnv {
  return { ...process.env, ASTRO_TELEMETRY_DISABLED: '1', NODE_ENV: 'test' };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

async function untilItAnswers(url: string): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (
      await fetch(url).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return;
    await wait(100);
  }
  throw new Error(`${url} does not answer`);
}

try {
  const targets = [await bareAstro(), await gatehouse(1_000), await gatehouse(100_000)];
  const figures = new Map<Target, Figures[]>(targets.map((target) => [target, []]));
  for (const target of targets) await measure({ ...target });
  // Taking turns, so that a slow minute of the machine hits all of them.
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const target of targets) figures.get(target)?.push(await measure(target));
  }
  const rows = targets.map((target) => {
    const runs = figures.get(target) ?? [];
    const of = (pick: (run: Figures) => number) => median(runs.map(pick));
    return {
      name: target.name,
      rate: of(({ rate }) => rate),
      p50: of(({ p50 }) => p50),
      p99: of(({ p99 }) => p99),
    };
  });
  const base = rows[0]?.rate ?? Number.NaN;
  console.log(`${CONNECTIONS} connections, ${SECONDS} s a run, medians of ${ROUNDS} after one to warm up\n`);
  for (const { name, rate, p50, p99 } of rows) {
    const ratio = (rate / base).toFixed(2);
    console.log(
      `${name.padEnd(36)} ${rate.toFixed(0).padStart(6)} req/s  × ${ratio}  p50 ${p50} ms  p99 ${p99} ms`,
    );
  }
  const [, small, large] = rows;
  if (small && large)
    console.log(`\n100,000 rows run at ${(large.rate / small.rate).toFixed(2)} × the rate of 1,000`);
} finally {
  for (const child of children) {
    if (child.connected) child.disconnect();
    else child.kill();
  }
  const running = children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
  await Promise.all(running.map((child) => once(child, 'exit')));
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
}
