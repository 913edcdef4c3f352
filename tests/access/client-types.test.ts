import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSite, type Site } from '../harness.ts';

const run = promisify(execFile);
let site: Site;

beforeAll(async () => {
  site = await openSite();
});

afterAll(() => site.stop());

test('the types of the running site are those that the client’s type tests compile', async () => {
  const { stdout } = await run('npm', ['run', '--silent', 'client:types', '--', site.address]);
  const kept = await readFile('packages/client/test/demo-schema.ts', 'utf8');
  expect(withoutOrigin(stdout)).toBe(withoutOrigin(kept).replace('../src/index.ts', '@gatehouse/client'));
});

test('an address where no site is, and none at all, are told in one line', async () => {
  const failed = async (...args: string[]) =>
    // The first test has built what it needs.
    run(process.execPath, ['packages/client/bin/gatehouse-types.js', ...args]).then(
      () => ({ code: 0, stderr: '' }),
      (error: { code: number; stderr: string }) => error,
    );
  expect(await failed('http://127.0.0.1:1')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/cannot be read: [^\n]+\n$/),
  });
  expect(await failed()).toMatchObject({ code: 2, stderr: expect.stringMatching(/^Usage: gatehouse-types/) });
  expect(await failed(`${site.address}/nothing`)).toMatchObject({ code: 1 });
});

function withoutOrigin(text: string): string {
  return text.replace(/http:\/\/[^/]+\//, '');
}
