// @ts-check
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { withLock } from './lock.mjs';
import { complete, leave, root, toolEnvironment, whenToldToStop } from './processes.mjs';

const SOURCES = ['src', 'public', 'astro.config.mjs', 'package-lock.json', 'tsconfig.json'];
const STAMP = 'dist/source-fingerprint';

/**
 * Builds the site unless `dist` was built from just these sources.
 *
 * @param {{ force?: boolean }} [options]
 * @returns {Promise<boolean>} whether it succeeded
 */
export async function build({ force = false } = {}) {
  if (!force && isBuilt()) return true;
  const onWait = () => console.log('Waiting for another build to finish …');
  return withLock(
    join(root, '.cache/build.lock'),
    async () => {
      if (!force && isBuilt()) return true;
      console.log('Building …');
      const built = fingerprint();
      rmSync(join(root, STAMP), { force: true });
      const env = { ...toolEnvironment(), ASTRO_TELEMETRY_DISABLED: '1' };
      const { code, output } = await complete('astro', ['build'], { env, timeout: 300_000 });
      if (code !== 0) process.stderr.write(output);
      // Taken before the build: what changed meanwhile is built next time.
      else writeFileSync(join(root, STAMP), built);
      return code === 0;
    },
    onWait,
  );
}

/** @param {string} [folder] */
export function isBuilt(folder = root) {
  const stamp = join(folder, STAMP);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint(folder);
}

/**
 * Of contents, not of times, which a checkout or a copy changes. Tests beside the sources are left out.
 *
 * @param {string} [folder]
 */
export function fingerprint(folder = root) {
  const hash = createHash('sha256');
  for (const file of SOURCES.flatMap((source) => filesOf(folder, source))) {
    if (/\.test\.[cm]?[jt]s$/.test(file)) continue;
    const content = readFileSync(join(folder, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/**
 * @param {string} folder
 * @param {string} path
 * @returns {string[]}
 */
function filesOf(folder, path) {
  const whole = join(folder, path);
  if (!existsSync(whole)) return [];
  if (statSync(whole).isFile()) return [path];
  return readdirSync(whole)
    .toSorted()
    .flatMap((name) => filesOf(folder, `${path}/${name}`));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  whenToldToStop(() => leave(1));
  process.exitCode = (await build({ force: true })) ? 0 : 1;
}
