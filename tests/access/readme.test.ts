import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findOnPath } from '../../scripts/browser.mjs';
import { banner } from '../../server/banner.ts';
import { KNOWN_SCOPES } from '../../src/lib/policy/scopes.ts';
import { openSite, type Site } from '../harness.ts';

/** What the README and the banner tell a newcomer to type is typed, against a site of our own. */

const run = promisify(execFile);
const ADDRESS = 'http://localhost:4321';
const CLIENT = pathToFileURL('packages/client/src/index.ts').href;
const readme = await readFile('README.md', 'utf8');
let site: Site;
let folder: string;

beforeAll(async () => {
  site = await openSite();
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-readme-'));
  if (findOnPath(['curl'])) return;
  await writeFile(join(folder, 'curl'), STAND_IN);
  await chmod(join(folder, 'curl'), 0o755);
});

afterAll(async () => {
  await site.stop();
  await rm(folder, { recursive: true });
});

test('the shell session answers as written', async () => {
  const section = sectionOf('From a shell');
  const [commands, answers] = [blocksOf(section, 'sh'), blocksOf(section, 'json')];
  expect(commands).toHaveLength(answers.length);

  const output = await inBash(commands.map((block) => `${block}\nprintf '\\0'\n`).join(''));
  const said = output.split('\0').slice(0, -1);
  expect(said.map((text) => JSON.parse(text) as unknown)).toEqual(
    answers.map((text) => withGaps(JSON.parse(text))),
  );
  expect((await site.journal()).map(({ operation, rows }) => `${operation} ${rows}`)).toEqual([
    'authorization.getRoles 0',
    'items.query 2',
    'items.insert 1',
    'items.query 0',
  ]);
});

test('the automation session answers as written, and the token is dead after signing out everywhere else', async () => {
  const section = sectionOf('Automation: access tokens');
  const [commands, answers] = [blocksOf(section, 'sh'), blocksOf(section, 'json')];
  expect(commands).toHaveLength(answers.length);
  const after = [
    `curl -s -X DELETE $SITE/api/auth/sessions -H "Authorization: Bearer $SESSION"`,
    `curl -s $SITE/api/me -H "Authorization: Bearer $ACCESS_TOKEN"`,
  ];
  const output = await inBash([...commands, ...after].map((block) => `${block}\nprintf '\\0'\n`).join(''));
  const said = output.split('\0').slice(0, -1);
  const [ended, dead] = said.splice(-after.length);
  expect(said.map((text) => JSON.parse(text) as unknown)).toEqual(
    answers.map((text) => withGaps(JSON.parse(text))),
  );
  expect(ended?.trim()).toBe('');
  expect(JSON.parse(dead ?? '')).toMatchObject({ status: 401, code: 'unauthenticated' });
});

test('the scopes of the README are those there are', () => {
  const listed = [...sectionOf('Automation: access tokens').matchAll(/^\| `([^`]+:[^`]+)`/gm)].map(
    ([, scope = '']) => scope,
  );
  const known = KNOWN_SCOPES.map(({ scope, collection, action }) =>
    collection === null ? scope : `{collection}:${action}`,
  );
  expect(new Set(listed)).toEqual(new Set(known));
});

test('the client’s example prints what is written below it', async () => {
  const section = sectionOf('From an app');
  const [example = ''] = blocksOf(section, 'ts');
  const script = join(folder, 'example.mts');
  await writeFile(
    script,
    example.replace("'@gatehouse/client'", `'${CLIENT}'`).replace(ADDRESS, site.address),
  );
  const { stdout } = await run(process.execPath, [script]);
  expect(stdout.trim()).toBe(blocksOf(section, 'text')[0]?.trim());
});

test('the banner’s commands list the demo member’s connections', async () => {
  const commands = banner({ mode: 'offline', address: site.address })
    .split('\n')
    .filter((line) => line.startsWith('  '));
  const { items } = JSON.parse(await inBash(commands.join('\n'))) as { items: { memberEmail: string }[] };
  expect(items.length).toBeGreaterThanOrEqual(4);
  expect(new Set(items.map(({ memberEmail }) => memberEmail))).toEqual(new Set(['ada@example.com']));
});

test('the README shows the banner as it is', () => {
  const shown = blocksOf(sectionOf('Two commands'), 'text')[0]?.split('…')[0] ?? '';
  expect(banner({ mode: 'offline', address: ADDRESS }).startsWith(shown)).toBe(true);
  expect(shown).toContain(ADDRESS);
});

async function inBash(commands: string): Promise<string> {
  const env = { ...process.env, PATH: [folder, process.env['PATH']].join(delimiter) };
  const { stdout } = await run('bash', ['-euc', commands.replaceAll(ADDRESS, site.address)], { env });
  return stdout;
}

function sectionOf(title: string): string {
  const section = readme.split(/^## /m).find((text) => text.startsWith(`${title}\n`));
  if (!section) throw new Error(`the README has no section "${title}"`);
  return section;
}

function blocksOf(text: string, language: string): string[] {
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
    .filter(([, kind]) => kind === language)
    .map(([, , block = '']) => block);
}

/** In the README `…` stands for text that differs from run to run. */
function withGaps(value: unknown): unknown {
  if (typeof value === 'string' && value.endsWith('…'))
    return expect.stringMatching(new RegExp(`^${value.slice(0, -1)}.`));
  if (Array.isArray(value)) return value.map(withGaps);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withGaps(inner)]));
}

/** For machines without curl: as much of it as the commands use. */
const STAND_IN = `#!${process.execPath}
const { parseArgs } = require('node:util');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    silent: { type: 'boolean', short: 's' },
    header: { type: 'string', short: 'H', multiple: true, default: [] },
    data: { type: 'string', short: 'd' },
    request: { type: 'string', short: 'X' },
  },
});
const headers = values.header.map((line) => line.split(/: (.*)/s).slice(0, 2));
const method = values.request ?? (values.data === undefined ? 'GET' : 'POST');
fetch(positionals[0], { method, headers, body: values.data })
  .then((answer) => answer.text())
  .then((text) => process.stdout.write(text));
`;
