/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'vitest.mutate.config.ts', related: false, pool: 'threads' },
  coverageAnalysis: 'perTest',
  mutate: [
    'src/lib/policy/!(collections).ts',
    'src/lib/wix/{elevated,operations,granted-rows,read-operations,write-operations,bulk,keyset}.ts',
    'src/lib/auth/{token,credential,authenticate,scope}.ts',
    'src/lib/data-api/{cursor,items-query}.ts',
    '!src/**/*.test.ts',
  ],
  ignorePatterns: ['.astro', '.cache', '.data', 'dist', 'docs', 'test-results', 'playwright-report', 'bench'],
  tempDirName: '.cache/stryker',
  concurrency: 2,
  thresholds: { high: 95, low: 90, break: 90 },
  reporters: ['clear-text', 'html', 'json'],
  clearTextReporter: { allowColor: false, allowEmojis: false, logTests: false, reportTests: false },
  htmlReporter: { fileName: '.cache/mutation/report.html' },
  jsonReporter: { fileName: '.cache/mutation/report.json' },
  allowConsoleColors: false,
};
