import { pagesListener, type Mail, type Seed, type WixEmulator } from '../packages/wix-emulator/src/index.ts';
import { listen, type RequestListener } from './http-server.ts';
import { isOffline, type Variables } from './mode.ts';
import { openOfflineWix } from './offline.ts';

/** What the build exports; see src/entry.ts. */
type Bundle = {
  handler: RequestListener;
  start: (options: {
    variables: Variables;
    mode: 'offline' | 'live';
    wix?: Pick<WixEmulator, 'fetch'> & Partial<Pick<WixEmulator, 'answerAtOnce'>>;
    memberRoundMs?: number;
    sparing?: Sparing;
  }) => Promise<{ stop: () => Promise<void> }>;
};

/** How Wix is spared calls; see src/lib/wix/sparing.ts. */
type Sparing = Partial<Record<'outagesToOpen' | 'restMs' | 'longestPauseMs' | 'keptBytes', number>>;

export type Gatehouse = Readonly<{
  mode: 'offline' | 'live';
  /** Where it answers on this machine. */
  address: string;
  /** Offline mode only. */
  emulator: WixEmulator | undefined;
  stop: () => Promise<void>;
}>;

export type ServeOptions = Readonly<{
  variables: Variables;
  /** What the embedded Wix holds at first; the demo people unless given. */
  seed?: Seed;
  /** Offline mode: told of every mail that Wix would have sent. */
  onMail?: (mail: Mail) => void;
  /**
   * Stands between the site and Wix, for tests that need Wix in trouble, or in another process. In live mode forwarding
   * would reach Wix itself.
   */
  interceptWix?: (request: Request, forward: (request: Request) => Promise<Response>) => Promise<Response>;
  /** Between two rounds of asking Wix about members who are signed in, in milliseconds; for tests. */
  memberRoundMs?: number;
  /** Where not as usual; for tests. */
  sparing?: Sparing;
}>;

/** Taken before the application replaces it with its road to Wix. */
const network = globalThis.fetch;

/**
 * The composition root: joins the built site, the embedded Wix of offline mode and an HTTP server. The emulator and
 * the site's code meet nowhere else, and here only as requests and responses.
 */
export async function serve(options: ServeOptions): Promise<Gatehouse> {
  const { variables, seed, onMail, interceptWix, memberRoundMs, sparing } = options;
  const bundlePath = new URL('../dist/server/entry.mjs', import.meta.url);
  const { handler, start } = (await import(bundlePath.href)) as Bundle;
  const host = variables['HOST'] || 'localhost';
  const server = await listen(host, portOf(variables['PORT']));
  const localOrigin = `http://${host.includes(':') ? `[${host}]` : host}:${server.port}`;
  const offline = isOffline(variables)
    ? await openOfflineWix(variables, localOrigin, { seed, onMail })
    : undefined;
  try {
    const forward = offline ? (request: Request) => offline.emulator.fetch(request) : network;
    const wix = interceptWix
      ? { fetch: (request: Request) => interceptWix(request, forward) }
      : offline?.emulator;
    const application = await start({
      variables: { ...(offline?.variables ?? variables), PORT: String(server.port) },
      mode: offline ? 'offline' : 'live',
      ...(wix && { wix }),
      ...(memberRoundMs !== undefined && { memberRoundMs }),
      ...(sparing && { sparing }),
    });
    server.serve(offline ? beside(pagesListener(offline.emulator), handler) : handler);
    return {
      mode: offline ? 'offline' : 'live',
      address: localOrigin,
      emulator: offline?.emulator,
      async stop() {
        await server.drain();
        await application.stop();
        offline?.emulator.close();
      },
    };
  } catch (error) {
    await server.drain();
    offline?.emulator.close();
    throw error;
  }
}

/** Offline, a person who signs in at Wix is shown its pages by the same server, so that one address is all there is. */
function beside(pages: ReturnType<typeof pagesListener>, site: RequestListener): RequestListener {
  return (request, response) => pages(request, response, () => site(request, response));
}

function portOf(text: string | undefined): number {
  const port = Number(text || '4321');
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`PORT is not a port number: ${text}`);
  return port;
}
