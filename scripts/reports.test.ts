import { describe, expect, test } from 'vitest';
import { countPlaywright, countVitest } from './reports.mjs';

describe('a Vitest report', () => {
  const file = (status: string, ...tests: string[]) => ({
    status,
    assertionResults: tests.map((outcome) => ({ status: outcome })),
  });
  const count = (code: number, ...testResults: unknown[]) =>
    countVitest(JSON.stringify({ testResults }), code);

  test('counts what passed and what failed, over all files', () => {
    const counts = count(1, file('passed', 'passed', 'passed'), file('failed', 'passed', 'failed'));
    expect(counts).toEqual({ passed: 3, failed: 1 });
  });

  test.each(['skipped', 'pending', 'todo', 'disabled'])('counts a test that is %s as failed', (status) => {
    expect(count(0, file('passed', 'passed', status))).toEqual({ passed: 1, failed: 1 });
  });

  test('counts a file that could not be loaded as one failure', () => {
    expect(count(1, file('passed', 'passed'), file('failed'))).toEqual({ passed: 1, failed: 1 });
  });

  test('counts a file whose hook threw after its tests had passed as one failure', () => {
    expect(count(1, file('failed', 'passed', 'passed'))).toEqual({ passed: 2, failed: 1 });
  });

  test('counts an error outside every test, which only the exit code tells of', () => {
    expect(count(1, file('passed', 'passed'))).toEqual({ passed: 1, failed: 1 });
  });

  test.each([
    ['is missing', undefined],
    ['is cut short', '{"testResults": ['],
    ['has no results', '{}'],
    ['has no test', '{"testResults": []}'],
  ])('counts one failure when it %s', (_what, report) => {
    expect(countVitest(report, 0)).toEqual({ passed: 0, failed: 1 });
  });
});

describe('a Playwright report', () => {
  const journey = (status: string, expectedStatus = 'passed') => ({ tests: [{ status, expectedStatus }] });
  const count = (code: number, specs: unknown[], errors: unknown[] = []) =>
    countPlaywright(JSON.stringify({ suites: [{ specs: [], suites: [{ specs }] }], errors }), code);

  test('counts journeys in nested suites, once for each project', () => {
    const twice = { tests: [...journey('expected').tests, ...journey('unexpected').tests] };
    expect(count(1, [twice, journey('expected')])).toEqual({ passed: 2, failed: 1 });
  });

  test.each([
    ['skipped', 'skipped', 'skipped'],
    ['passed at the second try', 'flaky', 'passed'],
    ['failing as expected', 'expected', 'failed'],
  ])('counts a journey that is %s as failed', (_what, status, expectedStatus) => {
    const counts = count(0, [journey('expected'), journey(status, expectedStatus)]);
    expect(counts).toEqual({ passed: 1, failed: 1 });
  });

  test('counts an error outside every journey, such as a server that did not start', () => {
    expect(count(1, [], [{ message: 'no server' }])).toEqual({ passed: 0, failed: 1 });
  });

  test('counts one failure when there is no report, or no journey', () => {
    expect(countPlaywright(undefined, 0)).toEqual({ passed: 0, failed: 1 });
    expect(count(0, [])).toEqual({ passed: 0, failed: 1 });
  });
});
