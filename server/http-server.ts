import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import sirv from 'sirv';

export type RequestListener = (request: IncomingMessage, response: ServerResponse) => unknown;

const URL_LIMIT = 8 * 1024;
const HEADER_LIMIT = 16 * 1024;

/** How long requests under way may take to finish once the server is told to stop, in milliseconds. */
const DRAIN_MS = 9_000;

export type HttpServer = Readonly<{
  /** The port it really listens on. */
  port: number;
  /** From here on requests are answered; before, they get 503. */
  serve: (handler: RequestListener) => void;
  /** Takes no new request, lets those under way finish, and then closes every connection. */
  drain: () => Promise<void>;
}>;

/**
 * The site's own HTTP server around Astro's handler. The adapter's standalone one cannot drain and takes bodies of a
 * gigabyte.
 * @throws {Error} when the port is taken or the host cannot be bound.
 */
export async function listen(host: string, port: number): Promise<HttpServer> {
  const assets = sirv(fileURLToPath(new URL('../dist/client', import.meta.url)), {
    etag: true,
    maxAge: 3600,
  });
  let listener: RequestListener | undefined;

  const server = createServer({
    maxHeaderSize: HEADER_LIMIT,
    requestTimeout: 25_000,
    connectionsCheckingInterval: 5_000,
    headersTimeout: 10_000,
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const handler = listener;
    if ((request.url?.length ?? 0) > URL_LIMIT) return answer(response, 'uri-too-long');
    // Two readers of one connection could each believe another protocol. RFC 9110 §7.8.
    if (request.headers.upgrade !== undefined) return answer(response, 'invalid-request');
    if (!handler) return answer(response, 'starting');
    const app = () => void handler(request, response);
    // The API never looks on disk: file look-ups share a thread pool with password hashing.
    if (request.url?.startsWith('/_astro/') || request.url === '/favicon.svg') {
      response.setHeader('x-content-type-options', 'nosniff');
      return assets(request, response, app);
    }
    return app();
  });

  // Everything but "100-continue", which is answered as RFC 9110 §10.1.1 has it.
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) =>
    answer(response, 'invalid-request'),
  );

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return {
    port: address.port,
    serve: (handler) => {
      listener = handler;
    },
    drain: () => drain(server),
  };
}

async function drain(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  // A connection whose last request has just been answered would be kept alive for five seconds more.
  const idle = setInterval(() => server.closeIdleConnections(), 100);
  const deadline = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await closed;
  clearInterval(idle);
  clearTimeout(deadline);
}

const EARLY_PROBLEMS = {
  'invalid-request': { status: 400, title: 'The request is not valid' },
  'uri-too-long': { status: 414, title: 'The address is too long' },
  starting: { status: 503, title: 'The site is starting' },
} as const;

/** The few answers given before the application is asked, in the shape of its own. RFC 9457. */
function answer(response: ServerResponse, code: keyof typeof EARLY_PROBLEMS): void {
  const { status, title } = EARLY_PROBLEMS[code];
  const requestId = randomUUID();
  const body = JSON.stringify({ type: `/problems/${code}`, title, status, detail: title, code, requestId });
  const headers = {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'x-request-id': requestId,
    ...(status === 503 && { 'retry-after': '1' }),
    ...(status === 400 && { connection: 'close' }),
  };
  response.writeHead(status, headers).end(body);
}
