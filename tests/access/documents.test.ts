import { existsSync } from 'node:fs';
import { glob, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isOffline } from '../../server/mode.ts';
import { parseEnvironment } from '../../src/env.ts';
import { securityTable, testsByCase } from '../../scripts/security-cases.ts';
import { PROBLEMS } from '../../src/lib/http/problem.ts';

/** What is written beside the code agrees with the code. */

const readme = await readFile('README.md', 'utf8');
const pages = await files('**/*.md');

/** The first column of every table: `NAME` in backticks. */
const tabled = new Set([...readme.matchAll(/^\| `([A-Z_]+)` /gm)].map(([, name]) => name as string));

describe('the README', () => {
  test('lists every variable of the environment', () => {
    const uuid = '00000000-0000-4000-8000-000000000000';
    const { mode: _, ...variables } = parseEnvironment(
      {
        WIX_CLIENT_ID: uuid,
        WIX_CLIENT_SECRET: 'not-a-secret',
        WIX_CLIENT_INSTANCE_ID: uuid,
        SITE_ORIGIN: 'https://www.example.com',
        SECRETS_KEY: Buffer.alloc(32).toString('base64'),
      },
      'live',
    );
    for (const name of Object.keys(variables)) expect(tabled, name).toContain(name);
  });

  test('lists every variable that decides on the mode, and none that nobody reads', async () => {
    const code = (await Promise.all((await files('{server/*.ts,src/env.ts}')).map(read))).join('\n');
    const decisive = (await read('server/mode.ts')).match(/(?<=')[A-Z_]{4,}(?=')/g) ?? [];
    expect(decisive).toContain('NODE_ENV');
    for (const name of decisive) expect(tabled, name).toContain(name);
    for (const name of tabled) expect(code, name).toContain(name);
    for (const name of tabled)
      expect(isOffline({ [name]: 'production' }), name).toBe(
        !/^WIX_CLIENT_|^(?:NODE_ENV|HOST|SITE_ORIGIN|DATABASE_URL)$/.test(name),
      );
  });

  test('lists every route of the API with its methods', async () => {
    for (const file of await files('src/pages/api/**/*.ts')) {
      if (file.includes('[...')) continue;
      const path = file
        .replace(/^src\/pages/, '')
        .replace(/(\/index)?\.ts$/, '')
        .replaceAll(/\[(\w+)\]/g, '{$1}');
      const methods = (await read(file)).match(/(?<=^export const )(GET|POST|PUT|PATCH|DELETE)/gm) ?? [];
      expect(methods, file).not.toEqual([]);
      for (const method of methods)
        expect(new RegExp(`\`${method} ${escape(path)}[\`?]`).test(readme), `${method} ${path}`).toBe(true);
    }
  });

  test('lists every code of a problem with its status', () => {
    for (const [code, { status }] of Object.entries(PROBLEMS))
      expect(new RegExp(`^\\| ${status} .*\`${code}\``, 'm').test(readme), code).toBe(true);
  });

  test('shows the policy as it is declared', async () => {
    const [, excerpt = ''] = /^```ts\n(SITConnections.*?)^```$/ms.exec(readme) ?? [];
    const declared = (await read('src/lib/policy/collections.ts')).replaceAll(/^ {2}/gm, '');
    expect(declared).toContain(excerpt);
    expect(excerpt).toContain('ownedByEmail');
  });
});

test('documents name tests that exist', async () => {
  const named: Record<string, number> = {};
  for (const page of pages) {
    const text = await read(page);
    for (const [, file = '', title = ''] of text.matchAll(/\]\(([^)]+\.(?:test|spec)\.ts)\): “(.+?)” *\|/g)) {
      expect((await read(join(dirname(page), file))).includes(title), `${title} of ${page}`).toBe(true);
      named[page] = (named[page] ?? 0) + 1;
    }
  }
  expect(named['README.md']).toBeGreaterThan(5);
  expect(named['docs/oauth.md']).toBeGreaterThan(30);
  const rows = (await read('docs/oauth.md')).split('\n').filter((line) => /^\| (?:RFC|§)/.test(line));
  expect(rows, 'each row of docs/oauth.md names its test').toHaveLength(named['docs/oauth.md'] ?? 0);
});

describe('docs/security.md', async () => {
  const page = await read('docs/security.md');
  const [cases = '', without = ''] = page.split('## Cases without a test');
  const rows = [...cases.matchAll(/^\| ([A-Z]{2}-\d{2}) .*\| (.+?) *\|$/gm)];

  test('says which tests show which case; `npm run security-table` writes it', async () => {
    const plain = (text: string) => text.replaceAll(/ +|-{3,}/g, ' ');
    expect(plain(await securityTable(page))).toBe(plain(page));
    expect(rows.length).toBeGreaterThan(150);
  });

  test('has a row for each case that a test names', async () => {
    const listed = new Set(rows.map(([, id]) => id));
    for (const id of (await testsByCase()).keys()) expect(listed, id).toContain(id);
    expect(listed.size).toBe(rows.length);
  });

  test('says of each case without a test why, and of no other', () => {
    const untested = rows.filter(([, , tests]) => tests === '—').map(([, id]) => id);
    expect(new Set(without.match(/\b[A-Z]{2}-\d{2}\b/g))).toEqual(new Set(untested));
  });
});

test('every dependency has its sentence', async () => {
  const written = await read('docs/decisions/014-dependencies.md');
  for (const manifest of await files('{package.json,packages/*/package.json}')) {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
      await read(manifest),
    ) as Record<string, Record<string, string> | undefined>;
    for (const name of Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies }))
      expect(written.includes(`\`${name}\``), `${name} of ${manifest}`).toBe(true);
  }
});

test('every decision is in the index', async () => {
  const index = await read('docs/decisions/README.md');
  for (const file of await files('docs/decisions/[0-9]*.md'))
    expect(index).toContain(`](${file.split('/').at(-1)})`);
});

test.each(pages)('links of %s lead somewhere', async (page) => {
  for (const [, target = ''] of withoutCode(await read(page)).matchAll(/\]\(([^()\s]+(?:\([^()]*\))?)\)/g)) {
    if (/^[a-z]+:/.test(target)) continue;
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? page : join(dirname(page), path);
    expect(existsSync(file), `${target} in ${page}`).toBe(true);
    if (anchor) expect(anchorsOf(await read(file)), `${target} in ${page}`).toContain(anchor);
  }
});

/** Headings as they are addressed: lower case, no punctuation, dashes for spaces. */
function anchorsOf(markdown: string): string[] {
  return [...withoutCode(markdown).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function withoutCode(markdown: string): string {
  return markdown.replaceAll(/^```.*?^```$/gms, '');
}

async function files(pattern: string): Promise<string[]> {
  const ignored = new Set(['node_modules', 'dist', '.astro', '.data', '.cache', '.git', 'test-results']);
  const found: string[] = [];
  for await (const file of glob(pattern, { exclude: (name) => ignored.has(name) })) found.push(file);
  return found.toSorted();
}

function read(file: string): Promise<string> {
  return readFile(file, 'utf8');
}

function escape(text: string): string {
  return text.replaceAll(/[{}?.]/g, String.raw`\$&`);
}
