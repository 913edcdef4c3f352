// @ts-check
import node from '@astrojs/node';
import { defineConfig } from 'astro/config';
import { offlineWix } from './server/dev-integration.ts';

/**
 * @astrojs/node in middleware mode, with an entry of our own: the built bundle then holds the request handler and the
 * application's start together, and with them one copy of src/lib.
 * @param {URL} entry
 */
function nodeMiddleware(entry) {
  const integration = node({ mode: 'middleware', bodySizeLimit: 6 * 1024 * 1024 });
  const configDone = integration.hooks['astro:config:done'];
  integration.hooks['astro:config:done'] = (options) =>
    configDone?.({
      ...options,
      setAdapter: (adapter) => options.setAdapter({ ...adapter, serverEntrypoint: entry }),
    });
  return integration;
}

export default defineConfig({
  output: 'server',
  adapter: nodeMiddleware(new URL('./src/entry.ts', import.meta.url)),
  integrations: [offlineWix()],
  // Ours is in src/middleware.ts: it knows the configured origin and covers JSON too.
  security: { checkOrigin: false },
  // Unused framework services stay closed.
  session: { driver: { entrypoint: 'unstorage/drivers/null' } },
  image: { service: { entrypoint: 'astro/assets/services/noop' } },
  devToolbar: { enabled: false },
  // Files instead of inline code, so that the content security policy needs no exceptions.
  build: { inlineStylesheets: 'never' },
  vite: {
    // Addresses are made from the port that was asked for, so another one would not do.
    server: { strictPort: true },
    build: { assetsInlineLimit: 0 },
    // Two copies of the context package would mean "no context".
    resolve: { dedupe: ['@wix/sdk-context'] },
  },
});
