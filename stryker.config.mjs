/**
 * `npm run mutate`: small faults are put into the modules that decide who reaches what, one at a time, and a test
 * beside them has to fail. docs/mutation.md says what came of it, and why some are left.
 */
export default {
  mutate: [
    'src/lib/policy/!(collections).ts',
    'src/lib/wix/{elevated,operations,granted-rows,read-operations,write-operations,bulk,keyset}.ts',
    'src/lib/auth/{token,credential,authenticate,scope*}.ts',
    'src/lib/data-api/{cursor,items-query}.ts',
    '!src/**/*.{test,contract}.ts',
  ],
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'vitest.mutate.config.ts', related: false, pool: 'threads' },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  // Far above what a test takes, so that only endless loops count as noticed by their time.
  timeoutMS: 30_000,
  thresholds: { high: 95, low: 90, break: 90 },
  reporters: ['progress', 'clear-text', 'html'],
  clearTextReporter: { logTests: false, reportTests: false },
  htmlReporter: { fileName: '.cache/mutation.html' },
  tempDirName: '.cache/stryker',
  ignorePatterns: ['.astro', '.cache', '.data', 'bench', 'dist', 'docs', 'playwright-report', 'test-results'],
};
