import { defineConfig } from 'vitest/config';
import { isolate } from './scripts/environment.mjs';

isolate();

const patience = process.env['LONG'] ? 20 : 1;

/** Three suites: units beside their file, access through HTTP against the built site, conformance by the real SDK. */
export default defineConfig({
  test: {
    pool: 'forks',
    // By default one core is left idle; on a machine of two that is half of it.
    maxWorkers: '100%',
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
          // Loading the SDK anew for each file takes longer than the tests. Each test has an emulator of its own.
          isolate: false,
          setupFiles: ['tests/fixed-seed.ts', 'tests/conformance/record-tests.ts'],
          include: ['tests/conformance/**/*.test.ts'],
          testTimeout: 30_000 * patience,
          hookTimeout: 60_000 * patience,
        },
      },
    ],
  },
});
