import type { AstroIntegration } from 'astro';
import { openOfflineWix } from './offline.ts';
import { isOffline } from './mode.ts';

type Application = { start: (options: object) => Promise<{ stop: () => Promise<void> }> };

/**
 * Gives the development server what server/gatehouse.ts gives the built site. The application is started inside
 * Vite's own module graph, the same one pages are loaded from, and started again when its code has changed.
 */
export function offlineWix(): AstroIntegration {
  return {
    name: 'gatehouse:offline-wix',
    hooks: {
      'astro:server:setup': async ({ server }) => {
        const environment = server.environments['ssr'];
        if (!isRunnable(environment)) throw new Error('the ssr environment cannot run code');
        const port = String(server.config.server.port);
        const variables = { ...process.env, PORT: port };
        const offline = isOffline(variables)
          ? await openOfflineWix(variables, `http://localhost:${port}`)
          : undefined;
        let running: { application: Application; stop: () => Promise<void> } | undefined;

        const ensureStarted = async () => {
          const application = (await environment.runner.import('/src/application.ts')) as Application;
          if (running?.application === application) return;
          await running?.stop();
          const options = { variables: offline?.variables ?? variables, offlineWix: offline?.emulator.fetch };
          running = { application, ...(await application.start(options)) };
        };

        await ensureStarted();
        server.middlewares.use((_request, _response, next) => void ensureStarted().then(() => next(), next));
        server.httpServer?.once('close', () => {
          void running?.stop();
          offline?.emulator.close();
        });
      },
    },
  };
}

type Runnable = { runner: { import: (path: string) => Promise<unknown> } };

function isRunnable(environment: object | undefined): environment is Runnable {
  return environment !== undefined && 'runner' in environment;
}
