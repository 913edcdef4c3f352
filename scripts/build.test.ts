import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fingerprint, isBuilt } from './build.mjs';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sources-'));
  write('src/pages/index.astro', 'hello');
  write('astro.config.mjs', 'export default {}');
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(file: string, content: string) {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), content);
}

test('a site is built when the stamp in dist tells of the sources as they are', () => {
  expect(isBuilt(folder)).toBe(false);
  write('dist/source-fingerprint', fingerprint(folder));
  expect(isBuilt(folder)).toBe(true);
  write('src/pages/index.astro', 'hello!');
  expect(isBuilt(folder)).toBe(false);
});

test.each([
  'src/lib/deep/down.ts',
  'public/favicon.svg',
  'astro.config.mjs',
  'package-lock.json',
  'tsconfig.json',
])('%s is a source', (file) => {
  const before = fingerprint(folder);
  write(file, 'new');
  expect(fingerprint(folder)).not.toBe(before);
});

test('moving a line from one file to the next is a change', () => {
  write('src/a.ts', 'one');
  write('src/b.ts', 'two');
  const before = fingerprint(folder);
  write('src/a.ts', '');
  write('src/b.ts', 'onetwo');
  expect(fingerprint(folder)).not.toBe(before);
});

test('neither times nor tests nor files elsewhere make a build stale', () => {
  const before = fingerprint(folder);
  utimesSync(join(folder, 'astro.config.mjs'), new Date(0), new Date(0));
  write('src/pages/index.test.ts', 'new');
  write('README.md', 'new');
  expect(fingerprint(folder)).toBe(before);
});
