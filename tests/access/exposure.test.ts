import { glob, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asMember, asVisitor } from '../actors.ts';
import { openSite, type Site } from '../harness.ts';
import { raw } from '../raw.ts';

/** What the site gives away: to browsers, to whoever asks for files, and to whoever reads the lock file. */

let site: Site;

beforeAll(async () => {
  site = await openSite();
});

afterAll(() => site.stop());

/** Names that belong to the server: its modules, its settings, what raises rights. */
const SERVER_ONLY =
  /elevate|suppressAuth|WIX_CLIENT|SECRETS_KEY|DATABASE_URL|clientSecret|client_secret|better-sqlite3|kysely|lucia|node:|@wix\/|wixapis|wix-emulator|process\.env|authorizeSystem|PRIVATE KEY/i;

async function filesOf(pattern: string): Promise<string[]> {
  const found: string[] = [];
  for await (const file of glob(pattern)) found.push(file);
  return found.toSorted();
}

test('SU-01 what browsers are given holds no secret, no module of the server and no way to raise rights', async () => {
  const files = await filesOf('dist/client/**/*.*');
  expect(files.length).toBeGreaterThan(2);
  for (const file of files)
    expect((await readFile(file, 'utf8')).match(SERVER_ONLY)?.[0], file).toBeUndefined();
  // The same search does find what it looks for, where it is.
  const server = await Promise.all(
    (await filesOf('dist/server/**/*.mjs')).map((file) => readFile(file, 'utf8')),
  );
  for (const name of ['elevate', 'WIX_CLIENT', 'kysely'])
    expect(
      server.some((text) => text.includes(name)),
      name,
    ).toBe(true);
});

test('SU-01 pages hold none of the site’s secrets', async () => {
  const { clientSecret } = site.emulator.app;
  const keys = await readFile(`${site.dataFolder}/offline-keys.json`, 'utf8');
  const { secretsKey } = JSON.parse(keys) as { secretsKey: string };
  const ada = await asMember(site, 'ada');
  for (const path of [
    '/',
    '/login',
    '/register',
    '/connections',
    '/account',
    '/site',
    '/problems',
    '/nothing',
  ]) {
    const { text, status } = await ada.get(path);
    // Who is signed in already is sent on from where one signs in.
    expect(status === 303 || text.length > 500, path).toBe(true);
    for (const secret of [clientSecret, secretsKey]) expect(text, path).not.toContain(secret);
    expect(text, path).not.toMatch(/JWS\.|gh_s_[\w-]{20}|OauthNG|accessToken|refreshToken/);
  }
});

const PLACES = [
  '/.env',
  '/.git/config',
  '/.git/HEAD',
  '/.npmrc',
  '/.data/offline-keys.json',
  '/.well-known/../.env',

  '/gatehouse.sqlite',
  '/.data/gatehouse.sqlite',
  '/wix-emulator.sqlite',
  '/offline-keys.json',
  '/journal/',

  '/package.json',
  '/package-lock.json',
  '/src/env.ts',
  '/dist/server/entry.mjs',
  '/server/entry.mjs',

  '/../package.json',
  '/_astro/../package.json',
  '/_astro/../../server/entry.mjs',
  '/favicon.svg/../../x',
  '/_astro/..%2f..%2fserver/entry.mjs',
  '/_astro/%2e%2e/%2e%2e/server/entry.mjs',
  '/_astro/%2e%2e%2fx',
  '/_astro/..%252f..%252fpackage.json',
  '/_astro/..%5c..%5cserver%5centry.mjs',
  '/_astro/..\\..\\server',
  '/..%2f..%2f..%2fetc/passwd',
  '/_astro/../../../../../../../etc/passwd',
  '/_astro//etc/passwd',
  '/_astro/%2fetc%2fpasswd',
  '/_astro/.env',
  '/_astro/',
  '/_astro',
  '/_astro/%00',
  '/@fs/etc/passwd',
  '/@vite/client',
  '/node_modules/astro/package.json',
  '/_emulator',
  '/.htaccess',
  '/backup.zip',
];

test.each(PLACES)('SU-05 %s is not there', async (path) => {
  const answer = await raw(site, [`GET ${path} HTTP/1.1`]);
  expect([400, 404], answer.text.slice(0, 200)).toContain(answer.status);
  expect(answer.text).not.toMatch(/root:x|"dependencies"|secretsKey|SQLite format|ref: refs|export |import /);
});

test('SU-05 no file that browsers are given has a source map, and none can be had', async () => {
  const scripts = await filesOf('dist/client/_astro/*.*');
  expect(scripts.length).toBeGreaterThan(1);
  for (const script of scripts) {
    expect(script).not.toMatch(/\.map$/);
    expect(await readFile(script, 'utf8')).not.toContain('sourceMappingURL');
    const path = script.replace('dist/client', '');
    expect((await asVisitor(site).get(path)).status, path).toBe(200);
    expect((await asVisitor(site).get(`${path}.map`)).status, path).toBe(404);
  }
});

test('SU-02 the lock file is checked against known faults, and every package in it against its digest', async () => {
  const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as {
    scripts: Record<string, string>;
  };
  expect(scripts['audit']).toBe('npm audit --audit-level=high');
  expect(await readFile('.github/workflows/ci.yml', 'utf8')).toContain('run: npm run audit');
  const { packages } = JSON.parse(await readFile('package-lock.json', 'utf8')) as {
    packages: Record<string, { resolved?: string; integrity?: string; link?: boolean }>;
  };
  for (const [path, { resolved, integrity, link }] of Object.entries(packages)) {
    if (!path.includes('node_modules/') || link) continue;
    expect(integrity, path).toMatch(/^sha(?:512|1)-/);
    if (resolved !== undefined) expect(resolved, path).toMatch(/^https:\/\//);
  }
});
