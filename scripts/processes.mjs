// @ts-check
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { delimiter, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Child processes that do not outlive us.
 *
 * Test runners, browsers and database servers start processes of their own, often in new process groups, so killing
 * a group is not enough. Every process started here carries a mark in its environment, which its descendants
 * inherit; sweeping ends whoever carries the mark. (The mark is found through /proc, so on Linux; elsewhere only the
 * child itself is ended.)
 */

export const root = fileURLToPath(new URL('..', import.meta.url));

const MARK = 'GATEHOUSE_PROCESSES';
const run = randomBytes(8).toString('hex');
let started = 0;
let stopping = false;

/**
 * Waits for the end of its input, then asks the marked processes to stop and, five seconds later, makes them.
 * A shell, because it must outlive a killed parent at next to no cost.
 */
const SWEEP = `
marked() { grep -lsz "^${MARK}=.*$0" /proc/[0-9]*/environ | sed 's/[^0-9]//g'; }
cat > /dev/null
pids=$(marked); [ -z "$pids" ] && exit
kill -TERM $pids 2> /dev/null
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  sleep 0.25
  pids=$(marked); [ -z "$pids" ] && exit
done
kill -KILL $pids 2> /dev/null`;

/** The environment in which the project's own tools, Node 24 among them, come first. */
export function toolEnvironment(env = process.env) {
  return { ...env, PATH: [join(root, 'node_modules/.bin'), env['PATH']].join(delimiter) };
}

/** The environment in which the host's own Node runs: what `npm ci` needs, as it replaces `node_modules`. */
export function hostEnvironment(env = process.env) {
  const folders = (env['PATH'] ?? '').split(delimiter);
  const own = `${sep}node_modules${sep}.bin`;
  return { ...env, PATH: folders.filter((folder) => !folder.endsWith(own)).join(delimiter) };
}

/**
 * @typedef {import('node:child_process').SpawnOptions} SpawnOptions
 * @typedef {import('node:child_process').ChildProcess & { mark: string }} MarkedProcess
 */

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {SpawnOptions} [options]
 * @returns {MarkedProcess}
 */
export function start(command, args, options = {}) {
  if (stopping) throw new Error('stopping: no new process is started');
  if (started === 0) watchOverUs();
  started += 1;
  const mark = `${run}-${started}-`;
  const env = options.env ?? toolEnvironment();
  // Appended to, not replaced: a run inside a run belongs to both.
  const marks = `${process.env[MARK] ?? ''} ${mark}`;
  return Object.assign(spawn(command, args, { cwd: root, ...options, env: { ...env, [MARK]: marks } }), {
    mark,
  });
}

/**
 * @typedef {object} Outcome
 * @property {number} code the exit code; 128 and more when a signal ended it, 124 when it took too long
 * @property {string} output what it wrote, unless it wrote straight to the terminal
 * @property {boolean} timedOut
 * @property {number} milliseconds
 */

/**
 * Runs a command to its end and ends what it left behind.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, timeout?: number, live?: boolean }} [options]
 * @returns {Promise<Outcome>}
 */
export async function complete(command, args, { env, timeout = 600_000, live = false } = {}) {
  const begin = performance.now();
  const stdio = live ? 'inherit' : 'pipe';
  const child = start(command, args, { ...(env && { env }), stdio: ['ignore', stdio, stdio] });
  let output = '';
  let timedOut = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (/** @type {string} */ chunk) => (output += chunk));
  }
  const timer = setTimeout(() => {
    timedOut = true;
    void sweep(child.mark);
  }, timeout);
  try {
    // Not 'close': a process left behind may hold the pipes open for ever.
    const [code] = await once(child, 'exit');
    await sweep(child.mark);
    // The pipes end with their last writer, so by now the rest of the output is only a tick away.
    await Promise.race([Promise.all([ended(child.stdout), ended(child.stderr)]), pause(1000)]);
    return {
      code: timedOut ? 124 : (code ?? 128),
      output,
      timedOut,
      milliseconds: performance.now() - begin,
    };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Ends every process started here, with its descendants, and then this one.
 *
 * @param {number} code
 * @returns {Promise<never>}
 */
export async function leave(code) {
  stopping = true;
  if (started > 0) await sweep(run);
  process.exit(code);
}

/**
 * Calls back when we are told to stop, or when the `npm` that runs us is killed, which tells nobody.
 *
 * @param {(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') => unknown} stop
 */
export function whenToldToStop(stop) {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => stop(signal));
  if (!process.env['npm_lifecycle_event']) return;
  const npm = parentOfOurs();
  const watch = setInterval(() => {
    if (parentOfOurs() === npm) return;
    clearInterval(watch);
    stop('SIGTERM');
  }, 500);
  watch.unref();
}

/** npm runs a script in a shell, and some shells stay between the two: then it is the shell's parent that counts. */
function parentOfOurs() {
  const parent = process.ppid;
  try {
    const [, name, rest] = /^\d+ \((.*)\) . (.*)$/s.exec(readFileSync(`/proc/${parent}/stat`, 'utf8')) ?? [];
    return name?.endsWith('sh') ? Number(rest?.split(' ')[0]) : parent;
  } catch {
    return parent; // not on Linux
  }
}

/** @param {string} mark */
async function sweep(mark) {
  await once(spawn('sh', ['-c', SWEEP, mark], { stdio: 'ignore' }), 'exit');
}

/** Its input is a pipe that only we hold, so it ends with us, however we end. */
function watchOverUs() {
  const watcher = spawn('sh', ['-c', SWEEP, run], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  watcher.on('error', () => {});
  watcher.unref();
  if (watcher.stdin instanceof Socket) watcher.stdin.unref();
}

/** @param {import('node:stream').Readable | null} stream */
async function ended(stream) {
  if (stream && !stream.readableEnded) await once(stream, 'end');
}

/** @param {number} milliseconds */
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
