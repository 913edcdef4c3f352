import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findBrowser } from './browser.mjs';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'browsers-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function addProgram(directory: string, name: string, mode = 0o755): string {
  mkdirSync(join(folder, directory), { recursive: true });
  const file = join(folder, directory, name);
  writeFileSync(file, '#!/bin/sh\n');
  chmodSync(file, mode);
  return file;
}

const path = () => `${join(folder, 'first')}:${join(folder, 'second')}`;

test('CHROMIUM_PATH is taken before anything on PATH', () => {
  addProgram('first', 'chromium');
  expect(findBrowser({ CHROMIUM_PATH: '/opt/chromium', PATH: path() })).toBe('/opt/chromium');
});

test('chromium is taken before Chrome, wherever on PATH each is', () => {
  addProgram('first', 'google-chrome');
  const chromium = addProgram('second', 'chromium');
  expect(findBrowser({ PATH: path() })).toBe(chromium);
});

test('of two with one name, the first on PATH is taken', () => {
  const first = addProgram('first', 'google-chrome');
  addProgram('second', 'google-chrome');
  expect(findBrowser({ PATH: path() })).toBe(first);
});

test('what cannot be run is passed over: a folder, a file without the right', () => {
  mkdirSync(join(folder, 'first', 'chromium'), { recursive: true });
  addProgram('second', 'chromium-browser', 0o644);
  expect(findBrowser({ PATH: path() })).toBeUndefined();
});

test('without any, the choice is left to Playwright', () => {
  expect(findBrowser({ PATH: '' })).toBeUndefined();
  expect(findBrowser({})).toBeUndefined();
});
