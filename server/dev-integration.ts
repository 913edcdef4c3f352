import type { AstroIntegration } from 'astro';
import { pagesListener, type Mail } from '../packages/wix-emulator/src/index.ts';
import { banner, letter } from './banner.ts';
import { isOffline } from './mode.ts';
import { openOfflineWix } from './offline.ts';

type Application = { start: (options: object) => Promise<{ stop: () => Promise<void> }> };
type Runnable = { runner: { import: (path: string) => Promise<unknown> } };

/**
 * Gives the development server what server/gatehouse.ts gives the built site. The application is started inside
 * Vite's own module graph, the same one pages are loaded from, and started again when its code has changed.
 */
export function offlineWix(): AstroIntegration {
  return {
    name: 'gatehouse:offline-wix',
    hooks: {
      'astro:server:start': ({ address }) => {
        const mode = isOffline(process.env) ? 'offline' : 'live';
        console.log(`\n${banner({ mode, address: `http://localhost:${address.port}` })}`);
      },
      'astro:server:setup': async ({ server }) => {
        const environment = server.environments['ssr'];
        if (!isRunnable(environment)) throw new Error('the ssr environment cannot run code');
        const port = String(server.config.server.port);
        const variables = { ...process.env, PORT: port };
        const onMail = (mail: Mail) => console.log(letter(mail));
        const offline =
          isOffline(variables) && (await openOfflineWix(variables, `http://localhost:${port}`, { onMail }));
        const options = offline
          ? {
              variables: offline.variables,
              mode: 'offline',
              wix: offline.emulator,
            }
          : { variables, mode: 'live' };
        let running: { application: Application; stop: () => Promise<void> } | undefined;

        /** An edit under src/lib gives a new copy of the application: that one is started, the old one stopped. */
        const ensureStarted = async () => {
          const application = (await environment.runner.import('/src/application.ts')) as Application;
          if (running?.application === application) return;
          await running?.stop();
          running = { application, ...(await application.start(options)) };
        };
        const beforeRequest = async (next: (error?: unknown) => void) => {
          try {
            await ensureStarted();
            next();
          } catch (error) {
            next(error);
          }
        };

        await ensureStarted();
        if (offline) server.middlewares.use(pagesListener(offline.emulator));
        server.middlewares.use((_request, _response, next) => void beforeRequest(next));
        server.httpServer?.once('close', () => {
          void running?.stop();
          if (offline) offline.emulator.close();
        });
      },
    },
  };
}

function isRunnable(environment: object | undefined): environment is Runnable {
  return environment !== undefined && 'runner' in environment;
}
