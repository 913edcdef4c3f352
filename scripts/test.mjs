// @ts-check
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { isolate } from './environment.mjs';
import { complete, leave, toolEnvironment, whenToldToStop } from './processes.mjs';
import { countPlaywright, countVitest } from './reports.mjs';
import { SetupError, setup } from './setup.mjs';

/**
 * `npm test`: everything CI runs. A step that fails does not keep the others from running; the last line says how
 * many tests passed and failed.
 *
 * @typedef {import('./reports.mjs').Counts} Counts
 * @typedef {{ name: string, script: string, args?: string[], minutes: number,
 *   count?: (report: string | undefined, code: number) => Counts }} Step
 * @typedef {Counts & { name: string, milliseconds: number }} Result
 */

const { long } = parseArgs({ options: { long: { type: 'boolean', default: false } } }).values;
const MINUTE = 60_000 * (long ? 6 : 1);

/** Reports, and whatever the tests put into the temporary folder; goes away with us. */
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-test-'));
chmodSync(folder, 0o755); // PostgreSQL refuses to run as root, so its data are another user's to enter.
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
whenToldToStop(() => leave(1));

/** @param {string} name */
const reportOf = (name) => join(folder, `${name}.json`);

/**
 * @param {string} name
 * @param {number} minutes
 * @returns {Step}
 */
const vitest = (name, minutes) => ({
  name,
  script: `test:${name}`,
  args: ['--reporter=default', '--reporter=json', `--outputFile.json=${reportOf(name)}`],
  minutes,
  count: countVitest,
});

/** Claims about the tree: each is one test. They are run two at a time. @type {Step[]} */
const checks = [
  { name: 'types', script: 'check', minutes: 3 },
  { name: 'lint', script: 'lint', minutes: 3 },
  { name: 'format', script: 'format:check', minutes: 3 },
  { name: 'dead code', script: 'dead-code', minutes: 3 },
  { name: 'imports', script: 'imports', minutes: 3 },
];

/** Suites use every core by themselves, so they are run one after the other. @type {Step[]} */
const suites = [
  vitest('unit', 4),
  vitest('access', 4),
  vitest('conformance', 8),
  // Which needs the report of the suite before it.
  { name: 'SDK table', script: 'sdk-table:check', args: [reportOf('conformance')], minutes: 1 },
  {
    name: 'journeys',
    script: 'test:journeys',
    args: ['--reporter=list,json'],
    minutes: 15,
    count: countPlaywright,
  },
];

isolate();
/** @type {Result[]} */
const results = [];
try {
  const browser = await setup({ browser: true });
  const env = {
    ...toolEnvironment(),
    ...(browser && { CHROMIUM_PATH: browser }),
    ...(long && { LONG: '1' }),
    ASTRO_TELEMETRY_DISABLED: '1',
    PLAYWRIGHT_JSON_OUTPUT_FILE: reportOf('journeys'),
    TMPDIR: folder,
  };
  results.push(await timed('build', async () => asTest(await build())));

  const waiting = [...checks.entries()];
  /** @type {Result[]} */
  const checked = [];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, check] = next;
      checked[index] = await runStep(check, env, false);
    }
  };
  await Promise.all([worker(), worker()]);
  results.push(...checked);

  for (const step of suites) {
    console.log(`\n── ${step.name}`);
    results.push(await runStep(step, env, true));
  }
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(`gatehouse: ${error.message}`);
  results.push({ name: 'setup', passed: 0, failed: 1, milliseconds: 0 });
}
conclude();

/**
 * @param {Step} step
 * @param {NodeJS.ProcessEnv} env
 * @param {boolean} live whether it may write to the terminal while it runs
 */
function runStep({ name, script, args = [], minutes, count }, env, live) {
  return timed(name, async () => {
    const command = ['run', '--silent', script, ...(args.length > 0 ? ['--', ...args] : [])];
    const { code, output, timedOut } = await complete('npm', command, {
      env,
      live,
      timeout: minutes * MINUTE,
    });
    if (!live) console.log(`\n── ${name}: ${code === 0 ? 'passed' : 'failed'}`);
    if (!live && code !== 0) process.stdout.write(output);
    if (timedOut) console.log(`${name} was ended after ${(minutes * MINUTE) / 60_000} minutes.`);
    return count ? count(read(reportOf(name)), code) : asTest(code === 0);
  });
}

/** @param {boolean} passed @returns {Counts} */
function asTest(passed) {
  return passed ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/**
 * @param {string} name
 * @param {() => Promise<Counts>} work
 * @returns {Promise<Result>}
 */
async function timed(name, work) {
  const begin = performance.now();
  return { name, ...(await work()), milliseconds: performance.now() - begin };
}

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function conclude() {
  const total = { passed: 0, failed: 0 };
  console.log(`\n${'step'.padEnd(14)}${'passed'.padStart(8)}${'failed'.padStart(8)}${'seconds'.padStart(9)}`);
  for (const { name, passed, failed, milliseconds } of results) {
    total.passed += passed;
    total.failed += failed;
    const seconds = (milliseconds / 1000).toFixed(1);
    console.log(
      `${name.padEnd(14)}${String(passed).padStart(8)}${String(failed).padStart(8)}${seconds.padStart(9)}`,
    );
  }
  process.exitCode = total.failed === 0 ? 0 : 1;
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
}
