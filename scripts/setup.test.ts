import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isInstalled } from './setup.mjs';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'packages-'));
  mkdirSync(join(folder, 'node_modules'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const runtime = `node_modules/node-${process.platform}-${process.arch}`;
const zod = { 'node_modules/zod': { version: '4.0.0', integrity: 'sha512-a' } };

function locked(packages: object) {
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: { '': {}, ...packages } }));
}

function present(packages: object) {
  writeFileSync(join(folder, 'node_modules/.package-lock.json'), JSON.stringify({ packages }));
}

test('nothing is installed before npm has finished', () => {
  locked(zod);
  expect(isInstalled(folder)).toBe(false);
});

test('what the lock file asks for is installed', () => {
  locked(zod);
  present(zod);
  expect(isInstalled(folder)).toBe(true);
});

test.each([
  ['a package is missing', {}],
  ['a version differs', { 'node_modules/zod': { version: '3.9.9', integrity: 'sha512-a' } }],
  ['a content differs', { 'node_modules/zod': { version: '4.0.0', integrity: 'sha512-b' } }],
])('it is not when %s', (_what, packages) => {
  locked(zod);
  present(packages);
  expect(isInstalled(folder)).toBe(false);
});

test('packages for other machines may be missing, our own Node may not', () => {
  locked({ ...zod, 'node_modules/fsevents': { version: '2.0.0', optional: true } });
  present(zod);
  expect(isInstalled(folder)).toBe(true);
  locked({ ...zod, [runtime]: { version: '24.0.0', optional: true } });
  expect(isInstalled(folder)).toBe(false);
});

test('without a lock file one line says so', () => {
  expect(() => isInstalled(folder)).toThrow('package-lock.json is missing');
});
