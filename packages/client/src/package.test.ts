import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { createContext, runInContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import {
  checkPackage,
  createPackageFromTarballData,
  type Analysis,
  type CheckResult,
} from '@arethetypeswrong/core';
import { publint } from 'publint';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundle } from '../test/bundle.ts';
import { ADA, startFixtureServer, type FixtureServer } from '../test/fixture-server.ts';

const run = promisify(execFile);
const packageFolder = dirname(import.meta.dirname);
const require = createRequire(import.meta.url);
const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc');

/** An app with the built package in its node_modules, and nothing else. */
let app: string;
let installed: string;
let server: FixtureServer;

beforeAll(async () => {
  app = await mkdtemp(join(tmpdir(), 'gatehouse-client-'));
  installed = join(app, 'node_modules/@gatehouse/client');
  await mkdir(installed, { recursive: true });
  await cp(join(packageFolder, 'package.json'), join(installed, 'package.json'));
  await run(process.execPath, [
    tsc,
    '-p',
    packageFolder + '/tsconfig.build.json',
    '--outDir',
    join(installed, 'dist'),
  ]);
  server = await startFixtureServer();
}, 60_000);

afterAll(async () => {
  await server.close();
  await rm(app, { recursive: true, force: true });
});

const builtScripts = async (): Promise<Map<string, string>> => {
  const dist = join(installed, 'dist');
  const names = (await readdir(dist)).filter((name) => name.endsWith('.js'));
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(dist, name), 'utf8')] as const)),
  );
};

test('the package has no dependencies of any kind', async () => {
  const manifest = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  for (const kind of ['dependencies', 'peerDependencies', 'optionalDependencies', 'devDependencies']) {
    expect(manifest).not.toHaveProperty(kind);
  }
});

test('the build imports its own files only, and touches no Node global', async () => {
  const scripts = await builtScripts();
  expect([...scripts.keys()]).toContain('index.js');
  for (const [name, script] of scripts) {
    const imports = [
      ...script.matchAll(/(?:^(?:import|export)\b[^;'"]*\bfrom\s*|^import\s*|\bimport\()['"]([^'"]+)['"]/gm),
    ].map(([, specifier]) => specifier);
    for (const specifier of imports) expect(specifier, name).toMatch(/^\.\/[a-z-]+\.js$/);
    expect(script, name).not.toMatch(/\b(?:require|process|Buffer|__dirname)\b\s*[.([]/);
  }
});

test('plain Node imports it by name, signs in and lists', async () => {
  const script = `
    import { Gatehouse, GatehouseError } from '@gatehouse/client';
    const gatehouse = new Gatehouse({ baseUrl: process.argv[2] });
    await gatehouse.login(${JSON.stringify(ADA)});
    const names = [];
    for await (const item of gatehouse.collection('SITConnections').items({ limit: 2 })) names.push(item.name);
    const error = await gatehouse.collection('Orders').list().catch((reason) => reason);
    console.log(JSON.stringify([names.length, error instanceof GatehouseError, error.code]));`;
  await writeFile(join(app, 'main.mjs'), script);
  // The Node of the shell where there is one, which may be older than the one that runs the tests.
  const { stdout } = await run('node', ['main.mjs', server.origin], { cwd: app });
  expect(JSON.parse(stdout)).toEqual([5, true, 'not-found']);
}, 30_000);

test.each([
  ['nodenext', 'a Node app', []],
  ['bundler', 'a bundled app', ['ES2022', 'DOM']],
])(
  'its types resolve for %s, in %s',
  async (moduleResolution, _app, lib) => {
    await writeFile(
      join(app, 'main.mts'),
      `import { Gatehouse, type GatehouseError } from '@gatehouse/client';
     const gatehouse = new Gatehouse<{ Orders: { _id: string; total: number } }>({ baseUrl: 'https://example.com' });
     export const totals = async (): Promise<number[]> =>
       (await gatehouse.collection('Orders').list({ sort: '-total' })).result.items.map(({ total }) => total);
     export const codeOf = (error: GatehouseError): string => error.code;
     // @ts-expect-error no such field
     export const wrong = () => gatehouse.collection('Orders').list({ sort: '-totals' });`,
    );
    const nodeTypes = dirname(require.resolve('@types/node/package.json'));
    await mkdir(join(app, 'node_modules/@types'), { recursive: true });
    await symlink(nodeTypes, join(app, 'node_modules/@types/node')).catch(() => {});
    const compilerOptions = {
      module: moduleResolution === 'bundler' ? 'esnext' : 'nodenext',
      moduleResolution,
      target: 'es2022',
      lib: lib.length > 0 ? lib : ['ES2022'],
      types: lib.length > 0 ? [] : ['node'],
      strict: true,
      noEmit: true,
      // The package's own declarations are checked too, in strict mode.
      skipLibCheck: lib.length === 0,
    };
    await writeFile(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['main.mts'] }));
    const { stdout } = await run(process.execPath, [tsc, '-p', app]).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe('');
  },
  30_000,
);

test('tests stay out of the published files', async () => {
  const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: packageFolder,
  });
  const [packed] = JSON.parse(stdout) as [{ files: { path: string }[] }];
  const paths = packed.files.map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json', 'src/index.ts']));
  expect(
    paths.filter((path) => !/^(?:(?:bin|dist|src)\/[^/]+|LICENSE|README\.md|package\.json)$/.test(path)),
  ).toEqual([]);
  expect(paths.filter((path) => path.includes('.test.'))).toEqual([]);
}, 30_000);

