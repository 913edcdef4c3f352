import { fileURLToPath } from 'node:url';
import { build, type BuildOptions } from 'esbuild';

/** The client as an app's bundler makes it: one file, minified. */
export async function bundle(options: BuildOptions = {}): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: options.stdin ? [] : [fileURLToPath(new URL('../src/index.ts', import.meta.url))],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    write: false,
    ...options,
  });
  return outputFiles?.[0]?.text ?? '';
}
