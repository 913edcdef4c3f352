import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { ServerType } from '@hono/node-server';
import { ADMIN } from './admin/paths.ts';
import type { WixEmulator } from './emulator.ts';
import { addressedToWix, onWire, ORIGINAL_HOST } from './http/wire.ts';
import { isLoopback } from './http/loopback.ts';
import { STYLESHEET, stylesheetResponse } from './http/page.ts';

/** How long answers under way may take once the server is asked to stop. */
const CLOSE_WITHIN_MS = 2_000;

/** What a client may ask of the server; how large a body may be is for each route to say. */
const LIMITS = { maxHeaderSize: 16_384, requestTimeout: 60_000, keepAliveTimeout: 5_000 };
const HEADERS_WITHIN_MS = 10_000;
const HEADERS_AT_MOST = 100;

export type WixEmulatorServer = { address: string; close(): Promise<void> };

export type ServeOptions = Readonly<{
  host: string;
  port: number;
  /** Permits addresses other machines can reach, and takes the admin pages away. */
  allowRemote: boolean;
  /** How long a client may take to say what it wants. */
  headersWithinMs?: number;
}>;

/** Serves an emulator over plain HTTP. */
export async function serve(emulator: WixEmulator, options: ServeOptions): Promise<WixEmulatorServer> {
  const { host, port, allowRemote, headersWithinMs = HEADERS_WITHIN_MS } = options;
  if (!allowRemote && !isLoopback(host)) throw new Error(`${host} is not a loopback address`);
  const server = createAdaptorServer({
    fetch: (request, { outgoing }) => onWire(outgoing, answer(emulator, request, allowRemote)),
    serverOptions: {
      ...LIMITS,
      headersTimeout: headersWithinMs,
      connectionsCheckingInterval: headersWithinMs / 10,
    },
  });
  if ('maxHeadersCount' in server) server.maxHeadersCount = HEADERS_AT_MOST;
  server.listen(port, host);
  await once(server, 'listening');
  const { port: chosenPort } = server.address() as AddressInfo;
  const address = `http://${host.includes(':') ? `[${host}]` : host}:${chosenPort}`;
  emulator.serveAt(address);
  return { address, close: () => close(server) };
}

async function answer(emulator: WixEmulator, request: Request, allowRemote: boolean): Promise<Response> {
  const { hostname, pathname } = new URL(request.url);
  // A web page may have its own name point here; only a loopback name shows the request is local.
  if (!allowRemote && !isLoopback(hostname)) {
    return Response.json({ message: 'The Wix emulator answers on loopback addresses only' }, { status: 421 });
  }
  // Here and not at the emulator: a fault that hits every path should leave the admin pages their looks.
  if (pathname === STYLESHEET) return stylesheetResponse();
  if (pathname === ADMIN || pathname.startsWith(`${ADMIN}/`)) {
    if (!allowRemote) return emulator.admin.fetch(request);
    return Response.json(
      { message: 'There are no admin pages where other machines can reach them' },
      { status: 404 },
    );
  }
  // What a person opens first; a program that means Wix says so.
  if (pathname === '/' && !allowRemote && !request.headers.has(ORIGINAL_HOST)) {
    return Response.redirect(new URL(ADMIN, request.url), 302);
  }
  return emulator.fetch(addressedToWix(request));
}

async function close(server: ServerType): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  if ('closeIdleConnections' in server) server.closeIdleConnections();
  const impatience = setTimeout(
    () => 'closeAllConnections' in server && server.closeAllConnections(),
    CLOSE_WITHIN_MS,
  );
  await closed;
  clearTimeout(impatience);
}
