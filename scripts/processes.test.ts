import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { complete, hostEnvironment } from './processes.mjs';

async function expectEnded(output: string) {
  const pid = Number(output);
  expect(pid).toBeGreaterThan(0);
  await vi.waitFor(() => expect(stateOf(pid)).toMatch(/gone|Z/), { timeout: 8000 });
}

/** A zombie (Z) has ended: how long it is still listed is up to the first process of the machine. */
function stateOf(pid: number) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/.*\) /s, '').charAt(0);
  } catch {
    return 'gone';
  }
}

test('a command reports its code and what it wrote', async () => {
  const outcome = await complete('sh', ['-c', 'echo out; echo err >&2; exit 3']);
  expect(outcome).toMatchObject({ code: 3, output: 'out\nerr\n', timedOut: false });
});

test('a command that takes too long is ended', async () => {
  const outcome = await complete('sleep', ['60'], { timeout: 50 });
  expect(outcome).toMatchObject({ code: 124, timedOut: true });
});

test('what a command leaves behind is ended, also in a session of its own', { timeout: 10_000 }, async () => {
  const { output } = await complete('sh', ['-c', 'setsid sleep 60 & echo $!']);
  await expectEnded(output);
});

test('when we are killed, what we started is ended', { timeout: 10_000 }, async () => {
  const script = `
    import { start } from ${JSON.stringify(new URL('processes.mjs', import.meta.url).href)};
    console.log(start('sleep', ['60']).pid);
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), 50);`;
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  await expectEnded(stdout);
});

test("the host's environment has no tools of the project", () => {
  const PATH = '/home/me/site/node_modules/.bin:/usr/bin:/node_modules/.bin';
  expect(hostEnvironment({ PATH })).toEqual({ PATH: '/usr/bin' });
});
