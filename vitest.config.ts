import { defineConfig } from 'vitest/config';
import { isolate } from './scripts/environment.mjs';

isolate();

const patience = process.env['LONG'] ? 20 : 1;

/** Three suites: units beside their file, access through HTTP against the built site, conformance by the real SDK. */
export default defineConfig({
  test: {
    pool: 'forks',
    allowOnly: false,
    setupFiles: ['tests/fixed-seed.ts'],
    testTimeout: 5_000 * patience,
    hookTimeout: 10_000 * patience,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{src,server,packages,scripts,bench}/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'access',
          include: ['tests/access/**/*.test.ts'],
          testTimeout: 30_000 * patience,
          hookTimeout: 60_000 * patience,
        },
      },
      {
        extends: true,
        test: {
          name: 'conformance',
          include: ['tests/conformance/**/*.test.ts'],
          testTimeout: 30_000 * patience,
          hookTimeout: 60_000 * patience,
        },
      },
    ],
  },
});
