import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, glob, readFile, rm, symlink, writeFile, copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** App-level rights have one door, and what runs in CI sees to it: here it is shown code that goes round the door. */

const run = promisify(execFile);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-door-'));
  for (const file of ['.oxlintrc.json', '.dependency-cruiser.cjs', 'tsconfig.json', 'package.json'])
    await copyFile(file, join(folder, file));
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
});

afterAll(() => rm(folder, { recursive: true }));

async function source(path: string, code: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), code);
}

async function refusals(tool: string, args: readonly string[]): Promise<string> {
  try {
    await run(resolve('node_modules/.bin', tool), [...args], { cwd: folder });
    return '';
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return stdout + stderr;
  }
}

describe('AZ-58 code that raises rights anywhere else fails the build', () => {
  test.each([
    [
      'by its import',
      `import { auth } from '@wix/essentials';\nexport const raise = auth;\n`,
      'no-restricted-imports',
    ],
    [
      'by its name',
      `declare const sdk: { elevate: () => void };\nsdk.elevate();\n`,
      'no-restricted-properties',
    ],
    [
      'taken apart',
      `declare const sdk: { elevate: () => void };\nexport const { elevate } = sdk;\n`,
      'id-denylist',
    ],
    ['by switching the check off', `export const options = { suppressAuth: true };\n`, 'id-denylist'],
  ])('%s: the linter', async (_, code, rule) => {
    await source('src/lib/http/round-the-door.ts', code);
    expect(await refusals('oxlint', ['src'])).toContain(rule);
  });

  test('the module that offers raised operations, reached from a page: the imports check', async () => {
    await source('src/lib/wix/elevated.ts', 'export const elevatedItems = 1;\n');
    await source(
      'src/lib/data-api/round-the-door.ts',
      `export { elevatedItems } from '../wix/elevated.ts';\n`,
    );
    const said = await refusals('depcruise', [
      '--config',
      '.dependency-cruiser.cjs',
      '--output-type',
      'err',
      'src',
    ]);
    expect(said).toContain('elevated-is-reached-within-lib-wix');
  });
});

const sources = async () => {
  const texts = new Map<string, string>();
  for await (const file of glob('{src,server}/**/*.{ts,astro}'))
    if (!file.endsWith('.test.ts')) texts.set(file, await readFile(file, 'utf8'));
  return texts;
};

test('AZ-58 AZ-60 only functions of the SDK are raised, in one file, and each once', async () => {
  const raised = [...(await sources())].flatMap(([file, text]) =>
    [...text.matchAll(/elevate\(([^)]*)\)/g)]
      .filter(({ index }) => !/(?:^|\n)\s*(?:\*|\/\/)[^\n]*$/.test(text.slice(0, index)))
      .map(([, what]) => ({ file, what: what ?? '' })),
  );
  expect(raised.length).toBeGreaterThan(5);
  expect(new Set(raised.map(({ file }) => file))).toEqual(new Set(['src/lib/wix/elevated.ts']));
  for (const { what } of raised)
    expect(what).toMatch(/^(?:items|members|authorization|collections|indexes|siteProperties)\.[a-zA-Z]+$/);
  expect(new Set(raised.map(({ what }) => what)).size).toBe(raised.length);
});

test('AZ-60 two clients are bound to the process, once, and none to a request', async () => {
  const bound = [...(await sources())].flatMap(([file, text]) =>
    [...text.matchAll(/\.enableContext\(/g)].map(() => file),
  );
  expect(bound).toEqual(['src/lib/wix/context.ts', 'src/lib/wix/context.ts']);
});
