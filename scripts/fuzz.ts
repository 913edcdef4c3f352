import { runRound, type Finding } from '../tests/fuzz/round.ts';
import { build } from './build.mjs';
import { isolate } from './environment.mjs';

/**
 * `npm run fuzz -- <count> [seed]`: generated requests of many members, as in tests/access/generated.test.ts. They go
 * to a new site every so many, whose rows are as they were at first. Ends with 1 at the first finding.
 */
const USAGE = 'usage: npm run fuzz -- <count, 1 to 10000000> [seed]';

const ROUND = 20_000;
const LARGEST = 10_000_000;

const [count = Number.NaN, seed = Math.trunc(Math.random() * 2 ** 31)] = process.argv.slice(2).map(Number);
if (!isWhole(count, 1, LARGEST) || !isWhole(seed, 0, 2 ** 31 - 1)) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  isolate();
  process.exitCode = (await build()) && (await fuzz(count, seed)) ? 0 : 1;
}

async function fuzz(total: number, firstSeed: number): Promise<boolean> {
  console.log(`${total} requests, seed ${firstSeed}`);
  const begun = performance.now();
  const statuses = new Map<number, number>();
  for (let sent = 0, round = 0; sent < total; sent += ROUND, round += 1) {
    const size = Math.min(ROUND, total - sent);
    const roundSeed = (firstSeed + round) % 2 ** 31;
    const report = await runRound(size, roundSeed, (done) => showProgress(sent + done, total, begun));
    endProgress();
    for (const [status, times] of report.statuses) statuses.set(status, (statuses.get(status) ?? 0) + times);
    if (report.finding) {
      tell(report.finding, `npm run fuzz -- ${size} ${roundSeed}`);
      return false;
    }
  }
  const answers = [...statuses].toSorted(([one], [other]) => one - other).map((entry) => entry.join(': '));
  console.log(`No finding in ${total} requests, seed ${firstSeed}. Answers: ${answers.join(', ')}.`);
  return true;
}

function tell({ what, request, answer }: Finding, command: string): void {
  console.error(`\nFound: ${what}`);
  if (request) console.error(JSON.stringify(request, null, 2));
  if (answer) console.error(`Answer ${answer.status}: ${answer.text}`);
  console.error(`Again: ${command}`);
}

function showProgress(done: number, total: number, begun: number): void {
  const seconds = (performance.now() - begun) / 1000;
  const line = `${done} of ${total}, ${Math.round(done / seconds)} a second`;
  if (process.stdout.isTTY) process.stdout.write(`\r${line.padEnd(60)}`);
  else if (done % 3000 === 0 || done === total) console.log(line);
}

function endProgress(): void {
  if (process.stdout.isTTY) process.stdout.write('\n');
}

function isWhole(number: number, least: number, most: number): boolean {
  return Number.isInteger(number) && number >= least && number <= most;
}
