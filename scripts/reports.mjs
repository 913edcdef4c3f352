// @ts-check

/**
 * Counts of a suite, read from the report its runner writes. Whatever did not run and pass has failed: a skipped test,
 * a planned one, a file that could not be loaded.
 *
 * @typedef {{ passed: number, failed: number }} Counts
 */

/** @type {Counts} */
const crashed = { passed: 0, failed: 1 };

/**
 * @param {Counts} counts what the report says
 * @param {number} code the runner's exit code
 * @returns {Counts}
 */
function settle({ passed, failed }, code) {
  if (passed + failed === 0) return crashed;
  // The runner saw something no test tells of, such as an unhandled rejection.
  if (code !== 0 && failed === 0) return { passed, failed: 1 };
  return { passed, failed };
}

/**
 * @param {string | undefined} report Vitest's JSON report, `undefined` when it wrote none
 * @param {number} code
 * @returns {Counts}
 */
export function countVitest(report, code) {
  const parsed = parse(report);
  if (!Array.isArray(parsed?.testResults)) return crashed;
  const counts = { passed: 0, failed: 0 };
  for (const { status, assertionResults } of parsed.testResults) {
    const passed = assertionResults.filter((/** @type {any} */ test) => test.status === 'passed').length;
    const failed = assertionResults.length - passed;
    counts.passed += passed;
    // A file may fail as a whole: it does not load, or a hook throws.
    counts.failed += status === 'failed' && failed === 0 ? 1 : failed;
  }
  return settle(counts, code);
}

/**
 * @param {string | undefined} report Playwright's JSON report, `undefined` when it wrote none
 * @param {number} code
 * @returns {Counts}
 */
export function countPlaywright(report, code) {
  const parsed = parse(report);
  if (!Array.isArray(parsed?.suites)) return crashed;
  const tests = parsed.suites.flatMap(testsOf);
  // Expected to fail, or passed at the second try, is not passed.
  const passed = tests.filter(
    (/** @type {any} */ test) => test.status === 'expected' && test.expectedStatus === 'passed',
  ).length;
  return settle({ passed, failed: tests.length - passed + (parsed.errors?.length ?? 0) }, code);
}

/**
 * @param {any} suite
 * @returns {any[]}
 */
function testsOf({ suites = [], specs = [] }) {
  return [...suites.flatMap(testsOf), ...specs.flatMap((/** @type {any} */ spec) => spec.tests)];
}

/** @param {string | undefined} report */
function parse(report) {
  try {
    return JSON.parse(report ?? '');
  } catch {
    return undefined;
  }
}