test('publint and are-the-types-wrong find nothing in what would be published', async () => {
  await run('npm', ['run', 'build'], { cwd: packageFolder });
  const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', app], {
    cwd: packageFolder,
  });
  const [packed] = JSON.parse(stdout) as [{ filename: string }];
  const tarball = new Uint8Array(
    await readFile(join(app, packed.filename.replace('@', '').replace('/', '-'))),
  );
  const { messages } = await publint({ pack: { tarball: tarball.buffer }, strict: true });
  expect(messages).toEqual([]);
  const { problems } = (await checkPackage(createPackageFromTarballData(tarball))) as CheckResult & Analysis;
  // An ESM package: what `require` of Node before 20.19 cannot load, and what looks for no `exports`, is left behind.
  expect(problems.filter(({ kind }) => kind !== 'CJSResolvesToESM')).toEqual([]);
}, 60_000);

test('all of it is smaller than 6 kB, minified and gzipped', async () => {
  const size = gzipSync(await bundle()).byteLength;
  expect(size).toBeLessThan(6_000);
  expect(size).toBeGreaterThan(1_000);
});

test('what an app does not use stays out of its bundle', async () => {
  const part = await bundle({
    stdin: { contents: "export { GatehouseError } from './index.ts';", resolveDir: import.meta.dirname },
  });
  expect(part).not.toContain('/api/');
  expect(gzipSync(part).byteLength).toBeLessThan(1_000);
});

test('it runs with what React Native has, and nothing else', async () => {
  const script = await bundle({ format: 'iife', globalName: 'client' });
  // No URL, URLSearchParams, AbortSignal.any, crypto, structuredClone, TextEncoder or Buffer.
  const world = createContext({
    AbortController,
    Headers,
    clearTimeout,
    setTimeout,
    fetch: (url: string, init: RequestInit) => fetch(url, init),
    baseUrl: server.origin,
    credentials: ADA,
    store: new Map<string, string>(),
  });
  const work = `${script}
    const { Gatehouse, asyncStorage } = client;
    const AsyncStorage = {
      getItem: async (key) => store.get(key) ?? null,
      setItem: async (key, value) => void store.set(key, value),
      removeItem: async (key) => void store.delete(key),
    };
    (async () => {
      const app = () => new Gatehouse({ baseUrl, storage: asyncStorage(AsyncStorage) });
      await app().login(credentials);
      const later = app();
      const connections = later.collection('SITConnections');
      await connections.insert({ name: 'x' });
      const names = [];
      for await (const { name } of connections.items({ limit: 2 })) names.push(name);
      const error = await later.collection('Orders').list().catch((reason) => reason);
      await later.logout();
      return JSON.stringify([names.length, error.code, await app().restore()]);
    })()`;
  expect(JSON.parse((await runInContext(work, world)) as string)).toEqual([5, 'not-found', false]);
  expect(
    server.received.find(({ method, url }) => method === 'POST' && url.endsWith('/items'))?.headers,
  ).toHaveProperty('idempotency-key');
});
