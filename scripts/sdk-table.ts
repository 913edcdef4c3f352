import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { AREAS_NOT_COVERED, METHODS_NOT_COVERED, sdkAreas } from '../tests/conformance/sdk-methods.ts';
import type { Area } from '../tests/conformance/sdk-methods.ts';

/**
 * Which methods of the SDK the emulator is held to, and with which outcomes: a table made from what the conformance
 * tests really called. `--check` fails when the one in the tree is another.
 *
 *   npm run sdk-table          runs the tests and writes the table
 */
const TABLE = join(import.meta.dirname, '../tests/conformance/SDK-METHODS.md');

type Report = {
  testResults: { assertionResults: { status: string; meta?: { sdkCalls?: Record<string, string[]> } }[] }[];
};
type Covered = { tests: number; outcomes: Set<string> };

const { values, positionals } = parseArgs({
  options: { check: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const [reportPath] = positionals;
if (reportPath === undefined)
  throw new Error('usage: sdk-table.ts [--check] <report of the conformance suite>');

const covered = readReport(reportPath);
const options = await resolveConfig(TABLE);
const table = await format(write(sdkAreas()), { ...options, parser: 'markdown' });
if (!values.check) writeFileSync(TABLE, table);
else if (readFileSync(TABLE, 'utf8') !== table) {
  console.error(
    'tests/conformance/SDK-METHODS.md is not what the tests say; npm run sdk-table writes it anew.',
  );
  process.exitCode = 1;
}

function readReport(path: string): Map<string, Covered> {
  const report = JSON.parse(readFileSync(path, 'utf8')) as Report;
  const found = new Map<string, Covered>();
  for (const { status, meta } of report.testResults.flatMap(({ assertionResults }) => assertionResults)) {
    if (status !== 'passed') continue;
    for (const [method, outcomes] of Object.entries(meta?.sdkCalls ?? {})) {
      const entry = found.get(method) ?? { tests: 0, outcomes: new Set() };
      entry.tests += 1;
      for (const outcome of outcomes) entry.outcomes.add(outcome);
      found.set(method, entry);
    }
  }
  return found;
}

function write(areas: readonly Area[]): string {
  const methods = areas.flatMap(({ name, methods: names }) => names.map((method) => `${name}.${method}`));
  const total = methods.filter((method) => covered.has(method)).length;
  return [
    '# SDK methods and how they ended in the tests',
    '',
    'Made by `npm run sdk-table` from the conformance tests; do not edit. Each test notes which methods of the real',
    'SDK it called and how each call ended: `ok`, `null`, the state of a login, or the code or HTTP status of what was',
    'thrown. Numbers are tests.',
    '',
    `${total} of ${methods.length} methods are covered.`,
    ...areas.flatMap(writeArea),
  ].join('\n');
}

function writeArea(area: Area): string[] {
  const rows = area.methods.map((method) => rowOf(`${area.name}.${method}`, area.name));
  const isUntouched = area.methods.every((method) => !covered.has(`${area.name}.${method}`));
  const heading = ['', `## ${area.name} of ${area.package}`, ''];
  if (isUntouched) {
    return [
      ...heading,
      `Not covered. ${reasonFor(area.name, area.name)}`,
      '',
      area.methods.map((name) => `\`${name}\``).join(', '),
    ];
  }
  return [...heading, '| Method | Tests | Outcomes |', '| --- | --- | --- |', ...rows];
}

function rowOf(method: string, area: string): string {
  const entry = covered.get(method);
  if (!entry) return `| \`${method}\` | – | Not covered. ${reasonFor(method, area)} |`;
  // `ok` first, whatever the alphabet says.
  const outcomes = [...entry.outcomes].toSorted(
    (a, b) => Number(b === 'ok') - Number(a === 'ok') || (a < b ? -1 : 1),
  );
  return `| \`${method}\` | ${entry.tests} | ${outcomes.map((outcome) => `\`${outcome}\``).join(' ')} |`;
}

function reasonFor(method: string, area: string): string {
  const reason = METHODS_NOT_COVERED[method] ?? AREAS_NOT_COVERED[area];
  if (reason === undefined) throw new Error(`${method} has neither a test nor a reason in sdk-methods.ts`);
  return reason;
}
