// @ts-check
import node from '@astrojs/node';
import { defineConfig } from 'astro/config';

/** The measure to compare with: Astro as it comes, answering a constant. */
export default defineConfig({ output: 'server', adapter: node({ mode: 'standalone' }) });
