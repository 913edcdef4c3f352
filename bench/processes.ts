import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { tokenByHand } from './fill.ts';
import { peopleOf } from './people.ts';

/** A server of its own process. */
export type Subject = Readonly<{ pid: number; address: string }>;

/** A Gatehouse with people who are signed in. */
export type Site = Subject & Readonly<{ tokens: readonly string[]; canaries: readonly string[] }>;

const children: ChildProcess[] = [];
const folders: string[] = [];

/** Astro as it comes, with the constant route and the one written by hand. */
export async function startBare(rows: number): Promise<Subject & Readonly<{ tokens: readonly string[] }>> {
  const folder = await newFolder();
  await run('node', ['bench/fill.ts'], { FOR: 'by-hand', DATA_DIR: folder, ROWS: String(rows) });
  await run('astro', ['build', '--root', 'bench/bare'], {});
  const port = String(await freePort());
  const env = { ...quiet(), HOST: '127.0.0.1', PORT: port, BY_HAND_FILE: join(folder, 'by-hand.sqlite') };
  const child = spawn('node', ['bench/bare/dist/server/entry.mjs'], { stdio: 'ignore', env });
  children.push(child);
  const address = `http://127.0.0.1:${port}`;
  await untilItAnswers(`${address}/constant`);
  return { pid: child.pid ?? 0, address, tokens: peopleOf(rows).asking.map(tokenByHand) };
}

/** The site as `npm start` runs it offline, on a collection of this many rows. */
export async function startSite(rows: number): Promise<Site> {
  const folder = await newFolder();
  await run('node', ['bench/fill.ts'], { DATA_DIR: folder, ROWS: String(rows) });
  const env = { ...quiet(), HOST: '127.0.0.1', PORT: '0', DATA_DIR: folder, LOG_LEVEL: 'error' };
  const child = fork('bench/site.ts', { env: { ...env, RATE_LIMITS: 'off' } });
  children.push(child);
  const [{ address }] = (await once(child, 'message')) as [{ address: string }];
  const { asking } = peopleOf(rows);
  const tokens: string[] = [];
  for (const { email, password } of asking) {
    const response = await fetch(`${address}/api/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password }),
    });
    tokens.push(((await response.json()) as { token: string }).token);
  }
  return { pid: child.pid ?? 0, address, tokens, canaries: asking.map(({ canary }) => canary) };
}

export async function stopAll(): Promise<void> {
  for (const child of children) {
    if (child.connected) child.disconnect();
    else child.kill();
  }
  const running = children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
  await Promise.all(running.map((child) => once(child, 'exit')));
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
}

/** Seconds that a process has used the processor, by itself and in the kernel. proc(5), in ticks of 10 ms. */
export function cpuSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** What a process holds in memory, in megabytes. */
export function megabytesOf(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'));
  folders.push(folder);
  return folder;
}

async function run(command: string, parameters: string[], variables: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(command, parameters, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...quiet(), ...variables },
  });
  const [code] = (await once(child, 'exit')) as [number];
  if (code !== 0) throw new Error(`${command} ${parameters.join(' ')} ended with ${code}`);
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
