// @ts-check
import node from '@astrojs/node';
import { defineConfig } from 'astro/config';

/** The measures to compare with: Astro as it comes, answering a constant, and the same road written by hand. */
export default defineConfig({
  output: 'server',
  adapter: node({ mode: 'standalone' }),
  vite: { ssr: { external: ['better-sqlite3'] } },
});
